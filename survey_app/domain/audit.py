"""The audit trail: who saw, took away or changed what, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from survey_app.domain.study import now

if TYPE_CHECKING:
    from datetime import datetime

MONTHS_KEPT = 24
"""Entries younger than this cannot be deleted, not even by the command that forgets old ones."""

LONGEST_OBJECT = 300


class AuditKind(StrEnum):
    """What was done. A name is kept for good: entries are never rewritten."""

    STUDY_PILOTED = "study_piloted"
    STUDY_OPENED = "study_opened"
    STUDY_CHANGED = "study_changed"
    STUDY_CLOSED = "study_closed"
    ANSWERS_EXPORTED = "answers_exported"
    ANSWERS_SEEN = "answers_seen"
    ANSWERS_DELETED = "answers_deleted"
    PERSON_SEEN = "person_seen"
    PERSON_EXPORTED = "person_exported"
    ANSWERS_WITHDRAWN = "answers_withdrawn"
    ANSWERS_ERASED = "answers_erased"
    CONTACTS_SEEN = "contacts_seen"
    CONTACTS_CHANGED = "contacts_changed"
    CONTACTS_EXPORTED = "contacts_exported"
    CONTACTS_DELETED = "contacts_deleted"
    SCORECARD_READ = "scorecard_read"
    SCORECARD_TAKEN = "scorecard_taken"
    SCORECARD_SENT = "scorecard_sent"
    REPORT_TAKEN = "report_taken"
    FILE_TAKEN = "file_taken"
    RETENTION_CHANGED = "retention_changed"
    USER_CHANGED = "user_changed"
    AUDIT_EXPORTED = "audit_exported"
    AUDIT_FORGOTTEN = "audit_forgotten"


@dataclass(eq=False)
class AuditEntry:
    """One thing that was done. `user_id` is None where the program or a respondent did it.

    `study_id` names the study, None where there is none, `object` in words what it was done to,
    `details` figures about it. Nothing of an answer and no network address is kept.
    """

    what: AuditKind
    user_id: int | None = None
    study_id: int | None = None
    object: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=now)
    id: int | None = None
