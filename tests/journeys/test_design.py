"""A researcher designs a study in the browser: several instruments, questions typed in, a branch,
an answer repeated, a quota, brands that are drawn; and a customer meets it on a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from survey_app.domain.questionnaire import BrandQuestion, read_design
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

pytestmark = pytest.mark.usefixtures("furnished")

BRANDS = {
    "North": "الشمال",
    "South": "الجنوب",
    "East": "الشرق",
    "West": "الغرب",
}
SHIPPED = ("Core engagement questionnaire", "Satisfaction", "What customers do", "Demographics")
PLACES = {"English": "In a shop\nOn the web", "Arabic": "في متجر\nعلى الإنترنت"}


def press(page: Page, name: str) -> None:
    """Press a button and wait for the page that follows."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def follow(page: Page, name: str) -> None:
    """Follow a link."""
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_load_state()


def say_what_it_is_about(page: Page) -> None:
    """A new study in English and Arabic."""
    page.goto("/studies/new")
    page.get_by_label("Title").fill("Four brands")
    page.get_by_label("Arabic").check()
    press(page, "Make the study")


def name_brands(page: Page) -> None:
    """Four brands, of which at most two that somebody knows are asked about."""
    follow(page, "Go on: Brands")
    press(page, "Add a row")
    for number, (english, arabic) in enumerate(BRANDS.items(), start=1):
        row = page.get_by_role("group", name=f"Brand {number}")
        row.get_by_label("Name in English").fill(english)
        row.get_by_label("Name in Arabic").fill(arabic)
    page.get_by_label("Several, of those that they know").check()
    page.get_by_label("At most how many brands").fill("2")


def add_shipped(page: Page) -> None:
    """Four questionnaires that are shipped."""
    for name in SHIPPED:
        follow(page, "Add a questionnaire")
        page.get_by_role("button", name=f"Add: {name}").click()
        page.wait_for_load_state()


def type_in(
    page: Page,
    question: dict[str, str],
    kind: str,
    *,
    answers: dict[str, str] | None = None,
    about: str = "The brand",
    identifier: str = "",
) -> None:
    """Fill in the form for a question of one's own."""
    follow(page, "Type in questions")
    page.get_by_label(kind).check()
    page.get_by_label(about).check()
    for language, text in (answers or {}).items():
        page.get_by_label(f"Answers in {language}").fill(text)
    for language, text in question.items():
        page.get_by_label(f"Question in {language}").fill(text)
    page.get_by_label("Identifier").fill(identifier)


def type_in_all(page: Page, check: Callable[[], None]) -> None:
    """A choice, an agreement, and an open question that repeats an answer."""
    buys = {"English": "Where do you buy {brand}?", "Arabic": "أين تشترون {brand}؟"}
    type_in(page, buys, "One of several", answers=PLACES, identifier="buys")
    check()
    press(page, "Save")
    miss = {"English": "I would miss {brand}.", "Arabic": "سأفتقد {brand}."}
    type_in(page, miss, "Agreement")
    press(page, "Save")
    change = {
        "English": "You buy here: {answer:buys}. What should {brand} change?",
        "Arabic": "تشترون هنا: {answer:buys}. ماذا ينبغي أن تغير {brand}؟",
    }
    type_in(page, change, "In their own words", identifier="change")
    press(page, "Save")


def block(page: Page, name: str) -> Locator:
    """A block in the list of the questionnaire."""
    return page.locator(".blocks li").filter(has_text=name)


def branch(page: Page, check: Callable[[], None]) -> None:
    """The open question is asked only of those who buy on the web."""
    block(page, "What should").get_by_role("link", name="Who is asked").click()
    check()
    page.get_by_label("Add a condition").select_option(label="Where do you buy …?")
    press(page, "Choose answers")
    page.get_by_label("On the web").check()
    check()
    press(page, "Save")
    check()
    follow(page, "Back to the questionnaire")


def add_quota(page: Page, check: Callable[[], None]) -> None:
    """At most fifty people of 18 to 29."""
    follow(page, "Quotas")
    follow(page, "Add a quota")
    check()
    page.get_by_label("Name").fill("Young people")
    page.get_by_label("Complete interviews wanted").fill("50")
    press(page, "Go on: whom it counts")
    check()
    page.get_by_label("Add a condition").select_option(label="How old are you?")
    press(page, "Choose answers")
    page.get_by_label("18 to 29").check()
    check()
    press(page, "Save")
    follow(page, "Back to the quotas")
    check()


def design(page: Page, look: Callable[[], None]) -> None:
    """Everything up to a study that can be opened."""
    say_what_it_is_about(page)
    look()
    name_brands(page)
    look()
    press(page, "Save")
    follow(page, "Go on: Questionnaire")
    look()
    add_shipped(page)
    type_in_all(page, look)
    look()
    branch(page, look)
    page.get_by_label("Ask an attention check").check()
    page.get_by_label("It stands at the end of").select_option(label="Emotional engagement")
    press(page, "Save these")
    look()
    follow(page, "Four brands")
    add_quota(page, look)
    follow(page, "Four brands")
    follow(page, "Go on: Consent")
    look()
    press(page, "Save")
    follow(page, "Check")
    look()


def test_a_study_is_designed_opened_and_answered(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """Without a line of code; on the phone the branch and the repeated answer are seen to work."""
    page = open_page()
    sign_in(page, "foreign_researcher")
    design(page, lambda: look_at(page, check_accessibility))
    assert "Nothing is missing" in page.locator("main").inner_text()
    follow(page, "Open the study")
    press(page, "Open the study")
    key = key_of(live_server, "Four brands")
    link = page.locator(".links .break a")
    assert link.count() == 1
    address = link.get_attribute("href") or ""
    answer_on_a_phone(open_page(PHONE), address, "On the web", branch_seen=True)
    answer_on_a_phone(open_page(PHONE), address, "In a shop", branch_seen=False)
    look_at_arabic(open_page(PHONE), address)
    with live_server.database.reading() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        asked = read_design(study.asked_content()["design"], ())
    assert (asked.brand_question, asked.most_brands) == (BrandQuestion.KNOWN, 2)
    assert (asked.quotas[0].limit, asked.instructed_after) == (50, 2)


def answer_on_a_phone(page: Page, address: str, place: str, *, branch_seen: bool) -> None:
    """Mark three brands, buy at a place, and go through to the end."""
    page.goto(address)
    press(page, "Start")
    for name in ("North", "South", "West"):
        page.get_by_label(name).check(force=True)
    seen = ""
    press(page, "Continue")
    while page.get_by_role("heading", name="Thank you").count() == 0:
        for question in page.locator("fieldset.item").all():
            chosen = question.get_by_label(place, exact=True)
            shown = chosen if chosen.count() else question.locator("input[type=radio]").first
            shown.check(force=True)
        seen += page.locator("main").inner_text()
        page.locator("main form .actions button").first.click()
        page.wait_for_load_state()
    told = re.findall(r"You buy here: (.+)\. What should (\w+) change\?", seen)
    asked = sorted(set(re.findall(r"Where do you buy (\w+)\?", seen)))
    assert len(asked) == 2
    assert set(asked) <= {"North", "South", "West"}
    assert sorted(told) == ([(place, brand) for brand in asked] if branch_seen else [])


def look_at_arabic(page: Page, address: str) -> None:
    """The questionnaire stands in Arabic from right to left, brands by their Arabic names."""
    page.goto(f"{address}?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.locator("main form button").last.click()
    page.get_by_label(BRANDS["East"]).check(force=True)
    page.locator("main form .actions button").first.click()
    page.wait_for_url("**/2")
    assert BRANDS["East"] in page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("device", "look"),
    list(zip((PHONE, DESK, PHONE), LOOKS, strict=True)),
    ids=["light phone", "dark desk", "phone in forced colours"],
)
def test_every_page_of_a_draft_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """Each part of a study in the making holds up on phone and desk, light, dark and forced."""
    page = open_page(device, **look)
    sign_in(page, "researcher")
    home = f"/studies/{key_of(live_server, 'Draft')}/"
    made, core = f"{home}design/", f"{home}design/questions/block/core_engagement"
    parts = ("about", "brands", "consent", "check", "questions/", "questions/add", "quotas/")
    more = ("questions/own", "questions/file", "quotas/new")
    paths = [home, *(made + part for part in parts + more)]
    paths += [core, f"{core}/shown-if", f"{core}/shown-if?item=language", f"{core}/short-form"]
    visit(page, check_accessibility, *paths)


def test_mistakes_are_told_where_they_are(open_page: OpenPage, check_accessibility: Check) -> None:
    """A form that is refused lists what to mend, each with a link to its field; a block taken out
    comes back."""
    page = open_page()
    sign_in(page, "researcher")
    page.goto("/studies/")
    follow(page, "Draft")
    follow(page, "Questionnaire")
    follow(page, "Type in questions")
    press(page, "Save")
    look_at(page, check_accessibility)
    page.get_by_role("link", name="Write the question.").click()
    page.keyboard.type("Which {colour} suits {brand}?")
    page.get_by_label("Answers in English").fill("Red\nBlue")
    press(page, "Save")
    look_at(page, check_accessibility)
    assert "may stand in braces" in page.get_by_role("alert").inner_text()
    page.get_by_label("Question in English").fill("Which colour suits {brand}?")
    press(page, "Save")
    press(page, "Remove: Which colour suits …?")
    look_at(page, check_accessibility)
    assert block(page, "Which colour").count() == 0
    press(page, "Bring it back")
    assert block(page, "Which colour").count() == 1
    press(page, "Remove: Which colour suits …?")
