"""Looking for scorecards that are due, and asking for the job that sends them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from survey_app.domain.delivery import PAUSES
from survey_app.domain.job import Job, JobState
from survey_app.domain.study import new_key, now
from survey_app.services.delivery_queue import is_anything_due, queue_due
from survey_app.services.delivery_send import give_up_lost

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.study import Study
    from survey_app.jobs.queue import JobQueue
    from survey_app.storage.database import Database, UnitOfWork

KIND = "deliver_scorecards"

MOST_KEPT = 10
"""How many ended jobs of sending are kept for a study."""

PAUSES_OF_JOBS = PAUSES[:4]
"""How long is waited after one job that failed, after two in a row, and so on."""


def start_delivery(unit: UnitOfWork, study: Study, asked_by: int, *, minimum_n: int = 30) -> Job:
    """The job that sends what waits of a study: one that waits or runs already, else a new one, to
    be committed and then put into the queue."""
    study_id = study.id or 0
    for job in unit.jobs.unfinished():
        if job.study_id == study_id and job.kind == KIND:
            return job
    unit.jobs.forget_old(study_id, KIND, MOST_KEPT - 1)
    key = new_key()
    arguments = {"study_id": study_id, "wave": None, "minimum_n": minimum_n, "job_key": key}
    # No two sendings are the same work, whatever the answers are.
    fingerprint = hashlib.sha256(key.encode()).hexdigest()
    job = Job(KIND, study_id, arguments, fingerprint, asked_by=asked_by, key=key)
    unit.jobs.add(job)
    unit.flush()
    return job


def latest_delivery(unit: UnitOfWork, study_id: int) -> Job | None:
    """The latest job that sends scorecards of a study, or None."""
    return next(iter(unit.jobs.of_kind(study_id, KIND, 1)), None)


def cancel_waiting(unit: UnitOfWork, job: Job) -> None:
    """With a job of sending everything is taken back that waits for being sent."""
    for delivery in unit.deliveries.waiting(job.study_id):
        delivery.cancel()


def deliver_due(database: Database, queue: JobQueue) -> None:
    """Let everything wait whose schedule is due, and ask for the jobs that send what waits. Done
    by every worker every few seconds; twice it does no harm."""
    moment = now()
    with database.reading() as unit:
        due = is_anything_due(unit, moment)
        in_hands = bool(unit.deliveries.in_hands())
        waiting = unit.deliveries.studies_due(moment)
    if not (due or in_hands or waiting):
        return
    with database.writing() as unit:
        give_up_lost(unit)
        queue_due(unit, moment)
        unit.flush()
        jobs = [_start(unit, study_id, moment) for study_id in unit.deliveries.studies_due(moment)]
        unit.commit()
    for job in jobs:
        if job is not None and job.id is not None:
            queue.put(job.id)


def _start(unit: UnitOfWork, study_id: int, moment: datetime) -> Job | None:
    """The job for a study; None while one is at work, or after ones that failed, for a while."""
    study = unit.studies.by_id(study_id)
    latest = latest_delivery(unit, study_id)
    if study is None or study.owner_id is None or (latest is not None and latest.unfinished):
        return None
    if latest is not None and latest.finished_at is not None:
        failed = _failed_in_a_row(unit, study_id)
        if failed and moment < latest.finished_at + PAUSES_OF_JOBS[:failed][-1]:
            return None
    return start_delivery(unit, study, study.owner_id)


def _failed_in_a_row(unit: UnitOfWork, study_id: int) -> int:
    count = 0
    for job in unit.jobs.of_kind(study_id, KIND, MOST_KEPT):
        if job.state is not JobState.FAILED:
            break
        count += 1
    return count
