"""Customers say in a real browser how often they do things: on a phone and at a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from survey_app.services.dataset import dataset_of
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.test_respondent import START, add_study, answer, check_layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

ASKED = ["core_engagement", "behaviour_checklist", "engagement_levels"]
DARK: dict[str, Any] = {"color_scheme": "dark"}
FORCED: dict[str, Any] = {"forced_colors": "active"}


@pytest.fixture(scope="module")
def study(live_server: LiveServer) -> str:
    """The address of an open study with two checklists."""
    return add_study(live_server, instruments=ASKED, instructed_item=False)


def to_the_checklist(page: Page, address: str, language: str) -> None:
    """Go through the questions of engagement to the first page of what people do."""
    page.goto(f"{address}?lang={language}")
    page.locator("#brand").check()
    page.get_by_role("button", name=START[language]).click()
    for number in (1, 2, 3):
        page.wait_for_url(f"**/{number}")
        answer(page)
        page.locator(".actions button").first.click()
    page.wait_for_url("**/4")
    page.locator("fieldset.item").first.wait_for()


@pytest.mark.parametrize(
    ("device", "look", "language"),
    [
        (DESK, {}, "en"),
        (DESK, DARK, "ru"),
        (DESK, FORCED, "en"),
        (PHONE, {}, "ru"),
        (PHONE, DARK, "en"),
        (PHONE, FORCED, "ru"),
    ],
)
def test_everybody_can_say_how_often(
    study: str,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
    language: str,
) -> None:
    """No axe violation on any page of a checklist, nothing wider than the screen, large targets."""
    page = open_page(device, **look)
    to_the_checklist(page, study, language)
    for number, questions in ((4, 7), (5, 6), (6, 4)):
        page.wait_for_url(f"**/{number}")
        page.locator("fieldset.item").first.wait_for()
        assert page.locator("fieldset.item").count() == questions
        check_layout(page)
        check_accessibility(page)
        answer(page, value="2")
        page.locator(".actions button").first.click()
    page.wait_for_url("**/finish")


def test_frequencies_are_chosen_with_the_keyboard_and_kept(
    study: str, open_page: OpenPage, live_server: LiveServer
) -> None:
    """A group is named by its sentence; arrow keys move within it, and the answer is stored."""
    page = open_page()
    to_the_checklist(page, study, "en")
    group = page.get_by_role("group", name="I tell people I meet to try Aqua North.")
    group.get_by_role("radio", name="Never").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert group.get_by_role("radio", name="Every month").is_checked()
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("heading", name="6 questions are still open").is_visible()
    page.get_by_role("button", name="Continue without these answers").click()
    page.wait_for_url("**/5")
    with live_server.database.reading() as unit:
        known = unit.studies.by_key(study.removeprefix("/s/"))
        assert known is not None
        dataset = dataset_of(unit, known)
    # The order of interviews tells nothing, and others of this file answered too.
    assert [3] in dataset.numeric(["act_recommend"]).tolist()
