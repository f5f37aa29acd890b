"""Steps that the journeys of those who sign in share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.survey_app.web.conftest import PASSWORD, email_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import LiveServer

    Check = Callable[[Page], None]

LOOKS = [
    {"color_scheme": "light"},
    {"color_scheme": "dark", "reduced_motion": "reduce"},
    {"forced_colors": "active"},
]

_WIDER_THAN_WINDOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_TABLE_TO_BE_MOVED_SIDEWAYS = (
    "[...document.querySelectorAll('.table')].some(table => table.scrollWidth > table.clientWidth)"
)


def sign_in(page: Page, person: str, password: str = PASSWORD) -> None:
    """Sign in through the page."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email_of(person))
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def look_at(page: Page, check_accessibility: Check) -> None:
    """One heading of the first level, a title, neither the page nor a table to be moved sideways,
    no axe violation."""
    page.wait_for_load_state()
    page.locator("h1").first.wait_for()
    assert page.locator("h1").count() == 1, page.url
    assert page.title().endswith("– engage"), page.url
    assert not page.evaluate(_WIDER_THAN_WINDOW), page.url
    assert not page.evaluate(_TABLE_TO_BE_MOVED_SIDEWAYS), page.url
    check_accessibility(page)


def visit(page: Page, check_accessibility: Check, *paths: str) -> None:
    """Open each page and look at it."""
    for path in paths:
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, path
        look_at(page, check_accessibility)


def key_of(server: LiveServer, title: str) -> str:
    """The key of the study with a title."""
    with server.database.reading() as unit:
        return next(study.key for study in unit.studies.all() if study.title == title)
