"""How fieldwork stands is read from sums, and says what happened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.duration import bin_seconds, binned_median, duration_bin
from survey_app.domain.fieldwork import Count, FlagCount, PageCount, QuotaCount
from survey_app.domain.questionnaire import Block, BrandQuestion, Condition, Design, Quota
from survey_app.domain.study import Study, Wave, now
from survey_app.services.fieldwork_pages import page_names
from survey_app.services.fieldwork_progress import progress, totals
from survey_app.web.workspace.progress_view import flag_rows
from tests.survey_app.services.designed import CORE, designed_study, own_questions

if TYPE_CHECKING:
    from survey_app.domain.fieldwork import FieldworkProgress
    from survey_app.storage.database import Database
    from tests.survey_app.services.conftest import Fieldwork


def standing(database: Database, wave: str = "") -> FieldworkProgress:
    """How the only study stands."""
    with database.reading() as unit:
        study = unit.studies.all()[0]
        chosen = next((one for one in study.waves if one.code == wave), None)
        return progress(unit, study, chosen)


def test_progress(fieldwork: Fieldwork) -> None:
    """Counts by group, completion, median duration, where respondents stopped and what they did."""
    for number, seconds in enumerate((10.0, 20.0, 30.0, 60.0)):
        key = fieldwork.start(f"complete-{number}", "north" if number else "south")
        for page in (1, 2, 3):
            fieldwork.answer(key, page, value=6 if number else 4, seconds=seconds)
    for number, last_page in enumerate((0, 0, 2)):
        key = fieldwork.start(f"partial-{number}", "south")
        for page in range(1, last_page + 1):
            fieldwork.answer(key, page)
    found = standing(fieldwork.database)
    assert (found.started, found.completed) == (7, 4)
    assert found.completion_rate == pytest.approx(4 / 7)
    assert found.median_seconds == pytest.approx(75.0, rel=0.015)
    assert found.by_brand == {"north": Count(3, 3), "south": Count(4, 1)}
    assert found.by_wave == {"1": Count(7, 4)}
    assert found.by_language == {"en": Count(7, 4)}
    assert found.by_channel == {"web": Count(7, 4)}
    assert found.by_disposition == {"complete": 4, "partial": 3}
    assert found.pages == (
        PageCount(1, 1, 7, 2),
        PageCount(1, 2, 5, 0),
        PageCount(1, 3, 5, 1),
    )
    assert found.flags == (
        FlagCount("attention", 4, 1),
        FlagCount("straight", 4, 4),
        FlagCount("open", 4, 0),
        FlagCount("speed", 4, 1),
    )
    assert [(day.started, day.completed) for day in found.days] == [(7, 4)]
    with fieldwork.database.reading() as unit:
        study = unit.studies.all()[0]
        assert totals(unit, [study]) == {study.id: Count(7, 4)}
        names = page_names(study, found.pages)
    assert names[1, 2].startswith("Emotional")


def test_progress_of_nothing(fieldwork: Fieldwork) -> None:
    """Before the first interview there are no rates, and no error."""
    found = standing(fieldwork.database)
    assert (found.started, found.completion_rate, found.median_seconds) == (0, None, None)
    assert (found.by_brand, found.pages, found.days) == ({}, (), ())


def test_each_brand_of_a_respondent_counts(database: Database) -> None:
    """An interview about two brands counts for both, once by language, and fills its quotas."""
    quota = Quota("web", "On the web", 2, (Condition("buys", frozenset({2})),))
    design = Design(
        (
            Block("you", "own", about="person", scales=("about_you",)),
            Block("core", "core_engagement"),
        ),
        brand_question=BrandQuestion.KNOWN,
        most_brands=2,
        quotas=(quota,),
    )
    study = designed_study(database, design, (CORE, own_questions()))
    key = study.start()
    study.answer(key, {"brand.north": 1, "brand.west": 1})
    other = study.start("second-start")
    study.answer(other, {"brand.north": 1})
    study.answer(key, {"buys": 2})
    while not study.collector.position(key).finished:
        study.answer(key)
    study.answer(study.start("third-start"), {})
    found = standing(database)
    assert found.by_brand == {"north": Count(2, 1), "west": Count(1, 1)}
    assert found.by_language == {"en": Count(3, 1)}
    assert found.by_disposition == {
        "complete": 1,
        "partial": 1,
        "screened_out_ineligible": 1,
    }
    assert found.quotas == (QuotaCount("web", "On the web", 1, 2),)


def test_waves_stand_apart(fieldwork: Fieldwork) -> None:
    """Each wave has its own figures and signs of carelessness; together they are the study's."""
    first = fieldwork.start("first-wave")
    moment = now()
    with fieldwork.database.writing() as unit:
        study = unit.studies.all()[0]
        study.waves[0].closes_at = moment - timedelta(seconds=1)
        study.waves.append(Wave("2", "Second", position=2, opens_at=moment - timedelta(seconds=1)))
        unit.commit()
    key = fieldwork.start("second-wave")
    for page in (1, 2, 3):
        fieldwork.answer(key, page)
    both = standing(fieldwork.database)
    assert both.by_wave == {"1": Count(1, 0), "2": Count(1, 1)}
    assert (standing(fieldwork.database, "1").started, both.started) == (1, 2)
    assert standing(fieldwork.database, "2").by_disposition == {"complete": 1}
    slow = fieldwork.start("second-wave-slow")
    for page in (1, 2, 3):
        fieldwork.answer(slow, page, value=4, seconds=100.0)
    found = standing(fieldwork.database)
    assert found.flags_by_wave == {"2": found.flags}
    assert found.flags == (
        FlagCount("attention", 2, 2),
        FlagCount("straight", 2, 2),
        FlagCount("open", 2, 0),
        FlagCount("speed", 2, 1),
    )
    signs = flag_rows(found)
    assert [row.cut_off for row in signs][2:] == [
        "More than 20% of the rating questions that they were shown.",
        "In less than 1 min 22 s; the median is 2 min 43 s.",
    ]
    for page in (1, 2, 3):
        fieldwork.answer(first, page, value=None if page == 2 else 6, seconds=100.0)
    together = standing(fieldwork.database)
    assert together.flags_by_wave == {
        "1": (
            FlagCount("attention", 0, 0),
            FlagCount("straight", 0, 0),
            FlagCount("open", 1, 1),
            FlagCount("speed", 1, 0),
        ),
        "2": found.flags,
    }


def test_pilots_are_in_no_figure(database: Database) -> None:
    """What is answered to try the questionnaire out is not counted, and kept apart."""
    study = designed_study(
        database, Design((Block("core", "core_engagement"),)), (CORE,), start=Study.pilot
    )
    study.start(brand="north")
    assert standing(database).started == 0
    with database.reading() as unit:
        piloted = unit.tallies.all_of(unit.studies.all()[0].id or 0)
    assert {pilot for _, pilot, _, _ in piloted} == {True}


@given(st.lists(st.floats(1.0, 1e6), min_size=1, max_size=60))
def test_median_of_bins_is_within_one_and_a_half_per_cent(seconds: list[float]) -> None:
    """The median of durations counted in bins is that of NumPy within its stated error."""
    bins: dict[int, int] = {}
    for each in seconds:
        bins[duration_bin(each)] = bins.get(duration_bin(each), 0) + 1
        assert bin_seconds(duration_bin(each)) == pytest.approx(each, rel=0.0151)
    assert binned_median(bins) == pytest.approx(float(np.median(seconds)), rel=0.0151)
