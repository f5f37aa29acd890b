"""Jobs that were left behind are found: taken up again, or told as lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from survey_app.domain.job import LOST_AFTER, MOST_ATTEMPTS, JobState
from survey_app.domain.study import now
from survey_app.jobs.recover import LOST, TAKEN_UP_AGAIN, recover

if TYPE_CHECKING:
    from survey_app.domain.job import Job
    from tests.survey_app.jobs.conftest import Desk


def begin_and_die(desk: Desk, job: Job, ago: timedelta) -> None:
    """A worker begins a job, and has not been heard of for some time."""
    with desk.database.writing() as unit:
        begun = unit.jobs.by_id(job.id or 0)
        assert begun is not None
        begun.start(now() - ago)
        unit.commit()
    desk.queue.huey.flush()


def test_a_job_without_a_worker_waits_again(desk: Desk) -> None:
    """Without a sign of life for long enough, a running job is queued anew and says why."""
    job = desk.ask()
    begin_and_die(desk, job, LOST_AFTER - timedelta(seconds=10))
    recover(desk.database, desk.queue)
    assert desk.job(job).state is JobState.RUNNING
    recover(desk.database, desk.queue, timedelta(seconds=15))
    found = desk.job(job)
    assert (found.state, found.doing, found.attempt) == (JobState.QUEUED, TAKEN_UP_AGAIN, 1)
    assert desk.queue.waiting() == {job.id}


def test_a_job_that_kills_its_workers_is_given_up(desk: Desk) -> None:
    """After three workers that died over it the job fails with a message, and is not queued."""
    job = desk.ask()
    for _ in range(MOST_ATTEMPTS):
        begin_and_die(desk, job, LOST_AFTER * 2)
        recover(desk.database, desk.queue)
    found = desk.job(job)
    assert (found.state, found.error) == (JobState.FAILED, LOST)
    assert desk.queue.waiting() == set()


def test_what_the_queue_forgot_is_queued_again(desk: Desk) -> None:
    """A job whose number was lost between database and queue is found, and queued once."""
    first, second = desk.ask(), desk.ask(wave="w1")
    desk.queue.huey.flush()
    desk.queue.put(second.id or 0)
    for _ in range(3):
        recover(desk.database, desk.queue)
    assert sorted(task.args[0] for task in desk.queue.huey.pending()) == [first.id, second.id]


def test_what_has_ended_is_left_alone(sqlite_desk: Desk) -> None:
    """A job that is done stays done, however long ago."""
    job = sqlite_desk.ask()
    begin_and_die(sqlite_desk, job, LOST_AFTER * 2)
    with sqlite_desk.database.writing() as unit:
        begun = unit.jobs.by_id(job.id or 0)
        assert begun is not None
        begun.finish(now())
        unit.commit()
    recover(sqlite_desk.database, sqlite_desk.queue)
    assert sqlite_desk.job(job).state is JobState.DONE
    assert sqlite_desk.queue.waiting() == set()
