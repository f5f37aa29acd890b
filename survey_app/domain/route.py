"""A respondent's way through the pages: which are shown, and which comes next.

The way depends on the answers given so far and on the brands drawn, on nothing else, so that it is
the same at every reload and on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.questionnaire import BRAND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from survey_app.domain.page import Page
    from survey_app.domain.questionnaire import Answer, Design

    NextItem = Callable[[Mapping[str, Any], Mapping[str, Answer]], str | None]


@dataclass(frozen=True, slots=True)
class Answered:
    """What an interview holds.

    Parameters
    ----------
    pages : the answers of each submitted page by its number, in the order of first submission.
    slots : the slot of each page by its number.
    brands : codes of the brands asked about; slot 1 is the first.
    facts : language and channel, by the names of `questionnaire.FACTS`.
    """

    pages: Mapping[int, Mapping[str, Answer]]
    slots: Mapping[int, int]
    brands: tuple[str, ...]
    facts: Mapping[str, str]

    def given(self, slot: int) -> dict[str, Answer]:
        """The answers about the person and about one of the brands; those about the first brand
        where a question is about the person."""
        slots = (0, slot or 1)
        return {
            question: answer
            for number, page in self.pages.items()
            if self.slots[number] in slots
            for question, answer in page.items()
        }

    def of(self, slot: int) -> dict[str, Answer]:
        """The same with the facts that conditions may ask for."""
        slot = slot or 1
        known: dict[str, Answer] = {**self.given(slot), **self.facts}
        if slot <= len(self.brands):
            known[BRAND] = self.brands[slot - 1]
        return known


def route(
    pages: Sequence[Page], design: Design, answered: Answered, next_item: NextItem
) -> list[Page]:
    """The pages shown so far and still to be shown, as far as the answers tell, in order.

    Pages whose condition does not hold are left out. Of a scale that is asked adaptively it holds
    the pages already submitted and the one that comes next, if any.

    Parameters
    ----------
    next_item : which item of an adaptive scale comes next, from the rules of the scale and its
        answers; None where enough is known.
    """
    return list(_route(pages, design, answered, next_item))


def _route(
    pages: Sequence[Page], design: Design, answered: Answered, next_item: NextItem
) -> Iterator[Page]:
    chosen: set[tuple[int, str]] = set()
    for page in pages:
        if not _is_shown(page, design, answered):
            continue
        if page.scale is None or page.scale.id not in design.adaptive:
            yield page
        elif (page.slot, page.scale.id) not in chosen:
            chosen.add((page.slot, page.scale.id))
            group = [one for one in pages if one.slot == page.slot and one.scale is page.scale]
            yield from _adaptive(group, design, answered, next_item)


def _is_shown(page: Page, design: Design, answered: Answered) -> bool:
    # Until brands are drawn every slot may come to be filled.
    drawn = bool(answered.brands) or not design.asks_brands
    if drawn and page.slot > max(1, len(answered.brands)):
        return False
    if page.block is None or not page.block.shown_if:
        return True
    return page.block.is_shown(answered.of(page.slot))


def _adaptive(
    group: Sequence[Page], design: Design, answered: Answered, next_item: NextItem
) -> Iterator[Page]:
    by_number = {page.number: page for page in group}
    asked = [by_number[number] for number in answered.pages if number in by_number]
    yield from asked
    given = {item: answer for page in asked for item, answer in answered.pages[page.number].items()}
    scale = group[0].scale
    wanted = next_item(design.adaptive[scale.id], given) if scale is not None else None
    yield from (page for page in group if page.items[0].id == wanted)
