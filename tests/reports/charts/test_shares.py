"""Steps, groups and segments: shares of people in bars and on one axis."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.hatching import hatched
from reports.charts.interval_dots import IntervalRow, interval_dots
from reports.charts.palette import BLUE, WHITE
from reports.charts.primitives import Line, Rect, Text
from reports.charts.steps import Step, steps
from tests.reports.chart_samples import outside, overlapping
from tests.reports.charts.scorecard_samples import JOURNEY


def texts(chart):
    """The printed words in drawn order."""
    return [shape.text for shape in chart.primitives if isinstance(shape, Text)]


def test_steps_are_said_in_order_with_conversion_and_doubt():
    """Each step has its place, share, conversion, comparison, number of people and reason."""
    chart = steps((JOURNEY[0], JOURNEY[2], Step("Apply", None, note="not asked")), title="Steps")
    assert chart.alt == (
        "1. Click: 91%, 95% interval 89% to 93%; Mean of the others 88%; n = 1\u202f240. "
        "2. Understand: 41%, 95% interval 37% to 45%; 55% of those at the step before; "
        "Mean of the others 45%; n = 1\u202f240; measured with doubt; asked, not observed. "
        "3. Apply: no figure, not asked."
    )


def test_conversions_stand_between_the_steps():
    """Each is printed below the step before and above its own."""
    chart = steps(JOURNEY, title="Steps")
    heights = {text.text: text.y for text in chart.primitives if isinstance(text, Text)}
    order = ["Click", "81% go on", "Consume", "55% go on", "Understand †", "29% go on", "Apply †"]
    assert [heights[word] for word in order] == sorted((heights[w] for w in order), reverse=True)


def test_groups_have_neither_numbers_nor_conversions():
    """Overlapping groups are no journey."""
    chart = steps(JOURNEY, title="Groups", ordered=False)
    assert chart.alt.startswith("Click: 91%")
    assert not [word for word in texts(chart) if "go on" in word]
    assert "step before" not in chart.alt


def test_bars_are_as_long_as_their_shares():
    """Lengths are proportional and start at the same line."""
    rows = [Step(name, share) for name, share in (("A", 0.2), ("B", 0.5), ("C", 0.8))]
    chart = steps(rows, title="Steps")
    bars = [s for s in chart.primitives if isinstance(s, Rect) and s.height == 12]
    assert [bar.width / bars[0].width for bar in bars] == pytest.approx([1, 2.5, 4])
    assert len({bar.x for bar in bars}) == 1


def test_a_doubted_step_is_hatched_signed_and_explained():
    """It differs from the others without colour."""
    chart = steps(JOURNEY, title="Steps")
    bars = [s for s in chart.primitives if isinstance(s, Rect) and s.height == 12]
    assert [(bar.fill, bar.stroke) for bar in bars] == [
        (BLUE, None),
        (BLUE, None),
        *[(WHITE, None), (None, BLUE)] * 2,
    ]
    assert {"Understand †", "† Measured with doubt"} <= set(texts(chart))
    assert "n = 1\u202f240; † asked, not observed" in texts(chart)


@given(st.floats(0, 300), st.floats(2, 30))
def test_hatching_stays_within_its_bar(width, height):
    """No line passes an edge, whatever the size of the bar."""
    lines = [s for s in hatched(10, 20, width, height, BLUE) if isinstance(s, Line)]
    for line in lines:
        assert 10 - 1e-6 <= line.x1 <= line.x2 <= 10 + width + 1e-6
        assert 20 - 1e-6 <= line.y1 <= line.y2 <= 20 + height + 1e-6
    assert lines or width < 4


def test_shares_on_an_axis_are_percentages():
    """Ticks and sentences say per cent; the axis ends at a whole."""
    row = IntervalRow("At risk", 0.342, 0.3, 0.386, 0.281, 0.25, 0.31)
    chart = interval_dots([row], title="Shares", shares=True)
    assert chart.alt == (
        "At risk: 34%, 95% interval 30% to 39%; Mean of the others 28%; Expected range 25% to 31%."
    )
    assert {"0%", "100%"} <= set(texts(chart))


def test_groups_of_rows_are_headed_once():
    """Neighbours of one group share its heading, in print and in words."""
    rows = [
        IntervalRow(name, 50, group=group) for name, group in (("a", "X"), ("b", "X"), ("c", "Y"))
    ]
    chart = interval_dots(rows, title="Segments")
    assert chart.alt == "X. a: 50.0. b: 50.0. Y. c: 50.0."
    assert [word for word in texts(chart) if word in "abcXY"] == ["X", "a", "b", "Y", "c"]


def test_many_rows_stand_closer_together():
    """Twenty segments in four groups leave room on the page."""
    few, many = (
        interval_dots([IntervalRow("a", 50)] * count, title="S").height for count in (12, 20)
    )
    assert many < few * 20 / 12 * 0.85


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.floats(0, 1), st.floats(235, 520), st.booleans())
def test_any_step_is_kept_within_the_chart(words, share, width, doubted):
    """Whatever steps are called, words neither touch nor pass the edges."""
    rows = [
        Step(words, share, share / 2, (1 + share) / 2, 12345, share, 1 - share, doubted, words),
        Step(words, None, note=words),
    ]
    for ordered in (True, False):
        chart = steps([*rows, *rows], title=words, ordered=ordered, width=width)
        assert outside(chart) == []
        assert overlapping(chart) == []


def test_steps_have_their_figures_as_a_table():
    """Rows are as long as their heads; what is not known is a dash or its reason."""
    rows = JOURNEY[0], Step("Apply", None, note="not asked")
    assert steps(rows, title="Steps", comparison_label="Others").figures == (
        ("Share with 95% interval", "Others", "Respondents"),
        ("Click", "91% (89% to 93%)", "88%", "1\u202f240"),
        ("Apply", "not asked", "–", "–"),
    )
