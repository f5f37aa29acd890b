"""Studies as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, select

from survey_app.domain.study import Brand, Study, is_key
from survey_app.storage.tables import brand, study, wave

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


class Studies:
    """The studies of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Study) -> None:
        """Keep a new study with its brands and waves."""
        self._session.add(new)

    def by_key(self, key: str) -> Study | None:
        """The study with a key, or None."""
        if not is_key(key):  # PostgreSQL takes no NUL, not even to look for it
            return None
        return self._session.scalars(select(Study).where(study.c.key == key)).one_or_none()

    def by_id(self, study_id: int) -> Study | None:
        """The study with an identifier, or None."""
        return self._session.get(Study, study_id)

    def of_wave(self, wave_id: int) -> Study | None:
        """The study that a wave belongs to, or None."""
        query = select(Study).where(study.c.id == wave.c.study_id, wave.c.id == wave_id)
        return self._session.scalars(query).one_or_none()

    def owned_by(self, user_id: int) -> list[Study]:
        """A researcher's studies, the newest first."""
        query = select(Study).where(study.c.owner_id == user_id).order_by(study.c.id.desc())
        return list(self._session.scalars(query))

    def with_retention(self) -> list[Study]:
        """Studies for which periods were set after which data is deleted."""
        query = select(Study).where(cast(study.c.retention, Text) != "{}")
        return list(self._session.scalars(query.order_by(study.c.id)))

    def all(self) -> list[Study]:
        """Every study, the newest first."""
        return list(self._session.scalars(select(Study).order_by(study.c.id.desc())))

    def with_brands(self, brand_ids: Iterable[int]) -> list[tuple[Study, Brand]]:
        """Brands with the studies they belong to, the newest study first."""
        query = (
            select(Study, Brand)
            .join(brand, brand.c.study_id == study.c.id)
            .where(brand.c.id.in_(sorted(brand_ids)))
            .order_by(study.c.id.desc(), brand.c.position, brand.c.id)
        )
        return [(row[0], row[1]) for row in self._session.execute(query)]
