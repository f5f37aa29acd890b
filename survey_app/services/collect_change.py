"""What a submitted page leads to: brands drawn, quotas, the end of the interview."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from survey_app.domain.brand_draw import draw_brands
from survey_app.domain.interview import Disposition
from survey_app.domain.page import BRAND_MARK, INSTRUCTED_ITEM, instructed_value
from survey_app.domain.questionnaire import BRAND
from survey_app.storage.answer_store import Change
from survey_app.storage.tallies import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from survey_app.domain.open_study import OpenBrand, OpenStudy
    from survey_app.domain.position import Position
    from survey_app.domain.questionnaire import Answer, Quota
    from survey_app.storage.answer_store import AnswerStore, StoredInterview

ASKED, QUOTA = "asked", "quota"
"""Kinds of sums: how often each brand was drawn, how many interviews fill a quota."""


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
    after: Position,
    page_number: int,
    *,
    moment: datetime,
    finish: bool,
    quota_full: bool,
) -> tuple[Change, tuple[OpenBrand, ...]]:
    """What keeping a page changes, and the brands that are drawn by it.

    Parameters
    ----------
    after : the interview with the page. finish : whether its last page ends it.
    """
    brands: tuple[OpenBrand, ...] = ()
    steps: list[Step] = []
    end = Disposition.QUOTA_FULL if quota_full else None
    if after.study.page(page_number).brands and not after.brands and end is None:
        brands = _drawn(store, stored, after)
        steps += [Step(ASKED, brand.code) for brand in brands]
        end = None if brands or not finish else _without_brand(after)
    elif end is None and finish and after.complete and after.after(page_number) is None:
        end = Disposition.COMPLETE
        steps += [Step(QUOTA, quota.id) for quota in _filled(after)]
    passed = _passed(after.study, after.answers) if end is not None else None
    ids = tuple(brand.id for brand in brands)
    return Change(moment, end, passed, ids, tuple(steps)), brands


def _filled(position: Position) -> Iterator[Quota]:
    return (quota for quota in position.study.design.quotas if _counts(quota, position))


def _counts(quota: Quota, position: Position) -> bool:
    slots = range(1, max(1, len(position.brands)) + 1)
    return any(quota.counts(position.answered.of(slot)) for slot in slots)


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
