"""A researcher watches fieldwork: on a phone, while answers come, with many brands, without
scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey_app.domain.study import Brand
from survey_app.services.collect import Collector
from survey_app.services.study import create_study, open_study
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit
from tests.survey_app.web.conftest import CONSENT, email_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

pytestmark = pytest.mark.usefixtures("furnished")

HALF_A_MINUTE = 31_000


def answer(server: LiveServer, name: str, pages: int = 4) -> None:
    """Somebody answers the first pages of the study about shops by its QR code."""
    collector = Collector(server.database)
    key = collector.start(
        key_of(server, "Shops"),
        start_id=f"start-{name}",
        brand_code="north",
        language="en",
        channel="qr",
    ).interview_key
    for _ in range(pages):
        page = collector.position(key).page
        collector.save_page(
            key,
            page.number,
            submission_id=f"submission-{page.number}",
            answers=dict.fromkeys(page.questions, 2),
            item_order=page.questions,
            seconds=12.0,
        )


def add_many_brands(server: LiveServer) -> str:
    """An open study of 120 brands without answers; its key."""
    with server.database.writing() as unit:
        owner = unit.users.by_email(email_of("researcher"))
        assert owner is not None
        study = create_study(
            unit,
            owner=owner,
            title="Many brands",
            instruments=["core_engagement"],
            languages=["en"],
            brands=[Brand(f"b{n:03}", {"en": f"Brand number {n}"}) for n in range(120)],
            consent=CONSENT,
        )
        open_study(study)
        unit.commit()
        return study.key


def test_fieldwork_is_read_on_a_phone_and_follows_the_answers(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """Figures, bars and tables fit a phone; half a minute after somebody answered, the figures are
    new without the page being loaded again, but not while nobody looks."""
    answer(live_server, "a-partial-interview", pages=1)
    page = open_page(PHONE)
    page.clock.install()
    sign_in(page, "researcher")
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/")
    look_at(page, check_accessibility)
    started = page.locator("dl.figures div", has_text="started").locator("dd")
    before = int(started.inner_text())
    page.evaluate("window.same = true")
    answer(live_server, "a-whole-interview")
    page.clock.fast_forward(HALF_A_MINUTE)
    page.locator("dl.figures dd").get_by_text(str(before + 1), exact=True).wait_for()
    assert page.evaluate("window.same")
    assert page.get_by_role("row", name="1 Cognitive engagement").is_visible()
    look_at(page, check_accessibility)


@pytest.mark.parametrize("look", LOOKS)
def test_all_pages_of_fieldwork_can_be_used_by_everybody(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check, look: dict[str, str]
) -> None:
    """Progress, all brands and response rates: no violation on a phone in every look, nor on a
    desk."""
    key = key_of(live_server, "Shops")
    page = open_page(DESK if look.get("forced_colors") else PHONE, **look)
    sign_in(page, "researcher")
    paths = ("?wave=1", "brands?find=o", "response-rates")
    visit(page, check_accessibility, *(f"/studies/{key}/{path}" for path in paths))


def test_one_brand_is_found_among_many(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """A study of many brands without answers teaches what to do; a brand is found by its name,
    without scripts, and its link stands beside it."""
    key = add_many_brands(live_server)
    page = open_page(PHONE, java_script_enabled=False)
    sign_in(page, "researcher")
    page.goto(f"/studies/{key}/")
    assert page.get_by_text("No answers yet.").is_visible()
    assert page.locator(".links li").count() == 1
    page.get_by_role("link", name="The link of each of 120 brands").click()
    assert page.get_by_text("Brands 1 to 50 of 120").is_visible()
    page.get_by_role("link", name="Next").click()
    assert page.get_by_text("Brands 51 to 100 of 120").is_visible()
    page.get_by_label("Find a brand by name or code").fill("NUMBER 117")
    page.get_by_role("button", name="Find").click()
    assert page.get_by_role("link", name="b=b117").is_visible()
    assert page.get_by_text("1 brand", exact=True).is_visible()


def test_mails_about_fieldwork_are_switched_off_and_on(live_server: LiveServer, page: Page) -> None:
    """The page says which mails come; a button switches them off, another one on again."""
    sign_in(page, "researcher")
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/")
    page.get_by_role("button", name="Send me no such mails").click()
    assert page.get_by_text("You get no mails about this fieldwork.").is_visible()
    page.get_by_role("button", name="Send me these mails").click()
    assert page.get_by_text("You get one mail when a quota is full").is_visible()
