"""The pages of a questionnaire: numbered once and for all, whoever is shown which of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from instruments.model import Instrument, Item, Scale
    from survey_app.domain.questionnaire import Answer, Block, Design

INSTRUCTED_ITEM = "instructed_response"
"""Identifier of the instructed-response item among the answers of a page."""
BRAND_MARK = "brand."
"""Stands before a brand's code in the identifier of its mark on the page of brands."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, numbered from 1.

    Parameters
    ----------
    block, scale : what the items belong to; None on the page that asks which brands are known.
    items : the items asked.
    slot : which of the respondent's brands it is about, from 1; 0 where it is about the person.
    instructed : whether the instructed-response item closes it.
    brands : codes of the brands to mark, on the page that asks for them.
    """

    number: int
    block: Block | None
    scale: Scale | None
    items: tuple[Item, ...]
    slot: int = 0
    instructed: bool = False
    brands: tuple[str, ...] = ()

    @property
    def questions(self) -> list[str]:
        """Identifiers of all questions, in the order of the questionnaire."""
        asked = [BRAND_MARK + code for code in self.brands] or [item.id for item in self.items]
        return [*asked, INSTRUCTED_ITEM] if self.instructed else asked

    def order(self, interview_key: str, *, shuffle: bool) -> list[str]:
        """Question identifiers in the order shown: the same at every reload of an interview. Brands
        are always shuffled; of items only those of scales that are scored."""
        order = self.questions
        fixed = [order.pop()] if self.instructed else []
        if self.brands or (shuffle and self.scale is not None and self.scale.scored):
            random.Random(f"{interview_key}:{self.number}").shuffle(order)  # noqa: S311
        return order + fixed

    def fault(self, answer: Answer) -> str:
        """Why an answer cannot be one to a question of this page; empty where it can be."""
        if answer is None:
            return ""
        if self.scale is None:
            return "" if type(answer) is int and answer in (0, 1) else "is no mark"
        form = self.scale.format
        if form.in_words:
            fits = isinstance(answer, str) and len(answer) <= form.maximum
            return "" if fits else f"is longer than {form.maximum} letters"
        if type(answer) is not int or answer not in form.values:
            return f"lies outside {form.minimum}–{form.maximum}"
        return ""


def pages(
    instruments: Sequence[Instrument],
    design: Design,
    *,
    brands: Sequence[str] = (),
    instructed_item: bool = False,
) -> tuple[Page, ...]:
    """All pages that a respondent may be shown.

    The page that asks for brands comes first, where the design has one. Blocks about brands that
    follow each other are asked whole for one brand before the next. The instructed-response item
    closes a page about the first brand (`Design.instructed_after`, or the last there is).
    """
    scales = {one.id: {scale.id: scale for scale in one.scales} for one in instruments}
    laid = [*_brands_page(design, brands), *_laid_out(design, scales)]
    candidates = [page for page in laid if _may_close_with_instruction(page, design)]
    at = min(design.instructed_after, len(candidates)) - 1
    instructed = candidates[at] if instructed_item and candidates else None
    return tuple(
        Page(
            number=number,
            block=page.block,
            scale=page.scale,
            items=page.items,
            slot=page.slot,
            instructed=page is instructed,
            brands=page.brands,
        )
        for number, page in enumerate(laid, start=1)
    )


def _may_close_with_instruction(page: Page, design: Design) -> bool:
    scale = page.scale
    return page.slot <= 1 and scale is not None and scale.scored and scale.id not in design.adaptive


def _brands_page(design: Design, brands: Sequence[str]) -> Iterator[Page]:
    if design.asks_brands:
        yield Page(0, None, None, (), brands=tuple(brands))


def _laid_out(design: Design, scales: Mapping[str, Mapping[str, Scale]]) -> Iterator[Page]:
    for about, run in groupby(design.blocks, key=lambda block: block.about):
        blocks = list(run)
        for slot in range(1, design.slots + 1) if about == "brand" else (0,):
            for block in blocks:
                yield from _of_block(block, slot, scales[block.instrument], design)


def _of_block(
    block: Block, slot: int, scales: Mapping[str, Scale], design: Design
) -> Iterator[Page]:
    for name in block.scales or scales:
        scale = scales[name]
        if block.one_by_one or name in design.adaptive:
            for item in scale.items:
                yield Page(0, block, scale, (item,), slot)
        else:
            yield Page(0, block, scale, scale.items, slot)


def instructed_value(page: Page) -> int:
    """The answer that the instructed-response item asks for: one step below the top, which a
    respondent who clicks down one column is unlikely to hit."""
    if page.scale is None:
        raise ValueError("The page of brands has no instructed item.")
    return page.scale.format.maximum - 1
