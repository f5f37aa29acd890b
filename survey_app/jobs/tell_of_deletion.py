"""Sending the notices of deletions that wait, each once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from survey_app.domain.job import JobError
from survey_app.domain.posted import Claim
from survey_app.domain.retention import deletion_days
from survey_app.domain.study import now
from survey_app.exchange.mail import write_mail
from survey_app.exchange.post import PostOffice
from survey_app.jobs.sending import Counter, Outcome
from survey_app.mail_settings import mail_server
from survey_app.services.posting import held_waiting, settle
from survey_app.services.retention import left
from survey_app.services.retention_mail import NoticeLetter, notice_mail, notice_message_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage

    from survey_app.config import Config
    from survey_app.domain.retention_notice import RetentionNotice
    from survey_app.jobs.kinds import Arguments, Progress
    from survey_app.storage.database import Database, UnitOfWork
    from survey_app.storage.notices import Notices

NOT_NEEDED = "The date was moved, or nothing is left to be deleted, so nothing was sent."


def run(
    database: Database, config: Config, arguments: Arguments, progress: Progress
) -> Mapping[str, Any]:
    """Send every notice about a study that is due; how many were sent.

    Raises
    ------
    survey_app.domain.job.JobError
        the mail server takes no mail; what was not sent waits.
    """
    with database.reading() as unit:
        job = unit.jobs.by_key(arguments["job_key"])
        waiting = unit.notices.due(arguments["study_id"], now())
    if job is None:
        raise JobError("This sending is no longer there.")
    hands = Claim(job.id or 0, job.attempt)

    def say() -> None:
        progress(0.5, f"{len(waiting)} mails to be sent")

    with PostOffice(mail_server(config.smtp_url)) as office:
        counter = Counter(office, config.mails_per_minute, say)
        for notice in waiting:
            number = notice.id or 0
            counter.hand_over(
                partial(_take, database, config, hands, number),
                partial(_keep, database, hands, number),
            )
    return {"sent": counter.sent}


def _take(
    database: Database, config: Config, hands: Claim, number: int
) -> Callable[[], EmailMessage] | None:
    with database.writing() as unit:
        notice = held_waiting(unit, unit.notices, number, hands)
        if notice is None:
            return None
        letter = _letter(unit, notice)
        if letter is None:
            notice.refuse(NOT_NEEDED)
        else:
            notice.begin(hands, notice_message_id(config, notice))
        unit.commit()
    if letter is None:
        return None
    return lambda: write_mail(notice_mail(config, letter), now())


def _letter(unit: UnitOfWork, notice: RetentionNotice) -> NoticeLetter | None:
    """What a notice is about; None when it is not true any more or its reader is shut out."""
    study, reader = unit.studies.by_id(notice.study_id), unit.users.by_id(notice.reader_id)
    if study is None or reader is None or not reader.may_work_on(study):
        return None
    n = left(unit, study, notice.what)
    if not n or deletion_days(study).get(notice.what) != notice.due_on:
        return None
    return NoticeLetter(notice, reader, study, n)


def _keep(database: Database, hands: Claim, number: int, outcome: Outcome) -> bool:
    def change(_unit: UnitOfWork, notice: RetentionNotice) -> None:
        outcome.change(notice)

    return settle(database, _notices, number, hands, change)


def _notices(unit: UnitOfWork) -> Notices:
    return unit.notices
