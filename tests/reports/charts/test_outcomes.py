"""Outcomes in their own units, and movement from wave to wave: words, places, marks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.bullets import OutcomeRow, bullets
from reports.charts.movement import Movement, movement
from reports.charts.palette import BAND, BLUE, WHITE
from reports.charts.primitives import Circle, Line, Polygon, Rect, Text
from tests.reports.chart_samples import DOWN, UP, outside, overlapping
from tests.reports.charts.scorecard_samples import MOVEMENTS, OUTCOMES

ROW = OutcomeRow(
    "Customers lost", 3.25, 2.9, 3.7, "% a month", "lower", 2.0, 1.5, 2.4, 2, mark=DOWN
)


def texts(chart):
    """The printed words in drawn order."""
    return [shape.text for shape in chart.primitives if isinstance(shape, Text)]


def test_an_outcome_is_said_with_its_unit_direction_and_every_figure():
    """Whoever hears the chart learns which direction is wanted."""
    chart = bullets([ROW], title="Outcomes", reference_label="Other brands")
    assert chart.alt == (
        "Customers lost (% a month; lower is better): 3.25, 95% interval 2.90 to 3.70; "
        "Other brands 2.00; Expected range 1.50 to 2.40; below the others."
    )
    assert {"% a month; lower is better", "3.25", "2.90–3.70", "below the others"} <= set(
        texts(chart)
    )


def test_an_outcome_without_figure_says_why():
    """Nothing is drawn for it but the reason."""
    chart = bullets([OutcomeRow("Sales", None, note="no data")], title="Outcomes")
    assert chart.alt == "Sales: no figure, no data."
    assert "no data" in texts(chart)
    assert not [s for s in chart.primitives if isinstance(s, Line) and s.stroke == "#e4e7eb"]


@pytest.mark.parametrize("row", [row for row in OUTCOMES if row.estimate is not None])
def test_each_outcome_has_an_axis_of_its_own(row):
    """Estimate, interval, band and reference lie at their values between the printed ticks."""
    chart = bullets([row], title="Outcomes")
    grid = [s for s in chart.primitives if isinstance(s, Line) and s.stroke == "#e4e7eb"]
    left, right = min(line.x1 for line in grid), max(line.x1 for line in grid)
    dots = [s for s in chart.primitives if isinstance(s, Circle) and s.fill == BLUE]
    assert left - 60 <= dots[0].x <= right + 60
    intervals = [s for s in chart.primitives if isinstance(s, Line) and s.width == 2.4]
    if row.low is not None:
        share = (row.estimate - row.low) / (row.high - row.low)
        line = intervals[0]
        assert dots[0].x == pytest.approx(line.x1 + share * (line.x2 - line.x1))
    for band in (s for s in chart.primitives if isinstance(s, Rect) and s.fill == BAND):
        if row.band_low is not None and band.height == 12:
            assert (band.x < dots[0].x) == (row.band_low < row.estimate)


VALUES = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, min_size=6, max_size=6), st.text(max_size=70), st.floats(235, 520))
def test_any_outcome_is_kept_within_the_chart(values, words, width):
    """Whatever the figures and their names, words neither touch nor pass the edges."""
    low, estimate, high, reference, *band = [*sorted(values[:3]), *values[3:4], *sorted(values[4:])]
    row = OutcomeRow(words, estimate, low, high, words, "higher", reference, *band, 1, mark=UP)
    for chart in (
        bullets([row, ROW], title=words, width=width),
        movement(
            [Movement(words, low, high, high - low, low, high, UP, note=words), *MOVEMENTS],
            (words, "2"),
            title=words,
            width=width,
        ),
    ):
        assert outside(chart) == []
        assert overlapping(chart) == []


def test_movement_says_both_waves_the_change_and_the_verdict():
    """A brand without one of the waves is said to have none there, with the reason."""
    rows = (
        Movement("A", 58.1, 63.4, 5.3, 2.1, 8.5, UP),
        Movement("B", None, 60.0, note="new"),
        Movement("C", 61.0, None),
        Movement("D", 61.0, 48.0, note="not comparable"),
        Movement("E", None, None),
    )
    chart = movement(rows, ("2024", "2025"), title="Movement")
    assert chart.alt == (
        "A: from 58.1 to 63.4, change +5.3, 95% interval +2.1 to +8.5; above the others. "
        "B: 60.0, no earlier figure; new. C: 61.0 before, no later figure. "
        "D: from 61.0 to 48.0; not comparable. E: no figure."
    )
    assert {"+5.3 (+2.1 to +8.5)", "above the others", "new", "2024", "2025"} <= set(texts(chart))


def test_the_earlier_wave_is_a_ring_and_the_later_one_filled():
    """They differ without colour, on the same axis."""
    chart = movement([Movement("A", 40, 60, 20, 18, 22)], ("1", "2"), title="M", axis=(0, 100))
    ring, dot = [s for s in chart.primitives if isinstance(s, Circle)][:2]
    assert (ring.fill, ring.stroke) == (WHITE, BLUE)
    assert dot.fill == BLUE
    [bar] = [s for s in chart.primitives if isinstance(s, Line) and s.width == 1.8]
    assert (bar.x1, bar.x2) == (ring.x, dot.x)
    assert dot.x > ring.x


def test_verdicts_of_change_have_shape_and_word_on_a_phone_too():
    """Where there is no column for it the verdict stands below the name."""
    chart = movement([Movement("A", 40, 60, 20, 18, 22, UP)], ("1", "2"), title="M", width=250)
    assert {"+20.0", "above the others"} <= set(texts(chart))
    assert [s for s in chart.primitives if isinstance(s, Polygon) and s.fill == UP.colour]


def test_outcomes_and_movements_have_their_figures_as_a_table():
    """Rows are as long as their heads; what is not known is a dash or its reason."""
    assert bullets([ROW, OUTCOMES[4]], title="O", reference_label="Others").figures == (
        ("Estimate with 95% interval", "Others", "Expected range"),
        ("Customers lost (% a month; lower is better)", "3.25 (2.90–3.70)", "2.00", "1.50 to 2.40"),
        (f"{OUTCOMES[4].label} ({OUTCOMES[4].unit})", OUTCOMES[4].note, "–", "–"),
    )
    rows = Movement("A", 58.1, 63.4, 5.3, 2.1, 8.5, UP), Movement("B", None, 60.0, note="new")
    for width in (499, 250):
        assert movement(rows, ("2024", "2025"), title="M", width=width).figures == (
            ("2024", "2025", "Change (95% interval)", "Verdict"),
            ("A", "58.1", "63.4", "+5.3 (+2.1 to +8.5)", "above the others"),
            ("B", "–", "60.0", "–", "new"),
        )
