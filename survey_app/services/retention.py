"""Periods after which data is deleted: set, prolonged, told of in advance, and kept to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survey_app.domain.audit import AuditKind
from survey_app.domain.retention import (
    Kept,
    Retention,
    due,
    plain_retention,
    read_retention,
    soon,
)
from survey_app.domain.retention_notice import RetentionNotice
from survey_app.domain.study import now
from survey_app.services.audit import record

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.study import Study
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

MOST_AT_ONCE = 500
"""How many rows are deleted in one transaction; respondents wait for it on SQLite."""

_DELETED = {
    Kept.ANSWERS: (AuditKind.ANSWERS_DELETED, "answers, kept long enough"),
    Kept.PILOT: (AuditKind.ANSWERS_DELETED, "answers of pilots, kept long enough"),
    Kept.CONTACTS: (AuditKind.CONTACTS_DELETED, "contacts, kept long enough"),
}


def change_retention(unit: UnitOfWork, user: User, study: Study, wanted: Retention) -> None:
    """Set how long is kept what a study collected. Nothing is deleted within two weeks of it."""
    _keep(unit, user, study, replace(wanted, changed_on=now().date()), "periods changed")


def prolong(unit: UnitOfWork, user: User, study: Study) -> None:
    """Keep answers and contacts three months longer."""
    longer = read_retention(study.retention).prolonged(now().date())
    _keep(unit, user, study, longer, "prolonged by three months")


def _keep(unit: UnitOfWork, user: User, study: Study, wanted: Retention, about: str) -> None:
    before, after = dict(study.retention), plain_retention(wanted)
    study.retention = after
    record(unit, user, AuditKind.RETENTION_CHANGED, study, about, before=before, after=after)


def left(unit: UnitOfWork, study: Study, kind: Kept) -> int:
    """How many interviews or contacts there are that the kind deletes."""
    study_id = study.id or 0
    if kind is Kept.CONTACTS:
        return unit.privacy.n_contacts(study_id)
    return unit.privacy.n_interviews(study_id, pilot=kind is Kept.PILOT)


def to_delete(unit: UnitOfWork, study: Study, moment: datetime) -> list[Kept]:
    """What is due of a study and still there."""
    return [kind for kind in due(study, moment) if left(unit, study, kind)]


def delete_some(unit: UnitOfWork, study: Study, kind: Kept) -> int:
    """Delete a part of what is due, with its line in the audit trail; how many rows it was."""
    study_id = study.id or 0
    if kind is Kept.CONTACTS:
        gone = unit.privacy.delete_contacts(study_id, most=MOST_AT_ONCE)
    else:
        pilot = kind is Kept.PILOT
        gone = unit.privacy.delete_interviews(study_id, pilot=pilot, most=MOST_AT_ONCE)
        unit.paper_sheets.forget_waiting(study_id, pilot=pilot)
    if gone:
        what, about = _DELETED[kind]
        record(unit, None, what, study, about, deleted=gone)
    else:
        unit.privacy.delete_persons_alone(study_id)
    return gone


def notices_to_add(unit: UnitOfWork, study: Study, moment: datetime) -> list[RetentionNotice]:
    """Mails that the researcher of a study is owed about what will be deleted within two weeks."""
    return [
        RetentionNotice(study.id or 0, study.owner_id or 0, kind, day)
        for kind, day in soon(study, moment).items()
        if study.owner_id is not None and left(unit, study, kind)
    ]
