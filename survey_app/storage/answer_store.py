"""Answers as they arrive: one short transaction for each page, nothing read while it lasts."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, insert, select, update

from survey_app.domain.interview import Disposition
from survey_app.domain.study import StudyState
from survey_app.storage.errors import ConflictError, DatabaseError, usable
from survey_app.storage.tables import interview, page_answers, study, wave

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Executable

    from survey_app.storage.database import Database


@dataclass(frozen=True, slots=True)
class Submission:
    """One submitted page, ready to be kept."""

    page: int
    submission_id: str
    answers: dict[str, int | None]
    item_order: list[str]
    seconds: float | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class StoredInterview:
    """An interview as it stands: `submitted` holds its page numbers, `submission_ids` what was
    already taken, `answers` the latest answer to every item."""

    id: int
    study_key: str
    study_state: StudyState
    brand_id: int | None
    language: str
    finished: bool
    submitted: frozenset[int]
    submission_ids: frozenset[str]
    answers: dict[str, int | None]


_STATE = select(study.c.state).where(study.c.key == bindparam("key"))

_FIND = (
    select(
        interview.c.id,
        study.c.key.label("study_key"),
        study.c.state,
        interview.c.brand_id,
        interview.c.language,
        interview.c.finished_at,
        page_answers.c.page,
        page_answers.c.submission_id,
        page_answers.c.answers,
    )
    .join_from(interview, study, interview.c.study_id == study.c.id)
    .outerjoin(page_answers, page_answers.c.interview_id == interview.c.id)
    .where(interview.c.key == bindparam("key"))
    .order_by(page_answers.c.id)
)

_START_COLUMNS = ("key", "start_id", "study_id", "brand_id", "language", "channel", "started_at")
_START = insert(interview).values(
    **{name: bindparam(f"new_{name}") for name in _START_COLUMNS},
    disposition=Disposition.PARTIAL,
    background={},
    wave_id=select(wave.c.id)
    .where(wave.c.study_id == bindparam("new_study_id"))
    .order_by(wave.c.position.desc())
    .limit(1)
    .scalar_subquery(),
)
_STARTED = select(interview.c.key).where(interview.c.start_id == bindparam("start_id"))

_PAGE_COLUMNS = ("page", "submission_id", "answers", "item_order", "seconds", "saved_at")
_NEW_PAGE = {
    name: bindparam(f"new_{name}", type_=page_answers.c[name].type) for name in _PAGE_COLUMNS
}

_MAY_BE_CHANGED = and_(
    interview.c.id == bindparam("interview"),
    interview.c.finished_at.is_(None),
    exists().where(study.c.id == interview.c.study_id, study.c.state == StudyState.OPEN),
)

# The lock keeps a page from slipping in beside a transaction that finishes the interview.
_ADD_PAGE = (
    insert(page_answers)
    .from_select(
        ["interview_id", *_PAGE_COLUMNS],
        select(interview.c.id, *_NEW_PAGE.values())
        .where(_MAY_BE_CHANGED)
        .with_for_update(read=True, of=interview),
    )
    .execution_options(preserve_rowcount=True)
)
_FINISH = (
    update(interview)
    .where(_MAY_BE_CHANGED)
    .values(
        finished_at=bindparam("new_saved_at"),
        disposition=Disposition.COMPLETE,
        instructed_passed=bindparam("passed"),
    )
)
_ADD_LAST_PAGE = insert(page_answers).values(interview_id=bindparam("interview"), **_NEW_PAGE)


class AnswerStore:
    """Reads and writes of the respondent's way, without the unit of work's bookkeeping.

    Every method raises DatabaseError when the database cannot be used at the moment.
    """

    def __init__(self, database: Database) -> None:
        self._reading = database.single_statements
        self._writing = database.writes

    def study_state(self, study_key: str) -> StudyState | None:
        """The state of a study, or None when there is no such study."""
        with _connection(self._reading) as connection:
            state: StudyState | None = connection.scalar(_STATE, {"key": study_key})
            return state

    def find(self, interview_key: str) -> StoredInterview | None:
        """The interview with a key, or None."""
        with _connection(self._reading) as connection:
            rows = connection.execute(_FIND, {"key": interview_key}).all()
        return _stored(rows) if rows else None

    def start(self, columns: dict[str, Any]) -> str:
        """Add an interview and return its key; the key of the earlier one where `start_id` is
        already there."""
        row = {f"new_{name}": columns[name] for name in _START_COLUMNS}
        try:
            with _connection(self._writing) as connection:
                connection.execute(_START, row)
                connection.commit()
        except ConflictError:
            return self._started(columns["start_id"])
        return str(columns["key"])

    def _started(self, start_id: str) -> str:
        with _connection(self._reading) as connection:
            key: str | None = connection.scalar(_STARTED, {"start_id": start_id})
        if key is None:
            raise DatabaseError("The interview was not stored. Please start again.")
        return key

    def add_page(self, interview_id: int, submission: Submission) -> bool:
        """Keep one page; False when the submission is already kept, the interview finished or
        the study closed."""
        return self._write(_row(interview_id, submission), _ADD_PAGE)

    def finish(self, interview_id: int, submission: Submission, *, passed: bool | None) -> bool:
        """Keep the last page and finish the interview, both or neither; False as in `add_page`."""
        row = {**_row(interview_id, submission), "passed": passed}
        return self._write(row, _FINISH, _ADD_LAST_PAGE)

    def _write(self, row: dict[str, Any], first: Executable, *others: Executable) -> bool:
        """Execute in one transaction, which is dropped when the first statement finds no row."""
        try:
            with _connection(self._writing) as connection:
                if connection.execute(first, row).rowcount != 1:
                    return False
                for statement in others:
                    connection.execute(statement, row)
                connection.commit()
        except ConflictError:
            return False
        return True


def _row(interview_id: int, submission: Submission) -> dict[str, Any]:
    row = {f"new_{name}": getattr(submission, name) for name in _PAGE_COLUMNS}
    return {**row, "interview": interview_id}


@contextmanager
def _connection(engine: Engine) -> Iterator[Connection]:
    with usable(), engine.connect() as connection:
        yield connection


def _stored(rows: Sequence[Any]) -> StoredInterview:
    first = rows[0]
    answers: dict[str, int | None] = {}
    kept = [row for row in rows if row.page is not None]
    for row in kept:
        answers.update(row.answers)
    return StoredInterview(
        id=first.id,
        study_key=first.study_key,
        study_state=first.state,
        brand_id=first.brand_id,
        language=first.language,
        finished=first.finished_at is not None,
        submitted=frozenset(row.page for row in kept),
        submission_ids=frozenset(row.submission_id for row in kept),
        answers=answers,
    )
