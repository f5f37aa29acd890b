"""The queue: where it lies, what travels in it, and what is told when it cannot be used."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from survey_app.config import ConfigError
from survey_app.jobs.queue import PlainMessages, default_file, open_queue
from survey_app.storage.database import Database

if TYPE_CHECKING:
    from pathlib import Path

    from tests.survey_app.jobs.conftest import Desk


def test_default_file_lies_beside_the_database(sqlite_database: Database) -> None:
    """A SQLite database has its queue beside it under a name of its own."""
    assert sqlite_database.file is not None
    assert default_file(sqlite_database) == sqlite_database.file.with_name("engage-jobs.sqlite")


def test_default_file_of_postgresql_is_in_the_current_folder() -> None:
    """A database on a server has no folder that we could use."""
    database = Database("postgresql://somebody@127.0.0.1:1/name")
    assert str(default_file(database)) == "engage-jobs.sqlite"


def test_opening_makes_no_file(sqlite_database: Database, tmp_path: Path) -> None:
    """Who asks for no long work gets no file for it."""
    queue = open_queue(sqlite_database, file=str(tmp_path / "queue.sqlite"))
    assert not (tmp_path / "queue.sqlite").exists()
    assert queue.waiting() == set()
    assert (tmp_path / "queue.sqlite").exists()


def test_only_numbers_travel(sqlite_desk: Desk) -> None:
    """A message is JSON with the number of the job; nothing in the file is ever unpickled."""
    job = sqlite_desk.ask()
    connection = sqlite3.connect(sqlite_desk.queue_file)
    (message,) = connection.execute("SELECT data FROM task").fetchone()
    connection.close()
    assert json.loads(message)[2] == job.id
    for bad in (b"\x80\x04K\x01.", b'["a", "b"]', b'["a", "b", "os.system"]'):
        with pytest.raises(ValueError, match=r".+"):
            PlainMessages().deserialize(bad)


def test_a_queue_that_fails_holds_nothing_up(
    sqlite_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """The job is kept even when no worker can be woken up; it is found in the table later."""
    sqlite_desk.queue_file.write_bytes(b"no database" * 1000)
    job = sqlite_desk.ask()
    assert job.id is not None
    assert f"Job {job.id} could not be queued" in caplog.text


def test_a_folder_that_cannot_be_written_is_told(sqlite_database: Database, tmp_path: Path) -> None:
    """The message names the file and both settings that mend it."""
    with pytest.raises(ConfigError, match=r"no/queue\.sqlite.*JOBS_FILE.*REDIS_URL"):
        open_queue(sqlite_database, file=str(tmp_path / "no" / "queue.sqlite")).prepare()


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "redis"])
def test_an_address_that_is_no_redis_is_told(sqlite_database: Database, url: str) -> None:
    """A wrong REDIS_URL is told with an example."""
    with pytest.raises(ConfigError, match=r"REDIS_URL is not .* redis://host:6379/0"):
        open_queue(sqlite_database, redis_url=url)


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_a_missing_redis_package_is_told(sqlite_url: str, command: str) -> None:
    """With REDIS_URL but without the package, the start ends with the package's name."""
    hide = "import sys; sys.modules['redis'] = None; from survey_app.cli import main; main()"
    environment = {
        **os.environ,
        "DATABASE_URL": sqlite_url,
        "SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "PUBLIC_URL": "http://localhost",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    ended = subprocess.run(
        [sys.executable, "-c", hide, command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "the Python package redis is not installed" in ended.stderr
    assert "pip install redis" in ended.stderr
