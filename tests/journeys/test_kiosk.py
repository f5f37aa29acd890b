"""A kiosk in a browser: touched, left alone, answered to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from survey_app.storage.tables import interview
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import key_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]


pytestmark = pytest.mark.usefixtures("furnished")


def begin(page: Page, server: LiveServer) -> str:
    """Touch the start screen and start in English; the address of the start screen."""
    screen = f"/k/{key_of(server, 'Shops')}?b=south"
    page.goto(screen)
    page.get_by_role("link", name="Touch here to start").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("progressbar").wait_for()
    return server.url + screen


def at_kiosk(server: LiveServer) -> list[str]:
    """How the interviews at kiosks stand, in order."""
    query = select(interview.c.disposition).where(interview.c.channel == "kiosk")
    with server.database.engine.connect() as connection:
        return sorted(row.disposition.value for row in connection.execute(query))


def answer_page(page: Page) -> None:
    """Choose the fifth point of every question, and go on."""
    for group in page.locator("fieldset.item").all():
        group.locator("label").nth(4).click()
    page.get_by_role("button", name="Continue").or_(
        page.get_by_role("button", name="Finish")
    ).click()


def test_whoever_leaves_is_not_seen_by_the_next(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """Nobody touches the screen for 90 seconds: it asks; a touch goes on, silence goes back to the
    start screen, and the browser's own way back shows no answer."""
    page = open_page()
    page.clock.install()
    screen = begin(page, live_server)
    answer_page(page)
    page.get_by_label("Page 2 of").wait_for()
    page.clock.run_for(80_000)
    page.mouse.click(5, 5)
    page.clock.run_for(80_000)
    assert not page.get_by_role("dialog").is_visible()
    page.clock.run_for(11_000)
    page.get_by_role("dialog", name="Are you still there?").wait_for()
    check_accessibility(page)
    page.get_by_role("button", name="Yes, go on").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    page.clock.run_for(91_000)
    page.get_by_role("dialog").wait_for()
    page.clock.run_for(21_000)
    page.wait_for_url(screen)
    assert at_kiosk(live_server) == ["partial"]
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("device", "shown"),
    [
        (DESK, {}),
        (PHONE, {"color_scheme": "dark", "reduced_motion": "reduce"}),
        (DESK, {"forced_colors": "active"}),
    ],
    ids=["desk", "dark phone", "forced colours"],
)
def test_one_after_the_other(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    shown: dict[str, Any],
) -> None:
    """To the thanks, and fifteen seconds later at the start screen; every screen can be read by
    everybody and shows how to end."""
    page = open_page(device, **shown)
    page.clock.install()
    before = at_kiosk(live_server).count("complete")
    key = key_of(live_server, "Shops")
    page.goto(f"/k/{key}?b=south")
    check_accessibility(page)
    page.get_by_role("link", name="Touch here to start").click()
    page.get_by_role("button", name="Start").wait_for()
    check_accessibility(page)
    screen = begin(page, live_server)
    while "/finish" not in page.url:
        assert page.get_by_role("link", name="Stop and clear the screen").is_visible()
        check_accessibility(page)
        answer_page(page)
        page.wait_for_load_state()
    check_accessibility(page)
    page.get_by_text("This screen goes back to the start by itself.").wait_for()
    page.clock.run_for(16_000)
    page.wait_for_url(screen)
    assert at_kiosk(live_server).count("complete") == before + 1


def test_ending_at_once(live_server: LiveServer, open_page: OpenPage) -> None:
    """The way to end leads to the start screen, without a script too."""
    page = open_page(java_script_enabled=False)
    screen = begin(page, live_server)
    page.get_by_role("link", name="Stop and clear the screen").first.click()
    page.wait_for_url(screen)
