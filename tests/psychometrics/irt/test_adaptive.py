"""Adaptive short forms: against R, and what must hold whatever is answered."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.irt.adaptive import AdaptiveBattery, AdaptiveError, AdaptiveTest
from psychometrics.irt.calibration import CalibratedItem, Calibration
from tests.psychometrics.irt.adaptive_goldens import (
    SETS,
    adaptive_golden,
    calibration_like,
    golden_calibration,
)


@pytest.mark.parametrize("name", SETS)
def test_every_step_equals_adaptive_integration(name: str) -> None:
    """Trait and its error to 1e-12, score and its error to 1e-11 points, the worth of items, and
    the item asked; with answers that nobody gave at calibration, reversed and skipped items."""
    calibration = golden_calibration(name)
    test = AdaptiveTest(calibration, standard_error=1e-9)
    for path in adaptive_golden(name)["paths"]:
        told: dict[str, int | None] = {}
        for step, place in enumerate([*path["order"], None]):
            found = test.estimate(told)
            trait, score = (
                [path[key][step] for key in keys]
                for keys in (("theta", "error"), ("score", "score_error"))
            )
            assert [found.theta, found.standard_error] == pytest.approx(trait, rel=0, abs=1e-12)
            assert [found.score, found.score_error] == pytest.approx(score, rel=0, abs=1e-11)
            worth = test._tables.worth(test._posterior(told))[0]
            np.testing.assert_allclose(worth, path["worth"][step], rtol=1e-12)
            item = None if place is None else calibration.item_ids[place]
            assert test.next_item(told) == item
            if item is not None:
                told[item] = path["answers"][place]


@pytest.mark.parametrize("name", SETS)
def test_expected_scores_equal_r(name: str) -> None:
    """The curve to 1e-12 points and its slope as R's difference quotient has it."""
    curve = adaptive_golden(name)["curve"]
    score, slope = AdaptiveTest(golden_calibration(name)).expected_score(curve["theta"])
    np.testing.assert_allclose(score, curve["score"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(slope, curve["slope"], rtol=0, atol=1e-9)


@cache
def seven(standard_error: float = 0.4, **settings_: Any) -> AdaptiveTest:
    """The test of the golden set of six items with seven categories."""
    return AdaptiveTest(golden_calibration("seven"), standard_error, **settings_)


ANSWER = st.none() | st.integers(1, 7)


@settings(deadline=None)
@given(st.lists(ANSWER, min_size=6, max_size=6), st.sampled_from([0.3, 0.4, 0.6]))
def test_no_item_is_asked_twice_and_the_test_ends(
    row: list[int | None], standard_error: float
) -> None:
    """Whatever is answered or skipped: other items each time, an end, and the reason holds."""
    test = seven(standard_error)
    given_to = dict(zip(test.calibration.item_ids, row, strict=True))
    told: dict[str, int | None] = {}
    while (item := test.next_item(told)) is not None:
        assert item not in told
        assert test.estimate(told).stopped is None
        told[item] = given_to[item]
    found = test.estimate(told)
    assert found.stopped == ("precise" if found.standard_error <= standard_error else "all_items")
    assert found.saved == 6 - len(told)
    assert found.answered == sum(answer is not None for answer in told.values())


@settings(deadline=None)
@given(st.permutations(range(6)), st.lists(ANSWER, min_size=6, max_size=6), st.integers(0, 6))
def test_the_order_of_answers_does_not_matter(
    order: list[int], row: list[int | None], asked: int
) -> None:
    """What comes next depends on what was answered, not on when."""
    test = seven()
    told = {test.calibration.item_ids[j]: row[j] for j in order[:asked]}
    as_listed = {item: told[item] for item in test.calibration.item_ids if item in told}
    assert test.next_item(told) == test.next_item(as_listed)
    assert test.estimate(told) == test.estimate(as_listed)


@settings(deadline=None)
@given(st.lists(st.integers(1, 7), min_size=6, max_size=6))
def test_reversing_items_mirrors_what_is_asked(row: list[int]) -> None:
    """An item keyed the other way and answered the other way is the same item."""
    test = seven()
    items = test.calibration.items
    mirrored = AdaptiveTest(
        calibration_like(
            test.calibration,
            [
                CalibratedItem(x.item, x.slope, x.thresholds, x.values, not x.reversed)
                for x in items
            ],
        )
    )
    told = dict(zip(test.calibration.item_ids[:3], row, strict=False))
    turned = {item: 8 - answer for item, answer in told.items()}
    assert mirrored.estimate(turned) == test.estimate(told)
    assert mirrored.next_item(turned) == test.next_item(told)


def test_skipped_items_tell_nothing_and_are_not_asked_again() -> None:
    """Who skips everything is asked everything once and stays where the prior is."""
    test = seven()
    told: dict[str, int | None] = {}
    while (item := test.next_item(told)) is not None:
        told[item] = None
    found = test.estimate(told)
    assert len(told) == 6
    assert (found.answered, found.stopped) == (0, "all_items")
    assert found.theta == pytest.approx(0, abs=1e-12)
    assert found.standard_error == pytest.approx(1, abs=1e-9)


def test_errors_fall_on_the_whole() -> None:
    """Over simulated people the mean posterior variance falls with every item asked."""
    rng = np.random.default_rng(4)
    test = seven(0.01)
    variances = np.zeros(7)
    for theta in rng.normal(size=200):
        told: dict[str, int | None] = {}
        answers = drawn(test.calibration, theta, rng)
        for step in range(7):
            variances[step] += test.estimate(told).standard_error ** 2
            item = test.next_item(told)
            told |= {item: answers[item]} if item else {}
    assert (np.diff(variances) < 0).all()


def test_the_trait_is_recovered_within_the_error_that_is_told() -> None:
    """Of simulated people 95 % lie within 1.96 errors, EAP is unbiased on average, and the
    reliability is 1 − mean squared error."""
    rng = np.random.default_rng(8)
    test = seven(0.45)
    theta = rng.normal(size=1500)
    found = [run(test, drawn(test.calibration, each, rng)) for each in theta]
    off = np.array([each.theta for each in found]) - theta
    error = np.array([each.standard_error for each in found])
    assert off.mean() == pytest.approx(0, abs=0.03)
    assert (np.abs(off) < 1.96 * error).mean() == pytest.approx(0.95, abs=0.015)
    assert np.mean(off**2) == pytest.approx(np.mean(error**2), rel=0.08)
    assert np.mean([len(each.asked) for each in found]) < 4.5


def run(test: AdaptiveTest, answers: dict[str, int | None]) -> Any:
    """One person through the test."""
    told: dict[str, int | None] = {}
    while (item := test.next_item(told)) is not None:
        told[item] = answers[item]
    return test.estimate(told)


def drawn(calibration: Calibration, theta: float, rng: np.random.Generator) -> dict[str, Any]:
    """Answers of one simulated person, as given."""
    answers = {}
    for each in calibration.items:
        above = 1 / (1 + np.exp(-each.slope * (theta - np.array(each.thresholds))))
        value = each.values[int((above > rng.random()).sum())]
        ends = calibration.minimum + calibration.maximum
        answers[each.item] = ends - value if each.reversed else value
    return answers


def test_numbers_of_items_bound_the_test() -> None:
    """At least and at most as many are asked as wanted, precise or not."""
    assert (
        len(run(seven(0.9, fewest_items=3), dict.fromkeys(seven().calibration.item_ids, 4)).asked)
        == 3
    )
    most = run(seven(0.05, most_items=2), dict.fromkeys(seven().calibration.item_ids, 4))
    assert (len(most.asked), most.stopped) == (2, "most_items")


def test_a_bound_on_the_score_is_kept() -> None:
    """With the metric of the score it is the score's error that ends the test."""
    test = seven(9, metric="score")
    found = run(test, dict.fromkeys(test.calibration.item_ids, 4))
    assert found.score_error <= 9 < test.estimate({"i1": 4}).score_error
    assert found.stopped == "precise"
    assert "9 points of a score from 0 to 100" in found.method
    assert found.to_dict()["method"] == found.method


def test_items_alike_are_asked_in_the_order_of_the_questionnaire() -> None:
    """Where two items are worth the same, rounding does not choose."""
    twins = [CalibratedItem(name, 1.7, (-1.0, 0.1, 1.3), (1, 2, 3, 4)) for name in "cab"]
    test = AdaptiveTest(Calibration("s", tuple(twins), 1, 4, 100, "x", "by hand"), 0.1)
    for answer in (1, 2, 3, 4, None):
        assert test.next_item({}) == "c"
        assert test.next_item({"c": answer}) == "a"
        assert test.next_item({"a": answer}) == "c"


@settings(max_examples=30, deadline=None)
@given(st.integers(-50, 50) | st.text() | st.booleans() | st.floats())
def test_answers_outside_the_format_are_refused(answer: Any) -> None:
    """A forged answer is named with what may be answered; one inside is taken."""
    test = seven()
    inside = type(answer) is int and 1 <= answer <= 7
    if inside:
        assert test.estimate({"i1": answer}).answered == 1
    else:
        with pytest.raises(AdaptiveError, match="Item i1"):
            test.next_item({"i1": answer})


@pytest.mark.parametrize(
    ("settings_", "said"),
    [
        ({"standard_error": 1.0}, "below 1"),
        ({"standard_error": 0}, "above 0"),
        ({"standard_error": float("nan")}, "nan"),
        ({"standard_error": 60, "metric": "score"}, "below 50"),
        ({"metric": "sum"}, "choose trait or score"),
        ({"fewest_items": 0}, "1 or more"),
        ({"fewest_items": 3, "most_items": 2}, "must not be less"),
    ],
)
def test_impossible_settings_are_refused(settings_: dict[str, Any], said: str) -> None:
    """Each is told when the test is made, not when somebody answers."""
    with pytest.raises(AdaptiveError, match=said):
        AdaptiveTest(golden_calibration("seven"), **settings_)


def test_each_scale_of_a_battery_is_a_test_of_its_own() -> None:
    """The first scale is asked until it is known, then the next; scores do not mix."""
    other = golden_calibration("uneven", prefix="u")
    battery = AdaptiveBattery((seven(0.5), AdaptiveTest(other, 0.6)))
    told: dict[str, int | None] = {}
    scales = []
    while (item := battery.next_item(told)) is not None:
        scales.append(battery.scale_of[item])
        told[item] = 3
    assert scales == sorted(scales)
    assert set(scales) == {"seven", "uneven"}
    alone = seven(0.5).estimate({item: 3 for item in told if item.startswith("i")})
    assert battery.estimates(told)["seven"] == alone
    assert battery.estimates(told)["uneven"].stopped == "precise"
    with pytest.raises(AdaptiveError, match="seven given twice"):
        AdaptiveBattery((seven(), seven()))
    with pytest.raises(AdaptiveError, match="No scale"):
        AdaptiveBattery(())
    with pytest.raises(AdaptiveError, match="zz: no item of these scales"):
        battery.next_item({"zz": 1})
    with pytest.raises(AdaptiveError, match="zz: no item of scale seven"):
        seven().next_item({"zz": 1})
