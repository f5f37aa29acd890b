"""The places of a study as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint, select

from survey_app.domain.place import LONGEST_CODE, LONGEST_NAME, Place
from survey_app.storage.tables import mapper_registry, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

place = Table(
    "place",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("code", String(LONGEST_CODE), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    UniqueConstraint("study_id", "code"),
)

mapper_registry.map_imperatively(Place, place)


class Places:
    """The places of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Place) -> None:
        """Keep a new place."""
        self._session.add(new)

    def remove(self, old: Place) -> None:
        """Forget a place; interviews keep its code."""
        self._session.delete(old)

    def of_study(self, study_id: int) -> Sequence[Place]:
        """The places of a study, in the order in which they were added."""
        query = select(Place).where(place.c.study_id == study_id).order_by(place.c.id)
        return self._session.scalars(query).all()
