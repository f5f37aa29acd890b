"""A customer answers in a real browser: on a phone and at a desk, in English and Russian."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from instruments.load import shipped
from instruments.model import Citation, Instrument, Item, ResponseFormat, Scale
from survey_app.domain.study import Brand
from survey_app.services.study import close_study, create_study, open_study
from survey_app.storage.tables import interview, page_answers
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.people import add_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

FIRST_LOAD_BYTES = 60 * 1024
SMALLEST_TARGET = 24
START = {"en": "Start", "ru": "Начать"}
GO_ON = {"en": "Continue", "ru": "Продолжить"}
THANKS = {"en": "Thank you", "ru": "Спасибо"}
LOOKS = """input => {
  const style = getComputedStyle(input);
  return [style.borderColor, style.borderWidth, style.backgroundColor].join();
}"""
STILL_OPEN = {"en": "1 question is still open", "ru": "1 вопрос остался без ответа"}


def word_pairs() -> Instrument:
    """Two pairs of poles of our own."""
    pairs = {
        "warmth": ("cold", "warm", "холодный", "тёплый"),
        "age": ("old", "new", "старый", "новый"),
    }
    items = tuple(
        Item(f"pair_{topic}", topic, poles={"en": words[:2], "ru": words[2:]})
        for topic, words in pairs.items()
    )
    pair_format = ResponseFormat("pairs", "semantic_differential", 1, 7)
    scale = Scale("pairs", {"en": "Pairs", "ru": "Пары"}, pair_format, items)
    return Instrument(
        id="word_pairs",
        version="1.0",
        name={"en": "Pairs", "ru": "Пары"},
        languages=("en", "ru"),
        scales=(scale,),
        citation=Citation("Made for this test."),
        licence="MIT",
        wording="project",
    )


def add_study(server: LiveServer, **changes: Any) -> str:
    """Add an open study with every layout of questions; its address."""
    described: dict[str, Any] = {
        "title": "Engagement",
        "instruments": [word_pairs(), shipped("likelihood_to_recommend"), shipped("satisfaction")],
        "languages": ["en", "ru"],
        "brands": [
            Brand("north", {"en": "Aqua North", "ru": "Аква Север"}),
            Brand("south", {"en": "Aqua South", "ru": "Аква Юг"}),
        ],
        "consent": {"en": "We ask how you see brands.", "ru": "Мы спрашиваем о брендах."},
        "shuffle_items": True,
        "instructed_item": True,
        **changes,
    }
    with server.database.writing() as unit:
        owner = add_person(unit, f"r{datetime.now(UTC).timestamp()}@example.org")
        study = create_study(unit, owner=owner, **described)
        open_study(study)
        unit.commit()
        return f"/s/{study.key}"


@pytest.fixture
def study(live_server: LiveServer) -> str:
    """The address of a new open study."""
    return add_study(live_server)


def counts(server: LiveServer, address: str) -> tuple[int, int]:
    """How many interviews and submitted pages the study of an address has."""
    key = address.removeprefix("/s/")
    with server.database.reading() as unit:
        known = unit.studies.by_key(key)
        assert known is not None
    mine = interview.c.study_id == known.id
    with server.database.engine.connect() as connection:
        interviews = connection.scalar(select(func.count()).select_from(interview).where(mine))
        rows = select(func.count()).select_from(page_answers.join(interview)).where(mine)
        return interviews or 0, connection.scalar(rows) or 0


def answer(page: Page, value: str = "5", leave_out: int = 0) -> None:
    """Choose one point for every question of the page, but for the last ones."""
    groups = page.locator("fieldset.item")
    groups.first.wait_for()
    for number in range(groups.count() - leave_out):
        groups.nth(number).locator(f"input[value='{value}']").check()


def check_layout(page: Page) -> None:
    """Nothing is wider than the screen, and everything to click is large enough."""
    page.wait_for_load_state()
    page.locator("h1").first.wait_for()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
    targets = page.locator("button, .points label, .way a, nav a")
    for number in range(targets.count()):
        box = targets.nth(number).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET, targets.nth(number).inner_text()


def whole_way(page: Page, address: str, language: str, look: Callable[[Page], None]) -> None:
    """From the start page to the thanks, with an open question on the way."""
    page.goto(f"{address}?lang={language}&c=qr")
    look(page)
    page.locator("main button").click()
    look(page)
    page.locator(".notice:focus").wait_for()
    page.locator("#brand").check()
    page.get_by_role("button", name=START[language]).click()
    look(page)
    answer(page, leave_out=1)
    page.get_by_role("button", name=GO_ON[language]).click()
    look(page)
    assert STILL_OPEN[language] in page.locator(".notice").inner_text()
    assert page.title().startswith({"en": "Error: ", "ru": "Ошибка: "}[language])
    page.locator("button.second").click()
    while "/finish" not in page.url:
        look(page)
        answer(page)
        page.locator(".actions button").first.click()
    look(page)
    assert page.get_by_role("heading", level=1).inner_text() == THANKS[language]


@pytest.mark.parametrize(
    ("device", "language", "scheme"),
    [
        (PHONE, "en", "light"),
        (PHONE, "ru", "dark"),
        (DESK, "en", "dark"),
        (DESK, "ru", "light"),
    ],
    ids=["phone-en", "phone-ru-dark", "desk-en-dark", "desk-ru"],
)
def test_a_whole_interview(
    open_page: OpenPage,
    check_accessibility: Check,
    live_server: LiveServer,
    study: str,
    device: dict[str, Any],
    language: str,
    scheme: str,
) -> None:
    """Every page, with its errors, passes axe-core and fits the screen; one interview is kept."""
    page = open_page(device, color_scheme=scheme)

    def look(page: Page) -> None:
        assert page.locator("html").get_attribute("lang") == language
        check_layout(page)
        check_accessibility(page)

    whole_way(page, study, language, look)
    assert counts(live_server, study) == (1, 4)


def test_without_javascript(open_page: OpenPage, live_server: LiveServer, study: str) -> None:
    """The same way with scripts switched off, the error summary focused by the page itself."""
    page = open_page(PHONE, java_script_enabled=False)
    whole_way(page, study, "en", lambda page: None)
    assert counts(live_server, study) == (1, 4)


def test_narrow_and_enlarged(open_page: OpenPage, check_accessibility: Check, study: str) -> None:
    """320 px wide, as a page is when it is enlarged fourfold, nothing is lost or overlaps."""
    page = open_page({"viewport": {"width": 320, "height": 640}})

    def look(page: Page) -> None:
        check_layout(page)
        check_accessibility(page)

    whole_way(page, study, "ru", look)


def test_by_keyboard_alone(open_page: OpenPage, live_server: LiveServer, study: str) -> None:
    """Skip link, brand, questions and buttons are reached and used without a pointer, and the
    focus can be seen."""
    page = open_page(DESK)
    page.goto(study)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    _tab_to(page, "input[name=brand]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.locator("input[value=south]").is_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**/i/*/1")
    while "/finish" not in page.url:
        here = page.url
        for number in range(page.locator("fieldset.item").count()):
            group = page.locator("fieldset.item").nth(number)
            name = group.locator("input").first.get_attribute("name")
            _tab_to(page, f"input[name='{name}']")
            page.keyboard.press("Space")
            page.keyboard.press("ArrowRight")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert outline == "3px"
        _tab_to(page, "button")
        page.keyboard.press("Enter")
        page.wait_for_function("here => location.href !== here", arg=here)
    assert counts(live_server, study) == (1, 3)


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab on {page.url}")


def test_in_forced_colours_a_choice_can_be_seen(
    open_page: OpenPage, check_accessibility: Check, study: str
) -> None:
    """The chosen point differs from the others in every layout, motion reduced too."""
    page = open_page(DESK, forced_colors="active", reduced_motion="reduce")
    page.goto(f"{study}?b=north")
    page.get_by_role("button", name="Start").click()
    while "/finish" not in page.url:
        answer(page)
        group = page.locator("fieldset.item").first
        chosen = group.locator("input:checked").evaluate(LOOKS)
        assert chosen != group.locator("input:not(:checked)").first.evaluate(LOOKS)
        check_accessibility(page)
        page.locator(".actions button").first.click()


def test_a_double_click_and_the_back_button(
    page: Page, live_server: LiveServer, study: str
) -> None:
    """Impatience and second thoughts make neither a second interview nor an error page."""
    page.goto(f"{study}?b=north")
    page.get_by_role("button", name="Start").dblclick()
    page.wait_for_url("**/i/*/1")
    answer(page, "2")
    page.get_by_role("button", name="Continue").dblclick()
    page.wait_for_url("**/i/*/2")
    page.go_back()
    page.wait_for_url("**/i/*/1")
    assert page.locator("input[value='2']:checked").count() == 2
    answer(page, "6")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/i/*/2")
    page.reload()
    page.get_by_role("link", name="Back").click()
    assert page.locator("input[value='6']:checked").count() == 2
    assert counts(live_server, study) == (1, 2)


def test_two_tabs_and_another_device(
    open_page: OpenPage, live_server: LiveServer, study: str
) -> None:
    """Two tabs of one browser share the interview; its address goes on with it elsewhere."""
    first = open_page(PHONE)
    first.goto(f"{study}?b=north")
    second = first.context.new_page()
    second.goto(f"{study}?b=north")
    for tab in (first, second):
        tab.get_by_role("button", name="Start").click()
        tab.wait_for_url("**/i/*/1")
    assert first.url == second.url
    answer(first)
    first.get_by_role("button", name="Continue").click()
    first.wait_for_url("**/i/*/2")
    address = first.locator(".later a").first.get_attribute("href")
    assert address is not None
    elsewhere = open_page(DESK)
    elsewhere.goto(address)
    assert elsewhere.url == first.url
    assert counts(live_server, study) == (1, 1)


def test_a_lost_connection_keeps_the_answers(
    page: Page, live_server: LiveServer, study: str
) -> None:
    """Nothing is sent while there is no connection, and nothing has to be chosen again."""
    page.goto(f"{study}?b=north")
    page.get_by_role("button", name="Start").click()
    answer(page, "3")
    page.context.set_offline(True)
    page.get_by_role("button", name="Continue").click()
    assert "You are not connected" in page.get_by_role("status").inner_text()
    assert page.locator("input:checked").count() == 2
    page.context.set_offline(False)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/i/*/2")
    assert counts(live_server, study) == (1, 1)


def test_an_open_item_stops_being_pointed_out_once_answered(page: Page, study: str) -> None:
    """The link in the summary leads to the question; answering removes its mark."""
    page.goto(f"{study}?b=north")
    page.get_by_role("button", name="Start").click()
    answer(page, leave_out=1)
    page.get_by_role("button", name="Continue").click()
    page.locator(".notice a").click()
    focused = page.evaluate("document.activeElement.id")
    assert page.locator("fieldset.open input").first.get_attribute("id") == focused
    page.keyboard.press("Space")
    assert page.locator("fieldset.open").count() == 0


def test_the_first_load_over_the_wire(open_page: OpenPage, study: str) -> None:
    """Everything that the browser fetches for the first page, headers too, is at most 60 KB."""
    page = open_page(PHONE)
    sent = 0

    def weigh(request: Any) -> None:
        nonlocal sent
        sizes = request.sizes()
        sent += sizes["responseBodySize"] + sizes["responseHeadersSize"]

    page.on("requestfinished", weigh)
    page.goto(f"{study}?b=north", wait_until="networkidle")
    page.get_by_role("button", name="Start").click()
    page.wait_for_load_state("networkidle")
    assert 0 < sent <= FIRST_LOAD_BYTES


def test_pages_that_only_say_something(
    open_page: OpenPage, check_accessibility: Check, live_server: LiveServer, study: str
) -> None:
    """Unknown and closed surveys have a page that can be read by everybody."""
    page = open_page(PHONE, locale="ru-RU")
    for address in ("/s/unknown-survey-unknown", "/i/unknown-interview-unkn"):
        answered = page.goto(address)
        assert answered is not None
        assert answered.status == 404
        check_accessibility(page)
    with live_server.database.writing() as unit:
        known = unit.studies.by_key(study.removeprefix("/s/"))
        assert known is not None
        close_study(known)
        unit.commit()
    answered = page.goto(study)
    assert answered is not None
    assert answered.status == 410
    assert page.get_by_role("heading", level=1).inner_text() == "Этот опрос закрыт"
    check_accessibility(page)
