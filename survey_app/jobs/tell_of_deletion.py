"""Sending the notices of deletions that wait."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from survey_app.domain.retention import deletion_days
from survey_app.jobs.send_to_researcher import Kind
from survey_app.services.retention import left
from survey_app.services.retention_mail import NoticeLetter, notice_mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from survey_app.config import Config
    from survey_app.domain.retention_notice import RetentionNotice
    from survey_app.exchange.mail import Mail
    from survey_app.storage.database import UnitOfWork
    from survey_app.storage.notices import Notices

NOT_NEEDED = "The date was moved, or nothing is left to be deleted, so nothing was sent."


def _notices(unit: UnitOfWork) -> Notices:
    return unit.notices


def _write(unit: UnitOfWork, config: Config, notice: RetentionNotice) -> Callable[[], Mail] | None:
    study, reader = unit.studies.by_id(notice.study_id), unit.users.by_id(notice.reader_id)
    if study is None or reader is None or not reader.may_work_on(study):
        return None
    n = left(unit, study, notice.what)
    if not n or deletion_days(study).get(notice.what) != notice.due_on:
        return None
    return partial(notice_mail, config, NoticeLetter(notice, reader, study, n))


run = Kind(_notices, _write, NOT_NEEDED).send
