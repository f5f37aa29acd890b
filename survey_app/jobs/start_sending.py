"""Asking for jobs that send mails of a study: one at a time, later after ones that failed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from survey_app.domain.job import Job, JobState
from survey_app.domain.posted import PAUSES
from survey_app.domain.study import new_key

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork

MOST_KEPT = 10
"""How many ended jobs of sending are kept for a study."""

PAUSES_OF_JOBS = PAUSES[:4]
"""How long is waited after one job that failed, after two in a row, and so on."""


def start_sending(
    unit: UnitOfWork, study: Study, kind: str, asked_by: int, *, minimum_n: int = 30
) -> Job:
    """The job that sends what waits of a study: one that waits or runs already, else a new one, to
    be committed and then put into the queue."""
    study_id = study.id or 0
    for job in unit.jobs.unfinished():
        if job.study_id == study_id and job.kind == kind:
            return job
    unit.jobs.forget_old(study_id, kind, MOST_KEPT - 1)
    key = new_key()
    arguments = {"study_id": study_id, "wave": None, "minimum_n": minimum_n, "job_key": key}
    # No two sendings are the same work, whatever the answers are.
    fingerprint = hashlib.sha256(key.encode()).hexdigest()
    job = Job(kind, study_id, arguments, fingerprint, asked_by=asked_by, key=key)
    unit.jobs.add(job)
    unit.flush()
    return job


def latest_sending(unit: UnitOfWork, study_id: int, kind: str) -> Job | None:
    """The latest job of a kind that sends mails of a study, or None."""
    return next(iter(unit.jobs.of_kind(study_id, kind, 1)), None)


def has_failed(unit: UnitOfWork, study_id: int, kind: str) -> bool:
    """Whether the latest job of a kind that sends mails of a study failed."""
    latest = latest_sending(unit, study_id, kind)
    return latest is not None and latest.state is JobState.FAILED


def start_due(unit: UnitOfWork, study_id: int, kind: str, moment: datetime) -> Job | None:
    """The job for a study; None while one is at work, or after ones that failed, for a while."""
    study = unit.studies.by_id(study_id)
    latest = latest_sending(unit, study_id, kind)
    if study is None or study.owner_id is None or (latest is not None and latest.unfinished):
        return None
    if latest is not None and latest.finished_at is not None:
        failed = _failed_in_a_row(unit, study_id, kind)
        if failed and moment < latest.finished_at + PAUSES_OF_JOBS[:failed][-1]:
            return None
    return start_sending(unit, study, kind, study.owner_id)


def _failed_in_a_row(unit: UnitOfWork, study_id: int, kind: str) -> int:
    count = 0
    for job in unit.jobs.of_kind(study_id, kind, MOST_KEPT):
        if job.state is not JobState.FAILED:
            break
        count += 1
    return count
