"""Paper: printed, typed in by keyboard twice, compared, counted; and QR codes for places."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from survey_app.storage.tables import interview, page_answers
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import key_of, look_at, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]


pytestmark = pytest.mark.usefixtures("furnished")

QUESTIONS = 13


def downloaded(page: Page, button: Any) -> list[str]:
    """The words of each page of the PDF that a button makes."""
    with page.expect_download() as waited:
        button.click()
    with open(waited.value.path(), "rb") as file:  # noqa: PTH123 - a path of Playwright's
        return [one.extract_text() for one in PdfReader(io.BytesIO(file.read())).pages]


def type_paper(page: Page, serial: str, digits: str) -> None:
    """Type a paper in by keyboard alone, from its number to the button."""
    page.wait_for_load_state()
    if serial:
        page.keyboard.type(serial)
        page.keyboard.press("Enter")
    page.keyboard.type(digits)
    page.keyboard.press("Enter")


def of_channel(server: LiveServer, channel: str) -> list[Any]:
    """The interviews of a channel."""
    with server.database.engine.connect() as connection:
        return list(connection.execute(select(interview).where(interview.c.channel == channel)))


@pytest.mark.parametrize(
    ("device", "shown"),
    [
        (DESK, {}),
        (PHONE, {"color_scheme": "dark", "reduced_motion": "reduce"}),
        (DESK, {"forced_colors": "active"}),
    ],
    ids=["desk", "dark phone", "forced colours"],
)
def test_pages_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    shown: dict[str, Any],
) -> None:
    """What can be printed, papers, and the page for typing hold up, with problems too."""
    page = open_page(device, **shown)
    sign_in(page, "researcher")
    base = f"/studies/{key_of(live_server, 'Shops')}"
    for path in ("paper/", "places/", "papers/", "papers/first"):
        page.goto(f"{base}/{path}")
        look_at(page, check_accessibility)
    page.get_by_label("Serial number").fill("???")
    page.locator("form.typing input[type=text]").nth(1).fill("9")
    page.get_by_role("button", name="Keep this paper").click()
    page.get_by_role("link", name="Question 1:").wait_for()
    look_at(page, check_accessibility)


def test_a_pile_of_paper_becomes_interviews(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """By keyboard: one digit a question, backspace to go back; equal entries count at once, others
    after a choice, a paper half empty as a partial interview; a number counts once only."""
    page = open_page()
    sign_in(page, "researcher")
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/papers/")
    page.get_by_role("button", name="Type in a pile").click()
    page.get_by_role("heading", name="Next paper").wait_for()
    type_paper(page, "0017", "5" * QUESTIONS)
    page.get_by_text("Paper 17 is typed in once.").wait_for()
    page.wait_for_load_state()
    # The last digit was wrong: back with backspace, then right.
    page.keyboard.type("18")
    page.keyboard.press("Enter")
    page.keyboard.type("6663")
    page.keyboard.press("Backspace")
    page.keyboard.type("4" + "6" * (QUESTIONS - 4))
    page.keyboard.press("Enter")
    page.get_by_text("Paper 18 is typed in once.").wait_for()
    type_paper(page, "19", "7777")
    page.keyboard.press("Control+End")
    page.get_by_role("button", name="Keep this paper").click()
    page.get_by_text("Paper 19 is typed in once.").wait_for()
    type_paper(page, "17", "1" * QUESTIONS)
    page.get_by_role("link", name="Paper 17 was typed in before").wait_for()
    look_at(page, check_accessibility)

    page.get_by_role("link", name="Shops: papers").click()
    look_at(page, check_accessibility)
    page.get_by_role("link", name="Second entry: paper 17").click()
    page.get_by_role("heading", name="Paper 17, second entry").wait_for()
    type_paper(page, "", "5" * QUESTIONS)
    page.get_by_text("Both entries of paper 17 agree.").wait_for()
    page.get_by_role("heading", name="Paper 18, second entry").wait_for()
    assert [row.disposition for row in of_channel(live_server, "paper")] == ["complete"]
    type_paper(page, "", "6663" + "6" * (QUESTIONS - 4))
    page.get_by_role("heading", name="Paper 18: what differs").wait_for()
    look_at(page, check_accessibility)
    page.get_by_role("button", name="Count this paper").click()
    page.get_by_role("link", name="Question 4: choose one").wait_for()
    page.get_by_label("4 Neither agree nor disagree").check()
    page.get_by_role("button", name="Count this paper").click()
    page.get_by_text("Paper 18 counts.").wait_for()
    page.get_by_role("link", name="Second entry: paper 19").click()
    page.get_by_role("heading", name="Paper 19, second entry").wait_for()
    type_paper(page, "", "7777")
    page.get_by_role("button", name="Keep this paper").click()
    page.get_by_text("Both entries of paper 19 agree.").wait_for()

    rows = of_channel(live_server, "paper")
    assert sorted(row.disposition for row in rows) == ["complete", "complete", "partial"]
    with live_server.database.engine.connect() as connection:
        typed = connection.scalars(
            select(page_answers.c.answers).where(
                page_answers.c.interview_id.in_([row.id for row in rows])
            )
        )
        answers = [answer for one in typed for answer in one.values()]
    assert sorted(filter(None, answers)) == sorted([5] * 13 + [6] * 12 + [4] + [7] * 4)


def test_a_pile_without_scripts(live_server: LiveServer, open_page: OpenPage) -> None:
    """The same in plain fields, left by Tab; two same entries make one more interview."""
    before = len(of_channel(live_server, "paper"))
    page = open_page(java_script_enabled=False)
    sign_in(page, "researcher")
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/papers/")
    page.get_by_role("button", name="Type in a pile").click()
    page.get_by_label("Serial number").fill("a-7")
    for entry in range(2):
        for field in page.locator("form.typing input[data-highest]").all():
            field.fill("2")
        page.get_by_role("button", name="Keep this paper").click()
        if not entry:
            page.get_by_text("Paper A-7 is typed in once.").wait_for()
            page.get_by_role("link", name="Shops: papers").click()
            page.get_by_role("link", name="Second entry: paper A-7").click()
    page.get_by_text("Both entries of paper A-7 agree.").wait_for()
    assert len(of_channel(live_server, "paper")) == before + 1


def test_paper_and_codes_are_printed(live_server: LiveServer, open_page: OpenPage) -> None:
    """A booklet in the other language with where to hand it in; a sheet with a card for each brand
    and place; a place that was taken away has none."""
    page = open_page()
    sign_in(page, "researcher")
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/paper/")
    page.get_by_label("As a booklet").check()
    page.get_by_label("Where to hand it in").fill("Box at the till.")
    words = downloaded(page, page.get_by_role("button", name="Make the PDF"))
    assert "Box at the till." in " ".join(words)
    assert "North" in " ".join(words)
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/places/")
    page.get_by_label("Add places").fill("Shop Rīga centre\nFair\n\nshop rīga centre")
    page.get_by_role("button", name="Add places").click()
    page.get_by_text("2 places are added.").wait_for()
    codes = page.get_by_role("button", name="Make the PDF")
    words = downloaded(page, codes)
    brands = page.get_by_role("group", name="Brands").get_by_role("checkbox").count() - 1
    assert " ".join(words).count("Shop Rīga centre") == brands
    assert "p=shop-riga-centre" in "".join(words).replace("\n", "")
    page.get_by_role("button", name="Remove: Fair").click()
    page.get_by_text("The place is gone.").wait_for()
    assert "Fair" not in " ".join(downloaded(page, codes))
