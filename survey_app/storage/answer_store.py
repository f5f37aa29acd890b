"""Answers as they arrive: one short transaction for each page, nothing read while it lasts."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, insert, or_, select, update

from survey_app.domain.interview import Disposition, new_interview_id
from survey_app.domain.study import GRACE, StudyState
from survey_app.storage import consents, tallies
from survey_app.storage.errors import ConflictError, DatabaseError, usable
from survey_app.storage.invitations import invitation
from survey_app.storage.spent import spend
from survey_app.storage.tables import interview, interview_brand, page_answers, study, wave

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from survey_app.domain.consent_given import ConsentShown
    from survey_app.domain.questionnaire import Answer
    from survey_app.storage.database import Database
    from survey_app.storage.tallies import Step


@dataclass(frozen=True, slots=True)
class Standing:
    """How a study stands at a moment: `version` is the one that is asked, `in_field` whether a wave
    is in its field period, `wave_id` which one."""

    state: StudyState
    version: int
    in_field: bool
    wave_id: int | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One submitted page, ready to be kept."""

    page: int
    submission_id: str
    answers: dict[str, Answer]
    item_order: list[str]
    seconds: float | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What a submission changes besides the page itself.

    Parameters
    ----------
    moment : when it arrived. end : how the interview ends with it, None while it goes on.
    passed : whether the instructed item was passed. brand_ids : brands drawn, in their slots.
    steps : the sums that move.
    """

    moment: datetime
    end: Disposition | None = None
    passed: bool | None = None
    brand_ids: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredInterview:
    """An interview as it stands: `pages` holds the latest answers of each submitted page by its
    number, in the order of first submission, `submission_ids` what was already taken, `seconds` how
    long all submitted pages took. `late` says that its wave has left the field."""

    id: int
    study_key: str
    study_state: StudyState
    wave_id: int
    version: int
    pilot: bool
    brand_id: int | None
    language: str
    channel: str
    started_at: datetime
    disposition: Disposition
    finished: bool
    late: bool
    submission_ids: frozenset[str]
    pages: Mapping[int, Mapping[str, Answer]]
    seconds: float | None = None

    @property
    def takes_answers(self) -> bool:
        """Whether the study still takes answers of this interview."""
        return self.study_state is (StudyState.PILOT if self.pilot else StudyState.OPEN) and (
            self.pilot or not self.late
        )


_NOW = bindparam("moment", type_=wave.c.opens_at.type)
_TOO_LATE = bindparam("too_late", type_=wave.c.closes_at.type)
_IN_FIELD = and_(
    or_(wave.c.opens_at.is_(None), wave.c.opens_at <= _NOW),
    or_(wave.c.closes_at.is_(None), wave.c.closes_at > _NOW),
)
_LATE = and_(wave.c.closes_at.is_not(None), wave.c.closes_at <= _TOO_LATE)

_STANDING = select(
    study.c.state,
    study.c.version,
    select(wave.c.id)
    .where(wave.c.study_id == study.c.id, _IN_FIELD)
    .order_by(wave.c.position.desc())
    .limit(1)
    .scalar_subquery()
    .label("wave_id"),
).where(study.c.key == bindparam("key"))

_FIND = (
    select(
        interview.c.id,
        study.c.key.label("study_key"),
        study.c.state,
        interview.c.wave_id,
        interview.c.version,
        interview.c.pilot,
        interview.c.brand_id,
        interview.c.language,
        interview.c.channel,
        interview.c.started_at,
        interview.c.disposition,
        interview.c.finished_at,
        _LATE.label("late"),
        page_answers.c.page,
        page_answers.c.submission_id,
        page_answers.c.answers,
        page_answers.c.seconds,
    )
    .join_from(interview, study, interview.c.study_id == study.c.id)
    .join(wave, wave.c.id == interview.c.wave_id)
    .outerjoin(page_answers, page_answers.c.interview_id == interview.c.id)
    .where(interview.c.key == bindparam("key"))
    .order_by(page_answers.c.id)
)

_START_COLUMNS = (
    "key",
    "start_id",
    "study_id",
    "brand_id",
    "language",
    "channel",
    "started_at",
    "finished_at",
    "disposition",
    "background",
    "version",
    "pilot",
    "person_id",
    "device",
)
_START = (
    insert(interview)
    .values(
        **{name: bindparam(f"new_{name}", type_=interview.c[name].type) for name in _START_COLUMNS},
        id=bindparam("new_id"),
        wave_id=select(wave.c.id)
        .where(wave.c.study_id == bindparam("new_study_id"), or_(bindparam("new_pilot"), _IN_FIELD))
        .order_by(wave.c.position.desc())
        .limit(1)
        .scalar_subquery(),
    )
    .returning(interview.c.wave_id)
)
_STARTED = select(interview.c.key).where(interview.c.start_id == bindparam("start_id"))

_PAGE_COLUMNS = ("page", "submission_id", "answers", "item_order", "seconds", "saved_at")
_NEW_PAGE = {
    name: bindparam(f"new_{name}", type_=page_answers.c[name].type) for name in _PAGE_COLUMNS
}

_MAY_BE_CHANGED = and_(
    interview.c.id == bindparam("interview"),
    interview.c.finished_at.is_(None),
    exists().where(
        study.c.id == interview.c.study_id,
        or_(
            and_(interview.c.pilot, study.c.state == StudyState.PILOT),
            and_(~interview.c.pilot, study.c.state == StudyState.OPEN),
        ),
    ),
    or_(
        interview.c.pilot,
        ~exists().where(wave.c.id == interview.c.wave_id, _LATE),
    ),
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
        disposition=bindparam("end", type_=interview.c.disposition.type),
        instructed_passed=bindparam("passed"),
    )
)
_ADD_LAST_PAGE = insert(page_answers).values(interview_id=bindparam("interview"), **_NEW_PAGE)
_FIRST_BRAND = (
    update(interview)
    .where(interview.c.id == bindparam("interview"))
    .values(brand_id=bindparam("first"))
)
_BRANDS = (
    select(interview_brand.c.brand_id)
    .where(interview_brand.c.interview_id == bindparam("interview"))
    .order_by(interview_brand.c.slot)
)


_LINK = select(invitation.c.number).where(
    invitation.c.token_hash == bindparam("token_hash"), invitation.c.wave_id == bindparam("wave")
)


class LinkSpent(Exception):
    """The link by which an interview came has led to a finished interview already."""


class AnswerStore:
    """Reads and writes of the respondent's way, without the unit of work's bookkeeping.

    Every method raises DatabaseError when the database cannot be used at the moment.
    """

    def __init__(self, database: Database) -> None:
        self._reading = database.single_statements
        self._writing = database.writes
        self._texts: set[str] = set()

    def standing(self, study_key: str, moment: datetime) -> Standing | None:
        """How a study stands, or None when there is no such study."""
        with _connection(self._reading) as connection:
            row = connection.execute(_STANDING, {"key": study_key, "moment": moment}).first()
        if row is None:
            return None
        return Standing(row.state, row.version, row.wave_id is not None, row.wave_id)

    def find(self, interview_key: str, moment: datetime) -> StoredInterview | None:
        """The interview with a key, or None."""
        given = {"key": interview_key, "too_late": moment - GRACE}
        with _connection(self._reading) as connection:
            rows = connection.execute(_FIND, given).all()
        return _stored(rows) if rows else None

    def brand_ids(self, interview_id: int) -> tuple[int, ...]:
        """The brands drawn for an interview, in their slots."""
        with _connection(self._reading) as connection:
            return tuple(connection.scalars(_BRANDS, {"interview": interview_id}))

    def sums(self, wave_id: int, kind: str, *, pilot: bool) -> dict[str, int]:
        """The sums of one kind of a wave, by code."""
        with _connection(self._reading) as connection:
            return tallies.sums(connection, wave_id, kind, pilot=pilot)

    def start(
        self,
        columns: dict[str, Any],
        moment: datetime,
        steps: Sequence[Step] = (),
        consent: ConsentShown | None = None,
    ) -> tuple[str, bool]:
        """Add an interview with the proof of its consent; its key and whether it is new. The key of
        the earlier one where `start_id` is already there."""
        self._keep_text(consent)
        row = {f"new_{name}": columns[name] for name in _START_COLUMNS}
        try:
            with _connection(self._writing) as connection:
                given = {**row, "new_id": new_interview_id(), "moment": moment}
                wave_id = connection.execute(_START, given).scalar_one()
                if consent is not None:
                    consents.give(connection, given["new_id"], consent, columns["started_at"])
                tallies.add(connection, wave_id, steps, pilot=columns["pilot"])
                connection.commit()
        except ConflictError:
            return self._started(columns["start_id"]), False
        return str(columns["key"]), True

    def _keep_text(self, consent: ConsentShown | None) -> None:
        """Keep a text before the first consent to it, once for a process."""
        if consent is None or consent.digest in self._texts:
            return
        with _connection(self._writing) as connection:
            consents.keep_text(connection, consent)
            connection.commit()
        self._texts.add(consent.digest)

    def _started(self, start_id: str) -> str:
        with _connection(self._reading) as connection:
            key: str | None = connection.scalar(_STARTED, {"start_id": start_id})
        if key is None:
            raise DatabaseError("The interview was not stored. Please start again.")
        return key

    def link_number(self, token_hash: str, wave_id: int) -> int | None:
        """The number of a link among those of a wave, None for no link of this wave."""
        given = {"token_hash": token_hash, "wave": wave_id}
        with _connection(self._reading) as connection:
            number: int | None = connection.scalar(_LINK, given)
            return number

    def keep(
        self,
        stored: StoredInterview,
        submission: Submission,
        change: Change,
        *,
        link_number: int | None = None,
    ) -> bool:
        """Keep one page and all that it changes, or nothing; False when the submission is already
        kept, the interview finished or no more answers are taken.

        A link is spent in the same transaction. Raises LinkSpent, nothing kept, when it was before.
        """
        try:
            with _connection(self._writing) as connection:
                if not _keep_page(connection, stored.id, submission, change):
                    return False
                if link_number is not None and not spend(connection, stored.wave_id, link_number):
                    raise LinkSpent
                _keep_brands(connection, stored.id, change.brand_ids)
                tallies.add(connection, stored.wave_id, change.steps, pilot=stored.pilot)
                connection.commit()
        except ConflictError:
            return False
        return True


def _keep_brands(connection: Connection, interview_id: int, brand_ids: Sequence[int]) -> None:
    if not brand_ids:
        return
    connection.execute(_FIRST_BRAND, {"interview": interview_id, "first": brand_ids[0]})
    connection.execute(
        insert(interview_brand),
        [
            {"interview_id": interview_id, "slot": slot, "brand_id": brand_id}
            for slot, brand_id in enumerate(brand_ids, start=1)
        ],
    )


def _keep_page(
    connection: Connection, interview_id: int, submission: Submission, change: Change
) -> bool:
    page = {f"new_{name}": getattr(submission, name) for name in _PAGE_COLUMNS}
    row = {"interview": interview_id, "too_late": change.moment - GRACE, **page}
    if change.end is None:
        return connection.execute(_ADD_PAGE, row).rowcount == 1
    ended = {
        "interview": interview_id,
        "too_late": row["too_late"],
        "new_saved_at": submission.saved_at,
        "end": change.end,
        "passed": change.passed,
    }
    if connection.execute(_FINISH, ended).rowcount != 1:
        return False
    connection.execute(_ADD_LAST_PAGE, {"interview": interview_id, **page})
    return True


@contextmanager
def _connection(engine: Engine) -> Iterator[Connection]:
    with usable(), engine.connect() as connection:
        yield connection


def _stored(rows: Sequence[Any]) -> StoredInterview:
    first = rows[0]
    pages: dict[int, dict[str, Answer]] = {}
    kept = [row for row in rows if row.page is not None]
    timed = [row.seconds for row in kept if row.seconds is not None]
    for row in kept:
        pages[row.page] = row.answers
    return StoredInterview(
        id=first.id,
        study_key=first.study_key,
        study_state=first.state,
        wave_id=first.wave_id,
        version=first.version,
        pilot=first.pilot,
        brand_id=first.brand_id,
        language=first.language,
        channel=first.channel,
        started_at=first.started_at,
        disposition=first.disposition,
        finished=first.finished_at is not None,
        late=bool(first.late),
        submission_ids=frozenset(row.submission_id for row in kept),
        pages=pages,
        seconds=sum(timed) if timed else None,
    )
