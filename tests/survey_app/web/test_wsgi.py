"""Starting the application as web servers start it, in processes of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from survey_app.server import server_command
from tests.survey_app.web.conftest import SECRET_KEY

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"SECRET_KEY": SECRET_KEY, "PUBLIC_URL": "http://localhost"}


def start(settings: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these settings and no other of ours."""
    names = ("DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "MINIMUM_N", "DEMO")
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, *command],
        env=inherited | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "too short"}, "SECRET_KEY is missing or shorter than 32"),
        ({"PUBLIC_URL": "survey.example.org"}, "PUBLIC_URL is missing or no web address"),
        ({"MINIMUM_N": "5"}, "MINIMUM_N is below 30"),
        ({"MINIMUM_N": "many"}, "MINIMUM_N 'many' is no whole number"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////no/such/folder/engage.sqlite"}, "There is no database"),
    ],
)
def test_bad_settings_are_told_in_words(
    sqlite_url: str, change: dict[str, str], message: str
) -> None:
    """A wrong setting ends the start with its name and the mend, never with a traceback."""
    settings = {**GOOD, "DATABASE_URL": sqlite_url, **change}
    ended = start(settings, "-c", "import survey_app.wsgi")
    assert ended.returncode == 3
    assert ended.stderr.startswith("The application cannot start. ")
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_database_without_tables_is_told_with_the_command(tmp_path: Path) -> None:
    """A database that was never set up names the command that does it."""
    settings = {**GOOD, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite'}"}
    ended = start(settings, "-c", "import survey_app.wsgi")
    assert ended.returncode == 3
    assert "engage database upgrade" in ended.stderr


def test_server_stops_when_the_application_refuses(sqlite_url: str) -> None:
    """The server ends with the message instead of starting its processes again and again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {**GOOD, "DATABASE_URL": sqlite_url, "SECRET_KEY": ""}
    ended = start(settings, *server_command(port, workers=1)[1:])
    assert ended.returncode == 1
    assert "SECRET_KEY is missing" in ended.stderr


def test_good_settings_start(sqlite_url: str) -> None:
    """With everything in place the entry holds an application."""
    code = "from survey_app.wsgi import app; print(app.test_client().get('/sign-in').status_code)"
    ended = start({**GOOD, "DATABASE_URL": sqlite_url}, "-c", code)
    assert ended.stdout.strip() == "200", ended.stderr


def test_importing_the_package_costs_nothing() -> None:
    """The command line may import the package without paying for Flask or the database."""
    code = "import sys, survey_app; print({'flask', 'sqlalchemy', 'numpy'} & set(sys.modules))"
    assert start({}, "-c", code).stdout.strip() == "set()"
