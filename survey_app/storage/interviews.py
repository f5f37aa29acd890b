"""Interviews as they are kept: read whole for an analysis, added in bulk, counted in place.

Those whose respondent took the answers back are in none of what is read for an analysis; they are
counted among the dispositions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, case, func, insert, select

from survey_app.domain.interview import Disposition
from survey_app.storage.tables import brand, interview, interview_brand, page_answers, wave

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

_USED = interview.c.disposition != Disposition.WITHDRAWN
_COMPLETED = func.sum(case((interview.c.disposition == Disposition.COMPLETE, 1), else_=0))


class Interviews:
    """The interviews of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(
        self, study_id: int, wave_code: str | None, *, pilot: bool = False
    ) -> Sequence[Row[Any]]:
        """All interviews of a study, or of one wave, real ones or those of pilots, by identifier:
        id, source_id, brand, wave, language, channel, disposition, seconds, instructed_passed,
        background, version, person_id, device."""
        query = (
            select(
                interview.c.id,
                interview.c.source_id,
                func.coalesce(brand.c.code, "").label("brand"),
                wave.c.code.label("wave"),
                interview.c.language,
                interview.c.channel,
                interview.c.disposition,
                interview.c.seconds,
                interview.c.instructed_passed,
                interview.c.background,
                interview.c.version,
                interview.c.person_id,
                interview.c.device,
            )
            .join_from(interview, wave, interview.c.wave_id == wave.c.id)
            .outerjoin(brand, interview.c.brand_id == brand.c.id)
            .order_by(interview.c.id)
        )
        return self._session.execute(_of(query, study_id, wave_code, pilot=pilot)).all()

    def brand_rows(
        self, study_id: int, wave_code: str | None, *, pilot: bool = False
    ) -> Sequence[Row[Any]]:
        """The brands of interviews that were asked about several: interview_id, slot, brand."""
        query = (
            select(
                interview_brand.c.interview_id, interview_brand.c.slot, brand.c.code.label("brand")
            )
            .join_from(interview_brand, interview, interview_brand.c.interview_id == interview.c.id)
            .join(brand, brand.c.id == interview_brand.c.brand_id)
            .join(wave, interview.c.wave_id == wave.c.id)
            .order_by(interview_brand.c.interview_id, interview_brand.c.slot)
        )
        return self._session.execute(_of(query, study_id, wave_code, pilot=pilot)).all()

    def page_rows(
        self, study_id: int, wave_code: str | None, *, pilot: bool = False
    ) -> Sequence[Row[Any]]:
        """All submitted pages of the same interviews, in the order in which they came:
        interview_id, page, answers, seconds."""
        query = (
            select(
                page_answers.c.interview_id,
                page_answers.c.page,
                page_answers.c.answers,
                page_answers.c.seconds,
            )
            .join_from(page_answers, interview, page_answers.c.interview_id == interview.c.id)
            .join(wave, interview.c.wave_id == wave.c.id)
            .order_by(page_answers.c.id)
        )
        return self._session.execute(_of(query, study_id, wave_code, pilot=pilot)).all()

    def source_ids(self, study_id: int) -> set[str]:
        """Identifiers that imported files gave to the interviews of a study."""
        query = select(interview.c.source_id).where(
            interview.c.study_id == study_id, interview.c.source_id.is_not(None)
        )
        return {str(source) for source in self._session.scalars(query)}

    def add_all(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        """Add interviews at once; their identifiers by `start_id`."""
        if not rows:
            return {}
        query = insert(interview).returning(interview.c.start_id, interview.c.id)
        return {row.start_id: row.id for row in self._session.execute(query, list(rows))}

    def add_pages(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add submitted pages at once."""
        if rows:
            self._session.execute(insert(page_answers), list(rows))

    def counts(self, study_id: int) -> dict[str, dict[str, tuple[int, int]]]:
        """Interviews (started, completed) by code of wave, brand, language and channel."""
        groups = {
            "wave": wave.c.code,
            "brand": func.coalesce(brand.c.code, ""),
            "language": interview.c.language,
            "channel": interview.c.channel,
        }
        return {name: self._counts_by(study_id, code) for name, code in groups.items()}

    def _counts_by(self, study_id: int, code: ColumnElement[Any]) -> dict[str, tuple[int, int]]:
        query = (
            select(code, func.count(), _COMPLETED)
            .join_from(interview, wave, interview.c.wave_id == wave.c.id)
            .outerjoin(brand, interview.c.brand_id == brand.c.id)
            .where(interview.c.study_id == study_id, ~interview.c.pilot)
            .group_by(code)
            .order_by(code)
        )
        return {row[0]: (row[1], row[2]) for row in self._session.execute(query)}

    def dispositions(self, study_id: int) -> dict[str, int]:
        """Number of interviews by disposition."""
        query = (
            select(interview.c.disposition, func.count())
            .where(interview.c.study_id == study_id, ~interview.c.pilot)
            .group_by(interview.c.disposition)
            .order_by(interview.c.disposition)
        )
        return {row[0].value: row[1] for row in self._session.execute(query)}

    def break_off(self, study_id: int) -> dict[int, int]:
        """Partial interviews by the last page that they submitted, 0 where none was."""
        last_page = (
            select(func.coalesce(func.max(page_answers.c.page), 0).label("page"))
            .join_from(
                interview,
                page_answers,
                page_answers.c.interview_id == interview.c.id,
                isouter=True,
            )
            .where(
                interview.c.study_id == study_id,
                ~interview.c.pilot,
                interview.c.disposition == Disposition.PARTIAL,
            )
            .group_by(interview.c.id)
            .subquery()
        )
        query = select(last_page.c.page, func.count()).group_by(last_page.c.page)
        return {row[0]: row[1] for row in self._session.execute(query.order_by(last_page.c.page))}

    def median_seconds(self, study_id: int) -> float | None:
        """Median duration of the completed interviews: the duration that a file brought, else the
        sum over the pages."""
        durations = _durations(study_id)
        n = self._session.scalar(select(func.count()).select_from(durations)) or 0
        if n == 0:
            return None
        middle = (
            select(durations.c.seconds)
            .order_by(durations.c.seconds)
            .offset((n - 1) // 2)
            .limit(2 - n % 2)
            .subquery()
        )
        return float(self._session.execute(select(func.avg(middle.c.seconds))).scalar_one())


def _of(query: Select[Any], study_id: int, wave_code: str | None, *, pilot: bool) -> Select[Any]:
    query = query.where(interview.c.study_id == study_id, interview.c.pilot.is_(pilot), _USED)
    return query if wave_code is None else query.where(wave.c.code == wave_code)


def _durations(study_id: int) -> Any:
    pages = func.sum(page_answers.c.seconds)
    seconds = func.coalesce(interview.c.seconds, pages).label("seconds")
    return (
        select(seconds)
        .join_from(
            interview, page_answers, page_answers.c.interview_id == interview.c.id, isouter=True
        )
        .where(
            interview.c.study_id == study_id,
            ~interview.c.pilot,
            interview.c.disposition == Disposition.COMPLETE,
        )
        .group_by(interview.c.id)
        .having(seconds.is_not(None))
        .subquery()
    )
