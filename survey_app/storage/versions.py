"""Which version of a questionnaire interviews answered, and those of pilots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, select

from survey_app.domain.interview import Disposition
from survey_app.storage.tables import brand, interview, interview_brand, tally, wave

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Versions:
    """The versions answered in the interviews of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def counts(self, study_id: int) -> dict[int, int]:
        """Number of real interviews by the version that was asked; 0 are imported ones."""
        query = (
            select(interview.c.version, func.count())
            .where(interview.c.study_id == study_id, ~interview.c.pilot)
            .group_by(interview.c.version)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def by_wave(self, study_id: int) -> dict[str, list[int]]:
        """The versions that real interviews of each wave were asked, by the wave's code."""
        query = (
            select(wave.c.code, interview.c.version)
            .join_from(interview, wave, interview.c.wave_id == wave.c.id)
            .where(interview.c.study_id == study_id, ~interview.c.pilot)
            .distinct()
            .order_by(wave.c.code, interview.c.version)
        )
        found: dict[str, list[int]] = {}
        for code, version in self._session.execute(query):
            found.setdefault(code, []).append(version)
        return found

    def interviews_of(self, wave_id: int) -> int:
        """Number of interviews of a wave, those of pilots too."""
        query = select(func.count()).where(interview.c.wave_id == wave_id)
        return self._session.scalar(query) or 0

    def real_interviews_of(self, wave_id: int) -> int:
        """Number of interviews of a wave, without those of pilots."""
        query = select(func.count()).where(interview.c.wave_id == wave_id, ~interview.c.pilot)
        return self._session.scalar(query) or 0

    def pilot_counts(self, study_id: int) -> tuple[int, int]:
        """Pilot interviews that were begun, and those that were completed."""
        complete = func.sum(case((interview.c.disposition == Disposition.COMPLETE, 1), else_=0))
        query = select(func.count(), complete).where(
            interview.c.study_id == study_id, interview.c.pilot
        )
        begun, completed = self._session.execute(query).one()
        return begun, completed or 0

    def pilot_brands(self, study_id: int) -> set[str]:
        """Codes of the brands that pilot interviews were about."""
        first = (
            select(brand.c.code)
            .join_from(interview, brand, interview.c.brand_id == brand.c.id)
            .where(interview.c.study_id == study_id, interview.c.pilot)
        )
        further = (
            select(brand.c.code)
            .join_from(interview, interview_brand, interview_brand.c.interview_id == interview.c.id)
            .join(brand, brand.c.id == interview_brand.c.brand_id)
            .where(interview.c.study_id == study_id, interview.c.pilot)
        )
        return set(self._session.scalars(first.union(further)))

    def delete_pilots(self, study_id: int) -> int:
        """Delete all pilot interviews of a study with all that was counted of them; how many."""
        waves = select(wave.c.id).where(wave.c.study_id == study_id)
        self._session.execute(delete(tally).where(tally.c.wave_id.in_(waves), tally.c.pilot))
        begun, _ = self.pilot_counts(study_id)
        # Their pages and brands go with them.
        self._session.execute(
            delete(interview).where(interview.c.study_id == study_id, interview.c.pilot)
        )
        return begun
