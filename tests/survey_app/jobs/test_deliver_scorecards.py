"""Scorecards on their way by mail: real workers, a real mail server, both kinds of database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.audit import AuditKind
from survey_app.domain.delivery import PAUSES, DeliveryState
from survey_app.domain.job import JobState
from survey_app.domain.study import now
from survey_app.services.delivery_schedules import unsubscribe
from survey_app.services.delivery_send import send_again
from survey_app.storage.audit import AuditFilter
from tests.smtp_server import running_smtp_server
from tests.survey_app.jobs.mailing import OWNER, SECRET_KEY, Office, furnish_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from survey_app.storage.database import Database


MANY = 1_000
SECONDS_TO_WAIT = 120


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """A study and a mail server, on either kind of database."""
    with _office(database, tmp_path) as made:
        yield made


@pytest.fixture
def sqlite_office(sqlite_database: Database, tmp_path: Path) -> Iterator[Office]:
    """A study and a mail server on SQLite, for what does not depend on the kind."""
    with _office(sqlite_database, tmp_path) as made:
        yield made


@contextmanager
def _office(database: Database, folder: Path) -> Iterator[Office]:
    study_id, owner_id = furnish_office(database)
    with running_smtp_server(folder / "mails", "--mails-per-connection", "200") as mailbox:
        yield Office(database, mailbox, study_id, owner_id)


@contextmanager
def worker(office: Office, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`engage worker` in a process group of its own, all of which is killed at the end."""
    environment = {
        **os.environ,
        "DATABASE_URL": office.database.engine.url.render_as_string(hide_password=False),
        "JOBS_FILE": str(folder / "queue.sqlite"),
        "SECRET_KEY": SECRET_KEY,
        "PUBLIC_URL": office.config.public_url,
        "SMTP_URL": office.mailbox.url,
        "MAIL_FROM": office.config.mail_from,
    }
    command = [sys.executable, "-m", "survey_app.cli", "worker", "--lost-after", "3"]
    process = subprocess.Popen(command, env=environment, start_new_session=True, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_each_mail_that_went_out_is_in_the_trail(sqlite_office: Office) -> None:
    """The audit trail names who sent which scorecard to whom, and no mail that nobody took."""
    sqlite_office.hire(["eva@example.org", "gone@example.org"], "north")
    sqlite_office.send_to_all()
    sqlite_office.work()
    with sqlite_office.database.reading() as unit:
        (line,) = unit.audit.entries(AuditFilter())
    assert (line.entry.what, line.email) == (AuditKind.SCORECARD_SENT, OWNER)
    assert line.entry.object == "North to eva@example.org"
    assert line.study == "Engagement"


def test_killed_in_the_middle_nobody_gets_two(office: Office, tmp_path: Path) -> None:
    """Of a thousand scorecards a part is sent when everything of the worker is killed. The next
    worker sends the rest: nobody has two, at most the one that was being handed over is in doubt,
    and the log says the same as the mailbox."""
    office.hire((f"reader{number}@example.org" for number in range(100)), "north")
    office.hire((f"other{number}@example.org" for number in range(MANY - 100)), "tiny")
    assert office.send_to_all() == MANY
    with worker(office, tmp_path) as first:
        wait_for(lambda: office.mailbox.count() > MANY // 3)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(timeout=10)
    sent_by_the_first = office.mailbox.count()
    assert MANY // 3 < sent_by_the_first < MANY
    with worker(office, tmp_path):
        wait_for(lambda: not office.counts().get(DeliveryState.WAITING))
        wait_for(lambda: not office.counts().get(DeliveryState.SENDING))
    readers = office.mailbox.readers()
    assert len(readers) == len(set(readers))
    log = office.deliveries()
    doubtful = {who for who, one in log.items() if one.state is DeliveryState.UNCERTAIN}
    sent = {who for who, one in log.items() if one.state is DeliveryState.SENT}
    assert len(doubtful) <= 1
    assert sent | doubtful == set(log)
    assert sent <= set(readers) <= sent | doubtful
    assert {mail["Message-ID"] for mail in office.mailbox.mails()} >= {
        log[who].message_id for who in sent
    }


def test_killed_while_the_server_is_silent_it_is_in_doubt(office: Office, tmp_path: Path) -> None:
    """The server has taken a mail and not said so when the worker is killed. Nobody can know that,
    so the next worker leaves this one to a person and sends the rest."""
    office.hire(["silent@example.org", "walter@example.org"])
    office.send_to_all(attach_pdf=False)
    with worker(office, tmp_path) as first:
        wait_for(lambda: office.mailbox.count() == 1)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(timeout=10)
    assert office.one("silent@example.org").state is DeliveryState.SENDING
    with worker(office, tmp_path):
        wait_for(lambda: office.one("walter@example.org").state is DeliveryState.SENT)
        wait_for(lambda: office.one("silent@example.org").state is not DeliveryState.SENDING)
    doubtful = office.one("silent@example.org")
    assert (doubtful.state, doubtful.attempts) == (DeliveryState.UNCERTAIN, 1)
    assert "nobody knows" in doubtful.error
    assert office.mailbox.readers() == ["silent@example.org", "walter@example.org"]


def test_two_workers_share_the_work(office: Office, tmp_path: Path) -> None:
    """Two workers at once send each scorecard once."""
    office.hire((f"reader{number}@example.org" for number in range(60)), "tiny", "north")
    assert office.send_to_all(attach_pdf=False) == 120
    with worker(office, tmp_path), worker(office, tmp_path):
        wait_for(lambda: office.counts() == {DeliveryState.SENT: 120})
    readers = office.mailbox.readers()
    assert sorted(readers) == sorted([*set(readers), *set(readers)])


def test_what_the_server_answers_decides(sqlite_office: Office) -> None:
    """Put off for a while it is sent later, after the last time it has failed; an address that
    does not exist is not tried again; an answer that never came is left to a person."""
    office = sqlite_office
    office.hire([f"{name}@example.org" for name in ("later", "gone", "dropped", "busy", "slow")])
    office.send_to_all(attach_pdf=False)
    before = now()
    assert office.work().state is JobState.DONE
    states = {who.partition("@")[0]: one.state for who, one in office.deliveries().items()}
    assert states == {
        "later": DeliveryState.WAITING,
        "gone": DeliveryState.FAILED,
        "dropped": DeliveryState.UNCERTAIN,
        "busy": DeliveryState.WAITING,
        "slow": DeliveryState.SENT,
    }
    assert "550 5.1.1 There is nobody of that name" in office.one("gone@example.org").error
    assert "451 4.3.0 Not now" in office.one("busy@example.org").error
    assert "nobody knows" in office.one("dropped@example.org").error
    for attempt, pause in enumerate(PAUSES, start=1):
        busy = office.one("busy@example.org")
        assert (busy.state, busy.attempts) == (DeliveryState.WAITING, attempt)
        assert busy.next_try_at >= before + pause
        office.hurry()
        office.work()
    assert office.one("busy@example.org").state is DeliveryState.FAILED
    assert office.mailbox.readers() == ["slow@example.org", "later@example.org"]


def test_a_person_sends_again(sqlite_office: Office) -> None:
    """One in doubt is sent again by hand only, with the same Message-ID, so that programs that
    read mail know it; the other one is not sent anew."""
    office = sqlite_office
    office.hire(["dropped@example.org", "reader@example.org"])
    office.send_to_all(attach_pdf=False)
    office.work()
    first = office.one("dropped@example.org")
    assert office.work().state is JobState.DONE
    assert office.one("dropped@example.org").attempts == 1
    with office.database.writing() as unit:
        doubtful = unit.deliveries.by_key(first.key)
        assert doubtful is not None
        send_again(unit, doubtful)
        unit.commit()
    office.work()
    again = office.one("dropped@example.org")
    assert (again.state, again.message_id) == (DeliveryState.UNCERTAIN, first.message_id)
    assert office.mailbox.readers() == ["reader@example.org"]


def test_without_the_server_everything_waits(sqlite_office: Office, tmp_path: Path) -> None:
    """A mail server that is gone fails the job with what to mend; nothing is lost, and it is sent
    when the server is back."""
    office = sqlite_office
    office.hire(f"reader{number}@example.org" for number in range(10))
    office.send_to_all(attach_pdf=False)
    with running_smtp_server(tmp_path / "gone") as gone:
        pass
    away = Office(office.database, gone, office.study_id, office.owner_id)
    job = away.work()
    assert job.state is JobState.FAILED
    assert "cannot be reached" in job.error
    assert "Check SMTP_URL" in job.error
    assert office.counts() == {DeliveryState.WAITING: 10}
    office.hurry()
    assert office.work().state is JobState.DONE
    assert office.counts() == {DeliveryState.SENT: 10}


def test_permission_is_the_readers_at_the_last_moment(sqlite_office: Office) -> None:
    """Between the wish and the sending one reader lost the brand, one was shut out, one has
    unsubscribed: none gets anything, and the log says why. That the sender may read all of it does
    not count."""
    office = sqlite_office
    office.hire([f"{name}@example.org" for name in ("lost", "shut", "unwilling", "reader")])
    office.send_to_all()
    with office.database.writing() as unit:
        lost, shut, unwilling = (
            unit.users.by_email(f"{name}@example.org") for name in ("lost", "shut", "unwilling")
        )
        assert lost is not None
        assert shut is not None
        assert unwilling is not None
        lost.brand_ids = set()
        shut.active = False
        unsubscribe(unit, unwilling.id or 0, office.study_id)
        unit.commit()
    office.work()
    assert office.mailbox.readers() == ["reader@example.org"]
    assert office.one("lost@example.org").state is DeliveryState.REFUSED
    assert "may not read" in office.one("lost@example.org").error
    assert office.one("shut@example.org").state is DeliveryState.REFUSED
    assert "can no longer sign in" in office.one("shut@example.org").error
    assert office.one("unwilling@example.org").state is DeliveryState.UNSUBSCRIBED


def test_progress_counts_and_cancelling_takes_back(sqlite_office: Office, tmp_path: Path) -> None:
    """The job says how many of how many are sent; cancelled, it sends no more, and what waited
    does not wait any longer."""
    from survey_app.jobs.ask import cancel

    office = sqlite_office
    office.hire(f"slow{number}@example.org" for number in range(40))
    office.send_to_all(attach_pdf=False)
    job = office.start()
    with worker(office, tmp_path):
        wait_for(lambda: " of 40 sent" in office.job(job).doing)
        wait_for(lambda: office.mailbox.count() >= 3)
        cancel(office.database, job.id or 0)
        wait_for(lambda: not office.counts().get(DeliveryState.SENDING))
    assert office.job(job).state is JobState.CANCELLED
    counts = office.counts()
    assert counts[DeliveryState.CANCELLED] + counts[DeliveryState.SENT] == 40
    assert counts[DeliveryState.SENT] == office.mailbox.count() < 40


def test_told_to_stop_the_worker_finishes_the_mail_in_its_hands(
    sqlite_office: Office, tmp_path: Path
) -> None:
    """A worker that is stopped in peace leaves nothing in doubt; the next one goes on."""
    office = sqlite_office
    office.hire(f"slow{number}@example.org" for number in range(4))
    office.send_to_all(attach_pdf=False)
    job = office.start()
    with worker(office, tmp_path) as first:
        wait_for(lambda: office.mailbox.count() >= 1)
        first.terminate()
        assert first.wait(timeout=SECONDS_TO_WAIT) == 0
    assert office.job(job).state is JobState.QUEUED
    counts = office.counts()
    assert set(counts) == {DeliveryState.SENT, DeliveryState.WAITING}
    assert counts[DeliveryState.SENT] == office.mailbox.count()
    with worker(office, tmp_path):
        wait_for(lambda: office.counts() == {DeliveryState.SENT: 4})


def test_the_researcher_receives_own_studies(sqlite_office: Office) -> None:
    """A researcher has schedules like any reader; here one that is due, found by the look that
    every worker takes, sent once however often it looks."""
    from survey_app.domain.schedule import Occasion
    from survey_app.jobs.queue import open_queue
    from survey_app.jobs.start_delivery import deliver_due
    from survey_app.services.delivery_schedules import Wish, add_schedule

    office = sqlite_office
    with office.database.writing() as unit:
        owner = unit.users.by_email(OWNER)
        study = unit.studies.by_id(office.study_id)
        assert owner is not None
        assert study is not None
        wish = Wish(Occasion.MONTHLY, "Asia/Tokyo", "ru", study.brand("north").id)
        schedule = add_schedule(unit, owner, study, wish)
        schedule.next_due_at = now() - timedelta(minutes=1)
        unit.commit()
    queue = open_queue(office.database)
    for _ in range(3):
        deliver_due(office.database, queue)
    office.work()
    deliver_due(office.database, queue)
    assert office.counts() == {DeliveryState.SENT: 1}
    (mail,) = office.mailbox.mails()
    assert mail["To"].addresses[0].addr_spec == OWNER
    assert mail["Content-Language"] == "ru"
