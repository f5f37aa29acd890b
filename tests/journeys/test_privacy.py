"""Privacy in a real browser: own data on a phone, in Arabic, in the dark, without script; the
researcher's pages of it and the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from survey_app.domain.interview import Disposition
from survey_app.domain.study import Brand, Mode
from survey_app.services.study import create_study, open_study
from survey_app.web.respond_words import words
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import sign_in
from tests.people import add_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

WAYS = {
    "phone": PHONE,
    "dark": {**PHONE, "color_scheme": "dark"},
    "forced": {**DESK, "forced_colors": "active"},
    "plain": {**PHONE, "java_script_enabled": False},
}


def add_study(server: LiveServer, mode: Mode, name: str) -> str:
    """Add an open study in two languages; its key."""
    with server.database.writing() as unit:
        owner = add_person(unit, f"{name}@example.org")
        study = create_study(
            unit,
            owner=owner,
            title="Engagement",
            instruments=["core_engagement", "open_comment"],
            languages=["en", "ar"],
            brands=[Brand("north", {"en": "Aqua North", "ar": "أكوا الشمال"})],
            consent={"en": "We ask how you see brands.", "ar": "نسألكم عن العلامات التجارية."},
        )
        study.mode = mode
        open_study(study)
        unit.commit()
        return study.key


def answer(page: Page, key: str, language: str) -> None:
    """Start, answer every page in the middle, and finish."""
    page.goto(f"/s/{key}?lang={language}")
    page.get_by_role("button", name=words(language)("start.submit")).click()
    while not page.url.endswith("/finish"):
        for group in page.locator("fieldset.item").all():
            group.locator("input[type=radio]").nth(3).check(force=True)
        for box in page.locator("textarea").all():
            box.fill("=A long answer, أكوا")
        page.locator(".actions button").first.click()


@pytest.mark.parametrize(
    ("way", "language"),
    [("phone", "en"), ("phone", "ar"), ("dark", "ar"), ("forced", "en"), ("plain", "en")],
)
def test_respondent_sees_takes_back_and_erases(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    way: str,
    language: str,
) -> None:
    """From the thanks to the own data, taking back, and erasing: every page is accessible, says
    what it means, and the answers are gone."""
    say = words(language)
    key = add_study(live_server, Mode.PSEUDONYMOUS, f"{way}-{language}")
    check = check_accessibility if way != "plain" else _looked_at
    page = open_page(WAYS[way])
    answer(page, key, language)
    page.get_by_role("link", name=say("data.link")).click()
    check(page)
    assert page.get_by_text("A long answer").count() == 1
    for deed in ("withdraw", "erase"):
        page.get_by_role("link", name=say(f"data.{deed}")).click()
        check(page)
        page.get_by_role("button", name=say(f"data.{deed}")).click()
        assert page.get_by_text(say(f"data.done_{deed}")).is_visible()
        check(page)
        page.reload()
    assert page.get_by_text("A long answer").count() == 0
    with live_server.database.reading() as unit:
        row = unit.privacy.interview(page.url.split("/i/")[1].split("/")[0])
        assert row is not None
        assert (row.disposition, row.channel) == (Disposition.WITHDRAWN, "")
        assert list(unit.privacy.submissions(row.id)) == []


def test_anonymous_respondent_reads_why(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """From the foot of a page of an anonymous survey one reads that nobody can tell, and why."""
    page = open_page(PHONE)
    key = add_study(live_server, Mode.ANONYMOUS, "anonymous")
    page.goto(f"/s/{key}?lang=ar")
    check_accessibility(page)
    page.locator(".actions button").click()
    page.get_by_role("link", name=words("ar")("data.link")).click()
    assert page.get_by_role("heading", level=1).inner_text() == words("ar")(
        "data.anonymous_heading"
    )
    check_accessibility(page)


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_researcher_keeps_to_privacy(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
) -> None:
    """Periods are set where they stand, a person who is not there is told, and the trail shows what
    was done; every page is accessible."""
    page = open_page(device)
    sign_in(page, "researcher")
    with live_server.database.reading() as unit:
        key = next(one.key for one in unit.studies.all() if one.title == "Shops")
    page.goto(f"/studies/{key}/privacy/")
    check_accessibility(page)
    page.get_by_label("Answers: months after the last wave closed").fill("12")
    page.get_by_role("button", name="Set the periods").click()
    assert page.get_by_text("The periods are set.").is_visible()
    page.get_by_label("Address of their interview").fill("nobody@example.org")
    page.get_by_role("button", name="Find the person").click()
    check_accessibility(page)
    page.goto("/audit/")
    assert page.get_by_role("cell", name="Retention changed").first.is_visible()
    check_accessibility(page)


def _looked_at(page: Page) -> None:
    """axe-core is a script; without one it is enough that the page has its heading."""
    assert page.get_by_role("heading", level=1).count() == 1
