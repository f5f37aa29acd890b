"""Schedules of readers, and who wants no mail, as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
)

from survey_app.domain.schedule import Occasion, Paper, Schedule
from survey_app.domain.study import is_key
from survey_app.storage.tables import UtcDateTime, choice, mapper_registry, metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

schedule = Table(
    "schedule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(22), nullable=False, unique=True),
    Column(
        "reader_id",
        ForeignKey("user_account.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("brand_id", ForeignKey("brand.id", ondelete="CASCADE")),
    Column("occasion", choice(Occasion), nullable=False),
    Column("day", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("language", String(35), nullable=False),
    Column("attach_pdf", Boolean, nullable=False),
    Column("paper", choice(Paper), nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("waves_seen", JSON, nullable=False),
    Column("next_due_at", UtcDateTime, index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

unsubscription = Table(
    "unsubscription",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reader_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("unsubscribed_at", UtcDateTime, nullable=False),
    UniqueConstraint("reader_id", "study_id"),
)

mapper_registry.map_imperatively(Schedule, schedule)


class Schedules:
    """The schedules of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Schedule) -> None:
        """Keep a new schedule."""
        self._session.add(new)

    def by_key(self, key: str) -> Schedule | None:
        """The schedule with a key, or None."""
        if not is_key(key):
            return None
        return self._session.scalars(select(Schedule).where(schedule.c.key == key)).one_or_none()

    def of_reader(self, reader_id: int) -> list[Schedule]:
        """A reader's schedules, the oldest first."""
        query = select(Schedule).where(schedule.c.reader_id == reader_id).order_by(schedule.c.id)
        return list(self._session.scalars(query))

    def due(self, moment: datetime) -> list[Schedule]:
        """Monthly schedules whose moment has come, the oldest first."""
        query = (
            select(Schedule)
            .where(schedule.c.paused.is_(False), schedule.c.next_due_at <= moment)
            .order_by(schedule.c.id)
        )
        return list(self._session.scalars(query))

    def awaiting_waves(self) -> list[Schedule]:
        """Schedules that look out for waves that close, by study."""
        query = (
            select(Schedule)
            .where(schedule.c.paused.is_(False), schedule.c.occasion == Occasion.WAVE_CLOSED)
            .order_by(schedule.c.study_id, schedule.c.id)
        )
        return list(self._session.scalars(query))

    def remove(self, old: Schedule) -> None:
        """Forget a schedule; what was sent on it stays in the log."""
        self._session.execute(delete(schedule).where(schedule.c.id == old.id))

    def is_unsubscribed(self, reader_id: int, study_id: int) -> bool:
        """Whether a reader wants no mail about a study."""
        query = select(unsubscription.c.id).where(
            unsubscription.c.reader_id == reader_id, unsubscription.c.study_id == study_id
        )
        return self._session.scalar(query) is not None

    def unsubscribed_from(self, study_id: int) -> set[int]:
        """Readers who want no mail about a study."""
        query = select(unsubscription.c.reader_id).where(unsubscription.c.study_id == study_id)
        return set(self._session.scalars(query))

    def studies_unwanted(self, reader_id: int) -> set[int]:
        """Studies about which a reader wants no mail."""
        query = select(unsubscription.c.study_id).where(unsubscription.c.reader_id == reader_id)
        return set(self._session.scalars(query))

    def unsubscribe(self, reader_id: int, study_id: int, moment: datetime) -> None:
        """Note that a reader wants no mail about a study."""
        row = {"reader_id": reader_id, "study_id": study_id, "unsubscribed_at": moment}
        if not self.is_unsubscribed(reader_id, study_id):
            self._session.execute(insert(unsubscription), row)

    def subscribe(self, reader_id: int, study_id: int) -> None:
        """Note that a reader wants mail about a study again."""
        self._session.execute(
            delete(unsubscription).where(
                unsubscription.c.reader_id == reader_id, unsubscription.c.study_id == study_id
            )
        )
