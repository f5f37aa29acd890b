"""A customer answers in a language of another script, direction or length of words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from instruments.load import shipped
from instruments.model import Citation, Instrument, Item, ResponseFormat, Scale
from survey_app.domain.consent import DEFAULT_CONSENT
from survey_app.domain.study import Brand
from survey_app.services.study import create_study, open_study
from survey_app.storage.tables import interview
from tests.journeys.conftest import DESK, LiveServer
from tests.journeys.test_respondent import answer, check_layout
from tests.people import add_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

PHONE = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True}
NARROW = {"viewport": {"width": 320, "height": 640}}
LANGUAGES = ("en", "ru", "de", "fr", "es", "ar", "zh")
POLES = {
    "ar": ("بارد", "دافئ"),
    "de": ("unaufmerksam", "verantwortungsbewusst"),
    "zh": ("冷淡", "热情"),
}
THANKS = {"ar": "شكرا لكم", "de": "Vielen Dank", "zh": "谢谢您"}
OWN_NAMES = ["English", "Русский", "Deutsch", "Français", "Español", "العربية", "简体中文"]
CUT = """() => [...document.querySelectorAll("h1, legend, label, .pole, .ends span, button, p")]
  .filter(each => !each.matches(".unseen") && each.scrollWidth > each.clientWidth + 1)
  .map(each => each.textContent)"""


def word_pair() -> Instrument:
    """A pair of poles of our own, with long words in German."""
    poles = {language: POLES.get(language, ("cold", "warm")) for language in LANGUAGES}
    pairs = ResponseFormat("pairs", "semantic_differential", 1, 7)
    named = dict.fromkeys(LANGUAGES, "Pairs")
    scale = Scale("pairs", named, pairs, (Item("pair", "warmth", poles=poles),))
    return Instrument(
        id="word_pairs",
        version="1.0",
        name=named,
        languages=LANGUAGES,
        scales=(scale,),
        citation=Citation("Made for this test."),
        licence="MIT",
        wording="project",
    )


@pytest.fixture
def study(live_server: LiveServer) -> str:
    """The address of an open study in seven languages, of brands in Latin and Arabic letters."""
    names = dict.fromkeys(LANGUAGES, "Aqua & Co.")
    with live_server.database.writing() as unit:
        owner = add_person(unit, f"r{datetime.now(UTC).timestamp()}@example.org")
        study = create_study(
            unit,
            owner=owner,
            title="Languages",
            instruments=[
                word_pair(),
                shipped("likelihood_to_recommend"),
                shipped("core_engagement"),
            ],
            languages=LANGUAGES,
            brands=[Brand("aqua", names), Brand("north", dict.fromkeys(LANGUAGES, "الشمال"))],
            consent=DEFAULT_CONSENT,
        )
        open_study(study)
        unit.commit()
        return f"/s/{study.key}"


def kept_languages(server: LiveServer, address: str) -> list[str]:
    """The languages of the interviews of a study, as they were kept."""
    with server.database.reading() as unit:
        known = unit.studies.by_key(address.removeprefix("/s/"))
        assert known is not None
    mine = select(interview.c.language).where(interview.c.study_id == known.id)
    with server.database.engine.connect() as connection:
        return list(connection.scalars(mine))


@pytest.mark.parametrize(
    ("device", "language", "tag", "direction"),
    [
        (PHONE, "ar", "ar", "rtl"),
        (DESK, "ar", "ar", "rtl"),
        (NARROW, "de", "de", "ltr"),
        (NARROW, "zh", "zh-Hans", "ltr"),
    ],
    ids=["ar-phone", "ar-desk", "de-narrow", "zh-narrow"],
)
def test_a_whole_interview_in_another_script(
    open_page: Callable[..., Page],
    check_accessibility: Callable[[Page], None],
    live_server: LiveServer,
    study: str,
    device: dict[str, Any],
    language: str,
    tag: str,
    direction: str,
) -> None:
    """Every page, its errors too, is whole in its language: nothing cut, no violation."""
    page = open_page(device)

    def look() -> None:
        written = page.evaluate("[document.documentElement.lang, document.dir]")
        assert written == [tag, direction]
        check_layout(page)
        assert page.evaluate(CUT) == []
        check_accessibility(page)

    page.goto(f"{study}?lang={language}")
    assert page.locator("nav li").all_inner_texts() == OWN_NAMES
    look()
    page.locator("main button").click()
    look()
    page.locator("#brand").check()
    page.locator("main button").click()
    page.wait_for_url("**/i/*/1")
    while "/finish" not in page.url:
        here = page.url.partition("?")[0]
        answer(page, leave_out=1)
        page.locator(".actions button").first.click()
        page.locator(".notice").wait_for()
        look()
        answer(page)
        page.locator(".actions button").first.click()
        page.wait_for_function("here => !location.href.startsWith(here)", arg=here)
    look()
    assert page.get_by_role("heading", level=1).inner_text().strip("\u200f") == THANKS[language]
    assert kept_languages(live_server, study) == [language]


def test_from_right_to_left_everything_is_mirrored(
    open_page: Callable[..., Page], study: str
) -> None:
    """The way back, the progress, the points and the poles begin at the right; an address and a
    brand in Latin letters keep their own order."""
    page = open_page(PHONE)
    page.goto(f"{study}?lang=ar&b=aqua")
    page.locator("main button").click()
    page.wait_for_url("**/i/*/1")
    assert _left(page, ".back") > _left(page, ".way label")
    assert page.locator("progress").evaluate("bar => getComputedStyle(bar).direction") == "rtl"
    assert _left(page, ".pole >> nth=0") > _left(page, ".pole >> nth=1")
    assert _left(page, "input[value='1']") > _left(page, "input[value='7']")
    address = page.locator(".later bdi")
    assert address.evaluate("text => getComputedStyle(text).direction") == "ltr"
    answer(page)
    page.locator(".actions button").first.click()
    page.wait_for_url("**/i/*/2")
    assert _left(page, "label:has([value='0'])") > _left(page, "label:has([value='10'])")
    assert _left(page, ".ends span >> nth=0") > _left(page, ".ends span >> nth=1")
    assert "\u2068Aqua & Co.\u2069" in page.locator("legend").first.inner_text()


def _left(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"]
