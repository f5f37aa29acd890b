"""Declared metrics and weight profiles: what ships, what a file may hold, own weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from instruments.errors import InstrumentError
from instruments.metrics import WeightsError, load_metrics, standard_metrics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIST = """\
metrics:
  - id: visits
    kind: root
    direction: higher
    valence: none
    days: 30
    pooled: mean
    minimum: 0
    maximum: null
    name: {en: Visits, ru: Визиты}
    unit: {en: visits}
  - id: conversion
    kind: outcome
    direction: higher
    valence: none
    days: null
    pooled: share
    minimum: 0
    maximum: 1
    name: {en: Conversion}
    unit: {en: share of visitors}
profiles:
  - id: standard
    name: {en: standard weights}
    weights: {visits: 2}
"""


def test_what_ships_covers_the_concepts() -> None:
    """Every root, action and outcome metric of the field is declared, in all report languages."""
    shipped = standard_metrics()
    by_kind = {
        kind: [metric.id for metric in shipped.metrics if metric.kind == kind]
        for kind in ("root", "action", "outcome")
    }
    assert by_kind["root"] == [
        "visit_duration",
        "visit_frequency",
        "repeat_visits",
        "recency",
        "depth",
        "click_through",
        "purchases",
        "lifetime_value",
    ]
    assert len(by_kind["action"]) == 15
    assert by_kind["outcome"] == [
        "return_on_investment",
        "experience",
        "conversion",
        "sales",
        "influenced_sales",
        "revenue_per_customer",
    ]
    for metric in shipped.metrics:
        assert set(metric.name) == set(metric.unit) == {"en", "ru", "de", "ar", "zh"}, metric.id
    lower = [metric.id for metric in shipped.metrics if metric.direction == "lower"]
    assert lower == ["recency", "replies"]


def test_names_are_distinct_in_every_language() -> None:
    """No two metrics are called alike in a language, so that a name in a file means one."""
    for language in ("en", "ru", "de", "ar", "zh"):
        names = [metric.name[language] for metric in standard_metrics().metrics]
        assert len(set(names)) == len(names), language


def test_negative_engagement_and_outcomes_have_no_weight() -> None:
    """Replies are kept apart, reshares and likes are positive; outcomes are not in the index."""
    shipped = standard_metrics()
    valence = {metric.id: metric.valence for metric in shipped.metrics if metric.valence != "none"}
    assert valence == {"reshares": "positive", "likes": "positive", "replies": "negative"}
    assert all("20563051231183430" in shipped.metric(one).source for one in valence)
    weighable = {metric.id for metric in shipped.metrics if metric.weighable}
    for profile in shipped.profiles:
        assert set(profile.weights) == weighable
        assert sum(profile.weights.values()) == pytest.approx(1, abs=1e-12)
    assert shipped.profile("standard").weights["visit_frequency"] == pytest.approx(0.08)
    assert len(set(shipped.profile("equal").weights.values())) == 1


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("visit_duration", "visit_duration"),
        (" Visit-Duration ", "visit_duration"),
        ("Customer lifetime value", "lifetime_value"),
        ("Репосты", "reshares"),
        ("转发", "reshares"),
        ("visits", None),
        ("", None),
    ],
)
def test_a_metric_is_found_by_identifier_or_name(text: str, metric: str | None) -> None:
    """Capitals, blanks and hyphens do not matter; what names none finds none."""
    found = standard_metrics().found(text)
    assert (found.id if found else None) == metric


def test_mistyped_metrics_have_neighbours() -> None:
    """The nearest identifiers are suggested, also for a name in another language."""
    assert standard_metrics().nearest("visit_durations")[0] == "visit_duration"
    assert standard_metrics().nearest("Репост")[0] == "reshares"
    assert standard_metrics().nearest("zzzzz") == []


def test_values_within_the_range_are_held() -> None:
    """A share lies from 0 to 1; money may be negative where it says so; nothing is infinite."""
    shipped = standard_metrics()
    share, money = shipped.metric("conversion"), shipped.metric("sales")
    assert [share.holds(value) for value in (0, 1, -0.01, 1.01)] == [True, True, False, False]
    assert money.holds(-5)
    assert not money.holds(float("inf"))
    assert not money.holds(float("nan"))


def test_own_weights_are_scaled() -> None:
    """Weights of any size become shares of one; those of 0 drop out."""
    own = standard_metrics().own_profile({"likes": 30, "reviews": 10, "tags": 0})
    assert dict(own.weights) == {"likes": 0.75, "reviews": 0.25}
    assert own.id == "own"


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"like": 1}, "perhaps likes"),
        ({"replies": 1}, "never netted"),
        ({"sales": 1}, "stand beside engagement"),
        ({"likes": -1}, "from 0 to"),
        ({"likes": float("nan")}, "from 0 to"),
        ({"likes": 1e300}, "from 0 to"),
        ({"likes": 0}, "No metric has a weight"),
        ({}, "No metric has a weight"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weights: dict[str, float], told: str) -> None:
    """Unknown metrics, outcomes, negative engagement and odd numbers, each with the reason."""
    with pytest.raises(WeightsError, match=told):
        standard_metrics().own_profile(weights)


def test_a_list_of_ones_own_is_read(yaml_file: Callable[[str | bytes], Path]) -> None:
    """A file of the same form becomes metrics and profiles."""
    own = load_metrics(yaml_file(LIST))
    assert [metric.id for metric in own.metrics] == ["visits", "conversion"]
    assert own.profile("standard").weights == {"visits": 1.0}
    with pytest.raises(KeyError):
        own.profile("equal")


@pytest.mark.parametrize(
    ("old", "new", "line", "place", "told"),
    [
        ("kind: root", "kind: leaf", 3, "metrics[0].kind", "not one of root, action, outcome"),
        ("days: 30", "days: 0", 6, "metrics[0].days", "below 1"),
        ("    direction: higher\n", "", 2, "metrics[0]", "'direction' is missing"),
        ("- id: conversion", "- id: visits", 12, "metrics[1].id", "stands here twice"),
        ("maximum: 1", "maximum: 100", 17, "metrics[1].pooled", "from 0 to 1"),
        ("unit: {en: visits}", "unit: {ru: визиты}", 11, "metrics[0].unit", "in en is missing"),
        ("{visits: 2}", "{clicks: 2}", 25, "profiles[0].weights.clicks", "takes a weight"),
        ("{visits: 2}", "{conversion: 2}", 25, "profiles[0].weights.conversion", "outcomes"),
        ("{visits: 2}", "{visits: 0}", 25, "profiles[0].weights", "nothing has a weight"),
        ("{visits: 2}", "{visits: -1}", 25, "profiles[0].weights.visits", "below 0"),
    ],
)
def test_a_fault_is_told_with_line_and_place(
    yaml_file: Callable[[str | bytes], Path], old: str, new: str, line: int, place: str, told: str
) -> None:
    """Each broken rule is reported at its own line and path, in words that mend it."""
    assert old in LIST
    with pytest.raises(InstrumentError) as caught:
        load_metrics(yaml_file(LIST.replace(old, new, 1)))
    found = {(problem.line, problem.place): problem.what for problem in caught.value.problems}
    assert told in found[line, place]


def test_nothing_that_is_weighed_is_a_total() -> None:
    """A total tells how large a brand is; what enters the index is a mean or a share."""
    assert all(one.pooled != "sum" for one in standard_metrics().metrics if one.weighable)
