"""Sending the mails about fieldwork that wait, each once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from survey_app.domain.job import JobError
from survey_app.domain.posted import Claim
from survey_app.domain.study import now
from survey_app.exchange.mail import write_mail
from survey_app.exchange.post import PostOffice
from survey_app.jobs.sending import Counter, Outcome
from survey_app.mail_settings import mail_server
from survey_app.services.alert_mail import AlertLetter, alert_mail, alert_message_id
from survey_app.services.posting import held_waiting, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage

    from survey_app.config import Config
    from survey_app.domain.alert import Alert
    from survey_app.jobs.kinds import Arguments, Progress
    from survey_app.storage.alerts import Alerts
    from survey_app.storage.database import Database, UnitOfWork

NOT_WANTED = "The researcher wants no such mails, or may not work on the study any more."


def run(
    database: Database, config: Config, arguments: Arguments, progress: Progress
) -> Mapping[str, Any]:
    """Send every mail about a study's fieldwork that is due; how many were sent.

    Raises
    ------
    survey_app.domain.job.JobError
        the mail server takes no mail; what was not sent waits.
    """
    with database.reading() as unit:
        job = unit.jobs.by_key(arguments["job_key"])
        waiting = unit.alerts.due(arguments["study_id"], now())
    if job is None:
        raise JobError("This sending is no longer there.")
    hands = Claim(job.id or 0, job.attempt)

    def say() -> None:
        progress(0.5, f"{len(waiting)} mails to be sent")

    with PostOffice(mail_server(config.smtp_url)) as office:
        counter = Counter(office, config.mails_per_minute, say)
        for alert in waiting:
            number = alert.id or 0
            counter.hand_over(
                partial(_take, database, config, hands, number),
                partial(_keep, database, hands, number),
            )
    return {"sent": counter.sent}


def _take(
    database: Database, config: Config, hands: Claim, number: int
) -> Callable[[], EmailMessage] | None:
    with database.writing() as unit:
        alert = held_waiting(unit, unit.alerts, number, hands)
        if alert is None:
            return None
        letter = _letter(unit, alert)
        if letter is None:
            alert.refuse(NOT_WANTED)
        else:
            alert.begin(hands, alert_message_id(config, alert))
        unit.commit()
    if letter is None:
        return None
    return lambda: write_mail(alert_mail(config, letter), now())


def _letter(unit: UnitOfWork, alert: Alert) -> AlertLetter | None:
    study, reader = unit.studies.by_id(alert.study_id), unit.users.by_id(alert.reader_id)
    if study is None or reader is None or not reader.may_work_on(study):
        return None
    return None if unit.alerts.are_off(alert.study_id) else AlertLetter(alert, reader, study)


def _keep(database: Database, hands: Claim, number: int, outcome: Outcome) -> bool:
    def change(_unit: UnitOfWork, alert: Alert) -> None:
        outcome.change(alert)

    return settle(database, _alerts, number, hands, change)


def _alerts(unit: UnitOfWork) -> Alerts:
    return unit.alerts
