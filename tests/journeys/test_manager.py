"""A brand manager's way: the assigned brands, the scorecard, its PDF, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]


pytestmark = pytest.mark.usefixtures("furnished")


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced colours"])
def test_scorecard_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """List, scorecard and the page for too few interviews hold up everywhere."""
    page = open_page(device, **look)
    sign_in(page, "manager")
    key = key_of(live_server, "Shops")
    visit(
        page,
        check_accessibility,
        "/scorecards/",
        f"/scorecards/{key}/north",
        f"/scorecards/{key}/tiny",
        "/account",
    )


def test_from_sign_in_to_paper(live_server: LiveServer, open_page: OpenPage) -> None:
    """The manager opens their brand, reads the sentence, and finds it again in the PDF."""
    page = open_page(accept_downloads=True)
    sign_in(page, "manager")
    page.get_by_role("link", name="North & Co", exact=True).click()
    sentence = page.locator("p.lead").first.inner_text()
    assert "North & Co" in sentence
    assert page.get_by_role("img").count() >= 3
    with page.expect_download() as started:
        page.get_by_role("link", name="Download as PDF").click()
    assert started.value.suggested_filename == "shops-north-en.pdf"
    paper = PdfReader(io.BytesIO(Path(started.value.path()).read_bytes()))
    first = " ".join(paper.pages[0].extract_text().split())
    assert " ".join(sentence.split()[:8]) in first
    assert paper.pages[0].extract_text().count("South") == 0


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_charts_are_drawn_and_told(
    live_server: LiveServer, open_page: OpenPage, device: dict[str, Any]
) -> None:
    """Every chart has a size, a name and a description, and print that can be read, on a phone
    too: there each chart is shown in its narrow drawing."""
    page = open_page(device)
    sign_in(page, "manager")
    page.goto(f"/scorecards/{key_of(live_server, 'Shops')}/north")
    charts = page.locator("svg[role=img]").filter(visible=True)
    assert charts.count() == page.locator("svg[role=img]").count() / 2 >= 3
    for chart in charts.all():
        smallest = chart.evaluate(
            "svg => Math.min(...[...svg.querySelectorAll('text')].map("
            "text => text.getAttribute('font-size') * svg.getScreenCTM().a))"
        )
        assert smallest > 9
        box = chart.bounding_box()
        assert box is not None
        assert box["width"] > 100
        assert box["height"] > 40
        assert chart.locator("desc").evaluate("node => node.textContent.length") > 40


def test_nothing_else_is_open(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """Another brand does not exist; the study's own pages are closed; both in plain words."""
    page = open_page()
    sign_in(page, "manager")
    key = key_of(live_server, "Shops")
    for path, heading in (
        (f"/scorecards/{key}/south", "There is no such page"),
        (f"/studies/{key}/results", "This page is not open to you"),
        ("/people/", "This page is not open to you"),
    ):
        page.goto(path)
        assert page.get_by_role("heading", level=1).inner_text() == heading
        look_at(page, check_accessibility)
