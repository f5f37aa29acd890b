"""Invitations in a real browser: contacts taken in, a mail written, a link answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from survey_app.config import Config
from survey_app.domain.contact import email_digest
from survey_app.services.invitation_mail import OptOut, opt_out_token
from tests.journeys.conftest import DESK, PHONE, SECRET_KEY, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit
from tests.survey_app.web.conftest import email_of
from tests.survey_app.web.invited_site import invite, some

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

pytestmark = pytest.mark.usefixtures("furnished")

FILE = "email,name,language,brand\n" + "\n".join(
    [
        *(f"customer{n}@example.org,Customer {n},en,north" for n in range(12)),
        "ivan@a-very-long-name-of-a-company-that-does-not-end.example.org,Иван,ru,south",
        "nobody,X,pt,west",
    ]
)


def take_in(page: Page) -> None:
    """Choose the file of contacts and look at what it would do."""
    name = {"name": "customers.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.get_by_label("File of contacts").set_input_files(name)  # type: ignore[arg-type]
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", name="Keep these contacts?").wait_for()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced colours"])
def test_every_page_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """From a file to the mail as it will be received, with its mistakes, on every device."""
    path = f"/studies/{key_of(live_server, 'Shops')}"
    page = open_page(device, **look)
    sign_in(page, "researcher")
    visit(page, check_accessibility, f"{path}/", f"{path}/invitations/", f"{path}/contacts/add")
    page.goto(f"{path}/contacts/")
    take_in(page)
    look_at(page, check_accessibility)
    keep = page.get_by_role("button", name="Keep the contacts")
    if keep.count():
        keep.click()
    visit(page, check_accessibility, f"{path}/contacts/", f"{path}/invitations/")
    page.goto(f"{path}/contacts/?search=ivan")
    page.get_by_role("link", name="ivan@").click()
    look_at(page, check_accessibility)
    page.goto(f"{path}/invitations/write/invitation")
    page.get_by_label("Subject (English)").fill("{nobody}")
    page.get_by_role("button", name="See the mail").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look_at(page, check_accessibility)
    page.get_by_label("Subject (English)").fill("For {name}")
    page.get_by_role("button", name="See the mail").click()
    page.get_by_role("heading", name="Send this invitation?").wait_for()
    page.get_by_label("See it as another contact receives it").fill("ivan")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("Иван").first.wait_for()
    look_at(page, check_accessibility)


def test_a_link_of_ones_own_without_scripts(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """Opened, begun, gone on with on a phone by the address on the page, finished there; opened
    again it says thanks. Nothing of it needs a script."""
    key = key_of(live_server, "Tracker")
    with live_server.database.reading() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        brand = study.brands[0].code
    people = some(10, brand=brand)
    tokens = invite(live_server.database, key, people, secret_key=SECRET_KEY)
    link = f"/t/{tokens['reader0@example.org']}"
    desk = open_page(java_script_enabled=False)
    desk.goto(link)
    desk.get_by_text("nothing says which answers are yours").wait_for()
    desk.get_by_role("button", name="Start").click()
    desk.locator("footer a").first.wait_for()
    elsewhere = desk.locator("footer a").first.get_attribute("href") or ""
    phone = open_page(PHONE, java_script_enabled=False)
    phone.goto(elsewhere)
    while not phone.url.endswith("/finish"):
        for group in phone.locator("fieldset").all():
            if group.locator("input[type=radio]").count():
                group.locator("label").nth(2).click()
        phone.locator("main button, form button").last.click()
        phone.wait_for_load_state()
    used = open_page()
    used.goto(link)
    used.get_by_role("heading", name="You have answered already").wait_for()
    check_accessibility(used)


def test_no_more_invitations_by_a_button(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """The way out of a mail opens without signing in, asks in the language of the mail, and says
    when it is done."""
    with live_server.database.reading() as unit:
        owner = unit.users.by_email(email_of("researcher"))
        assert owner is not None
    config = Config(live_server.database.url, SECRET_KEY, live_server.url)
    about = OptOut(owner.id or 0, email_digest("customer3@example.org"), "ar")
    page = open_page(PHONE)
    page.goto(f"/opt-out/{opt_out_token(config, about)}")
    look_at(page, check_accessibility)
    page.locator("main button").click()
    page.locator("p[role=status]").wait_for()
    look_at(page, check_accessibility)
