"""Engagement against satisfaction: names touch neither dots nor one another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.palette import BLUE, MARK_GREY
from reports.charts.primitives import Circle, Line, Polygon, Text
from reports.charts.two_scores import BrandScores, Score, two_scores
from tests.reports.chart_samples import box, outside, overlapping
from tests.reports.charts.scorecard_samples import NAMES, positioned

OWN = BrandScores("A", Score(70, 66, 74), Score(40, 36, 44), own=True)
OTHERS = (BrandScores("B", Score(50), Score(60)), BrandScores("C", Score(55.04), Score(62)))


def dots(chart):
    """The dots of the other brands; the last one of all is the legend's."""
    return [s for s in chart.primitives if isinstance(s, Circle) and s.fill == MARK_GREY][:-1]


def own_names(chart):
    """The printed names of the reader's brands."""
    return [s for s in chart.primitives if isinstance(s, Text) and s.bold]


def touching(chart):
    """Names of own brands that lie on a dot."""
    return [
        (name.text, dot)
        for name in own_names(chart)
        for dot in dots(chart)
        if box(name)[0] < dot.x + dot.radius
        and dot.x - dot.radius < box(name)[2]
        and box(name)[1] < dot.y + dot.radius
        and dot.y - dot.radius < box(name)[3]
    ]


def test_means_own_brands_and_the_reach_of_the_others_are_said():
    """Each own brand is said to lie in one of the four parts."""
    chart = two_scores([OWN, *OTHERS], title="S", means=(60, 50), means_label="Category")
    assert chart.alt == (
        "Category: satisfaction 60.0, engagement 50.0. "
        "A: satisfaction 70.0, 95% interval 66.0 to 74.0, "
        "engagement 40.0, 95% interval 36.0 to 44.0; Satisfied, less engaged. "
        "2 other brands: satisfaction 50.0 to 55.0, engagement 60.0 to 62.0."
    )


@pytest.mark.parametrize(
    ("satisfaction", "engagement", "part"),
    [
        (70, 70, "Engaged and satisfied"),
        (50, 70, "Engaged, less satisfied"),
        (70, 30, "Satisfied, less engaged"),
        (50, 30, "Less engaged, less satisfied"),
    ],
)
def test_the_part_said_is_the_one_printed_on_that_side(satisfaction, engagement, part):
    """The name of the part stands on the side of the means on which the brand lies."""
    brand = BrandScores("A", Score(satisfaction), Score(engagement), own=True)
    chart = two_scores([brand, OTHERS[0]], title="S", means=(60, 50))
    assert chart.alt.startswith("Means: satisfaction 60.0")
    assert f"; {part}." in chart.alt
    [printed] = [s for s in chart.primitives if isinstance(s, Text) and s.text == part]
    assert printed.anchor == ("end" if satisfaction > 60 else "start")
    assert (printed.y > chart.height / 2) == (engagement > 50)


def test_without_means_there_are_no_parts():
    """Nothing is named that was not given."""
    chart = two_scores([OWN], title="S")
    assert chart.alt == (
        "A: satisfaction 70.0, 95% interval 66.0 to 74.0, "
        "engagement 40.0, 95% interval 36.0 to 44.0."
    )
    assert not [s for s in chart.primitives if isinstance(s, Line) and s.dash]


def test_an_own_brand_is_a_diamond_on_its_crossed_intervals():
    """It lies at its scores and differs from the others by shape and name."""
    chart = two_scores([OWN, *OTHERS], title="S", means=(60, 50))
    level, upright = [s for s in chart.primitives if isinstance(s, Line) and s.width == 1.4][:2]
    assert level.y1 == level.y2 == pytest.approx((upright.y1 + upright.y2) / 2)
    assert upright.x1 == upright.x2 == pytest.approx((level.x1 + level.x2) / 2)
    assert sum(isinstance(s, Polygon) and s.fill == BLUE for s in chart.primitives) == 1 + 1
    assert [name.text for name in own_names(chart)] == ["A"]
    assert len(dots(chart)) == 2


@pytest.mark.parametrize("width", [499, 240])
@pytest.mark.parametrize(
    ("count", "own"), [(20, 3), (60, 8), (300, 5), (1000, 4), (1000, 25), (30, 30)]
)
def test_names_touch_no_dot(count, own, width):
    """All own brands are named, however many dots there are."""
    for names in (NAMES, ("A", "B", "C")):
        brands = positioned(count, own, names)
        chart = two_scores(brands, title="S", means=(62, 55), width=width)
        assert touching(chart) == []
        assert len(own_names(chart)) >= own
        assert len(dots(chart)) == count - own
    assert len(own_names(chart)) == own


SCORES = st.floats(0, 100).map(Score)
BRANDS = st.lists(
    st.builds(BrandScores, st.text(max_size=70), SCORES, SCORES, st.booleans()), max_size=30
)


@settings(max_examples=60, deadline=None)
@given(BRANDS, st.floats(0, 100), st.floats(235, 520))
def test_any_brands_are_kept_apart(brands, mean, width):
    """Whatever brands are called and wherever they lie, no word touches another or a dot."""
    chart = two_scores(brands, title="S", means=(mean, mean), width=width)
    assert outside(chart) == []
    assert overlapping(chart) == []
    assert touching(chart) == []


def test_own_brands_have_their_scores_as_a_table():
    """The others stay without names, in the table as in the chart."""
    assert two_scores([OTHERS[0], OWN], title="S").figures == (
        ("Satisfaction", "Engagement"),
        ("A", "70.0 (66.0 to 74.0)", "40.0 (36.0 to 44.0)"),
    )
