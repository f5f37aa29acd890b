"""How answers are taken: start, show, save page by page, finish. Safe to repeat at every step.

Each page is one short write transaction. A repeated start, a replayed submission or a second tab
changes nothing that was already taken.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from survey_app.domain.frozen_instruments import instruments_of
from survey_app.domain.interview import INSTRUCTED_ITEM, instructed_value
from survey_app.domain.open_study import OpenBrand, OpenStudy, open_study
from survey_app.domain.position import Position
from survey_app.domain.study import StudyError, StudyState, is_key, new_key, now
from survey_app.storage.answer_store import AnswerStore, StoredInterview, Submission
from survey_app.storage.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.storage.database import Database

__all__ = [
    "AnswerRefused",
    "CollectError",
    "Collector",
    "OpenBrand",
    "OpenStudy",
    "PageNotReached",
    "Position",
    "StudyClosed",
    "UnknownInterview",
]


_CLOSED = "This survey has been closed; no more answers are taken."


class CollectError(Exception):
    """Answers could not be taken. The message says why, in words for the respondent."""


class UnknownInterview(CollectError):
    """There is no interview with this key."""


class StudyClosed(CollectError):
    """The study takes no answers: unknown, not yet open, or closed."""


class PageNotReached(CollectError):
    """A page was submitted before the pages in front of it."""


class AnswerRefused(CollectError):
    """What was submitted does not fit the page: an unknown item or a value outside its format."""


class Collector:
    """Takes answers for every study of a database. One for each process; safe among threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = AnswerStore(database)
        self._studies: dict[str, OpenStudy] = {}

    def study(self, study_key: str) -> OpenStudy | None:
        """The study with a key, its `state` fresh; None when unknown or not yet opened."""
        state = self._store.study_state(study_key) if is_key(study_key) else None
        if state is None or state is StudyState.DRAFT:
            return None
        return self._known_study(study_key, state)

    def start(
        self, study_key: str, *, start_id: str, brand_code: str, language: str, channel: str
    ) -> str:
        """Start an interview and return its key. The same `start_id` for the same brand and
        language gives the same interview again, however often and from wherever it is sent.

        Raises
        ------
        StudyClosed
            the study is unknown or not open.
        AnswerRefused
            the brand or language is none of the study's, or an identifier is malformed.
        """
        study = self.study(study_key)
        if study is None or not study.is_open:
            raise StudyClosed("This survey is not open.")
        if language not in study.languages:
            raise AnswerRefused("This survey is not offered in that language.")
        try:
            brand = study.brand(brand_code)
        except StudyError:
            raise AnswerRefused("This survey does not ask about that brand.") from None
        return self._store.start(
            {
                "key": new_key(),
                "start_id": _digest(study.key, brand.code, language, _identifier(start_id)),
                "study_id": study.id,
                "brand_id": brand.id,
                "language": language,
                "channel": _channel(channel),
                "started_at": now(),
            }
        )

    def position(self, interview_key: str) -> Position:
        """Where an interview stands. Raises UnknownInterview."""
        return self._position(interview_key, self._find(interview_key))

    def save_page(
        self,
        interview_key: str,
        page_number: int,
        *,
        submission_id: str,
        answers: Mapping[str, int | None],
        item_order: Sequence[str],
        seconds: float | None,
        finish: bool = True,
    ) -> Position:
        """Keep one page and return where the interview stands then. When this returns, the page
        survives the end of the process and the loss of power. The last page finishes the
        interview in the same transaction, unless `finish` is False. A `submission_id` that was
        kept before, and anything after the end, changes nothing.

        Parameters
        ----------
        answers : every item of the page (with the instructed-response item where it is asked) to
            its answer, None where it was left open.
        item_order : the same items in the order shown.
        seconds : from showing to submitting, None where unknown.

        Raises
        ------
        UnknownInterview, StudyClosed, PageNotReached
        AnswerRefused
            an item is missing or unknown, a value lies outside its format.
        """
        stored = self._find(interview_key)
        position = self._position(interview_key, stored)
        if stored.finished or submission_id in stored.submission_ids:
            return replace(position, replayed=True)
        _require_accepted(position, page_number, answers, item_order)
        submission = Submission(
            page=page_number,
            submission_id=_identifier(submission_id),
            answers=dict(answers),
            item_order=list(item_order),
            seconds=_seconds(seconds),
            saved_at=now(),
        )
        last = submission.page == len(position.study.pages)
        return self._keep(position, stored, submission, finish=finish and last)

    def _keep(
        self,
        position: Position,
        stored: StoredInterview,
        submission: Submission,
        *,
        finish: bool,
    ) -> Position:
        study = position.study
        merged = {**stored.answers, **submission.answers}
        if finish:
            passed = _passed(study, merged)
            kept = self._store.finish(stored.id, submission, passed=passed)
        else:
            kept = self._store.add_page(stored.id, submission)
        if not kept:
            return self._taken_before(position.interview_key, submission.submission_id)
        submitted = stored.submitted | {submission.page}
        return replace(
            position,
            answers=merged,
            submitted=submitted,
            page_number=_next_page(study, submitted),
            finished=finish,
        )

    def _taken_before(self, interview_key: str, submission_id: str) -> Position:
        stored = self._find(interview_key)
        if stored.finished or submission_id in stored.submission_ids:
            return replace(self._position(interview_key, stored), replayed=True)
        if stored.study_state is not StudyState.OPEN:
            raise StudyClosed(_CLOSED)
        raise DatabaseError("The page was not stored. Please send it again.")

    def _find(self, interview_key: str) -> StoredInterview:
        stored = self._store.find(interview_key) if is_key(interview_key) else None
        if stored is None:
            raise UnknownInterview(
                "There is no such interview. Please use the link you were given."
            )
        return stored

    def _position(self, interview_key: str, stored: StoredInterview) -> Position:
        study = self._known_study(stored.study_key, stored.study_state)
        return Position(
            interview_key=interview_key,
            study=study,
            brand=next((b for b in study.brands if b.id == stored.brand_id), None),
            language=stored.language,
            answers=stored.answers,
            submitted=stored.submitted,
            page_number=_next_page(study, stored.submitted),
            finished=stored.finished,
            closed=not study.is_open,
        )

    def _known_study(self, study_key: str, state: StudyState) -> OpenStudy:
        known = self._studies.get(study_key)
        if known is None:
            known = self._read_study(study_key)
            self._studies[study_key] = known
        return known if known.state is state else replace(known, state=state)

    def _read_study(self, study_key: str) -> OpenStudy:
        with self._database.reading() as unit:
            study = unit.studies.by_key(study_key)
            if study is None:
                raise StudyClosed("This survey is not open.")
            return open_study(study, instruments_of(study))


def _next_page(study: OpenStudy, submitted: frozenset[int]) -> int:
    open_pages = (page.number for page in study.pages if page.number not in submitted)
    return next(open_pages, len(study.pages))


def _passed(study: OpenStudy, answers: Mapping[str, int | None]) -> bool | None:
    answer = answers.get(INSTRUCTED_ITEM)
    if answer is None:
        return None
    return any(page.instructed and answer == instructed_value(page) for page in study.pages)


def _identifier(identifier: str) -> str:
    if not (8 <= len(identifier) <= 64 and identifier.isascii() and identifier.isprintable()):
        raise AnswerRefused("The form came back damaged. Please open the page again.")
    return identifier


def _require_accepted(
    position: Position,
    page_number: int,
    answers: Mapping[str, int | None],
    item_order: Sequence[str],
) -> None:
    if position.closed:
        raise StudyClosed(_CLOSED)
    if not position.may_show(page_number):
        raise PageNotReached("Please answer the pages in their order.")
    page = position.study.page(page_number)
    expected = page.order("", shuffle=False)
    if set(answers) != set(expected) or sorted(item_order) != sorted(expected):
        raise AnswerRefused("The form came back with other questions. Please open the page again.")
    values = page.scale.format.values
    for item, answer in answers.items():
        if answer is not None and (type(answer) is not int or answer not in values):
            raise AnswerRefused(
                f"The answer to {item!r} lies outside {values.start}–{values.stop - 1}."
            )


def _seconds(seconds: float | None) -> float | None:
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return None
    return float(seconds)


def _channel(channel: str) -> str:
    if not (0 < len(channel) <= 40 and channel.isascii() and channel.isprintable()):
        raise AnswerRefused("The link is damaged. Please use the link you were given.")
    return channel


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
