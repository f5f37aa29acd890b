"""What a submitted page leads to: brands drawn, quotas, the end of the interview."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from survey_app.domain.answer_quality import quality_code
from survey_app.domain.brand_draw import draw_brands
from survey_app.domain.interview import Disposition
from survey_app.domain.page import BRAND_MARK, INSTRUCTED_ITEM, instructed_value
from survey_app.domain.questionnaire import BRAND
from survey_app.domain.route import route
from survey_app.services.calibration import next_item
from survey_app.services.fieldwork_steps import (
    ASKED,
    QUOTA,
    Told,
    complete_steps,
    day_of,
    end_steps,
    move_steps,
    waits_at,
)
from survey_app.storage.answer_records import Change
from survey_app.storage.tallies import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from survey_app.domain.open_study import OpenBrand, OpenStudy
    from survey_app.domain.position import Position
    from survey_app.domain.questionnaire import Answer, Quota
    from survey_app.domain.route import Answered
    from survey_app.storage.answer_records import StoredInterview, Submission
    from survey_app.storage.answer_store import AnswerStore


def quota_is_full(
    store: AnswerStore, stored: StoredInterview, before: Position, after: Position
) -> bool:
    """Whether a page just answered puts the respondent into a quota that is full. Whoever is past
    that page when a quota fills may finish."""
    entered = [
        quota
        for quota in before.study.design.quotas
        if _counts(quota, after) and (not before.submitted or not _counts(quota, before))
    ]
    if not entered:
        return False
    filled = store.sums(stored.wave_id, QUOTA, pilot=stored.pilot)
    return any(filled.get(quota.id, 0) >= quota.limit for quota in entered)


def change_by(
    store: AnswerStore,
    stored: StoredInterview,
    before: Position,
    after: Position,
    submission: Submission,
    *,
    moment: datetime,
    finish: bool,
    quota_full: bool,
) -> tuple[Change, Position]:
    """What keeping a page changes, and where the interview stands then.

    Parameters
    ----------
    before, after : the interview without and with the page. finish : whether its last page ends it.
    """
    brands: tuple[OpenBrand, ...] = ()
    end = Disposition.QUOTA_FULL if quota_full else None
    page_number = submission.page
    if after.study.page(page_number).brands and not after.brands and end is None:
        brands = _drawn(store, stored, after)
        after = _about(after, brands)
        end = None if brands or not finish else _without_brand(after)
    elif end is None and finish and after.complete and after.after(page_number) is None:
        end = Disposition.COMPLETE
    passed = _passed(after.study, after.answers) if end is not None else None
    change = Change(moment, end, passed, tuple(brand.id for brand in brands))
    return replace(change, steps=_steps(stored, before, after, submission, change)), after


def unfinished(
    stored: StoredInterview,
    before: Position,
    after: Position,
    submission: Submission,
    change: Change,
) -> Change:
    """The same change where the interview may not end with it."""
    open_still = replace(change, end=None, passed=None)
    return replace(open_still, steps=_steps(stored, before, after, submission, open_still))


def moved(position: Position, answered: Answered) -> Position:
    """Where an interview stands with other answers."""
    study = position.study
    on = route(study.pages, study.design, answered, next_item)
    return replace(position, answered=answered, route=tuple(on))


def quality_of(study: OpenStudy, answered: Answered, passed: bool | None) -> str:
    """Signs of careless answering in an interview; see `answer_quality.quality_code`."""
    slots = range(1, max(1, len(answered.brands)) + 1)
    return quality_code(passed, study.rating, [answered.given(slot) for slot in slots])


def quotas_of(study: OpenStudy, answered: Answered) -> list[str]:
    """The quotas that a complete interview with these answers fills."""
    return [quota.id for quota in study.design.quotas if _holds(quota, answered)]


def _about(position: Position, brands: tuple[OpenBrand, ...]) -> Position:
    if not brands:
        return position
    answered = replace(position.answered, brands=tuple(brand.code for brand in brands))
    return moved(replace(position, brands=brands), answered)


def _steps(
    stored: StoredInterview,
    before: Position,
    after: Position,
    submission: Submission,
    change: Change,
) -> tuple[Step, ...]:
    told = _told(stored, before)
    drawn = [brand.code for brand in after.brands] if change.brand_ids else []
    steps = [Step(ASKED, code) for code in drawn]
    left = waits_at(before.route, before.submitted)
    if change.end is None:
        return (*steps, *move_steps(told, left, waits_at(after.route, after.submitted)))
    steps += end_steps(told, left, change.end)
    if change.end is Disposition.COMPLETE:
        study = after.study
        took = [each for each in (stored.seconds, submission.seconds) if each is not None]
        steps += complete_steps(
            told,
            seconds=sum(took) if took else None,
            quality=quality_of(study, after.answered, change.passed),
            brands=after.answered.brands if study.design.asks_brands else (),
            quotas=quotas_of(study, after.answered),
        )
    return tuple(steps)


def _told(stored: StoredInterview, position: Position) -> Told:
    known = position.brands[0].code if position.brands else ""
    return Told(
        day=day_of(stored.started_at),
        version=stored.version,
        brand="" if position.study.design.asks_brands else known,
        language=stored.language,
        channel=stored.channel,
    )


def filled_quotas(position: Position) -> Iterator[Quota]:
    """The quotas that a complete interview counts for."""
    return (quota for quota in position.study.design.quotas if _counts(quota, position))


def _counts(quota: Quota, position: Position) -> bool:
    return _holds(quota, position.answered)


def _holds(quota: Quota, answered: Answered) -> bool:
    slots = range(1, max(1, len(answered.brands)) + 1)
    return any(quota.counts(answered.of(slot)) for slot in slots)


def _drawn(
    store: AnswerStore, stored: StoredInterview, position: Position
) -> tuple[OpenBrand, ...]:
    study = position.study
    filled = store.sums(stored.wave_id, QUOTA, pilot=stored.pilot) if study.design.quotas else {}
    known = [code for code in _marked(position) if not _brand_is_full(study, code, filled)]
    asked = store.sums(stored.wave_id, ASKED, pilot=stored.pilot)
    codes = draw_brands(known, study.design.most_brands, asked, secrets.SystemRandom())
    return tuple(study.brand(code) for code in codes)


def _marked(position: Position) -> list[str]:
    return [
        brand.code
        for brand in position.study.brands
        if position.answers.get(BRAND_MARK + brand.code) == 1
    ]


def _brand_is_full(study: OpenStudy, code: str, filled: Mapping[str, int]) -> bool:
    """Whether a quota of this brand alone is full."""
    return any(
        filled.get(quota.id, 0) >= quota.limit
        for quota in study.design.quotas
        if {condition.item for condition in quota.conditions} == {BRAND}
        and quota.counts({BRAND: code})
    )


def _without_brand(position: Position) -> Disposition:
    knows = bool(_marked(position))
    return Disposition.QUOTA_FULL if knows else Disposition.SCREENED_OUT_INELIGIBLE


def _passed(study: OpenStudy, answers: Mapping[str, Answer]) -> bool | None:
    answer = answers.get(INSTRUCTED_ITEM)
    if answer is None:
        return None
    return any(page.instructed and answer == instructed_value(page) for page in study.pages)
