"""Answers as they arrive: one short transaction for each page, nothing read while it lasts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from survey_app.domain.interview import new_interview_id
from survey_app.domain.study import GRACE
from survey_app.storage import consents, tallies
from survey_app.storage.answer_records import LinkSpent, Standing, StoredInterview
from survey_app.storage.answer_statements import (
    ADD_LAST_PAGE,
    ADD_PAGE,
    BRANDS,
    FIND,
    FINISH,
    FIRST_BRAND,
    LINK,
    PAGE_COLUMNS,
    STANDING,
    START,
    START_COLUMNS,
    STARTED,
)
from survey_app.storage.errors import ConflictError, DatabaseError, usable
from survey_app.storage.spent import spend
from survey_app.storage.tables import interview_brand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from survey_app.domain.consent_given import ConsentShown
    from survey_app.domain.questionnaire import Answer
    from survey_app.storage.answer_records import Change, Submission
    from survey_app.storage.database import Database
    from survey_app.storage.tallies import Step


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
            row = connection.execute(STANDING, {"key": study_key, "moment": moment}).first()
        if row is None:
            return None
        return Standing(row.state, row.version, row.wave_id is not None, row.wave_id)

    def find(self, interview_key: str, moment: datetime) -> StoredInterview | None:
        """The interview with a key, or None."""
        given = {"key": interview_key, "too_late": moment - GRACE}
        with _connection(self._reading) as connection:
            rows = connection.execute(FIND, given).all()
        return _stored(rows) if rows else None

    def brand_ids(self, interview_id: int) -> tuple[int, ...]:
        """The brands drawn for an interview, in their slots."""
        with _connection(self._reading) as connection:
            return tuple(connection.scalars(BRANDS, {"interview": interview_id}))

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
        row = {f"new_{name}": columns[name] for name in START_COLUMNS}
        try:
            with _connection(self._writing) as connection:
                given = {**row, "new_id": new_interview_id(), "moment": moment}
                wave_id = connection.execute(START, given).scalar_one()
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
            key: str | None = connection.scalar(STARTED, {"start_id": start_id})
        if key is None:
            raise DatabaseError("The interview was not stored. Please start again.")
        return key

    def link_number(self, token_hash: str, wave_id: int) -> int | None:
        """The number of a link among those of a wave, None for no link of this wave."""
        given = {"token_hash": token_hash, "wave": wave_id}
        with _connection(self._reading) as connection:
            number: int | None = connection.scalar(LINK, given)
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
    connection.execute(FIRST_BRAND, {"interview": interview_id, "first": brand_ids[0]})
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
    page = {f"new_{name}": getattr(submission, name) for name in PAGE_COLUMNS}
    row = {"interview": interview_id, "too_late": change.moment - GRACE, **page}
    if change.end is None:
        return connection.execute(ADD_PAGE, row).rowcount == 1
    ended = {
        "interview": interview_id,
        "too_late": row["too_late"],
        "new_saved_at": submission.saved_at,
        "end": change.end,
        "passed": change.passed,
    }
    if connection.execute(FINISH, ended).rowcount != 1:
        return False
    connection.execute(ADD_LAST_PAGE, {"interview": interview_id, **page})
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
