"""Sending the mails about fieldwork that wait."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from survey_app.jobs.send_to_researcher import Kind
from survey_app.services.alert_mail import AlertLetter, alert_mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from survey_app.config import Config
    from survey_app.domain.alert import Alert
    from survey_app.exchange.mail import Mail
    from survey_app.storage.alerts import Alerts
    from survey_app.storage.database import UnitOfWork

NOT_WANTED = "The researcher wants no such mails, or may not work on the study any more."


def _alerts(unit: UnitOfWork) -> Alerts:
    return unit.alerts


def _write(unit: UnitOfWork, config: Config, alert: Alert) -> Callable[[], Mail] | None:
    study, reader = unit.studies.by_id(alert.study_id), unit.users.by_id(alert.reader_id)
    if study is None or reader is None or not reader.may_work_on(study):
        return None
    if unit.alerts.are_off(alert.study_id):
        return None
    return partial(alert_mail, config, AlertLetter(alert, reader, study))


run = Kind(_alerts, _write, NOT_WANTED).send
