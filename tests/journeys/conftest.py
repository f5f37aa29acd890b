"""A real server and a real browser for the journeys.

- `live_server`: the application behind its server on loopback with a database of its own, one for
  each file of journeys. Fill it through `live_server.database`.
- `open_page`: opens a page in a browser of its own, e.g. `open_page(PHONE, color_scheme="dark")`;
  `page` is one on a desk. When the test ends, it fails where a page asked another server for
  anything, broke the content policy or met an error in a script.
- `check_accessibility`: axe-core on the page as it stands; no violation is accepted.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from survey_app.server import server_command
from survey_app.storage.database import Database
from tests.survey_app.web.conftest import furnish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SECRET_KEY = "journey-journey-journey-journey-journey"
SECONDS_TO_START = 30


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running application: its address, and its database to fill and to look into."""

    url: str
    database: Database


@pytest.fixture(scope="module")
def live_server(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The application behind its server, on a database without any study."""
    file = tmp_path_factory.mktemp("live") / "engage.sqlite"
    shutil.copyfile(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    with _running_server(database.url) as url:
        yield LiveServer(url, database)
    database.close()


@pytest.fixture(scope="module")
def furnished(live_server: LiveServer) -> None:
    """The people and studies that the tests of the web know, for those who sign in."""
    with live_server.database.writing() as unit:
        furnish(unit)
        unit.commit()


@contextmanager
def _running_server(database_url: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "PUBLIC_URL": url,
    }
    process = subprocess.Popen(server_command(port, workers=2), env=environment)
    try:
        _wait_for(port, process)
        yield url
    finally:
        process.terminate()
        process.wait(SECONDS_TO_START)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        try:
            # The port is open before the application behind it is loaded.
            urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=SECONDS_TO_START).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The server for the journeys did not start; see its message above.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise RuntimeError(f"The journeys need one of {BROWSERS}: apt-get install {BROWSERS[0]}.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=BROWSER_OPTIONS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a page in a new browser window without cookies."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(device: dict[str, Any] = DESK, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{**device, **options})
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        _listen(page, live_server.url, complaints)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(page: Page, url: str, complaints: list[str]) -> None:
    home = urlsplit(url).netloc

    def on_request(address: str) -> None:
        if urlsplit(address).netloc not in (home, ""):
            complaints.append(f"asked for {address}")

    def on_console(kind: str, text: str) -> None:
        # A page that answers 4xx is reported as an error too; the journeys look at such pages.
        if kind == "error" and "responded with a status of 4" not in text:
            complaints.append(text)

    page.on("request", lambda request: on_request(request.url))
    page.on("console", lambda message: on_console(message.type, message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page on a desk."""
    return open_page()


@pytest.fixture(scope="session")
def check_accessibility() -> Callable[[Page], None]:
    """Runs axe-core on a page; every violation fails the test with its place."""
    axe = Axe()

    def check(page: Page) -> None:
        found = axe.run(page).response["violations"]
        told = [
            {"rule": each["id"], "help": each["help"], "places": [n["html"] for n in each["nodes"]]}
            for each in found
        ]
        assert told == [], f"{page.url}\n{json.dumps(told, indent=2, ensure_ascii=False)}"

    return check
