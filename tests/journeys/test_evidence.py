"""A wave joins an instrument's evidence in the browser, and is taken back; each page is for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit
from tests.survey_app.domain.evidence_samples import wave

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import LiveServer

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

pytestmark = pytest.mark.usefixtures("furnished")


def test_a_wave_is_added_and_withdrawn(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """From the results by a label and two clicks into the evidence, by one click out and in."""
    page = open_page()
    sign_in(page, "researcher")
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/results")
    page.get_by_role("link", name="Add this wave to the evidence").click()
    look_at(page, check_accessibility)
    page.get_by_label("Label").fill("")
    page.get_by_role("button", name="Add the wave").click()
    look_at(page, check_accessibility)
    assert "Give the wave a label" in page.get_by_role("alert").inner_text()
    page.get_by_label("Label").fill("Shops, spring")
    page.get_by_role("button", name="Add the wave").click()
    assert "in the evidence" in page.get_by_role("status").inner_text()
    assert page.get_by_role("heading", name="Shops, spring").is_visible()
    look_at(page, check_accessibility)
    page.get_by_role("button", name="Withdraw").click()
    assert "withdrawn" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Put back").click()
    assert "counts again" in page.get_by_role("status").inner_text()
    with page.expect_download() as started:
        page.get_by_role("link", name="JSON").click()
    assert started.value.suggested_filename == "core-engagement-evidence.json"


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced colours"])
def test_evidence_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """The pages of instruments hold up on phone and desk, light, dark and in forced colours."""
    with live_server.database.writing() as unit:
        for number, simulated in ((70, False), (71, True)):
            one = wave(number, instrument_id="switching_intention", simulated=simulated)
            if unit.evidence.of_wave("switching_intention", one.source) is None:
                unit.evidence.add(one)
        unit.commit()
    page = open_page(device, **look)
    sign_in(page, "researcher")
    add = f"/studies/{key_of(live_server, 'Tracker')}/evidence"
    paths = ["/instruments/", "/instruments/switching_intention", add]
    visit(page, check_accessibility, *paths, "/instruments/zaichkowsky_1994_pii")
