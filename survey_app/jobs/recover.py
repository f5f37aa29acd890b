"""Finding jobs that were left behind: by a worker that died, or by a queue that forgot them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.job import LOST_AFTER, MOST_ATTEMPTS, Job, JobState
from survey_app.domain.study import now

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from survey_app.jobs.queue import JobQueue
    from survey_app.storage.database import Database

TAKEN_UP_AGAIN = "Its worker ended in the middle; waiting to be taken up again"

LOST = (
    f"The worker ended in the middle of this work {MOST_ATTEMPTS} times, most likely because it "
    "needs more memory than the machine has. It is not tried again by itself."
)


def recover(database: Database, queue: JobQueue, lost_after: timedelta = LOST_AFTER) -> None:
    """Let jobs of silent workers wait again, or fail when that has happened too often; then queue
    every waiting job that is not in the queue."""
    with database.reading() as unit:
        unfinished = unit.jobs.unfinished()
    if any(job.is_silent(now(), lost_after) for job in unfinished):
        unfinished = _take_from_silent_workers(database, lost_after)
    waiting = [job.id for job in unfinished if job.state is JobState.QUEUED and job.id is not None]
    if waiting:
        queued = queue.waiting()
        for job_id in waiting:
            if job_id not in queued:
                queue.put(job_id)


def _take_from_silent_workers(database: Database, lost_after: timedelta) -> list[Job]:
    with database.writing() as unit:
        moment = now()
        unfinished = unit.jobs.unfinished()
        for job in unfinished:
            if job.is_silent(moment, lost_after):
                _take(job, moment)
        unit.commit()
    return unfinished


def _take(job: Job, moment: datetime) -> None:
    if job.attempt >= MOST_ATTEMPTS:
        job.fail(LOST, moment)
    else:
        job.give_back(TAKEN_UP_AGAIN)
