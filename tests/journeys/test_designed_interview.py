"""An interview about several brands, with questions about the person and a text, in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from instruments.load import shipped
from survey_app.domain.questionnaire import Block, BrandQuestion, Condition, Design, plain_design
from survey_app.domain.study import Brand
from survey_app.services.study import create_study, open_study
from survey_app.storage.tables import page_answers
from survey_app.web.respond_words import words
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.test_respondent import check_layout
from tests.people import add_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

BRANDS = {
    "north": ("Aqua North", "أكوا الشمال"),
    "south": ("Aqua South & Sons", "أكوا الجنوب"),
    "long": ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "أكوا الشرق"),
}
KEYS = ("start.submit", "page.submit", "page.no_brand_anyway", "finish.heading")
WORDS = {language: [words(language)(key) for key in KEYS] for language in ("en", "ar")}


@pytest.fixture
def study(live_server: LiveServer) -> str:
    """The address of an open study that draws two of the brands known."""
    asked = [shipped(name) for name in ("core_engagement", "demographics", "open_comment")]
    core, person, comment = asked
    first = person.scales[0].items[0]
    least = person.scales[0].format.minimum
    design = Design(
        (
            Block("you", person.id, about="person", scales=(person.scales[0].id,)),
            Block("core", core.id, scales=("cognitive",)),
            Block("comment", comment.id, shown_if=(Condition(first.id, frozenset({least})),)),
        ),
        brand_question=BrandQuestion.KNOWN,
        most_brands=2,
    )
    with live_server.database.writing() as unit:
        number = len(unit.studies.all())
        owner = add_person(unit, f"designer{number}@example.org")
        made = create_study(
            unit,
            owner=owner,
            title="Designed",
            instruments=asked,
            languages=["en", "ar"],
            brands=[
                Brand(code, dict(zip(("en", "ar"), names, strict=True)))
                for code, names in BRANDS.items()
            ],
            consent={"en": "We ask how you see brands.", "ar": "نسأل عن رأيك في العلامات."},
        )
        made.design = plain_design(design)
        open_study(made)
        unit.commit()
        return f"/s/{made.key}"


def _answer(page: Page) -> None:
    groups = page.locator("fieldset.item")
    page.locator(".actions").wait_for()
    for number in range(groups.count()):
        groups.nth(number).locator("input").first.check()
    for box in page.locator("textarea").all():
        box.fill("Less sugar, <b>more</b> taste: 100 % — مرحبا")


@pytest.mark.parametrize(
    ("options", "language"),
    [
        (PHONE, "en"),
        ({**PHONE, "color_scheme": "dark"}, "ar"),
        ({**DESK, "color_scheme": "dark"}, "en"),
        ({**DESK, "forced_colors": "active", "reduced_motion": "reduce"}, "ar"),
        ({"viewport": {"width": 320, "height": 640}}, "en"),
        ({"viewport": {"width": 320, "height": 640}}, "ar"),
        ({**PHONE, "java_script_enabled": False}, "en"),
    ],
    ids=["phone", "phone-ar-dark", "desk-dark", "desk-ar-forced", "320", "320-ar", "no-script"],
)
def test_the_whole_way(
    open_page: OpenPage,
    check_accessibility: Check,
    live_server: LiveServer,
    study: str,
    options: dict[str, Any],
    language: str,
) -> None:
    """Brands, person, items, text, with the errors and the way back: each page fits and passes."""
    page = open_page(options)
    start, go_on, none_of_these, thanks = WORDS[language]
    script = options.get("java_script_enabled", True)

    def look() -> None:
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        if script:
            check_layout(page)
            check_accessibility(page)

    page.goto(f"{study}?lang={language}")
    look()
    page.get_by_role("button", name=start).click()
    look()
    page.get_by_role("button", name=go_on).click()
    page.get_by_role("button", name=none_of_these).wait_for()
    look()
    for code in ("south", "long"):
        page.locator(f"input[name='q-brand.{code}']").check()
    page.get_by_role("button", name=go_on).click()
    page.locator("h1").wait_for()
    page.locator(".back").click()
    assert page.locator("input[name='q-brand.south']").is_checked()
    page.go_back()
    while "/finish" not in page.url:
        here = page.url
        look()
        _answer(page)
        page.locator(".actions button").first.click()
        page.wait_for_url(lambda address, here=here: address != here)
    look()
    assert page.get_by_role("heading", level=1).inner_text() == thanks
    with live_server.database.engine.connect() as connection:
        kept = [row.answers for row in connection.execute(select(page_answers))]
    texts = [value for answers in kept for value in answers.values() if isinstance(value, str)]
    assert texts[-2:] == ["Less sugar, <b>more</b> taste: 100 % — مرحبا"] * 2
