"""Answers as they arrive: one short transaction for each page, nothing read while it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    SLOT,
    STANDING,
    START,
    START_COLUMNS,
    STARTED,
)
from survey_app.storage.errors import ConflictError, DatabaseError
from survey_app.storage.spent import spend

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from survey_app.domain.consent_given import ConsentShown
    from survey_app.domain.questionnaire import Answer
    from survey_app.storage.answer_records import Change, Submission
    from survey_app.storage.database import Database
    from survey_app.storage.prepared import Transaction
    from survey_app.storage.tallies import Step


class AnswerStore:
    """Reads and writes of the respondent's way, without the unit of work's bookkeeping.

    Every method raises DatabaseError when the database cannot be used at the moment.
    """

    def __init__(self, database: Database) -> None:
        self._driver = database.driver
        self._texts: set[str] = set()

    def standing(self, study_key: str, moment: datetime) -> Standing | None:
        """How a study stands, or None when there is no such study."""
        row = self._driver.one(STANDING, key=study_key, moment=moment)
        if row is None:
            return None
        return Standing(row.state, row.version, row.wave_id is not None, row.wave_id)

    def find(self, interview_key: str, moment: datetime) -> StoredInterview | None:
        """The interview with a key, or None."""
        rows = self._driver.rows(FIND, key=interview_key, too_late=moment - GRACE)
        return _stored(rows) if rows else None

    def brand_ids(self, interview_id: int) -> tuple[int, ...]:
        """The brands drawn for an interview, in their slots."""
        return tuple(row.brand_id for row in self._driver.rows(BRANDS, interview=interview_id))

    def sums(self, wave_id: int, kind: str, *, pilot: bool) -> dict[str, int]:
        """The sums of one kind of a wave, by code."""
        return tallies.sums(self._driver, wave_id, kind, pilot=pilot)

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
        number = new_interview_id()
        try:
            with self._driver.writing() as transaction:
                (begun,) = transaction.rows(START, **row, new_id=number, moment=moment)
                if consent is not None:
                    consents.give(transaction, number, consent, columns["started_at"])
                tallies.add(transaction, begun.wave_id, steps, pilot=columns["pilot"])
                transaction.commit()
        except ConflictError:
            return self._started(columns["start_id"]), False
        return str(columns["key"]), True

    def _keep_text(self, consent: ConsentShown | None) -> None:
        """Keep a text before the first consent to it, once for a process."""
        if consent is None or consent.digest in self._texts:
            return
        with self._driver.writing() as transaction:
            consents.keep_text(transaction, consent)
            transaction.commit()
        self._texts.add(consent.digest)

    def _started(self, start_id: str) -> str:
        row = self._driver.one(STARTED, start_id=start_id)
        if row is None:
            raise DatabaseError("The interview was not stored. Please start again.")
        return str(row.key)

    def link_number(self, token_hash: str, wave_id: int) -> int | None:
        """The number of a link among those of a wave, None for no link of this wave."""
        row = self._driver.one(LINK, token_hash=token_hash, wave=wave_id)
        return None if row is None else row.number

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
            with self._driver.writing() as transaction:
                if not _keep_page(transaction, stored.id, submission, change):
                    return False
                if link_number is not None and not spend(transaction, stored.wave_id, link_number):
                    raise LinkSpent
                _keep_brands(transaction, stored.id, change.brand_ids)
                tallies.add(transaction, stored.wave_id, change.steps, pilot=stored.pilot)
                transaction.commit()
        except ConflictError:
            return False
        return True


def _keep_brands(transaction: Transaction, interview_id: int, brand_ids: Sequence[int]) -> None:
    if not brand_ids:
        return
    transaction.change(FIRST_BRAND, interview=interview_id, first=brand_ids[0])
    for slot, brand_id in enumerate(brand_ids, start=1):
        transaction.change(SLOT, interview=interview_id, new_slot=slot, brand=brand_id)


def _keep_page(
    transaction: Transaction, interview_id: int, submission: Submission, change: Change
) -> bool:
    page = {f"new_{name}": getattr(submission, name) for name in PAGE_COLUMNS}
    too_late = change.moment - GRACE
    if change.end is None:
        return transaction.change(ADD_PAGE, interview=interview_id, too_late=too_late, **page) == 1
    ended = transaction.change(
        FINISH,
        interview=interview_id,
        too_late=too_late,
        new_saved_at=submission.saved_at,
        end=change.end,
        passed=change.passed,
    )
    if ended != 1:
        return False
    transaction.change(ADD_LAST_PAGE, interview=interview_id, **page)
    return True


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
