"""When sending begins by itself, when it waits after failures, and how fast it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.delivery import PAUSES, DeliveryState
from survey_app.domain.job import Job, JobState
from survey_app.domain.schedule import Occasion
from survey_app.domain.study import now
from survey_app.jobs.ask import cancel
from survey_app.jobs.kinds import KINDS, kinds_with_mail
from survey_app.jobs.queue import JobQueue, open_queue
from survey_app.jobs.run import run_job
from survey_app.jobs.start_delivery import (
    KIND,
    deliver_due,
    latest_delivery,
    start_delivery,
    try_again,
)
from survey_app.services.delivery_schedules import Wish, add_schedule
from tests.smtp_server import running_smtp_server
from tests.survey_app.jobs.mailing import Office, furnish_office, study_of
from tests.survey_app.jobs.test_deliver_scorecards import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from pathlib import Path

    from survey_app.storage.database import Database


@dataclass(frozen=True, slots=True)
class Post:
    """A study with one reader, a mail server, and a queue."""

    office: Office
    queue: JobQueue

    def look(self) -> Job | None:
        """Look for what is due, as every worker does; the latest job."""
        deliver_due(self.office.database, self.queue)
        with self.office.database.reading() as unit:
            return latest_delivery(unit, self.office.study_id)

    def end(self, job: Job, *, failed: bool, ago: timedelta) -> None:
        """Let a job have ended some time ago."""
        with self.office.database.writing() as unit:
            held = unit.jobs.by_id(job.id or 0)
            assert held is not None
            held.start(now())
            if failed:
                held.fail("The mail server cannot be reached.", now() - ago)
            else:
                held.finish(now() - ago)
            unit.commit()


@pytest.fixture
def post(database: Database, tmp_path: Path) -> Iterator[Post]:
    """The furnished study, on either kind of database."""
    study_id, owner_id = furnish_office(database)
    with running_smtp_server(tmp_path / "mails") as mailbox:
        office = Office(database, mailbox, study_id, owner_id)
        office.hire(["reader@example.org"], "north", "tiny")
        yield Post(office, open_queue(database, file=str(tmp_path / "queue.sqlite")))


def test_nothing_due_asks_for_nothing(post: Post) -> None:
    """Without a schedule or a sending there is no job."""
    assert post.look() is None


def test_a_wave_that_closed_is_found_once(post: Post) -> None:
    """Looks of several workers at once make one delivery for each brand and one job."""
    with post.office.database.writing() as unit:
        study = study_of(unit, post.office.study_id)
        reader = unit.users.by_email("reader@example.org")
        assert reader is not None
        add_schedule(unit, reader, study, Wish(Occasion.WAVE_CLOSED, "UTC", "en")).waves_seen = []
        unit.commit()
    looks = [Thread(target=deliver_due, args=(post.office.database, post.queue)) for _ in range(4)]
    for each in looks:
        each.start()
    for each in looks:
        each.join()
    assert post.office.counts() == {DeliveryState.WAITING: 2}
    with post.office.database.reading() as unit:
        jobs = unit.jobs.unfinished()
    assert [job.kind for job in jobs] == [KIND]
    assert post.queue.waiting() == {jobs[0].id}


def test_after_failures_the_next_job_waits_longer(post: Post) -> None:
    """A mail server that is down is not asked every few seconds: after the first failed job a
    minute passes, after the second five. Once one has ended well, the next begins at once."""
    post.office.send_to_all()
    for pause in PAUSES[:2]:
        job = post.look()
        assert job is not None
        assert job.state is JobState.QUEUED
        post.end(job, failed=True, ago=pause * 0.5)
        same = post.look()
        assert same is not None
        assert same.id == job.id
        with post.office.database.writing() as unit:
            held = unit.jobs.by_id(job.id or 0)
            assert held is not None
            held.finished_at = now() - pause * 1.1
            unit.commit()
    job = post.look()
    assert job is not None
    post.end(job, failed=False, ago=PAUSES[0] * 0)
    again = post.look()
    assert again is not None
    assert (again.state, again.id != job.id) == (JobState.QUEUED, True)


def test_a_person_does_not_wait(post: Post) -> None:
    """Whoever presses the button gets a job at once, whatever failed before."""
    post.office.send_to_all()
    job = post.look()
    assert job is not None
    post.end(job, failed=True, ago=PAUSES[0] * 0)
    assert post.office.work().state is JobState.DONE
    assert post.office.counts() == {DeliveryState.SENT: 2}


def test_what_waits_for_later_is_tried_again_at_once(post: Post) -> None:
    """After a sending that failed, mails that were put off are sent when a person wishes it; while
    that is under way, and when it is done, there is nothing to be tried again."""
    post.office.send_to_all()
    job = post.look()
    assert job is not None
    with post.office.database.writing() as unit:
        for delivery in unit.deliveries.waiting(post.office.study_id):
            delivery.try_later("The mail server has no ear.", now())
        unit.commit()
    tried: list[Job | None] = []
    for state in (JobState.QUEUED, JobState.FAILED, JobState.QUEUED):
        if state is JobState.FAILED:
            post.end(job, failed=True, ago=PAUSES[0] * 0)
        with post.office.database.writing() as unit:
            study = study_of(unit, post.office.study_id)
            tried.append(try_again(unit, study, study.owner_id or 0))
            unit.commit()
    assert [one is None for one in tried] == [True, False, True]
    post.office.work()
    assert post.office.counts() == {DeliveryState.SENT: 2}


def test_a_worker_without_mail_says_so(post: Post) -> None:
    """A worker that knows no mail server fails the job with what to mend; nothing is lost."""
    post.office.send_to_all()
    job = post.office.start()
    run_job(post.office.database, job.id or 0, kinds=KINDS)
    failed = post.office.job(job)
    assert failed.state is JobState.FAILED
    assert "SMTP_URL" in failed.error
    assert post.office.counts() == {DeliveryState.WAITING: 2}


def test_not_faster_than_allowed(post: Post) -> None:
    """With one mail a minute the second waits its turn, can be called off meanwhile, and the job
    says how far it is."""
    post.office.send_to_all(attach_pdf=False)
    job = post.office.start()
    slow = kinds_with_mail(post.office.database, replace(post.office.config, mails_per_minute=1))

    def call_off() -> None:
        wait_for(lambda: post.office.job(job).doing == "1 of 2 sent")
        cancel(post.office.database, job.id or 0)

    other = Thread(target=call_off)
    other.start()
    run_job(post.office.database, job.id or 0, kinds=slow)
    other.join()
    assert post.office.job(job).state is JobState.CANCELLED
    assert post.office.counts() == {DeliveryState.SENT: 1, DeliveryState.CANCELLED: 1}
    assert post.office.mailbox.count() == 1


def test_sendings_do_not_keep_a_researcher_from_analyses(post: Post) -> None:
    """Jobs of sending do not count among the analyses of which a person may have three."""
    from survey_app.jobs.ask import MOST_UNFINISHED, ask

    with post.office.database.writing() as unit:
        study = study_of(unit, post.office.study_id)
        owner = unit.users.by_id(post.office.owner_id)
        assert owner is not None
        start_delivery(unit, study, post.office.owner_id)
        for number in range(MOST_UNFINISHED):
            unit.jobs.add(Job(KIND, post.office.study_id, {}, f"{number}", post.office.owner_id))
        unit.commit()
    job = ask(post.office.database, post.queue, owner, study, "psychometric_report")
    assert job.state is JobState.QUEUED
