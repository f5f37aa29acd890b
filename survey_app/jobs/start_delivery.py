"""Looking for scorecards that are due, and asking for the job that sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.study import now
from survey_app.jobs.start_sending import has_failed, latest_sending, start_due, start_sending
from survey_app.services.delivery_queue import is_anything_due, queue_due
from survey_app.services.posting import give_up_lost

if TYPE_CHECKING:
    from survey_app.domain.job import Job
    from survey_app.domain.study import Study
    from survey_app.jobs.queue import JobQueue
    from survey_app.storage.database import Database, UnitOfWork

KIND = "deliver_scorecards"


def start_delivery(unit: UnitOfWork, study: Study, asked_by: int, *, minimum_n: int = 30) -> Job:
    """The job that sends the scorecards of a study that wait, to be committed and then put into the
    queue."""
    return start_sending(unit, study, KIND, asked_by, minimum_n=minimum_n)


def latest_delivery(unit: UnitOfWork, study_id: int) -> Job | None:
    """The latest job that sends scorecards of a study, or None."""
    return latest_sending(unit, study_id, KIND)


def try_again(unit: UnitOfWork, study: Study, asked_by: int, *, minimum_n: int = 30) -> Job | None:
    """The job that sends at once what waits since a sending failed, to be committed and then put
    into the queue; None where none failed or nothing waits. What was handed over is not sent again.
    """
    study_id = study.id or 0
    if not has_failed(unit, study_id, KIND) or not unit.deliveries.waiting(study_id):
        return None
    unit.deliveries.hurry(study_id, now())
    return start_delivery(unit, study, asked_by, minimum_n=minimum_n)


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
        give_up_lost(unit, unit.deliveries)
        queue_due(unit, moment)
        unit.flush()
        studies = unit.deliveries.studies_due(moment)
        jobs = [start_due(unit, study_id, KIND, moment) for study_id in studies]
        unit.commit()
    for job in jobs:
        if job is not None and job.id is not None:
            queue.put(job.id)
