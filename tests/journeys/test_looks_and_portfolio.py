"""The way of a logo from the researcher's file to the manager's page, and brands side by side."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from reports.look import look
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]


pytestmark = pytest.mark.usefixtures("furnished")

LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">
<circle cx="15" cy="15" r="14" fill="teal"/><path d="M40 4h46v22H40z" fill="#123"/></svg>"""


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("shown", LOOKS, ids=["light", "dark", "forced colours"])
def test_pages_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    shown: dict[str, Any],
) -> None:
    """Looks, one look, and the portfolio hold up everywhere."""
    page = open_page(device, **shown)
    sign_in(page, "researcher")
    shops, tracker = key_of(live_server, "Shops"), key_of(live_server, "Tracker")
    visit(
        page,
        check_accessibility,
        f"/studies/{shops}/looks/",
        f"/studies/{shops}/looks/south",
        f"/scorecards/{shops}/portfolio",
        f"/scorecards/{tracker}/portfolio",
    )


def test_a_logo_and_a_colour_reach_the_manager(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """What the researcher chooses is previewed, and stands on the manager's page and paper."""
    page = open_page()
    sign_in(page, "researcher")
    key = key_of(live_server, "Shops")
    page.goto(f"/studies/{key}/looks/")
    page.get_by_role("link", name="Change the look of North & Co").click()
    page.get_by_label("Colour").fill("#ffd400")
    file = {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": LOGO}
    page.get_by_label("Logo", exact=True).set_input_files(file)
    page.get_by_role("button", name="Keep the look").click()
    page.get_by_text("titles are set in").wait_for()
    look_at(page, check_accessibility)
    manager = open_page()
    sign_in(manager, "manager")
    manager.goto(f"/scorecards/{key}/north")
    logo = manager.get_by_role("img", name="Logo of North & Co")
    assert logo.evaluate("image => image.complete && image.naturalWidth > 0")
    colour = "section => getComputedStyle(section).color"
    channels = (int(look("#ffd400").text[place : place + 2], 16) for place in (1, 3, 5))
    shown = manager.locator(".report > section > h2").first.evaluate(colour)
    assert shown == f"rgb({', '.join(map(str, channels))})"
    look_at(manager, check_accessibility)


def test_from_the_list_to_the_portfolio_on_paper(
    open_page: OpenPage, live_server: LiveServer
) -> None:
    """The head of two brands finds them side by side, and takes the same away as PDF."""
    page = open_page(accept_downloads=True)
    sign_in(page, "manager")
    page.get_by_role("link", name="Your brands of Shops side by side").click()
    sentence = page.locator("p.lead").first.inner_text()
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as PDF", exact=True).click()
    content = io.BytesIO(waiting.value.path().read_bytes())
    said = " ".join(PdfReader(content).pages[0].extract_text().split())
    assert sentence in said
