"""How answers are taken: start, show, save page by page, finish. Safe to repeat at every step.

Each page is one short write transaction. A repeated start, a replayed submission or a second tab
changes nothing that was already taken.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.interview import Disposition
from survey_app.domain.invitation import CHANNEL
from survey_app.domain.open_study import OpenBrand, OpenStudy, open_study
from survey_app.domain.position import Position
from survey_app.domain.route import Answered, route
from survey_app.domain.study import (
    Mode,
    StudyError,
    StudyState,
    StudyVersion,
    is_key,
    new_key,
    now,
    whole_day,
)
from survey_app.services.calibration import next_item
from survey_app.services.collect_change import (
    change_by,
    moved,
    quota_is_full,
    starting_steps,
    unfinished,
)
from survey_app.services.fieldwork_steps import Told, day_of
from survey_app.services.invitation_tokens import hash_of
from survey_app.storage.answer_store import (
    AnswerStore,
    LinkSpent,
    Standing,
    StoredInterview,
    Submission,
)
from survey_app.storage.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from survey_app.domain.consent_given import ConsentShown
    from survey_app.domain.questionnaire import Answer
    from survey_app.storage.database import Database
    from survey_app.storage.tallies import Step

__all__ = [
    "AnswerRefused",
    "Arrival",
    "CollectError",
    "Collector",
    "LinkMissing",
    "LinkUsed",
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


class LinkMissing(CollectError):
    """The interview came by a link of somebody's own, which this browser does not know. What was
    sent is kept; the interview is not finished."""


class LinkUsed(CollectError):
    """The link of the interview has led to a finished interview already; nothing was kept."""


class PageNotReached(CollectError):
    """A page was submitted before the pages in front of it."""


class AnswerRefused(CollectError):
    """What was submitted does not fit the page: an unknown item or a value outside its format."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a respondent came: `channel` is the way, `place` where a code hung, `device` the class of
    device, each empty where unknown; `person_id` the panel member in a pseudonymous study."""

    channel: str
    place: str = ""
    device: str = ""
    person_id: int | None = None


class Collector:
    """Takes answers for every study of a database. One for each process; safe among threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._store = AnswerStore(database)
        self._studies: dict[tuple[str, int], OpenStudy] = {}

    def study(self, study_key: str) -> OpenStudy | None:
        """The version of a study that is asked now, its `state` fresh; None when unknown or not yet
        opened."""
        standing = self._standing(study_key, now())
        return None if standing is None else self._known_study(study_key, standing)

    def _standing(self, study_key: str, moment: datetime) -> Standing | None:
        standing = self._store.standing(study_key, moment) if is_key(study_key) else None
        return None if standing is None or standing.state is StudyState.DRAFT else standing

    def start(
        self,
        study_key: str,
        *,
        start_id: str,
        brand_code: str,
        language: str,
        channel: str = "web",
        arrival: Arrival | None = None,
        consent: ConsentShown | None = None,
    ) -> str:
        """Start an interview and return its key. The same `start_id` for the same brand and
        language gives the same interview again, however often and from wherever it is sent.

        `brand_code` is empty where the respondent is asked which brands they know. `consent` is
        the text that was agreed to; its proof is kept with the interview.

        Raises
        ------
        StudyClosed
            the study is unknown or not open.
        AnswerRefused
            the brand or language is none of the study's, or an identifier is malformed.
        """
        moment = now()
        standing = self._standing(study_key, moment)
        study = None if standing is None else self._known_study(study_key, standing)
        if standing is None or study is None or not study.is_open:
            raise StudyClosed("This survey is not open.")
        if language not in study.languages:
            raise AnswerRefused("This survey is not offered in that language.")
        brand = _brand(study, brand_code)
        arrival = arrival or Arrival(channel)
        code = brand.code if brand else ""
        key = new_key()
        found, _ = self._store.start(
            {
                "key": key,
                "start_id": _start_id(standing, study, code, language, _identifier(start_id)),
                "study_id": study.id,
                "brand_id": brand.id if brand else None,
                "language": language,
                "channel": _channel(arrival.channel),
                "started_at": _stamp(study, moment),
                "finished_at": None,
                "disposition": Disposition.PARTIAL,
                "background": {"place": arrival.place} if arrival.place else {},
                "version": study.version,
                "pilot": study.is_pilot,
                "person_id": arrival.person_id,
                "device": arrival.device,
            },
            moment,
            _begun(study, code, language, arrival.channel, moment),
            consent=consent,
        )
        return found

    def position(self, interview_key: str) -> Position:
        """Where an interview stands. Raises UnknownInterview."""
        return self._position(interview_key, self._find(interview_key))

    def save_page(
        self,
        interview_key: str,
        page_number: int,
        *,
        submission_id: str,
        answers: Mapping[str, Answer],
        item_order: Sequence[str],
        seconds: float | None,
        finish: bool = True,
        token: str = "",
    ) -> Position:
        """Keep one page and return where the interview stands then. When this returns, the page
        survives the end of the process and the loss of power. The last page of the way finishes the
        interview in the same transaction, unless `finish` is False. A `submission_id` that was
        kept before, and anything after the end, changes nothing.

        Parameters
        ----------
        answers : every question of the page (with the instructed-response item where it is asked)
            to its answer, None where it was left open.
        item_order : the same questions in the order shown.
        seconds : from showing to submitting, None where unknown.
        token : of the link by which the respondent came, where they came by one of their own. In an
            anonymous study it is spent with the end of the interview; it is not kept.

        Raises
        ------
        UnknownInterview, StudyClosed, PageNotReached, LinkMissing, LinkUsed
        AnswerRefused
            a question is missing or unknown, a value lies outside its format.
        """
        stored = self._find(interview_key)
        position = self._position(interview_key, stored)
        if stored.finished or submission_id in stored.submission_ids:
            return replace(position, replayed=True)
        _require_accepted(position, page_number, answers, item_order)
        moment = now()
        submission = Submission(
            page=page_number,
            submission_id=_identifier(submission_id),
            answers=dict(answers),
            item_order=list(item_order),
            seconds=_seconds(seconds),
            saved_at=_stamp(position.study, moment),
        )
        return self._keep(position, stored, submission, moment, finish=finish, token=token)

    def _keep(
        self,
        position: Position,
        stored: StoredInterview,
        submission: Submission,
        moment: datetime,
        *,
        finish: bool,
        token: str,
    ) -> Position:
        pages = {**stored.pages, submission.page: submission.answers}
        after = moved(position, replace(position.answered, pages=pages))
        full = quota_is_full(self._store, stored, position, after)
        change, after = change_by(
            self._store,
            stored,
            position,
            after,
            submission,
            moment=moment,
            finish=finish,
            quota_full=full,
        )
        number = None
        if change.end is not None and _spends_link(position.study, stored):
            number = self._store.link_number(hash_of(token), stored.wave_id)
            if number is None:
                open_still = unfinished(stored, position, after, submission, change)
                self._store.keep(stored, submission, open_still)
                raise LinkMissing("Please open the link of your invitation in this browser.")
        try:
            kept = self._store.keep(stored, submission, change, link_number=number)
        except LinkSpent:
            raise LinkUsed("You have answered this survey already. Thank you.") from None
        if not kept:
            return self._taken_before(position.interview_key, submission.submission_id)
        if change.end is None:
            return after
        return replace(after, disposition=change.end, finished=True)

    def _taken_before(self, interview_key: str, submission_id: str) -> Position:
        stored = self._find(interview_key)
        if stored.finished or submission_id in stored.submission_ids:
            return replace(self._position(interview_key, stored), replayed=True)
        if not stored.takes_answers:
            raise StudyClosed(_CLOSED)
        raise DatabaseError("The page was not stored. Please send it again.")

    def _find(self, interview_key: str) -> StoredInterview:
        stored = self._store.find(interview_key, now()) if is_key(interview_key) else None
        if stored is None:
            raise UnknownInterview(
                "There is no such interview. Please use the link you were given."
            )
        return stored

    def _position(self, interview_key: str, stored: StoredInterview) -> Position:
        standing = Standing(stored.study_state, stored.version, in_field=not stored.late)
        study = self._known_study(stored.study_key, standing)
        brands = self._brands(study, stored)
        answered = Answered(
            pages=stored.pages,
            slots=study.slots,
            brands=tuple(brand.code for brand in brands),
            facts={"language": stored.language, "channel": stored.channel},
        )
        return Position(
            interview_key=interview_key,
            study=study,
            brands=brands,
            language=stored.language,
            answered=answered,
            route=tuple(route(study.pages, study.design, answered, next_item)),
            disposition=stored.disposition,
            finished=stored.finished,
            closed=not stored.takes_answers,
        )

    def _brands(self, study: OpenStudy, stored: StoredInterview) -> tuple[OpenBrand, ...]:
        if stored.brand_id is None:
            return ()
        ids: tuple[int, ...] = (stored.brand_id,)
        if study.design.asks_brands:
            ids = self._store.brand_ids(stored.id)
        by_id = {brand.id: brand for brand in study.brands}
        return tuple(by_id[brand_id] for brand_id in ids if brand_id in by_id)

    def _known_study(self, study_key: str, standing: Standing) -> OpenStudy:
        name = (study_key, standing.version)
        known = self._studies.get(name)
        if known is None:
            known = self._studies[name] = self._read_study(study_key, standing)
        if known.state is standing.state and known.in_field is standing.in_field:
            return known
        return replace(known, state=standing.state, in_field=standing.in_field)

    def _read_study(self, study_key: str, standing: Standing) -> OpenStudy:
        with self._database.reading() as unit:
            study = unit.studies.by_key(study_key)
            if study is None:
                raise StudyClosed("This survey is not open.")
            # Imported answers answer no version.
            version = (
                study.asked_version(standing.version)
                if standing.version
                else StudyVersion(0, study.content(), study.created_at)
            )
            instruments = read_instruments(version.content["instruments"])
            return open_study(study, version, instruments, in_field=standing.in_field)


def _begun(
    study: OpenStudy, brand: str, language: str, channel: str, moment: datetime
) -> list[Step]:
    day = day_of(_stamp(study, moment))
    facts = {"language": language, "channel": channel}
    answered = Answered({}, study.slots, (brand,) if brand else (), facts)
    return starting_steps(study, Told(day, study.version, brand, language, channel), answered)


def _spends_link(study: OpenStudy, stored: StoredInterview) -> bool:
    """Whether the end of an interview spends a link: of a person nothing else is known there."""
    return stored.channel == CHANNEL and study.mode is Mode.ANONYMOUS and not stored.pilot


def _brand(study: OpenStudy, code: str) -> OpenBrand | None:
    if study.design.asks_brands:
        return None
    try:
        return study.brand(code)
    except StudyError:
        raise AnswerRefused("This survey does not ask about that brand.") from None


def _stamp(study: OpenStudy, moment: datetime) -> datetime:
    # A fine time beside an answer would tell whose it is to anyone who knows when they answered.
    return whole_day(moment) if study.mode is Mode.ANONYMOUS else moment


def _start_id(
    standing: Standing, study: OpenStudy, code: str, language: str, identifier: str
) -> str:
    # A browser that tried a pilot, or answered in an earlier wave, begins anew.
    apart = ("pilot", study.version) if study.is_pilot else ("wave", standing.wave_id)
    return _digest(study.key, code, language, identifier, *map(str, apart))


def _identifier(identifier: str) -> str:
    if not (8 <= len(identifier) <= 64 and identifier.isascii() and identifier.isprintable()):
        raise AnswerRefused("The form came back damaged. Please open the page again.")
    return identifier


def _require_accepted(
    position: Position,
    page_number: int,
    answers: Mapping[str, Answer],
    item_order: Sequence[str],
) -> None:
    if position.closed:
        raise StudyClosed(_CLOSED)
    if not position.may_show(page_number):
        raise PageNotReached("Please answer the pages in their order.")
    page = position.study.page(page_number)
    expected = page.questions
    if set(answers) != set(expected) or sorted(item_order) != sorted(expected):
        raise AnswerRefused("The form came back with other questions. Please open the page again.")
    for question, answer in answers.items():
        fault = page.fault(answer)
        if fault:
            raise AnswerRefused(f"The answer to {question!r} {fault}.")


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
