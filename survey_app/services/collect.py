"""How answers are taken: start, show, save page by page, finish. Safe to repeat at every step.

Each page is one short write transaction. A repeated start, a replayed submission or a second tab
changes nothing that was already taken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survey_app.domain.invitation import CHANNEL
from survey_app.domain.open_study import OpenBrand, OpenStudy
from survey_app.domain.position import Position
from survey_app.domain.route import Answered, route
from survey_app.domain.study import (
    Mode,
    StudyState,
    is_key,
    now,
)
from survey_app.services.calibration import next_item
from survey_app.services.collect_change import (
    change_by,
    moved,
    quota_is_full,
    unfinished,
)
from survey_app.services.collect_checks import (
    duration,
    form_identifier,
    require_accepted,
    way_in,
)
from survey_app.services.collect_errors import (
    CLOSED,
    AnswerRefused,
    CollectError,
    LinkMissing,
    LinkUsed,
    PageNotReached,
    StudyClosed,
    UnknownInterview,
)
from survey_app.services.collect_start import (
    Arrival,
    beginning,
    brand_asked,
    columns,
    stamp,
    start_identity,
    starting_steps,
)
from survey_app.services.fieldwork_steps import day_of
from survey_app.services.invitation_tokens import hash_of
from survey_app.services.open_studies import OpenStudies
from survey_app.storage.answer_records import (
    LinkSpent,
    Standing,
    StoredInterview,
    Submission,
)
from survey_app.storage.answer_store import AnswerStore
from survey_app.storage.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from survey_app.domain.consent_given import ConsentShown
    from survey_app.domain.questionnaire import Answer
    from survey_app.storage.database import Database

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


class Collector:
    """Takes answers for every study of a database. One for each process; safe among threads."""

    def __init__(self, database: Database) -> None:
        self._store = AnswerStore(database)
        self._open_studies = OpenStudies(database)

    def study(self, study_key: str) -> OpenStudy | None:
        """The version of a study that is asked now, its `state` fresh; None when unknown or not yet
        opened."""
        standing = self._standing(study_key, now())
        return None if standing is None else self._open_studies.at(study_key, standing)

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
    ) -> Position:
        """Start an interview and return where it stands. The same `start_id` for the same brand and
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
        study = None if standing is None else self._open_studies.at(study_key, standing)
        if standing is None or study is None or not study.is_open:
            raise StudyClosed("This survey is not open.")
        if language not in study.languages:
            raise AnswerRefused("This survey is not offered in that language.")
        brand = brand_asked(study, brand_code)
        arrival = arrival or Arrival(channel)
        code = brand.code if brand else ""
        identity = start_identity(standing, study, code, language, form_identifier(start_id))
        begun = beginning(study, brand, language, way_in(arrival.channel))
        started_at = stamp(study, moment)
        key, new = self._store.start(
            {**columns(begun, arrival), "start_id": identity, "started_at": started_at},
            moment,
            starting_steps(begun, day_of(started_at)),
            consent=consent,
        )
        return begun if new else self.position(key)

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
        require_accepted(position, page_number, answers, item_order)
        moment = now()
        submission = Submission(
            page=page_number,
            submission_id=form_identifier(submission_id),
            answers=dict(answers),
            item_order=list(item_order),
            seconds=duration(seconds),
            saved_at=stamp(position.study, moment),
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
            raise StudyClosed(CLOSED)
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
        study = self._open_studies.at(stored.study_key, standing)
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


def _spends_link(study: OpenStudy, stored: StoredInterview) -> bool:
    """Whether the end of an interview spends a link: of a person nothing else is known there."""
    return stored.channel == CHANNEL and study.mode is Mode.ANONYMOUS and not stored.pilot
