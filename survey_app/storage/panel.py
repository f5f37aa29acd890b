"""How often the members of a panel answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from survey_app.domain.interview import Disposition
from survey_app.storage.tables import interview, wave

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

_MEMBERS = (
    interview.c.person_id.is_not(None),
    ~interview.c.pilot,
    interview.c.disposition == Disposition.COMPLETE,
)


class Panels:
    """The panels of one unit of work. Only whole interviews count."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_waves(self, study_id: int) -> Mapping[int, int]:
        """Number of members by how many waves they answered."""
        each = (
            select(func.count(interview.c.wave_id.distinct()).label("waves"))
            .where(interview.c.study_id == study_id, *_MEMBERS)
            .group_by(interview.c.person_id)
            .subquery()
        )
        query = select(each.c.waves, func.count()).group_by(each.c.waves).order_by(each.c.waves)
        return {row[0]: row[1] for row in self._session.execute(query)}

    def of_waves(self, study_id: int) -> Mapping[str, int]:
        """Number of members who answered each wave, by its code."""
        query = (
            select(wave.c.code, func.count(interview.c.person_id.distinct()))
            .join_from(interview, wave, interview.c.wave_id == wave.c.id)
            .where(interview.c.study_id == study_id, *_MEMBERS)
            .group_by(wave.c.code)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def of_both(self, wave_id: int, other_id: int) -> int:
        """Number of members who answered both waves."""
        other = interview.alias()
        query = (
            select(func.count(interview.c.person_id.distinct()))
            .join_from(interview, other, interview.c.person_id == other.c.person_id)
            .where(
                interview.c.wave_id == wave_id,
                other.c.wave_id == other_id,
                *_MEMBERS,
                ~other.c.pilot,
                other.c.disposition == Disposition.COMPLETE,
            )
        )
        return self._session.scalar(query) or 0
