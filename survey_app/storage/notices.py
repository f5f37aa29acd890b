"""Notices of deletions as they are kept: which are to be sent, and which were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    select,
)

from survey_app.domain.posted import DeliveryState
from survey_app.domain.retention import Kept
from survey_app.domain.retention_notice import RetentionNotice
from survey_app.storage.posted_columns import posted_columns
from survey_app.storage.tables import choice, mapper_registry, metadata

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

retention_notice = Table(
    "retention_notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(22), nullable=False, unique=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("reader_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("what", choice(Kept), nullable=False),
    Column("due_on", Date, nullable=False),
    *posted_columns(),
    UniqueConstraint("study_id", "reader_id", "what", "due_on"),
    Index(None, "state", "next_try_at"),
)

mapper_registry.map_imperatively(RetentionNotice, retention_notice)


class Notices:
    """The notices of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_new(self, wanted: RetentionNotice) -> bool:
        """Keep a notice unless it is kept already; whether it was added."""
        if self.is_kept(wanted):
            return False
        self._session.add(wanted)
        return True

    def is_kept(self, wanted: RetentionNotice) -> bool:
        """Whether a notice to the same reader about the same deletion is kept already."""
        table = retention_notice.c
        known = select(table.id).where(
            table.study_id == wanted.study_id,
            table.reader_id == wanted.reader_id,
            table.what == wanted.what,
            table.due_on == wanted.due_on,
        )
        return self._session.scalar(known) is not None

    def by_id(self, notice_id: int) -> RetentionNotice | None:
        """The notice with an identifier, or None."""
        return self._session.get(RetentionNotice, notice_id)

    def sent_about(self, study_id: int) -> set[tuple[Kept, date]]:
        """What the researcher of a study has been told: kinds with their days."""
        table = retention_notice.c
        query = select(table.what, table.due_on).where(
            table.study_id == study_id, table.state == DeliveryState.SENT
        )
        return {(row.what, row.due_on) for row in self._session.execute(query)}

    def due(self, study_id: int, moment: datetime) -> list[RetentionNotice]:
        """Notices about a study that wait and whose moment has come."""
        table = retention_notice.c
        query = select(RetentionNotice).where(
            table.study_id == study_id,
            table.state == DeliveryState.WAITING,
            table.next_try_at <= moment,
        )
        return list(self._session.scalars(query.order_by(table.id)))

    def studies_due(self, moment: datetime) -> list[int]:
        """Studies with notices that wait and whose moment has come."""
        table = retention_notice.c
        query = select(table.study_id).where(
            table.state == DeliveryState.WAITING, table.next_try_at <= moment
        )
        return sorted(set(self._session.scalars(query)))

    def in_hands(self) -> list[RetentionNotice]:
        """Notices that are being sent."""
        table = retention_notice.c
        query = select(RetentionNotice).where(table.state == DeliveryState.SENDING)
        return list(self._session.scalars(query))
