"""What of a questionnaire stands on paper for one brand and language, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survey_app.domain.questionnaire import BRAND, CHANNEL, FACTS, LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survey_app.domain.page import Page
    from survey_app.domain.questionnaire import Answer, Block, Condition, Design

PAPER = "paper"
"""The channel of interviews that were answered on paper."""


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page of the questionnaire as it stands on paper. `conditions` are those that only the
    respondent's own answers can decide; all must hold, or at least one where `any_will_do`."""

    page: Page
    conditions: tuple[Condition, ...] = ()
    any_will_do: bool = False


def paper_facts(brand_code: str, language: str) -> dict[str, Answer]:
    """What is known of an interview on paper before it begins."""
    return {BRAND: brand_code, LANGUAGE: language, CHANNEL: PAPER}


def paper_design(design: Design) -> Design:
    """The design of a questionnaire on paper: one brand, and every item of every scale."""
    return replace(design, brand_question=type(design.brand_question).ONE, adaptive={})


def paper_pages(pages: Sequence[Page], brand_code: str, language: str) -> tuple[PaperPage, ...]:
    """The pages about the person and about one brand that this paper asks, in their order.

    A page is left out where the brand, the language or the way here decide so, and where it depends
    on what paper does not ask.
    """
    return tuple(_on_paper(pages, paper_facts(brand_code, language)))


def _on_paper(pages: Sequence[Page], facts: dict[str, Answer]) -> Iterator[PaperPage]:
    asked: set[str] = set()
    for page in pages:
        if page.scale is None or page.slot > 1:
            continue
        found = _conditions(page.block, facts, asked)
        if found is not None:
            asked.update(page.questions)
            any_will_do = page.block is not None and page.block.match == "any"
            yield PaperPage(page, found, any_will_do)


def _conditions(
    block: Block | None, facts: dict[str, Answer], asked: set[str]
) -> tuple[Condition, ...] | None:
    """What the respondent's answers must decide; None where the page is not asked at all."""
    if block is None or not block.shown_if:
        return ()
    known = [one for one in block.shown_if if one.item in FACTS or one.item not in asked]
    held = [one.holds(facts) for one in known]
    left = tuple(one for one in block.shown_if if one not in known)
    if block.match == "all":
        return left if all(held) else None
    if any(held):
        return ()
    return left or None
