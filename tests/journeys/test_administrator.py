"""An administrator's way: making a login, handing it over, assigning brands, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, look_at, sign_in, visit
from tests.survey_app.web.conftest import email_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]


pytestmark = pytest.mark.usefixtures("furnished")


def test_new_manager_from_login_to_scorecard(
    open_page: OpenPage, check_accessibility: Check
) -> None:
    """A manager is made, gets a brand and the password shown once, and reads the scorecard."""
    page = open_page()
    sign_in(page, "administrator")
    page.get_by_role("link", name="New person").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Nora New")
    page.get_by_label("E-mail address").fill(email_of("nora"))
    page.get_by_label("Manager: reads").check()
    page.get_by_role("button", name="Make the login").click()
    look_at(page, check_accessibility)
    password = page.locator(".secret").nth(1).inner_text()
    page.get_by_role("link", name="Done").click()
    page.get_by_label("South").check()
    page.get_by_role("button", name="Assign the brands").click()
    assert page.get_by_role("status").inner_text() == "The brands are assigned."

    nora = open_page(PHONE)
    sign_in(nora, "nora", password)
    nora.get_by_role("link", name="South", exact=True).click()
    assert "South" in nora.locator("p.lead").first.inner_text()

    page.get_by_role("button", name="Shut out").click()
    nora.reload()
    assert nora.get_by_role("heading", level=1).inner_text() == "Sign in"


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced colours"])
def test_pages_about_people_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """List, form and person hold up on phone and desk, light, dark and in forced colours."""
    page = open_page(device, **look)
    sign_in(page, "administrator")
    with live_server.database.reading() as unit:
        manager = unit.users.by_email(email_of("manager"))
    assert manager is not None
    visit(page, check_accessibility, "/people/", "/people/new", f"/people/{manager.id}")


def test_mistake_in_the_form_is_told_and_mended(
    open_page: OpenPage, check_accessibility: Check
) -> None:
    """A form sent empty lists what is missing; the link leads to the field."""
    page = open_page()
    sign_in(page, "administrator")
    page.goto("/people/new")
    page.get_by_role("button", name="Make the login").click()
    look_at(page, check_accessibility)
    page.get_by_role("link", name="Write an e-mail address.").click()
    assert page.evaluate("document.activeElement.id") == "email"
