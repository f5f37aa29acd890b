"""Trends over waves: gaps, waves apart, names and values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.axis import fitted
from reports.charts.palette import BLUE, MARK_GREY, RIBBON
from reports.charts.primitives import Circle, Line, Polygon, Polyline, Rect, Text
from reports.charts.trend import Trend, TrendPoint, trend
from tests.reports.chart_samples import outside, overlapping
from tests.reports.charts.scorecard_samples import waves

POINTS = (
    TrendPoint("2023", 58.04, 54, 62, 55.5, 120),
    TrendPoint("2024", None),
    TrendPoint("2025", 61, 58, 64, 56.5, 1240, comparable=False),
    TrendPoint("2026", 63, 60, 66),
)


def of(chart, kind, **attributes):
    """The shapes of one kind with these attributes."""
    return [
        shape
        for shape in chart.primitives
        if isinstance(shape, kind)
        and all(getattr(shape, name) == value for name, value in attributes.items())
    ]


def test_every_wave_is_said_with_its_figures():
    """A wave without result and one that must not be compared are named as such."""
    chart = trend([Trend("Emotional", POINTS)], title="Trend", others_label="Other brands")
    assert chart.alt == (
        "Emotional. 2023: 58.0, 95% interval 54.0 to 62.0, Other brands 55.5, n = 120; "
        "2024: no figure; "
        "2025: 61.0, 95% interval 58.0 to 64.0, not to be compared with the other waves, "
        "Other brands 56.5, n = 1\u202f240; 2026: 63.0, 95% interval 60.0 to 66.0."
    )


def test_line_and_ribbon_stop_at_a_gap():
    """Two runs of waves are two ribbons and two lines; the others' line goes on."""
    chart = trend([Trend("A", waves(7, absent=(3,)))], title="Trend", others_label="B")
    assert [len(ribbon.points) for ribbon in of(chart, Polygon, fill=RIBBON)] == [6, 6, 4]
    assert [len(line.points) for line in of(chart, Polyline, stroke=BLUE, width=1.6)] == [3, 3]
    others = of(chart, Polyline, stroke=MARK_GREY)
    assert [len(line.points) for line in others] == [5]
    assert all(line.dash for line in others)
    assert len(of(chart, Circle, fill=BLUE)) == 6 + 1


def test_a_wave_apart_is_a_hollow_square_joined_to_nothing():
    """It differs by shape, keeps its interval and is explained below."""
    chart = trend([Trend("A", waves(5, apart=(2,)))], title="Trend")
    assert [len(line.points) for line in of(chart, Polyline, stroke=BLUE, width=1.6)] == [2, 2]
    assert len(of(chart, Rect, stroke=BLUE)) == 1 + 1
    assert len([line for line in of(chart, Line, stroke=BLUE) if line.x1 == line.x2]) == 1
    assert of(chart, Text, text="Not to be compared with the other waves")


def test_the_last_value_stands_right_of_its_point():
    """The last mean is printed at its own height."""
    chart = trend([Trend("A", POINTS)], title="Trend")
    [value] = of(chart, Text, text="63.0")
    last = max(of(chart, Circle, fill=BLUE), key=lambda dot: dot.y)
    assert value.x > last.x + last.radius
    assert abs(value.y - last.y) < 4


@pytest.mark.parametrize(("count", "named"), [(2, 2), (4, 4), (9, 2)])
def test_as_many_waves_are_named_as_have_room(count, named):
    """The last wave is always named, with an ellipsis if it must."""
    chart = trend([Trend("A", waves(count, name="Season {}"))] * 2, title="T", width=330)
    names = [text.text for text in of(chart, Text) if text.text.startswith("Season")]
    assert len(names) >= 2 * named
    assert names.count(f"Season {count}") == 2


def test_people_are_printed_as_a_range():
    """The fewest and the most people of any wave stand under the name."""
    chart = trend([Trend("A", POINTS)], title="Trend")
    assert of(chart, Text, text="n = 120–1\u202f240")


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([50.0, 52.0], (40, 65)),
        ([2.0, 4.0], (0, 20)),
        ([97.0, 99.5], (80, 100)),
        ([10.0, 95.0], (0, 100)),
        ([-30.0, 10.0], (-30, 10)),
        ([None], (0, 100)),
    ],
)
def test_an_axis_fits_its_values_with_a_least_span(values, ends):
    """Ends are round, at least the least span apart and within 0 and 100 where the values are."""
    low, high = fitted(values, 20)
    known = [value for value in values if value is not None]
    assert (low, high) == pytest.approx(ends, abs=5)
    assert high - low >= 20 - 1e-9
    assert all(low <= value <= high for value in known)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=50), max_size=9), st.floats(0, 100), st.floats(235, 520))
def test_any_names_of_waves_leave_each_other_room(names, start, width):
    """Whatever waves are called, nothing overlaps or passes the edges."""
    points = [
        TrendPoint(name, *(min(100, start + d) for d in (place, place - 2, place + 3)))
        for place, name in enumerate(names)
    ]
    chart = trend([Trend(name, tuple(points)) for name in names[:3]], title="T", width=width)
    assert outside(chart) == []
    assert overlapping(chart) == []
