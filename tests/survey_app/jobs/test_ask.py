"""Asking for work: once for the same answers, few at a time, and taken back at will."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.job import JobError, JobState
from survey_app.domain.study import now
from survey_app.jobs.ask import MOST_KEPT, MOST_UNFINISHED, TooManyJobs, cancel, standing
from survey_app.jobs.kinds import KINDS
from survey_app.jobs.run import run_job

if TYPE_CHECKING:
    from survey_app.domain.job import Job
    from survey_app.jobs.kinds import Arguments, Progress, Units
    from tests.survey_app.jobs.conftest import Desk


def quick(_units: Units, _arguments: Arguments, _progress: Progress) -> dict[str, int]:
    """Work that takes no time."""
    return {"made": 1}


QUICK = {"psychometric_report": replace(KINDS["psychometric_report"], run=quick)}


def finish(desk: Desk, job: Job) -> None:
    """Do the work of a job."""
    run_job(desk.database, job.id or 0, kinds=QUICK)
    assert desk.job(job).state is JobState.DONE


def test_asking_again_gives_the_same_job(desk: Desk) -> None:
    """While it waits, while it runs and when it is done, the same question has one job."""
    first = desk.ask()
    assert desk.queue.waiting() == {first.id}
    assert desk.ask().id == first.id
    with desk.database.writing() as unit:
        job = unit.jobs.by_id(first.id or 0)
        assert job is not None
        job.start(now())
        unit.commit()
    assert desk.ask().id == first.id
    with desk.database.writing() as unit:
        job = unit.jobs.by_id(first.id or 0)
        assert job is not None
        job.finish(now())
        unit.commit()
    again = desk.ask()
    assert (again.id, again.state) == (first.id, JobState.DONE)


def test_many_that_ask_at_once_get_one_job(desk: Desk) -> None:
    """Eight clicks at the same moment make one job, on either database."""
    found: list[int | None] = []
    barrier = threading.Barrier(8)

    def click() -> None:
        barrier.wait(timeout=10)
        found.append(desk.ask().id)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(found) == 8
    assert len(set(found)) == 1


def test_other_answers_or_another_question_are_another_job(sqlite_desk: Desk) -> None:
    """A new interview, another wave, another bound or another title of the study ask anew."""
    first = sqlite_desk.ask()
    finish(sqlite_desk, first)
    wave = sqlite_desk.ask(wave="w2")
    finish(sqlite_desk, wave)
    bound = sqlite_desk.ask(minimum_n=50)
    finish(sqlite_desk, bound)
    sqlite_desk.answer("w1", 1, seed=9)
    more = sqlite_desk.ask()
    finish(sqlite_desk, more)
    assert sqlite_desk.ask(wave="w2").id == wave.id
    with sqlite_desk.database.writing() as unit:
        study = unit.studies.by_id(sqlite_desk.study_id)
        assert study is not None
        study.title = "Renamed"
        unit.commit()
    renamed = sqlite_desk.ask()
    assert len({first.id, wave.id, bound.id, more.id, renamed.id}) == 5


def test_a_job_that_still_waits_takes_the_later_answers_along(sqlite_desk: Desk) -> None:
    """Answers that come before a worker begins make no second job, since it will read them."""
    first = sqlite_desk.ask()
    sqlite_desk.answer("w1", 1, seed=9)
    second = sqlite_desk.ask()
    assert second.id == first.id
    finish(sqlite_desk, first)
    assert sqlite_desk.ask().id == first.id


def test_after_a_failure_or_a_cancel_the_question_is_asked_anew(sqlite_desk: Desk) -> None:
    """What failed or was cancelled is not handed out as an answer."""
    first = sqlite_desk.ask()
    cancel(sqlite_desk.database, first.id or 0)
    second = sqlite_desk.ask()
    with sqlite_desk.database.writing() as unit:
        job = unit.jobs.by_id(second.id or 0)
        assert job is not None
        job.start(now())
        job.fail("No.", now())
        unit.commit()
    assert len({first.id, second.id, sqlite_desk.ask().id}) == 3


def test_few_jobs_wait_for_one_person(sqlite_desk: Desk) -> None:
    """The fourth is refused with the mend, the same as one of the three is not, and there is room
    again when one is cancelled."""
    jobs = [sqlite_desk.ask(minimum_n=30 + number) for number in range(MOST_UNFINISHED)]
    with pytest.raises(TooManyJobs, match="cancel one"):
        sqlite_desk.ask(minimum_n=90)
    assert sqlite_desk.ask(minimum_n=30).id == jobs[0].id
    cancel(sqlite_desk.database, jobs[0].id or 0)
    assert sqlite_desk.ask(minimum_n=90).state is JobState.QUEUED


def test_what_is_not_there_cannot_be_asked_for(sqlite_desk: Desk) -> None:
    """An unknown kind or wave is refused and leaves no job."""
    with pytest.raises(JobError, match="no work of this kind"):
        sqlite_desk.ask(kind="coffee")
    with pytest.raises(JobError, match="no wave 'w9'"):
        sqlite_desk.ask(wave="w9")
    with sqlite_desk.database.reading() as unit:
        assert unit.jobs.latest(9) == []


def test_cancelling_ends_what_has_not_ended(desk: Desk) -> None:
    """A cancelled job is never done; one that has ended cannot be cancelled."""
    job = desk.ask()
    cancel(desk.database, job.id or 0)
    run_job(desk.database, job.id or 0, kinds=QUICK)
    assert desk.job(job).state is JobState.CANCELLED
    with pytest.raises(JobError, match="ended already"):
        cancel(desk.database, job.id or 0)
    with pytest.raises(JobError, match="no longer there"):
        cancel(desk.database, 999)


def test_old_results_are_forgotten(desk: Desk) -> None:
    """Of a study's ended jobs the newest are kept, with their files; older ones leave nothing."""
    first = desk.ask()
    run_job(desk.database, first.id or 0)
    for number in range(MOST_KEPT):
        finish(desk, desk.ask(minimum_n=31 + number))
    with desk.database.reading() as unit:
        jobs = unit.jobs.latest(99)
        assert len(jobs) == MOST_KEPT
        assert unit.jobs.by_id(first.id or 0) is None
        assert unit.jobs.file_names(first.id or 0) == []


def test_those_who_wait_in_vain_are_told(sqlite_desk: Desk) -> None:
    """A job that nobody takes up, and one whose worker is silent, say so instead of staying as they
    were; one that waits behind another does not."""
    waiting, running = sqlite_desk.ask(), sqlite_desk.ask(wave="w1")
    long_ago = now() - timedelta(minutes=5)
    with sqlite_desk.database.writing() as unit:
        for known in (waiting, running):
            job = unit.jobs.by_id(known.id or 0)
            assert job is not None
            job.created_at = long_ago
        job.start(now())
        unit.commit()
    with sqlite_desk.database.reading() as unit:
        assert standing(unit, sqlite_desk.job(waiting)) == "Waiting for a worker"
        assert standing(unit, sqlite_desk.job(running)) == "Starting"
    with sqlite_desk.database.writing() as unit:
        job = unit.jobs.by_id(running.id or 0)
        assert job is not None
        job.heartbeat_at = long_ago
        unit.commit()
    with sqlite_desk.database.reading() as unit:
        assert "No worker has taken it up" in standing(unit, sqlite_desk.job(waiting))
        assert "no sign of life" in standing(unit, sqlite_desk.job(running))
