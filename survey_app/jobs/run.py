"""Doing a job: once at a time, to its end, or back to those that wait."""

from __future__ import annotations

import json
import logging
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from survey_app.domain.job import LOST_AFTER, JobError, JobState
from survey_app.domain.study import now
from survey_app.jobs.kinds import KINDS, Outcome
from survey_app.jobs.signs_of_life import JobStopped, SignsOfLife

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import timedelta

    from survey_app.domain.job import Job
    from survey_app.jobs.kinds import Kind, Progress
    from survey_app.storage.database import Database, UnitOfWork

BEATS_UNTIL_LOST = 6
"""Signs of life that have to fail before a worker counts as gone."""

STOPPED = "The worker was stopped; waiting for the next one"

OUR_PACKAGES = frozenset({"instruments", "psychometrics", "reports", "survey_app"})

_log = logging.getLogger(__name__)


def run_job(
    database: Database,
    job_id: int,
    *,
    lost_after: timedelta = LOST_AFTER,
    kinds: Mapping[str, Kind] = KINDS,
) -> None:
    """Do a job that waits, and keep what it makes or why it failed. Nothing is done for one that
    runs elsewhere, has ended or is gone, so that a number may come out of the queue twice.

    A worker that is told to stop (KeyboardInterrupt) gives the job back.
    """
    job = _begin(database, job_id)
    if job is None:
        return
    beat = lost_after.total_seconds() / BEATS_UNTIL_LOST
    try:
        with SignsOfLife(database, job_id, job.attempt, beat) as signs:
            outcome = _do(database, job, kinds, signs.say)
    except JobStopped:
        return
    except KeyboardInterrupt:
        _change(database, job, lambda _, held: held.give_back(STOPPED))
        raise
    except Exception as error:  # noqa: BLE001 – whatever it is, the person who waits is told
        _fail(database, job, error)
    else:
        _finish(database, job, outcome)


def _begin(database: Database, job_id: int) -> Job | None:
    with database.writing() as unit:
        job = unit.jobs.by_id(job_id)
        if job is None or job.state is not JobState.QUEUED:
            return None
        job.start(now())
        unit.commit()
        return job


def _do(database: Database, job: Job, kinds: Mapping[str, Kind], progress: Progress) -> Outcome:
    kind = kinds.get(job.kind)
    if kind is None:
        raise JobError(f"This version of the program knows no work named {job.kind!r}.")
    made = kind.run(database.reading, job.arguments, progress)
    outcome = made if isinstance(made, Outcome) else Outcome(made)
    json.dumps(outcome.result, allow_nan=False)
    return outcome


def _finish(database: Database, job: Job, outcome: Outcome) -> None:
    def change(unit: UnitOfWork, held: Job) -> None:
        held.finish(now())
        unit.jobs.keep_result(held.id or 0, outcome.result, outcome.files)

    _change(database, job, change)


def _fail(database: Database, job: Job, error: Exception) -> None:
    message = for_people(error)
    if message is None:
        _log.error("Job %s (%s) failed", job.id, job.kind, exc_info=error)
        message = f"Something unexpected happened ({type(error).__name__}). It was recorded."
    _change(database, job, lambda _, held: held.fail(message, now()))


def _change(database: Database, job: Job, change: Callable[[UnitOfWork, Job], None]) -> None:
    """Change a job unless it was cancelled or taken over meanwhile."""
    with _uninterrupted(), database.writing() as unit:
        held = unit.jobs.held(job.id or 0, job.attempt)
        if held is not None:
            change(unit, held)
            unit.commit()


def for_people(error: Exception) -> str | None:
    """What our own errors say; they are written for people. None for any other."""
    if isinstance(error, MemoryError):
        return "This work needs more memory than the machine has."
    told = isinstance(error, ValueError | RuntimeError | LookupError)
    if told and type(error).__module__.partition(".")[0] in OUR_PACKAGES:
        return str(error).replace("\0", "")
    return None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """A worker that is told to stop is told twice; the second time must not cut off the tidying."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
