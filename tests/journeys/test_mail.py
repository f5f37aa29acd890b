"""Scorecards by mail in a real browser: set up by a reader, looked at by all, ended by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from survey_app.config import Config
from survey_app.domain.delivery import Claim, Delivery
from survey_app.domain.study import new_key, now
from survey_app.services.delivery_mail import Unsubscription, unsubscribe_token
from tests.journeys.conftest import DESK, PHONE, SECRET_KEY, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit
from tests.survey_app.web.conftest import email_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

pytestmark = pytest.mark.usefixtures("furnished")


def log_one(server: LiveServer) -> str:
    """A mail to the manager that failed; the address to unsubscribe that it carried."""
    with server.database.writing() as unit:
        study = unit.studies.by_key(key_of(server, "Shops"))
        manager = unit.users.by_email(email_of("manager"))
        assert study is not None
        assert manager is not None
        one = Delivery(
            f"sent {new_key()}",
            study.id or 0,
            manager.id or 0,
            study.brand("north").id or 0,
            study.current_wave.id or 0,
            "en",
            due_at=now(),
        )
        one.start(Claim(1, 1), f"<{'k' * 60}@survey.example.org>", "f" * 64)
        one.fail("The mail server does not take mail for manager@example.org: 550 5.1.1 Nobody")
        unit.deliveries.add_new([one])
        unit.commit()
    config = Config(server.database.url, SECRET_KEY, server.url)
    about = Unsubscription(manager.id or 0, study.id or 0, "ar")
    return f"/unsubscribe/{unsubscribe_token(config, about)}"


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced colours"])
def test_every_page_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """The reader's page, the form, the log with its details, the confirmation, the administrator's
    list and the page to unsubscribe hold up everywhere."""
    address = log_one(live_server)
    key = key_of(live_server, "Shops")
    manager = open_page(device, **look)
    sign_in(manager, "manager")
    visit(manager, check_accessibility, "/by-mail/", f"/by-mail/studies/{key}/new", address)
    researcher = open_page(device, **look)
    sign_in(researcher, "researcher")
    researcher.goto(f"/studies/{key}/deliveries/")
    researcher.locator("summary").first.click()
    look_at(researcher, check_accessibility)
    researcher.get_by_role("button", name="See who receives what").click()
    researcher.get_by_role("heading", name="Send these scorecards?").wait_for()
    look_at(researcher, check_accessibility)
    administrator = open_page(device, **look)
    sign_in(administrator, "administrator")
    visit(administrator, check_accessibility, "/deliveries/", f"/studies/{key}/deliveries/")


def test_set_up_without_scripts(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """A reader without scripts sets up a monthly mail, pauses it and deletes it."""
    page = open_page(java_script_enabled=False)
    sign_in(page, "manager")
    page.get_by_role("link", name="By mail").click()
    page.get_by_role("link", name="Set up mails: Shops").click()
    page.get_by_label("Every month").check()
    page.get_by_label("Day of the month").select_option("31")
    page.get_by_label("Time zone").select_option("America/New_York")
    page.get_by_role("button", name="Set up").click()
    page.get_by_text("at 08:00, America/New York time").wait_for()
    page.get_by_role("button", name="Pause: All my brands, Shops").click()
    page.get_by_role("button", name="Resume: All my brands, Shops").wait_for()
    page.get_by_role("button", name="Delete: All my brands, Shops").click()
    page.get_by_text("Nothing is set up for this study.").wait_for()


def test_days_are_asked_only_for_every_month(live_server: LiveServer, open_page: OpenPage) -> None:
    """Who wants mail after a wave is not asked for a day."""
    page = open_page()
    sign_in(page, "manager")
    page.goto(f"/by-mail/studies/{key_of(live_server, 'Shops')}/new")
    assert page.get_by_label("Day of the month").is_hidden()
    page.get_by_label("Every month").check()
    assert page.get_by_label("Day of the month").is_visible()


def test_unsubscribed_by_a_button(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """The link of a mail opens without signing in, asks in Arabic, and says when it is done."""
    page = open_page()
    page.goto(log_one(live_server))
    assert (
        page.locator("div[lang=ar]").evaluate("node => getComputedStyle(node).direction") == "rtl"
    )
    page.get_by_role("button", name="إلغاء الاشتراك").click()
    page.get_by_role("heading", name="ألغي اشتراكك").wait_for()
    look_at(page, check_accessibility)
    sign_in(page, "manager")
    page.goto("/by-mail/")
    page.get_by_text("You are unsubscribed").wait_for()
    page.get_by_role("button", name="Receive mails again: Shops").click()
    page.get_by_role("button", name="Stop all mails: Shops").wait_for()
