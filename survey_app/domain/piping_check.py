"""Whether the answers that wordings repeat are given by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from instruments.model import PIPED_ANSWER
from survey_app.domain.design_fault import Fault, Part
from survey_app.domain.laid_out import item_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from instruments.model import Item
    from survey_app.domain.laid_out import LaidOut
    from survey_app.domain.page import Page


def piping_faults(whole: LaidOut) -> Iterator[Fault]:
    """A fault for every answer that is repeated before it is asked, or where it cannot stand."""
    for page in whole.pages:
        if page.slot > 1 or page.scale is None or page.block is None:
            continue
        given = answers_before(page, whole)
        block = page.block.id
        wanted = {("Its introduction", name) for name in _piped(page.scale.intro.values())}
        for item in page.items:
            said = f"“{item_name(item)}”"
            wanted |= {(said, name) for name in _piped(item.text.values())}
            if _in_poles(item):
                what = f"{said} repeats an answer in its poles, which cannot be. Take it out."
                yield Fault(Part.QUESTIONNAIRE, what, block)
        for said, name in sorted(wanted):
            if name not in given:
                what = f"{said} repeats the answer to {name!r}, which {_why_not(name, whole)}"
                yield Fault(Part.QUESTIONNAIRE, what, block)


def answers_before(page: Page, whole: LaidOut) -> set[str]:
    """The items whose answers can be repeated on a page."""
    slots = (0, page.slot or 1)
    return {
        item.id
        for one in whole.pages
        if one.number < page.number and one.slot in slots and one.scale is not None
        if one.scale.id not in whole.design.adaptive
        for item in one.items
    }


def _piped(texts: Iterable[str]) -> set[str]:
    return set(PIPED_ANSWER.findall(" ".join(texts)))


def _in_poles(item: Item) -> bool:
    return any(PIPED_ANSWER.search(pole) for poles in item.poles.values() for pole in poles)


def _why_not(item: str, whole: LaidOut) -> str:
    page = whole.asking(item)
    if page is None or page.scale is None:
        return "is not asked. Name a question that is asked before."
    if page.scale.id in whole.design.adaptive:
        return "is not asked of everybody (adaptive scale). Repeat another answer."
    return "is not asked before. Move the block, or repeat another answer."
