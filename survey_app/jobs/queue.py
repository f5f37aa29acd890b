"""The queue that wakes workers up: a SQLite file by default, Redis by REDIS_URL."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import SqliteStorage

from survey_app.config import ConfigError, check_redis_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survey_app.storage.database import Database

NAME = "engage"

_log = logging.getLogger(__name__)


class JobQueue:
    """Numbers of jobs on their way to a worker. `work` is called there, with one number."""

    def __init__(self, huey: Huey, work: Callable[[int], None]) -> None:
        def take(job_id: int) -> None:  # of this module on either side: huey names tasks by it
            work(job_id)

        self.huey = huey
        self._take = huey.task()(take)
        self._alone = Lock()  # huey's own does not hold while a connection is closed

    def prepare(self) -> None:
        """Make sure that the queue can be used. Raises ConfigError, naming the mend."""
        try:
            with self._connected():
                pass
        except sqlite3.Error as error:
            raise ConfigError(
                f"The queue of long work cannot be kept in {self.huey.storage.filename} ({error}). "
                "Name another file with JOBS_FILE, or a Redis with REDIS_URL."
            ) from None

    def put(self, job_id: int) -> None:
        """Wake a worker up for a job. A queue that fails is only logged: workers look through the
        table of jobs every few seconds."""
        try:
            with self._connected():
                self._take(job_id)
        except Exception:  # noqa: BLE001 – of sqlite3 or of Redis, none of which holds up the work
            _log.warning("Job %s could not be queued", job_id, exc_info=True)

    def waiting(self) -> set[int]:
        """Numbers of the jobs in the queue."""
        with self._connected():
            return {int(task.args[0]) for task in self.huey.pending()}

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """A connection for as long as it is needed, which is seldom. The first makes the file."""
        with self._alone:
            try:
                if isinstance(self.huey.storage, SqliteStorage):
                    self.huey.storage.initialize_schema()
                yield
            finally:
                self.huey.storage.close()


class PlainMessages(Serializer):  # type: ignore[misc]  # huey has no type hints
    """Messages as JSON: whoever can write into the queue can name a number and do nothing else."""

    def _serialize(self, message: Message) -> bytes:
        return json.dumps([message.id, message.name, *message.args]).encode()

    def _deserialize(self, data: bytes) -> Message:
        task_id, name, job_id = json.loads(bytes(data))
        return Message(id=str(task_id), name=str(name), args=(int(job_id),))


def open_queue(
    database: Database,
    *,
    redis_url: str = "",
    file: str = "",
    work: Callable[[int], None] | None = None,
) -> JobQueue:
    """The queue that the settings REDIS_URL and JOBS_FILE name.

    The default file lies beside a SQLite database, e.g. ``engage-jobs.sqlite``; for PostgreSQL in
    the current folder. Without `work` jobs can be put into the queue only.

    Raises
    ------
    ConfigError
        REDIS_URL is wrong, or the package that it needs is missing.
    """
    options: dict[str, Any] = {"results": False, "serializer": PlainMessages()}
    if redis_url:
        huey = _redis(redis_url, options)
    else:
        place = file or str(default_file(database))
        huey = SqliteHuey(NAME, filename=place, create_tables=False, **options)
    return JobQueue(huey, work or _nowhere)


def default_file(database: Database) -> Path:
    """Where the queue is kept when no setting names a place."""
    if database.file is None:
        return Path("engage-jobs.sqlite")
    return database.file.with_name(f"{database.file.stem}-jobs.sqlite")


def _redis(url: str, options: dict[str, Any]) -> Huey:
    check_redis_url(url)
    if find_spec("redis") is None:
        raise ConfigError(
            "REDIS_URL is set, but the Python package redis is not installed. Install it with "
            "`pip install redis`, or leave REDIS_URL empty to keep the queue in a file."
        )
    return RedisHuey(NAME, url=url, **options)


def _nowhere(_job_id: int) -> None:
    raise RuntimeError("Only a worker does the work of jobs.")
