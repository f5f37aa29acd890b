"""What the pages of a questionnaire are called for its researcher."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from instruments.texts import in_english
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.page import pages
from survey_app.domain.questionnaire import Design, default_blocks, read_design
from survey_app.services.fieldwork_steps import NO_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from survey_app.domain.fieldwork import PageCount
    from survey_app.domain.page import Page
    from survey_app.domain.study import Study

FILE_VERSION = 0
"""Stands for answers of a file, of which nobody knows on which page they were given."""


def page_names(study: Study, counts: Iterable[PageCount]) -> dict[tuple[int, int], str]:
    """The names of pages by version and number."""
    names: dict[tuple[int, int], str] = {}
    for version in {count.version for count in counts}:
        content = study.asked_version(version).content if version else study.content()
        laid, slots = _laid_out(content, in_order=version == FILE_VERSION)
        names |= {(version, page.number): _name(page, slots) for page in laid}
        last = "Not known" if version == FILE_VERSION else "All pages answered, not sent"
        names[version, NO_PAGE] = last
    return names


def _laid_out(content: Mapping[str, Any], *, in_order: bool) -> tuple[tuple[Page, ...], int]:
    instruments = read_instruments(content["instruments"])
    if in_order:
        return pages(instruments, Design(default_blocks(instruments))), 1
    design = read_design(content["design"], instruments)
    brands = [brand["code"] for brand in content["brands"]]
    laid = pages(instruments, design, brands=brands, instructed_item=content["instructed_item"])
    return laid, design.slots


def _name(page: Page, slots: int) -> str:
    if page.scale is None:
        return "Which brands"
    scale = in_english(page.scale.name)
    about = f", brand {page.slot}" if page.slot and slots > 1 else ""
    if len(page.items) == 1 and len(page.scale.items) > 1:
        return f"{scale}: {page.items[0].topic}{about}"
    return f"{scale}{about}"
