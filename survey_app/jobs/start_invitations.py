"""Looking for mailings that are due, and asking for the job that sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.study import now
from survey_app.jobs.start_sending import has_failed, latest_sending, start_due, start_sending
from survey_app.services.invitations import cancel_mailing
from survey_app.services.posting import give_up_lost

if TYPE_CHECKING:
    from survey_app.domain.job import Job
    from survey_app.domain.study import Study
    from survey_app.jobs.queue import JobQueue
    from survey_app.storage.database import Database, UnitOfWork

KIND = "send_invitations"


def start_invitations(unit: UnitOfWork, study: Study, asked_by: int) -> Job:
    """The job that sends the mailings of a study that are due, to be committed and then put into
    the queue."""
    return start_sending(unit, study, KIND, asked_by)


def latest_invitations(unit: UnitOfWork, study_id: int) -> Job | None:
    """The latest job that sends mailings of a study, or None."""
    return latest_sending(unit, study_id, KIND)


def try_again(unit: UnitOfWork, study: Study, asked_by: int) -> Job | None:
    """The job that sends at once what waits since a sending failed, to be committed and then put
    into the queue; None where none failed or nothing waits. What was handed over is not sent again.
    """
    study_id = study.id or 0
    if not has_failed(unit, study_id, KIND) or not unit.mailings.unfinished(study_id):
        return None
    unit.mailings.hurry(study_id, now())
    return start_invitations(unit, study, asked_by)


def cancel_unfinished(unit: UnitOfWork, job: Job) -> None:
    """With a job of sending every mailing is taken back that has not ended."""
    for mailing in unit.mailings.unfinished(job.study_id):
        if mailing.unfinished:
            cancel_mailing(unit, mailing)


def invite_due(database: Database, queue: JobQueue) -> None:
    """Ask for the jobs that send what is due. Done by every worker every few seconds; twice it does
    no harm."""
    moment = now()
    with database.reading() as unit:
        if not (unit.mailings.in_hands() or unit.mailings.studies_due(moment)):
            return
    with database.writing() as unit:
        give_up_lost(unit, unit.mailings)
        unit.flush()
        studies = unit.mailings.studies_due(moment)
        jobs = [start_due(unit, study_id, KIND, moment) for study_id in studies]
        unit.commit()
    for job in jobs:
        if job is not None and job.id is not None:
            queue.put(job.id)
