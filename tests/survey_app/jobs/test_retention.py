"""What has been kept long enough is deleted by real workers, and its researcher is told before."""

from __future__ import annotations

import os
import signal
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select

from survey_app.config import Config
from survey_app.domain.audit import AuditKind
from survey_app.domain.interview import new_interview_id
from survey_app.domain.posted import DeliveryState
from survey_app.domain.retention import (
    NOTICE,
    Kept,
    Retention,
    deletion_days,
    months_after,
    plain_retention,
)
from survey_app.domain.study import Study, StudyError, StudyState, Wave, new_key, now
from survey_app.jobs.keep_retention import TELL, add_notices, delete_due, tell_due
from survey_app.jobs.kinds import kinds_of_worker, kinds_with_mail
from survey_app.jobs.run import run_job
from survey_app.services.contacts import add_contact
from survey_app.services.retention import MOST_AT_ONCE, change_retention, prolong
from survey_app.storage.audit import AuditFilter
from survey_app.storage.contacts import contact
from survey_app.storage.notices import retention_notice
from survey_app.storage.tables import interview, page_answers, tally
from tests.smtp_server import running_smtp_server
from tests.survey_app.jobs.test_worker import WORKER, running, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table

    from survey_app.storage.audit import LoggedEntry
    from tests.smtp_server import Mailbox
    from tests.survey_app.jobs.conftest import Desk

LONG_AGO = date(2020, 1, 31)
MANY = 30 * MOST_AT_ONCE


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """A mail server."""
    with running_smtp_server(tmp_path_factory.mktemp("retention") / "mails") as box:
        yield box


def close(desk: Desk, day: date, **periods: int) -> None:
    """Close the study on a day, its periods set long ago."""
    with desk.database.writing() as unit:
        study = unit.studies.by_id(desk.study_id)
        assert study is not None
        study.state = StudyState.CLOSED
        study.waves[-1].last_day = day
        study.retention = plain_retention(Retention(**periods, changed_on=LONG_AGO))
        unit.commit()


def rows(desk: Desk, table: Table) -> int:
    """How many rows a table has."""
    with desk.database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def trail(desk: Desk) -> list[LoggedEntry]:
    """The audit trail of the study, the oldest first."""
    with desk.database.reading() as unit:
        return unit.audit.entries(AuditFilter(study_id=desk.study_id), most=1_000)[::-1]


def add_many(desk: Desk) -> None:
    """Add so many interviews that deleting them takes many transactions."""
    with desk.database.engine.execution_options(write=True).begin() as connection:
        known = connection.execute(select(interview).limit(1)).one()._asdict()
        more = [
            {**known, "id": new_interview_id(), "key": new_key(), "start_id": new_key()}
            for _ in range(MANY)
        ]
        connection.execute(insert(interview), more)


def test_worker_killed_in_the_middle_of_deleting(desk: Desk) -> None:
    """A worker deletes answers whose period is over and is killed in between; the next one deletes
    the rest, and the trail accounts for every interview."""
    add_many(desk)
    close(desk, LONG_AGO, answers_months=1)
    with running(desk, *WORKER) as worker:
        wait_for(lambda: bool(trail(desk)))
        os.killpg(worker.pid, signal.SIGKILL)
    assert 0 < rows(desk, interview) < MANY + 120
    with running(desk, *WORKER):
        wait_for(lambda: rows(desk, interview) == 0)
    assert rows(desk, page_answers) == rows(desk, tally) == 0
    told = trail(desk)
    assert {line.entry.what for line in told} == {AuditKind.ANSWERS_DELETED}
    assert sum(line.entry.details["deleted"] for line in told) == MANY + 120


def test_only_what_is_due_is_deleted(desk: Desk) -> None:
    """Contacts whose period is over go, answers whose period is not stay; done again, nothing
    happens and nobody asks for work."""
    with desk.database.writing() as unit:
        study = unit.studies.by_id(desk.study_id)
        assert study is not None
        add_contact(unit, study, email="eva@example.org", name="", language="en", brand_code="")
        unit.commit()
    close(desk, now().date() - timedelta(days=40), answers_months=12, contacts_days=30)
    for _ in range(2):
        delete_due(desk.database, desk.queue)
        for number in desk.queue.waiting():
            run_job(desk.database, number, kinds=kinds_of_worker(desk.database))
        assert (rows(desk, contact), rows(desk, interview)) == (0, 120)
    assert [line.entry.what for line in trail(desk)] == [AuditKind.CONTACTS_DELETED]
    with desk.database.reading() as unit:
        assert len(unit.jobs.of_kind(desk.study_id, "delete_due", 10)) == 1


def test_prolonged_in_the_last_moment(sqlite_desk: Desk) -> None:
    """A job that was asked for before its study was prolonged deletes nothing."""
    close(sqlite_desk, LONG_AGO, answers_months=1)
    delete_due(sqlite_desk.database, sqlite_desk.queue)
    (number,) = sqlite_desk.queue.waiting()
    with sqlite_desk.database.writing() as unit:
        study = unit.studies.by_id(sqlite_desk.study_id)
        assert study is not None
        prolong(unit, sqlite_desk.user, study)
        unit.commit()
    run_job(sqlite_desk.database, number, kinds=kinds_of_worker(sqlite_desk.database))
    assert rows(sqlite_desk, interview) == 120


def test_researcher_is_told_once(desk: Desk, mailbox: Mailbox) -> None:
    """A deletion that comes within two weeks is told by one mail with its day and its way out,
    however often it is looked for; a day that moves is told anew."""
    config = Config(
        desk.database.url,
        "0123456789abcdef0123456789abcdef",
        "https://survey.example.org",
        smtp_url=mailbox.url,
        mail_from="Survey <survey@example.org>",
    )
    before = len(mailbox.mails())
    for days in (20, 20, 21):
        close(desk, now().date() - timedelta(days=days), contacts_days=5, pilot_days=1)
        with desk.database.writing() as unit:
            study = unit.studies.by_id(desk.study_id)
            assert study is not None
            study.retention = plain_retention(Retention(answers_months=1, changed_on=LONG_AGO))
            unit.commit()
        add_notices(desk.database)
        tell_due(desk.database, desk.queue)
        for number in desk.queue.waiting():
            run_job(desk.database, number, kinds=kinds_with_mail(desk.database, config))
    mails = mailbox.mails()[before:]
    day = months_after(now().date() - timedelta(days=21), 1)
    assert len(mails) == 2
    body = mails[-1].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert f"{day.day} {day:%B %Y}" in text
    assert f"https://survey.example.org/studies/{desk.study.key}/privacy/" in text
    assert "120" in text
    assert mails[-1]["List-Unsubscribe"] is None
    with desk.database.engine.connect() as connection:
        states = set(connection.scalars(select(retention_notice.c.state)))
    assert states == {DeliveryState.SENT}
    with desk.database.reading() as unit:
        assert len(unit.jobs.of_kind(desk.study_id, TELL, 10)) == 2


def test_days_follow_the_field_period() -> None:
    """Days count from the end of the last wave; while a wave has no end, there is none; a change
    gives two weeks of grace."""
    moment = datetime(2026, 1, 31, 22, tzinfo=UTC)
    study = Study("S", [], [], retention=plain_retention(Retention(1, 10, None)))
    study.state = StudyState.OPEN
    study.waves = [Wave("1", "One", closes_at=moment), Wave("2", "Two")]
    assert deletion_days(study) == {}
    study.waves[1].closes_at = moment
    assert deletion_days(study) == {
        Kept.ANSWERS: date(2026, 2, 28),
        Kept.CONTACTS: date(2026, 2, 10),
    }
    for wave in study.waves:
        wave.closes_at = datetime(2026, 2, 1, tzinfo=UTC)
    assert deletion_days(study)[Kept.CONTACTS] == date(2026, 2, 10)
    changed = date(2026, 2, 20)
    study.retention = plain_retention(Retention(1, 10, changed_on=changed))
    assert set(deletion_days(study).values()) == {changed + NOTICE}
    with pytest.raises(StudyError, match="1 to 120"):
        Retention(answers_months=0)


def test_change_is_in_the_trail(sqlite_desk: Desk) -> None:
    """Who set which period is written down, with what was set before."""
    with sqlite_desk.database.writing() as unit:
        study = unit.studies.by_id(sqlite_desk.study_id)
        assert study is not None
        change_retention(unit, sqlite_desk.user, study, Retention(answers_months=6))
        unit.commit()
    (line,) = trail(sqlite_desk)
    assert (line.entry.what, line.email) == (AuditKind.RETENTION_CHANGED, "ada@example.org")
    assert line.entry.details["after"]["answers_months"] == 6
