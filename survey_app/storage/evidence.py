"""Instruments' evidence as it is kept: one row for each wave and instrument, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    select,
)

from survey_app.domain.evidence import WaveEvidence
from survey_app.storage.tables import UtcDateTime, mapper_registry, metadata
from survey_app.storage.users import LARGEST_ID

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

instrument_evidence = Table(
    "instrument_evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instrument_id", String(40), nullable=False),
    Column("instrument_version", String(100), nullable=False),
    Column("form", String(64), nullable=False),
    Column("source", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("label", String(200), nullable=False),
    Column("n", Integer, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("analysed_at", UtcDateTime, nullable=False),
    Column("software_version", String(100), nullable=False),
    Column("format", Integer, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("study_id", ForeignKey("study.id", ondelete="SET NULL"), index=True),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by_id", ForeignKey("user_account.id")),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by_id", ForeignKey("user_account.id")),
    UniqueConstraint("instrument_id", "fingerprint"),
    UniqueConstraint("instrument_id", "source"),
)

mapper_registry.map_imperatively(WaveEvidence, instrument_evidence)


class EvidenceStore:
    """The evidence of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: WaveEvidence) -> None:
        """Keep what another wave shows."""
        self._session.add(new)

    def by_id(self, entry_id: int) -> WaveEvidence | None:
        """The entry with an identifier, or None."""
        return self._session.get(WaveEvidence, entry_id) if entry_id <= LARGEST_ID else None

    def of(self, *instrument_ids: str) -> list[WaveEvidence]:
        """All entries about some instruments, of any form, withdrawn ones included."""
        query = (
            select(WaveEvidence)
            .where(instrument_evidence.c.instrument_id.in_(instrument_ids))
            .order_by(instrument_evidence.c.id)
        )
        return list(self._session.scalars(query))

    def instruments(self) -> list[str]:
        """Identifiers of the instruments that have an entry, in alphabetical order."""
        query = select(instrument_evidence.c.instrument_id).distinct().order_by("instrument_id")
        return list(self._session.scalars(query))

    def of_wave(self, instrument_id: str, source: str) -> WaveEvidence | None:
        """What was added from a wave about an instrument, or None."""
        table = instrument_evidence.c
        query = select(WaveEvidence).where(
            table.instrument_id == instrument_id, table.source == source
        )
        return self._session.scalars(query).one_or_none()

    def of_answers(self, instrument_id: str, fingerprint: str) -> WaveEvidence | None:
        """What was added from the same answers about an instrument, or None."""
        table = instrument_evidence.c
        query = select(WaveEvidence).where(
            table.instrument_id == instrument_id, table.fingerprint == fingerprint
        )
        return self._session.scalars(query).one_or_none()
