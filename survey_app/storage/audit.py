"""The audit trail as it is kept: entries are added and read, the database refuses anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, delete, select

from survey_app.domain.audit import LONGEST_OBJECT, AuditEntry, AuditKind
from survey_app.storage.tables import (
    UtcDateTime,
    choice,
    mapper_registry,
    metadata,
    study,
    user,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

MOST_READ_AT_ONCE = 1_000

# A study that is gone leaves its entries, so that no key points there.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("user_id", ForeignKey("user_account.id")),
    Column("what", choice(AuditKind), nullable=False),
    Column("study_id", Integer),
    Column("object", String(LONGEST_OBJECT), nullable=False),
    Column("details", JSON, nullable=False),
    Index(None, "study_id", "id"),
)

mapper_registry.map_imperatively(AuditEntry, audit)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries: those of some studies (None for all), of a study, a person, a kind."""

    studies: frozenset[int] | None = None
    study_id: int | None = None
    user_id: int | None = None
    what: AuditKind | None = None


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry with the names of those that it points to, "" where there is none."""

    entry: AuditEntry
    person: str
    email: str
    study: str


class AuditTrail:
    """The audit trail of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, entry: AuditEntry) -> None:
        """Keep an entry for good."""
        self._session.add(entry)

    def entries(
        self, wanted: AuditFilter, *, before: int | None = None, most: int = 100
    ) -> list[LoggedEntry]:
        """The latest entries, the newest first; those older than an identifier where one is
        given."""
        query = _chosen(wanted).order_by(audit.c.id.desc()).limit(most)
        if before is not None:
            query = query.where(audit.c.id < before)
        return [
            LoggedEntry(row[0], row.name or "", row.email or "", row.title or "")
            for row in self._session.execute(query)
        ]

    def all(self, wanted: AuditFilter) -> Iterator[LoggedEntry]:
        """Every entry, the newest first."""
        last: int | None = None
        while rows := self.entries(wanted, before=last, most=MOST_READ_AT_ONCE):
            yield from rows
            last = rows[-1].entry.id

    def people(self, wanted: AuditFilter) -> dict[int, str]:
        """Names of those who did something, by identifier, in the order of their names."""
        query = select(user.c.id, user.c.name).order_by(user.c.name, user.c.id)
        done = select(audit.c.user_id)
        if wanted.studies is not None:
            done = done.where(audit.c.study_id.in_(sorted(wanted.studies)))
        return {row.id: row.name for row in self._session.execute(query.where(user.c.id.in_(done)))}

    def forget(self, before: datetime) -> int:
        """Delete the entries older than a moment; how many there were."""
        done: Any = self._session.execute(delete(audit).where(audit.c.at < before))
        return int(done.rowcount)


def _chosen(wanted: AuditFilter) -> Select[Any]:
    query = (
        select(AuditEntry, user.c.name, user.c.email, study.c.title)
        .outerjoin(user, user.c.id == audit.c.user_id)
        .outerjoin(study, study.c.id == audit.c.study_id)
    )
    if wanted.studies is not None:
        query = query.where(audit.c.study_id.in_(sorted(wanted.studies)))
    if wanted.study_id is not None:
        query = query.where(audit.c.study_id == wanted.study_id)
    if wanted.user_id is not None:
        query = query.where(audit.c.user_id == wanted.user_id)
    if wanted.what is not None:
        query = query.where(audit.c.what == wanted.what)
    return query
