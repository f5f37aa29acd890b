"""A draft is previewed, piloted, opened, changed in the field, and planned in waves."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from survey_app.services import next_version
from survey_app.services.study import set_consent
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]


pytestmark = pytest.mark.usefixtures("furnished")

WORDING = "When you think of {brand}, do your thoughts stay with it?"


def reworded(server: LiveServer, key: str) -> None:
    """Write another wording into the next version of a study."""
    with server.database.writing() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        next_version.begin(study)
        content = deepcopy(study.next_content)
        content["instruments"][0]["scales"][0]["items"][0]["text"]["en"] = WORDING
        next_version.revise(study, content)
        unit.commit()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("shown", LOOKS, ids=["light", "dark", "forced colours"])
def test_pages_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    shown: dict[str, Any],
) -> None:
    """Versions, pilot, preview and waves hold up everywhere."""
    page = open_page(device, **shown)
    tracker, draft = key_of(live_server, "Tracker"), key_of(live_server, "Draft")
    reworded(live_server, tracker)
    sign_in(page, "researcher")
    visit(
        page,
        check_accessibility,
        f"/studies/{tracker}/versions/",
        f"/studies/{tracker}/versions/next",
        f"/studies/{tracker}/versions/next/launch",
        f"/studies/{tracker}/versions/next/discard",
        f"/studies/{tracker}/preview/?of=next&page=1",
        f"/studies/{tracker}/waves/",
        f"/studies/{tracker}/waves/new",
        f"/studies/{tracker}/panel/",
        f"/studies/{tracker}/copy/",
        f"/studies/{draft}/pilot/",
        f"/studies/{draft}/pilot/delete",
    )


def test_from_the_preview_to_the_second_version(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """Everything is done by clicking; a pilot says so on every page, and does not go on once the
    study is open."""
    key = key_of(live_server, "Draft")
    with live_server.database.writing() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        set_consent(study, {"en": "Do you agree?"})
        unit.commit()
    page = open_page()
    sign_in(page, "researcher")
    page.goto(f"/studies/{key}/preview/")
    page.get_by_role("link", name="Next").click()
    frame = page.frame_locator("iframe[title*='phone']")
    frame.get_by_role("button", name="Continue").wait_for()
    page.get_by_role("link", name="Previous").click()
    page.frame_locator("iframe[title*='desktop']").get_by_role("button", name="Start").wait_for()

    page.goto(f"/studies/{key}/pilot/")
    page.get_by_role("button", name="Start the pilot").click()
    address = page.get_by_role("link", name="/s/").first.get_attribute("href")
    assert address is not None
    customer = open_page(PHONE)
    customer.goto(address)
    customer.get_by_text("Pilot: answers given here do not count.").wait_for()
    customer.get_by_role("button", name="Start").click()
    customer.get_by_text("Pilot: answers given here do not count.").wait_for()
    check_accessibility(customer)
    page.get_by_role("button", name="End the pilot").click()
    page.get_by_text("None so far").or_(page.get_by_text("started")).first.wait_for()
    look_at(page, check_accessibility)

    page.goto(f"/studies/{key}/open")
    page.get_by_role("button", name="Open the study").click()
    page.get_by_text("The study is open").wait_for()
    customer.reload()
    customer.get_by_text("This survey is closed").wait_for()
    customer.goto(address)
    customer.get_by_role("button", name="Start").wait_for()
    assert customer.get_by_text("Pilot").count() == 0

    page.get_by_role("link", name="Questionnaire").click()
    page.get_by_role("button", name="Begin a next version").click()
    page.get_by_text("It asks the same as the version").wait_for()
    reworded(live_server, key)
    page.reload()
    page.get_by_text(WORDING).wait_for()
    page.get_by_role("link", name="Launch it").click()
    page.get_by_label("Why does the questionnaire change?").fill("Two people misread it.")
    page.get_by_role("button", name="Launch it").click()
    page.get_by_text("Two people misread it.").wait_for()
    look_at(page, check_accessibility)


def test_waves_are_planned_without_script(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """A wave is added, its faults are told, and it is removed after a question."""
    key = key_of(live_server, "Shops")
    page = open_page(java_script_enabled=False)
    sign_in(page, "researcher")
    page.goto(f"/studies/{key}/waves/")
    page.get_by_role("link", name="Change Wave 1").click()
    page.get_by_label("Last day").fill("2031-05-01")
    page.get_by_role("button", name="Keep the wave").click()
    page.get_by_role("link", name="Add a wave").click()
    page.get_by_label("Name").fill("Later")
    page.get_by_label("First day").fill("2031-04-30")
    page.get_by_role("button", name="Add the wave").click()
    page.get_by_role("alert").get_by_text("Let Wave 1 end before Later begins").wait_for()
    page.get_by_label("First day").fill("2031-05-02")
    page.get_by_role("button", name="Add the wave").click()
    page.get_by_role("rowheader", name="Later").wait_for()
    page.get_by_role("link", name="Remove Later").click()
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("Later has been removed").wait_for()
