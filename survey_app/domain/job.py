"""A job: work that takes longer than a page may, done by a worker and watched from a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from survey_app.domain.study import new_key, now

MOST_ATTEMPTS = 3
"""How often a job is begun before it counts as one that takes its worker down with it."""

LOST_AFTER = timedelta(seconds=30)
"""Without a sign of life for so long, the worker of a running job counts as gone."""

WAITING = "Waiting for a worker"


class JobError(ValueError):
    """A rule about jobs is broken. The message says which and how to mend it."""


class JobState(StrEnum):
    """Where a job stands. Waiting and running ones are unfinished; the rest stay as they are."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = frozenset({JobState.QUEUED, JobState.RUNNING})


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file that a job made."""

    name: str
    media_type: str
    content: bytes


@dataclass(eq=False)
class Job:
    """One piece of long work about a study.

    `fingerprint` stands for the work and the answers it is about: equal ones give equal results.
    `progress` runs from 0 to 1, `doing` is the sentence beside it. `attempt` counts how often a
    worker began; a worker that was thought lost holds an older number than the one that took over.
    `error` says for people why it failed.
    """

    kind: str
    study_id: int
    arguments: dict[str, Any]
    fingerprint: str
    asked_by: int
    state: JobState = JobState.QUEUED
    progress: float = 0.0
    doing: str = WAITING
    attempt: int = 0
    error: str = ""
    key: str = field(default_factory=new_key)
    created_at: datetime = field(default_factory=now)
    started_at: datetime | None = None
    heartbeat_at: datetime | None = None
    finished_at: datetime | None = None
    id: int | None = None

    @property
    def unfinished(self) -> bool:
        """Whether it waits or runs."""
        return self.state in UNFINISHED

    def is_silent(self, moment: datetime, lost_after: timedelta = LOST_AFTER) -> bool:
        """Whether it runs by name only: its worker has given no sign of life for `lost_after`."""
        if self.state is not JobState.RUNNING:
            return False
        return self.heartbeat_at is None or moment - self.heartbeat_at > lost_after

    def start(self, moment: datetime) -> None:
        """A worker begins. Raises JobError unless the job waits."""
        if self.state is not JobState.QUEUED:
            raise JobError("Only a job that waits can be started.")
        self.state = JobState.RUNNING
        self.attempt += 1
        self.progress, self.doing = 0.0, "Starting"
        self.started_at = self.heartbeat_at = moment

    def finish(self, moment: datetime) -> None:
        """The work is done."""
        self.progress, self.doing = 1.0, ""
        self._end(JobState.DONE, moment)

    def fail(self, message: str, moment: datetime) -> None:
        """The work cannot be done; `message` says why."""
        self.error = message
        self._end(JobState.FAILED, moment)

    def cancel(self, moment: datetime) -> None:
        """Nobody wants it any more; a worker at it stops. Raises JobError once it has ended."""
        if not self.unfinished:
            raise JobError("This work has ended already; there is nothing to cancel.")
        self._end(JobState.CANCELLED, moment)

    def give_back(self, why: str) -> None:
        """Let it wait for the next worker, from the beginning; `why` is told beside it."""
        self.state = JobState.QUEUED
        self.progress, self.doing = 0.0, why
        self.heartbeat_at = None

    def _end(self, state: JobState, moment: datetime) -> None:
        self.state = state
        self.finished_at = moment
