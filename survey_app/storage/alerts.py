"""Mails about what happened in fieldwork as they are kept, and which studies want none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
)

from survey_app.domain.alert import Alert
from survey_app.domain.posted import DeliveryState
from survey_app.storage.posted_columns import posted_columns
from survey_app.storage.tables import UtcDateTime, mapper_registry, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(22), nullable=False, unique=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), nullable=False),
    Column("reader_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(200), nullable=False),
    Column("told", JSON, nullable=False),
    Column("noticed_at", UtcDateTime, nullable=False),
    *posted_columns(),
    UniqueConstraint("wave_id", "event"),
    Index(None, "state", "next_try_at"),
)

alerts_off = Table(
    "alerts_off",
    metadata,
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), primary_key=True),
)

mapper_registry.map_imperatively(Alert, alert)


class Alerts:
    """The mails about fieldwork of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Alert) -> None:
        """Keep a mail about an event that was not told before."""
        self._session.add(new)

    def by_id(self, alert_id: int) -> Alert | None:
        """The mail with an identifier, or None."""
        return self._session.get(Alert, alert_id)

    def events(self, wave_id: int) -> set[str]:
        """The events of a wave that a mail is about."""
        return set(self._session.scalars(select(alert.c.event).where(alert.c.wave_id == wave_id)))

    def in_hands(self) -> Sequence[Alert]:
        """Mails that are being sent."""
        query = select(Alert).where(alert.c.state == DeliveryState.SENDING)
        return self._session.scalars(query.order_by(alert.c.id)).all()

    def due(self, study_id: int, moment: datetime) -> Sequence[Alert]:
        """Mails of a study that wait and whose moment has come."""
        query = select(Alert).where(
            alert.c.study_id == study_id,
            alert.c.state == DeliveryState.WAITING,
            alert.c.next_try_at <= moment,
        )
        return self._session.scalars(query.order_by(alert.c.id)).all()

    def studies_due(self, moment: datetime) -> list[int]:
        """Studies with mails that wait and whose moment has come."""
        query = (
            select(alert.c.study_id)
            .where(alert.c.state == DeliveryState.WAITING, alert.c.next_try_at <= moment)
            .distinct()
        )
        return list(self._session.scalars(query.order_by(alert.c.study_id)))

    def of_study(self, study_id: int, most: int) -> Sequence[Alert]:
        """The latest events of a study."""
        query = select(Alert).where(alert.c.study_id == study_id)
        return self._session.scalars(query.order_by(alert.c.id.desc()).limit(most)).all()

    def are_off(self, study_id: int) -> bool:
        """Whether the researcher wants no mails about a study."""
        query = select(alerts_off.c.study_id).where(alerts_off.c.study_id == study_id)
        return self._session.scalar(query) is not None

    def switch(self, study_id: int, *, on: bool) -> None:
        """Send mails about a study, or none; those that wait are taken back."""
        self._session.execute(delete(alerts_off).where(alerts_off.c.study_id == study_id))
        if on:
            return
        self._session.execute(insert(alerts_off), {"study_id": study_id})
        waiting = select(Alert).where(
            alert.c.study_id == study_id, alert.c.state == DeliveryState.WAITING
        )
        for one in self._session.scalars(waiting):
            one.cancel()
