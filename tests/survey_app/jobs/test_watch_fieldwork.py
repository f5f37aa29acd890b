"""A researcher gets one mail when a quota fills, and when more respondents stop at a page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from survey_app.config import Config
from survey_app.domain.posted import DeliveryState
from survey_app.domain.questionnaire import Block, Condition, Design, Quota
from survey_app.domain.study import now
from survey_app.jobs.kinds import kinds_with_mail
from survey_app.jobs.queue import open_queue
from survey_app.jobs.run import run_job
from survey_app.jobs.watch_fieldwork import AlertWatch, keep_alerts
from survey_app.services.fieldwork_alerts import FieldworkWatch
from survey_app.services.fieldwork_sums import recount
from survey_app.storage.tables import interview
from tests.smtp_server import running_smtp_server
from tests.survey_app.services.designed import CORE, designed_study, own_questions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from survey_app.domain.alert import Alert
    from survey_app.storage.database import Database
    from tests.smtp_server import Mailbox
    from tests.survey_app.services.designed import Designed

YOU = Block("you", "own", about="person", scales=("about_you",))
COGNITIVE = Block("core", "core_engagement", scales=("cognitive",))
SHOPS = Quota("shops", "Shoppers <&>", 1, (Condition("buys", frozenset({1})),))


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    """A mail server."""
    with running_smtp_server(tmp_path / "mails") as running:
        yield running


def words_of(mail: EmailMessage, kind: str) -> str:
    """What a mail says, plain or as HTML."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def alerts_of(database: Database) -> list[Alert]:
    """The mails that are kept, the latest first."""
    with database.reading() as unit:
        return list(unit.alerts.of_study(unit.studies.all()[0].id or 0, 10))


def finish(study: Designed, start_id: str, *, buys: int = 1) -> None:
    """Answer everything."""
    key = study.start(start_id, "north")
    study.answer(key, {"buys": buys})
    study.answer(key)


def send(database: Database, mailbox: Mailbox, folder: Path) -> None:
    """Look at fieldwork and do what is asked for, as a worker does."""
    config = Config(
        database.url,
        "0123456789abcdef0123456789abcdef",
        "https://survey.example.org",
        smtp_url=mailbox.url,
        mail_from="Engage <engage@example.org>",
    )
    kinds = kinds_with_mail(database, config)
    queue = open_queue(
        database,
        file=str(folder / "queue.sqlite"),
        work=lambda number: run_job(database, number, kinds=kinds),
    )
    queue.prepare()
    AlertWatch(database, queue)()
    with database.reading() as unit:
        waiting = [job.id or 0 for job in unit.jobs.unfinished()]
    for number in waiting:
        run_job(database, number, kinds=kinds)


def test_a_full_quota_is_told_once(database: Database, mailbox: Mailbox, tmp_path: Path) -> None:
    """The mail names the quota and the wave, leads to the study, and is not sent again by the next
    look, another watch or another interview."""
    study = designed_study(
        database, Design((YOU, COGNITIVE), quotas=(SHOPS,)), (CORE, own_questions())
    )
    send(database, mailbox, tmp_path)
    assert mailbox.mails() == []
    finish(study, "first-start")
    for _ in range(2):
        send(database, mailbox, tmp_path)
    mails = mailbox.mails()
    assert len(mails) == 1
    assert mails[0]["To"] == "Ada <ada@example.org>"
    assert mails[0]["Subject"] == "Designed: a quota is full"
    plain = words_of(mails[0], "plain")
    assert "The quota “Shoppers <&>” of Wave 1 is full: 1 complete interviews." in plain
    assert f"https://survey.example.org/studies/{study.study_key}/" in plain
    assert "Shoppers &lt;&amp;&gt;" in words_of(mails[0], "html")
    assert [one.state for one in alerts_of(database)] == [DeliveryState.SENT]


def test_whoever_wants_no_mails_gets_none(
    database: Database, mailbox: Mailbox, tmp_path: Path
) -> None:
    """Switched off, nothing is noted, and what waits is taken back; switched on again, it is."""
    study = designed_study(
        database, Design((YOU, COGNITIVE), quotas=(SHOPS,)), (CORE, own_questions())
    )
    finish(study, "first-start")
    assert keep_alerts(database, FieldworkWatch()) == 1
    with database.writing() as unit:
        unit.alerts.switch(unit.studies.all()[0].id or 0, on=False)
        unit.commit()
    send(database, mailbox, tmp_path)
    assert mailbox.mails() == []
    assert [one.state for one in alerts_of(database)] == [DeliveryState.CANCELLED]


def day_of_interviews(study: Designed, name: str, stopped: int, gone_on: int) -> None:
    """Interviews that stop at the second page, and others that are finished."""
    for number in range(stopped + gone_on):
        key = study.start(f"start-{name}-{number:03}", "north")
        study.answer(key, {"buys": 2})
        if number >= stopped:
            study.answer(key)


def test_more_break_offs_than_before_are_told(database: Database) -> None:
    """A day on which half stop at a page where before a twentieth did is noticed when it is over,
    and within the day once those who stopped are an hour old; the days before are not."""
    study = designed_study(database, Design((YOU, COGNITIVE)), (CORE, own_questions()))
    day_of_interviews(study, "before", 2, 38)
    earlier = now() - timedelta(days=3)
    with database.engine.execution_options(write=True).begin() as connection:
        connection.execute(update(interview).values(started_at=earlier))
    recount(database, 1)
    with database.reading() as unit:
        assert FieldworkWatch().new_alerts(unit, earlier + timedelta(days=1, hours=2)) == []
    day_of_interviews(study, "today", 18, 18)
    watch, moment = FieldworkWatch(), now()
    with database.reading() as unit:
        assert watch.new_alerts(unit, moment) == []
        tomorrow = (moment + timedelta(days=1)).replace(hour=1, minute=30)
        found = FieldworkWatch().new_alerts(unit, tomorrow)
        assert [one.event for one in found] == [f"break_off:1:2:{moment.date()}"]
        assert (found[0].told["shown"], found[0].told["stopped"]) == (36, 18)
        assert found[0].told["before"] == pytest.approx(2 / 40)
        assert found[0].told["name"].startswith("Cognitive")
        late = moment.replace(hour=22, minute=0)
        within = FieldworkWatch()
        assert within.new_alerts(unit, late) == []
        assert [one.event for one in within.new_alerts(unit, late + timedelta(hours=1))] == [
            f"break_off:1:2:{moment.date()}"
        ]
