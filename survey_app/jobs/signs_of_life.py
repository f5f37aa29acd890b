"""What a running job tells of itself: how far it is, and that its worker lives."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING

from survey_app.domain.study import now
from survey_app.storage.errors import DatabaseError

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from survey_app.storage.database import Database

SHORTEST_PAUSE = 0.5
"""Seconds between two writes, however often the work says something new."""

_log = logging.getLogger(__name__)


class JobStopped(Exception):
    """The job was cancelled, or another worker has taken it over. Nothing of it is to be kept."""


class SignsOfLife:
    """Writes a job's progress from a thread of its own, at most twice a second, and at least every
    `beat` seconds when there is nothing new. As a context, for as long as the work lasts.

    The database is never waited for by the work itself, and a database that fails for a while does
    not fail the work.
    """

    def __init__(self, database: Database, job_id: int, attempt: int, beat: float) -> None:
        self._database = database
        self._job_id = job_id
        self._attempt = attempt
        self._beat = beat
        self._latest = (0.0, "Starting")
        self._news, self._stopped, self._over = Event(), Event(), Event()
        self._thread = Thread(target=self._write_until_over, name=f"job-{job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._news.set()
        self._thread.join()

    def say(self, progress: float, doing: str) -> None:
        """How far the work is, 0 to 1, and what is done now. Raises JobStopped."""
        if self._stopped.is_set():
            raise JobStopped
        self._latest = (min(max(float(progress), 0.0), 1.0), doing)
        self._news.set()

    def _write_until_over(self) -> None:
        while not self._over.is_set():
            self._news.wait(self._beat)
            self._news.clear()
            if not self._over.is_set():
                self._write()
                self._over.wait(SHORTEST_PAUSE)

    def _write(self) -> None:
        try:
            with self._database.writing() as unit:
                job = unit.jobs.held(self._job_id, self._attempt)
                if job is None:
                    self._stopped.set()
                    return
                job.progress, job.doing = self._latest
                job.heartbeat_at = now()
                unit.commit()
        except DatabaseError as error:
            _log.warning("Progress of job %s was not written: %s", self._job_id, error)
