"""A brand manager's way: the assigned brands, the scorecard, a part of the interviews, files, and
nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit
from tests.survey_app.web.conftest import email_of
from tests.survey_app.web.portal_samples import add_cafes

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]


pytestmark = pytest.mark.usefixtures("furnished")

ZOOMED: dict[str, Any] = {"viewport": {"width": 320, "height": 200}}
"""What a window of 1280 by 800 shows at 400 %."""


@pytest.fixture(scope="module")
def cafes(live_server: LiveServer, furnished: None) -> str:
    """The address of a scorecard whose people are known by channel, language and age."""
    with live_server.database.writing() as unit:
        researcher = unit.users.by_email(email_of("researcher"))
        manager = unit.users.by_email(email_of("manager"))
        assert researcher is not None
        assert manager is not None
        study = add_cafes(unit, researcher, manager)
        unit.commit()
        return f"/scorecards/{study.key}/lime"


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


@pytest.mark.parametrize("width", [641, 1023])
def test_tables_fit_between_phones_and_desks(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check, width: int
) -> None:
    """Tables of many figures keep to the width of a tablet, each name above its row and each figure
    under the head of its column."""
    page = open_page({"viewport": {"width": width, "height": 1000}})
    sign_in(page, "manager")
    page.goto(f"/scorecards/{key_of(live_server, 'Shops')}/north")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    look_at(page, check_accessibility)
    tables = page.locator("table.wide").filter(visible=True)
    assert tables.count() > 0
    for table in tables.all():
        name, figure, head = (
            table.locator(place).first.bounding_box()
            for place in ("tbody th", "tbody td:last-child", "thead th:last-child")
        )
        assert name is not None
        assert figure is not None
        assert head is not None
        assert name["y"] + name["height"] <= figure["y"] + 1
        assert abs(figure["x"] - head["x"]) < 1


def test_from_sign_in_to_paper(live_server: LiveServer, open_page: OpenPage) -> None:
    """The manager opens their brand, reads the sentence, and finds it again in the PDF."""
    page = open_page(accept_downloads=True)
    sign_in(page, "manager")
    page.get_by_role("link", name="North & Co", exact=True).click()
    sentence = page.locator("p.lead").first.inner_text()
    assert "North & Co" in sentence
    assert page.get_by_role("img").count() >= 3
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download as PDF", exact=True).click()
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


@pytest.mark.parametrize("device", [DESK, PHONE, ZOOMED], ids=["desk", "phone", "400 %"])
def test_a_part_can_be_read_by_everybody(
    open_page: OpenPage, check_accessibility: Check, cafes: str, device: dict[str, Any]
) -> None:
    """A part, a part that is refused, and a page with everything opened hold up everywhere, the
    smallest window included."""
    page = open_page(device)
    sign_in(page, "manager")
    visit(page, check_accessibility, f"{cafes}?only-channel=qr&only-age=18-39")
    for closed in page.locator("details:visible").all():
        closed.evaluate("details => { details.open = true }")
    look_at(page, check_accessibility)
    answer = page.goto(f"{cafes}?only-language=en")
    assert answer is not None
    assert answer.status == 403
    look_at(page, check_accessibility)


def test_a_part_is_chosen_and_left_by_keyboard(page: Page, cafes: str) -> None:
    """Open the form, choose a channel, look, take the condition back: without a mouse."""
    sign_in(page, "manager")
    page.goto(cafes)
    page.get_by_text("Show a part of the interviews").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Channel", exact=True).focus()
    page.keyboard.type("QR")
    page.get_by_role("button", name="Show", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Lime & Sons (QR code)").wait_for()
    assert "only-channel=qr" in page.url
    assert "only-age" not in page.url
    page.get_by_role("link", name="Show without the condition channel: QR code").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Lime & Sons", exact=True).wait_for()
    assert "only-channel" not in page.url


def test_the_way_to_a_section_stays_at_hand(page: Page, cafes: str) -> None:
    """The list of sections leads to each, and stays in sight on a large screen."""
    sign_in(page, "manager")
    page.goto(cafes)
    sections = page.get_by_role("navigation", name="On this page")
    sections.get_by_role("link").last.click()
    target = page.url.partition("#")[2]
    assert page.locator(f"h2[id={target}]").is_visible()
    box = sections.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 20


def test_the_page_prints_whole(page: Page, cafes: str) -> None:
    """On paper the page has every section and every table, from the first to the last figure, and
    none of what belongs to the screen."""
    sign_in(page, "manager")
    page.goto(f"{cafes}?only-channel=qr")
    titles = page.locator(".report section > h2").all_inner_texts()
    for size, width in (("A4", 595), ("Letter", 612)):
        pages = PdfReader(io.BytesIO(page.pdf(format=size))).pages
        assert round(float(pages[0].mediabox.width)) == pytest.approx(width, abs=1)
        words = " ".join(" ".join(sheet.extract_text().split()) for sheet in pages)
        assert all(title in words for title in titles)
        assert "Lime & Sons (QR code)" in words
        assert "Sign out" not in words
        assert "Download" not in words
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})
    assert not page.evaluate(
        "[...document.querySelectorAll('.report table, .report svg')].some(shape =>"
        " shape.getBoundingClientRect().right > document.documentElement.clientWidth)"
    )


def test_pictures_and_tables_are_taken_away(open_page: OpenPage, cafes: str) -> None:
    """A chart as PNG and SVG, and the archive of tables, arrive under plain names."""
    page = open_page(accept_downloads=True)
    sign_in(page, "manager")
    page.goto(f"{cafes}?only-channel=qr")
    for kind in ("PNG", "SVG"):
        with page.expect_download() as started:
            page.get_by_role("link", name=f"Download as {kind}").first.click()
        name = started.value.suggested_filename
        assert name == f"cafés-lime-autumn-qr-code-en-standing.{kind.lower()}"
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download all tables as CSV").click()
    assert started.value.suggested_filename == "cafés-lime-autumn-qr-code-en-tables.zip"


@pytest.mark.parametrize("device", [DESK, PHONE, ZOOMED], ids=["desk", "phone", "400 %"])
def test_a_scorecard_from_right_to_left(
    open_page: OpenPage, check_accessibility: Check, cafes: str, device: dict[str, Any]
) -> None:
    """In Arabic the scorecard runs from the right, the page around it from the left."""
    page = open_page(device)
    sign_in(page, "manager")
    visit(page, check_accessibility, f"{cafes}?language=ar&only-channel=qr")
    report = page.locator(".report")
    assert report.get_attribute("lang") == "ar"
    assert page.locator("h1").evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert page.locator("nav.languages").evaluate("n => getComputedStyle(n).direction") == "ltr"
    first = page.locator("table").filter(visible=True).first
    row, figure = first.locator("tbody th").first, first.locator("tbody td").first
    if device is DESK:
        name, n = row.bounding_box(), figure.bounding_box()
        assert name is not None
        assert n is not None
        assert name["x"] > n["x"]
