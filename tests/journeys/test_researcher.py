"""A researcher's way: from an empty list to a study that customers answer, to results and files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]


pytestmark = pytest.mark.usefixtures("furnished")


def answer_all(customer: Page) -> None:
    """Answer every question of every page with the fourth point."""
    customer.get_by_role("button", name="Start").click()
    while customer.get_by_role("heading", name="Thank you").count() == 0:
        for question in customer.get_by_role("radiogroup").or_(customer.locator("fieldset")).all():
            question.locator("input[type=radio]").nth(3).check(force=True)
        customer.locator("main form button[type=submit], main form button").last.click()


def test_first_study_from_the_empty_list_to_an_answer(
    open_page: OpenPage, check_accessibility: Check
) -> None:
    """Somebody new makes a study, opens it, and sees the first customer counted."""
    page = open_page()
    page.goto("/studies/")
    look_at(page, check_accessibility)
    sign_in(page, "foreign_researcher")
    look_at(page, check_accessibility)
    page.get_by_role("link", name="Make your first study").click()
    look_at(page, check_accessibility)

    page.get_by_role("button", name="Make the study").click()
    look_at(page, check_accessibility)
    page.get_by_role("link", name="Give the study a title.").click()
    page.keyboard.type("Corner shops")
    page.get_by_label("Russian", exact=True).check()
    page.get_by_role("button", name="Make the study").click()
    page.get_by_role("link", name="Go on: Brands").click()
    page.get_by_role("button", name="Add a row").click()
    rows = page.get_by_role("group", name="Brand 4")
    rows.get_by_label("Name in English").fill("The Corner")
    rows.get_by_label("Name in Russian").fill("Угол")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Go on: Questionnaire").click()
    for name in ("Core engagement questionnaire", "Satisfaction"):
        page.get_by_role("link", name="Add a questionnaire").click()
        page.get_by_role("button", name=f"Add: {name}").click()
    page.get_by_role("link", name="Back to the study").click()
    page.get_by_role("link", name="Go on: Consent").click()
    page.get_by_role("button", name="Save").click()
    look_at(page, check_accessibility)

    page.get_by_role("link", name="Open the study").click()
    look_at(page, check_accessibility)
    page.get_by_role("button", name="Open the study").click()
    assert page.get_by_role("status").inner_text() == "The study is open. Share its links."
    look_at(page, check_accessibility)
    code = page.get_by_role("img", name="QR code that leads to the survey about The Corner")
    assert code.evaluate("image => image.complete && image.naturalWidth > 0")

    customer = open_page(PHONE)
    customer.goto(page.get_by_role("link", name="b=the-corner").get_attribute("href") or "")
    answer_all(customer)
    page.reload()
    completed = page.locator(".figures div", has_text="completed").locator("dd")
    assert completed.inner_text() == "1"
    page.get_by_role("link", name="Close the study").click()
    look_at(page, check_accessibility)
    page.get_by_role("button", name="Close the study").click()
    assert "closed" in page.get_by_role("status").inner_text()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced colours"])
def test_every_page_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """Each page of a study holds up on phone and desk, light, dark and in forced colours."""
    page = open_page(device, **look)
    sign_in(page, "researcher")
    shops, tracker = (f"/studies/{key_of(live_server, name)}" for name in ("Shops", "Tracker"))
    draft = f"/studies/{key_of(live_server, 'Draft')}"
    paths = [f"{shops}/", f"{shops}/results", f"{shops}/measurement", f"{tracker}/downloads/"]
    paths += ["/studies/", "/studies/new", f"{draft}/", "/account"]
    visit(page, check_accessibility, *paths)


def test_measurement_fits_between_phones_and_desks(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """No table of results is moved sideways on a tablet."""
    page = open_page({"viewport": {"width": 641, "height": 1000}})
    sign_in(page, "researcher")
    study = f"/studies/{key_of(live_server, 'Shops')}"
    visit(page, check_accessibility, f"{study}/results", f"{study}/measurement")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_pages_of_a_study_open_from_one_line_on_a_phone(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check, scripts: bool
) -> None:
    """One line says where one is; by the keyboard it opens all pages, and closes again."""
    page = open_page(PHONE, java_script_enabled=scripts)
    sign_in(page, "researcher")
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/waves/")
    pages = page.get_by_role("navigation", name="This study")
    box = pages.bounding_box()
    assert box is not None
    assert box["height"] < 60
    here = pages.get_by_role("button", name="Waves")
    here.press("Enter")
    page.keyboard.press("Tab")
    assert pages.locator(":focus").inner_text() == "Fieldwork"
    assert pages.get_by_role("link").count() == 14
    if scripts:
        check_accessibility(page)
    page.keyboard.press("Escape")
    assert pages.get_by_role("link").count() == 0
    here.press("Enter")
    pages.get_by_role("link", name="Measurement").press("Enter")
    pages.get_by_role("button", name="Measurement").wait_for()


@pytest.fixture
def long_title(live_server: LiveServer) -> Iterator[str]:
    """The address of a study whose title is one long word."""
    key = key_of(live_server, "Shops")
    _rename(live_server, key, "Kundenzufriedenheit" * 3)
    yield f"/studies/{key}"
    _rename(live_server, key, "Shops")


def _rename(server: LiveServer, key: str, title: str) -> None:
    with server.database.writing() as unit:
        study = next(study for study in unit.studies.all() if study.key == key)
        study.title = title
        unit.commit()


def test_a_long_word_is_broken_on_a_phone(
    long_title: str, open_page: OpenPage, check_accessibility: Check
) -> None:
    """No word of a title makes a page wider than the phone."""
    page = open_page(PHONE)
    sign_in(page, "researcher")
    pages = ("/", "/results", "/measurement", "/analyses/", "/downloads/")
    visit(page, check_accessibility, *(long_title + one for one in pages))


def test_files_are_saved_under_their_names(live_server: LiveServer, open_page: OpenPage) -> None:
    """Each file of the downloads page arrives whole under a name that tells what it is."""
    page = open_page(accept_downloads=True)
    sign_in(page, "researcher")
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/downloads/")
    saved = {}
    for link in ("CSV with codebook", "SPSS", "Excel", "Psychometric report", "PDF of South"):
        with page.expect_download() as started:
            page.get_by_role("link", name=link).click()
        saved[started.value.suggested_filename] = Path(started.value.path()).read_bytes()
    assert set(saved) == {
        "shops.zip",
        "shops.sav",
        "shops.xlsx",
        "shops-psychometric-report-1.pdf",
        "shops-south-en.pdf",
    }
    assert zipfile.ZipFile(io.BytesIO(saved["shops.zip"])).testzip() is None
    assert saved["shops.sav"].startswith(b"$FL2")
    assert saved["shops.xlsx"].startswith(b"PK")
    assert saved["shops-south-en.pdf"].startswith(b"%PDF")


def test_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    """Without a mouse one signs in, skips to the content and signs out."""
    page = open_page()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("researcher@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("four unrelated words")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Studies").wait_for()
    sign_out = page.get_by_role("button", name="Sign out")
    sign_out.focus()
    outline = sign_out.evaluate("button => getComputedStyle(button).outlineWidth")
    assert outline != "0px"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Sign in").wait_for()


def test_errors_are_pages_too(open_page: OpenPage, check_accessibility: Check) -> None:
    """A wrong address, a wrong password and a closed page look like the rest."""
    page = open_page(PHONE)
    page.goto("/nowhere")
    look_at(page, check_accessibility)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in").click()
    look_at(page, check_accessibility)
    sign_in(page, "researcher")
    page.goto("/people/")
    look_at(page, check_accessibility)
