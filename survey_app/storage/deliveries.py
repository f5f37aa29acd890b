"""Deliveries as they are kept: the list of what is to be sent, and the log of what was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
    update,
)

from survey_app.domain.delivery import Delivery, DeliveryState
from survey_app.domain.schedule import Paper
from survey_app.domain.study import Brand, Wave, is_key
from survey_app.domain.user import User
from survey_app.storage.posted_columns import posted_columns
from survey_app.storage.tables import UtcDateTime, choice, mapper_registry, metadata
from survey_app.storage.users import LARGEST_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST_ASKED_AT_ONCE = 500
"""SQLite takes a limited number of values in one query."""

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(22), nullable=False, unique=True),
    Column("occasion", String(100), nullable=False),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("reader_id", ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("brand_id", ForeignKey("brand.id", ondelete="CASCADE"), nullable=False),
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), nullable=False),
    Column("language", String(35), nullable=False),
    Column("attach_pdf", Boolean, nullable=False),
    Column("paper", choice(Paper), nullable=False),
    Column("schedule_id", ForeignKey("schedule.id", ondelete="SET NULL")),
    Column("asked_by", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("due_at", UtcDateTime, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    *posted_columns(),
    UniqueConstraint("occasion", "reader_id", "brand_id", "wave_id"),
    Index(None, "state", "next_try_at"),
    Index(None, "study_id", "state"),
    Index(None, "reader_id"),
    Index(None, "schedule_id"),
)

mapper_registry.map_imperatively(Delivery, delivery)


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """A delivery with those it names."""

    delivery: Delivery
    reader: User
    brand: Brand
    wave: Wave


class Deliveries:
    """The deliveries of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_new(self, wanted: Sequence[Delivery]) -> int:
        """Keep the deliveries of one occasion that are not kept yet; how many those are."""
        if not wanted:
            return 0
        table = delivery.c
        query = select(table.reader_id, table.brand_id, table.wave_id).where(
            table.occasion == wanted[0].occasion
        )
        known = {(row[0], row[1], row[2]) for row in self._session.execute(query)}
        new = [d for d in wanted if (d.reader_id, d.brand_id, d.wave_id) not in known]
        self._session.add_all(new)
        return len(new)

    def by_id(self, delivery_id: int) -> Delivery | None:
        """The delivery with an identifier, or None."""
        return self._session.get(Delivery, delivery_id) if delivery_id <= LARGEST_ID else None

    def by_key(self, key: str) -> Delivery | None:
        """The delivery with a key, or None."""
        if not is_key(key):
            return None
        return self._session.scalars(select(Delivery).where(delivery.c.key == key)).one_or_none()

    def due(self, study_id: int, moment: datetime, most: int) -> list[Delivery]:
        """Deliveries of a study that wait and whose moment has come, those of one scorecard beside
        each other."""
        table = delivery.c
        query = (
            select(Delivery)
            .where(
                table.study_id == study_id,
                table.state == DeliveryState.WAITING,
                table.next_try_at <= moment,
            )
            .order_by(table.wave_id, table.brand_id, table.language, table.paper, table.id)
            .limit(most)
        )
        return list(self._session.scalars(query))

    def studies_due(self, moment: datetime) -> list[int]:
        """Studies with deliveries that wait and whose moment has come."""
        query = (
            select(delivery.c.study_id)
            .where(delivery.c.state == DeliveryState.WAITING, delivery.c.next_try_at <= moment)
            .distinct()
        )
        return sorted(self._session.scalars(query))

    def in_hands(self) -> list[Delivery]:
        """Deliveries that are being sent."""
        query = select(Delivery).where(delivery.c.state == DeliveryState.SENDING)
        return list(self._session.scalars(query))

    def in_state(self, study_id: int, state: DeliveryState) -> list[Delivery]:
        """Deliveries of a study that stand somewhere, the oldest first."""
        table = delivery.c
        query = (
            select(Delivery)
            .where(table.study_id == study_id, table.state == state)
            .order_by(table.id)
        )
        return list(self._session.scalars(query))

    def waiting(self, study_id: int) -> list[Delivery]:
        """Deliveries of a study that wait, whenever they are due."""
        return self.in_state(study_id, DeliveryState.WAITING)

    def hurry(self, study_id: int, moment: datetime) -> None:
        """Let the deliveries of a study that wait for later be due at a moment; none that was
        handed over is among them."""
        table = delivery.c
        later = (
            (table.study_id == study_id)
            & (table.state == DeliveryState.WAITING)
            & (table.next_try_at > moment)
        )
        self._session.execute(update(delivery).where(later).values(next_try_at=moment))

    def waiting_for(self, reader_id: int, study_id: int) -> list[Delivery]:
        """Deliveries about a study that wait for a reader."""
        table = delivery.c
        query = select(Delivery).where(
            table.reader_id == reader_id,
            table.study_id == study_id,
            table.state == DeliveryState.WAITING,
        )
        return list(self._session.scalars(query))

    def waiting_on(self, schedule_id: int) -> list[Delivery]:
        """Deliveries of a schedule that wait."""
        table = delivery.c
        query = select(Delivery).where(
            table.schedule_id == schedule_id, table.state == DeliveryState.WAITING
        )
        return list(self._session.scalars(query))

    def counts_of(self, occasions: Iterable[str]) -> dict[DeliveryState, int]:
        """How many deliveries of some occasions stand where."""
        wanted, counts = sorted(occasions), dict.fromkeys(DeliveryState, 0)
        for start in range(0, len(wanted), MOST_ASKED_AT_ONCE):
            query = (
                select(delivery.c.state, func.count())
                .where(delivery.c.occasion.in_(wanted[start : start + MOST_ASKED_AT_ONCE]))
                .group_by(delivery.c.state)
            )
            for state, count in self._session.execute(query):
                counts[state] += count
        return counts

    def counts(self, study_id: int) -> dict[DeliveryState, int]:
        """How many deliveries of a study stand where; states without any are left out."""
        query = (
            select(delivery.c.state, func.count())
            .where(delivery.c.study_id == study_id)
            .group_by(delivery.c.state)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def log(
        self,
        *,
        study_id: int | None = None,
        reader_id: int | None = None,
        state: DeliveryState | None = None,
        before: int | None = None,
        most: int = 100,
    ) -> list[LoggedDelivery]:
        """The latest deliveries of a study or a reader, the newest first, those older than the one
        with the identifier `before` where it is given."""
        table = delivery.c
        query = (
            select(Delivery, User, Brand, Wave)
            .join(User, User.id == table.reader_id)  # type: ignore[arg-type]  # mapped at run time
            .join(Brand, Brand.id == table.brand_id)  # type: ignore[arg-type]  # mapped at run time
            .join(Wave, Wave.id == table.wave_id)  # type: ignore[arg-type]  # mapped at run time
            .order_by(table.id.desc())
            .limit(most)
        )
        if study_id is not None:
            query = query.where(table.study_id == study_id)
        if reader_id is not None:
            query = query.where(table.reader_id == reader_id)
        if state is not None:
            query = query.where(table.state == state)
        if before is not None:
            query = query.where(table.id < min(before, LARGEST_ID))
        return [LoggedDelivery(*row) for row in self._session.execute(query)]
