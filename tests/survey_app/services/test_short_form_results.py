"""What adaptive scales have told, on real answers of which only some were asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.dataset import MISSING, Dataset
from psychometrics.irt.calibration import calibrate
from psychometrics.scoring import score
from survey_app.services.calibration import adaptive_rules, estimate, next_item
from survey_app.services.short_form_results import adaptive_results, without_adaptive
from tests.tapwater import tap_water

DATA = tap_water()
FULL = DATA.select(DATA.usable & (DATA.brand != ""))
RULES = {
    "cognitive": adaptive_rules(
        calibrate(FULL, "cognitive", source="tap water"), standard_error=7.0, metric="score"
    )
}


def asked_adaptively() -> Dataset:
    """The same people, asked about what the short form wants to know alone."""
    answers = FULL.answers.copy()
    items = FULL.key("cognitive").items
    columns = dict(zip(items, FULL.columns(items), strict=True))
    for row in answers:
        told: dict[str, int | str | None] = {}
        while (item := next_item(RULES["cognitive"], told)) is not None:
            told[item] = int(row[columns[item]])
        for item in set(items) - set(told):
            row[columns[item]] = MISSING
    return replace(FULL, answers=answers)


def test_items_saved_bounds_reached_and_means_are_told() -> None:
    """Each figure is that of the interviews; brands stand where their full answers put them."""
    short = asked_adaptively()
    found = adaptive_results(short, RULES)["cognitive"]
    answered = (short.numeric(FULL.key("cognitive").items) > 0).sum(axis=1)
    assert (found.n, found.items, found.metric) == (439, 5, "score")
    assert found.mean_answered == pytest.approx(answered.mean())
    assert found.saved == pytest.approx(1 - answered.mean() / 5)
    assert 0.3 < found.saved < 0.7
    person = {
        item: int(value)
        for item, value in zip(
            FULL.key("cognitive").items, short.numeric(FULL.key("cognitive").items)[7], strict=True
        )
        if value == value
    }
    alone = estimate(RULES["cognitive"], person)
    assert found.persons.score[7] == pytest.approx(alone.score)
    reached = found.persons.score_error <= 7
    assert found.reached == pytest.approx(reached.mean())
    by_full = adaptive_results(FULL, RULES)["cognitive"].means.means
    for brand, whole in zip(found.means.means, by_full, strict=True):
        assert brand.group == whole.group
        assert brand.score == pytest.approx(whole.score, abs=1.5)


def test_sums_of_what_was_asked_would_keep_the_wrong_people() -> None:
    """Means of answered items exist for few, and not for a fair few; without the key of the scale
    nobody makes them."""
    short = asked_adaptively()
    sums = score(short).column("cognitive")
    kept = ~np.isnan(sums)
    everybody = score(FULL).column("cognitive")
    assert kept.mean() < 0.5
    assert abs(everybody[kept].mean() - everybody.mean()) > 5
    left = without_adaptive(short, RULES)
    assert [key.scale for key in left.keys] == ["affective"]
    assert score(left).scales == ("affective",)


def test_a_scale_that_nobody_answered_has_no_result() -> None:
    """As before the first interview of a wave."""
    empty = FULL.select(np.zeros(FULL.n, bool))
    assert adaptive_results(empty, RULES) == {}
