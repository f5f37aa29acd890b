"""A long analysis in a real browser with a real worker: watched with scripts and without."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from survey_app.domain.study import now
from tests.journeys.conftest import DESK, PHONE, LiveServer
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

pytestmark = pytest.mark.usefixtures("furnished")


def ask(page: Page, server: LiveServer, wave: str) -> None:
    """Ask for the report of a wave of the tracker."""
    page.goto(f"/studies/{key_of(server, 'Tracker')}/measurement")
    page.get_by_role("link", name="Analyses that take a while").click()
    page.get_by_label("Wave").select_option(label=wave)
    page.get_by_role("button", name="Start the analysis").click()
    page.get_by_role("heading", name=f"Psychometric report, {wave}", level=2).wait_for()


def begin(server: LiveServer) -> None:
    """A worker begins the latest job and says how far it is."""
    with server.database.writing() as unit:
        job = unit.jobs.latest(1)[0]
        job.start(now())
        job.progress, job.doing = 0.4, "Looking for factors"
        unit.commit()


def test_the_page_follows_the_work(
    live_server: LiveServer, open_page: OpenPage, check_accessibility: Check
) -> None:
    """The page moves on by itself from waiting over progress to the report, which is saved; no
    reader has to load it again."""
    page = open_page(accept_downloads=True)
    sign_in(page, "researcher")
    ask(page, live_server, "First wave")
    look_at(page, check_accessibility)
    bar = page.get_by_role("progressbar", name="Psychometric report, First wave")
    assert bar.evaluate("bar => bar.value") == 0
    environment = {**os.environ, "DATABASE_URL": live_server.database.url}
    command = [sys.executable, "-m", "survey_app.cli", "worker"]
    worker = subprocess.Popen(command, env=environment)
    try:
        page.get_by_text("The analysis is done.").wait_for(timeout=30_000)
    finally:
        worker.terminate()
        worker.wait(20)
    look_at(page, check_accessibility)
    with page.expect_download() as started:
        page.get_by_role("link", name="Psychometric report (PDF)").click()
    assert started.value.suggested_filename == "tracker-psychometric-report-w1.pdf"


def test_progress_is_shown_without_loading_the_page_again(
    live_server: LiveServer, open_page: OpenPage
) -> None:
    """What the worker says stands in the page a moment later, for eyes and for screen readers."""
    page = open_page()
    sign_in(page, "researcher")
    ask(page, live_server, "Second wave")
    page.evaluate("window.same = true")
    begin(live_server)
    page.get_by_role("status").get_by_text("Looking for factors").wait_for()
    assert page.get_by_role("progressbar").evaluate("bar => bar.value") == 0.4
    assert page.evaluate("window.same")
    page.get_by_role("button", name="Cancel the analysis").click()
    page.get_by_text("The analysis was cancelled.").wait_for()


def test_without_scripts_the_page_loads_itself_again(
    live_server: LiveServer, open_page: OpenPage
) -> None:
    """A browser without scripts sees the same a few seconds later."""
    page = open_page(java_script_enabled=False)
    sign_in(page, "researcher")
    ask(page, live_server, "Second wave")
    begin(live_server)
    page.get_by_text("Looking for factors").wait_for()
    page.get_by_role("button", name="Cancel the analysis").click()
    page.get_by_text("The analysis was cancelled.").wait_for()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced colours"])
def test_every_page_of_a_job_can_be_read_by_everybody(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """Form, list, a running, a cancelled and a finished job hold up on phone and desk, light, dark
    and in forced colours."""
    page = open_page(device, **look)
    sign_in(page, "researcher")
    ask(page, live_server, "Second wave")
    begin(live_server)
    page.get_by_text("Looking for factors").wait_for()
    look_at(page, check_accessibility)
    page.get_by_role("button", name="Cancel the analysis").click()
    page.get_by_text("The analysis was cancelled.").wait_for()
    look_at(page, check_accessibility)
    page.get_by_role("link", name="Analyses", exact=True).first.click()
    look_at(page, check_accessibility)
    page.goto(f"/studies/{key_of(live_server, 'Shops')}/analyses/")
    page.get_by_role("link", name="Psychometric report", exact=True).click()
    look_at(page, check_accessibility)
