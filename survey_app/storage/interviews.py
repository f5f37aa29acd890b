"""Interviews as they are kept: read whole for an analysis, added in bulk, read in
stretches to be counted.

Those whose respondent took the answers back are in none of what is read for an analysis; they are
counted for themselves (`services.fieldwork_sums`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Row, func, insert, select

from survey_app.domain.interview import Disposition
from survey_app.storage.tables import brand, interview, interview_brand, page_answers, person, wave

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from survey_app.domain.questionnaire import Answer

_USED = interview.c.disposition != Disposition.WITHDRAWN
_WHOLE = (
    interview.c.id,
    interview.c.wave_id,
    interview.c.pilot,
    interview.c.brand_id,
    interview.c.language,
    interview.c.channel,
    interview.c.disposition,
    interview.c.started_at,
    interview.c.seconds,
    interview.c.instructed_passed,
    interview.c.source_id,
    interview.c.version,
)


class Stretch(NamedTuple):
    """Some interviews with all that belongs to them: their `rows`; by interview their `pages`
    (number, answers, seconds) in the order in which they came, and the `brands` drawn for it."""

    rows: Sequence[Any]
    pages: Mapping[int, Sequence[tuple[int, Mapping[str, Answer], float | None]]]
    brands: Mapping[int, Sequence[int]]


class Interviews:
    """The interviews of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(
        self, study_id: int, wave_code: str | None, *, pilot: bool = False
    ) -> Sequence[Row[Any]]:
        """All interviews of a study, or of one wave, real ones or those of pilots, by identifier:
        id, source_id, brand, wave, language, channel, disposition, seconds, instructed_passed,
        background, version, person_id, person, device."""
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
                func.coalesce(person.c.key, "").label("person"),
                interview.c.device,
            )
            .join_from(interview, wave, interview.c.wave_id == wave.c.id)
            .outerjoin(brand, interview.c.brand_id == brand.c.id)
            .outerjoin(person, interview.c.person_id == person.c.id)
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

    def stretches(self, study_id: int, most: int) -> Iterator[tuple[int, int]]:
        """All interviews of a study in stretches of at most so many: first and last identifier."""
        last = -1
        while True:
            query = (
                select(interview.c.id)
                .where(interview.c.study_id == study_id, interview.c.id > last)
                .order_by(interview.c.id)
                .limit(most)
            )
            ids = self._session.scalars(query).all()
            if not ids:
                return
            last = ids[-1]
            yield ids[0], last

    def stretch(self, study_id: int, first: int, last: int) -> Stretch:
        """Interviews of a study from one identifier to another."""
        among = (
            interview.c.study_id == study_id,
            interview.c.id >= first,
            interview.c.id <= last,
        )
        rows = self._session.execute(select(*_WHOLE).where(*among).order_by(interview.c.id)).all()
        pages: dict[int, list[tuple[int, Mapping[str, Answer], float | None]]] = {}
        query = (
            select(
                page_answers.c.interview_id,
                page_answers.c.page,
                page_answers.c.answers,
                page_answers.c.seconds,
            )
            .join(interview, interview.c.id == page_answers.c.interview_id)
            .where(*among)
            .order_by(page_answers.c.id)
        )
        for owner, page, answers, seconds in self._session.execute(query):
            pages.setdefault(owner, []).append((page, answers, seconds))
        brands: dict[int, list[int]] = {}
        drawn = (
            select(interview_brand.c.interview_id, interview_brand.c.brand_id)
            .join(interview, interview.c.id == interview_brand.c.interview_id)
            .where(*among)
            .order_by(interview_brand.c.interview_id, interview_brand.c.slot)
        )
        for owner, brand_id in self._session.execute(drawn):
            brands.setdefault(owner, []).append(brand_id)
        return Stretch(rows, pages, brands)


def _of(query: Select[Any], study_id: int, wave_code: str | None, *, pilot: bool) -> Select[Any]:
    query = query.where(interview.c.study_id == study_id, interview.c.pilot.is_(pilot), _USED)
    return query if wave_code is None else query.where(wave.c.code == wave_code)
