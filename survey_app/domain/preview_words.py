"""What a researcher is told about each page of a questionnaire: its name, and who is shown it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from instruments.texts import in_english
from survey_app.domain.condition_words import shown_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.domain.open_study import OpenStudy
    from survey_app.domain.page import Page


def page_name(study: OpenStudy, number: int) -> str:
    """The name of a page; 0 is the start page, the number behind the last page the thanks."""
    if number == 0:
        return "Start"
    if number > len(study.pages):
        return "Thanks"
    page = study.page(number)
    if page.scale is None:
        return f"{number}. Which brands"
    name = in_english(page.scale.name, page.scale.id)
    several = study.design.slots > 1 and page.slot
    return f"{number}. {name}, brand {page.slot}" if several else f"{number}. {name}"


def page_rules(study: OpenStudy, number: int) -> list[str]:
    """Who is shown a page, in sentences."""
    if number == 0:
        return ["Shown to everybody who opens a link."]
    if number > len(study.pages):
        return ["Shown to everybody who answered to the end."]
    return list(_rules(study, study.page(number)))


def _rules(study: OpenStudy, page: Page) -> Iterator[str]:
    design = study.design
    if page.block is None or page.scale is None:
        yield "Shown to everybody."
        yield (
            f"Of the brands marked, at most {design.most_brands} are asked about, those asked "
            "about least often first."
        )
        return
    brands = {brand.code: brand.name("en") for brand in study.brands}
    yield f"Shown to {shown_to(page.block, study.instruments, brands)}."
    if page.slot > 1:
        yield f"Only where the respondent is asked about at least {page.slot} brands."
    if page.scale.id in design.adaptive:
        yield "Asked only as long as its scale is not yet measured precisely enough."
    if page.instructed:
        yield "Closes with the attention check."
    if study.shuffle_items and page.scale.scored and len(page.items) > 1:
        yield "Each respondent sees the questions in an order of their own."
