"""Asking for long work, and taking the wish back."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from survey_app.domain.job import Job, JobError, JobState
from survey_app.domain.study import now
from survey_app.jobs.kinds import KINDS
from survey_app.jobs.study_answers import wave_of
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.report import software_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from survey_app.domain.study import Study
    from survey_app.domain.user import User
    from survey_app.jobs.kinds import Arguments, Kind
    from survey_app.jobs.queue import JobQueue
    from survey_app.storage.database import Database, UnitOfWork

MOST_UNFINISHED = 3
"""How many jobs of one person may wait or run at a time."""

MOST_KEPT = 10
"""How many ended jobs of a kind are kept for a study."""

PATIENCE = timedelta(minutes=1)
"""After so long without any worker at work, those who wait are told that there may be none."""


class TooManyJobs(JobError):
    """This person has asked for as many as may wait at a time."""


def ask(
    database: Database,
    queue: JobQueue,
    user: User,
    study: Study,
    kind: str,
    *,
    wave: str | None = None,
    minimum_n: int = 30,
    kinds: Mapping[str, Kind] = KINDS,
) -> Job:
    """The job of this kind about the answers as they are now: one that waits, runs or is done
    already, else a new one.

    The caller has made sure that `user` may work on `study`. Wave None takes all waves.

    Raises
    ------
    JobError
        there is no such kind or wave.
    TooManyJobs
        `MOST_UNFINISHED` jobs of this person wait or run.
    """
    if kind not in kinds or study.id is None or user.id is None:
        raise JobError("There is no work of this kind.")
    arguments = {"study_id": study.id, "wave": wave, "minimum_n": minimum_n}
    with database.reading() as unit:
        fingerprint = _fingerprint(unit, study, kind, arguments)
    with database.writing() as unit:
        job = unit.jobs.same(study.id, fingerprint)
        job = job or _waiting(unit, study.id, kind, arguments)
        if job is None:
            _require_room(unit, user.id, [name for name, one in kinds.items() if one.offered])
            unit.jobs.forget_old(study.id, kind, MOST_KEPT - 1)
            job = Job(kind, study.id, arguments, fingerprint, asked_by=user.id)
            unit.jobs.add(job)
        elif job.state is JobState.QUEUED:
            job.fingerprint = fingerprint
        unit.commit()
    if job.state is JobState.QUEUED and job.id is not None:
        queue.put(job.id)
    return job


def cancel(database: Database, job_id: int) -> Job:
    """Cancel a job; a worker at it stops at its next sign of progress.

    Raises
    ------
    JobError
        it has ended already, or is gone.
    """
    with database.writing() as unit:
        job = unit.jobs.by_id(job_id)
        if job is None:
            raise JobError("This work is no longer there.")
        job.cancel(now())
        kind = KINDS.get(job.kind)
        if kind is not None and kind.on_cancel is not None:
            kind.on_cancel(unit, job)
        unit.commit()
    return job


def standing(unit: UnitOfWork, job: Job) -> str:
    """What to tell somebody who waits for a job: what is done now, or why nothing happens."""
    moment = now()
    if job.is_silent(moment):
        return "Its worker gives no sign of life. It is taken up again as soon as a worker runs."
    if job.state is JobState.QUEUED and moment - job.created_at > PATIENCE:
        others = [one for one in unit.jobs.unfinished() if one.state is JobState.RUNNING]
        if all(one.is_silent(moment) for one in others):
            return (
                "No worker has taken it up yet. If this lasts, tell whoever runs this application "
                "that `engage worker` does not run."
            )
    return job.doing


def _waiting(unit: UnitOfWork, study_id: int, kind: str, arguments: Arguments) -> Job | None:
    """A job for the same that no worker has begun; it will read the answers of then."""
    for job in unit.jobs.unfinished():
        same = (job.study_id, job.kind, job.arguments) == (study_id, kind, arguments)
        if same and job.state is JobState.QUEUED:
            return job
    return None


def _require_room(unit: UnitOfWork, user_id: int, kinds: Iterable[str]) -> None:
    if unit.jobs.count_unfinished(user_id, kinds) >= MOST_UNFINISHED:
        raise TooManyJobs(
            f"{MOST_UNFINISHED} analyses of yours wait or run already. Wait until one has ended, "
            "or cancel one."
        )


def _fingerprint(unit: UnitOfWork, study: Study, kind: str, arguments: Arguments) -> str:
    """SHA-256 (hex) of all that decides what the work will give."""
    wave = wave_of(study, arguments["wave"])
    analysed = analyse_study(unit, study, wave, cache=AnalysisCache())
    told = [kind, arguments, software_version(), analysed.dataset.fingerprint, _stated(study)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _stated(study: Study) -> dict[str, Any]:
    """What a report repeats of a study besides its answers."""
    return {
        "facts": [study.title, study.population, study.sponsor, study.source, study.simulated],
        "instruments": study.instruments,
        "brands": [[brand.code, brand.names] for brand in study.brands],
        "waves": [
            [wave.code, wave.name, str(wave.first_day), str(wave.last_day)] for wave in study.waves
        ],
    }
