"""Residual correlations as a heat map: what is coloured, printed and said."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.errors import ChartInputError
from reports.charts.palette import PANEL, contrast, text_on
from reports.charts.primitives import Rect, Text
from reports.charts.residual_heat_map import residual_heat_map
from reports.charts.shades import Shades
from tests.reports.charts.model_samples import item_name

THREE = ([], [0.12], [-0.07, 0.01])
MANY = [[0.3 if (row, column) == (17, 3) else -0.06 for column in range(row)] for row in range(30)]


def words(chart):
    """The printed texts."""
    return [shape.text for shape in chart.primitives if isinstance(shape, Text)]


def test_the_map_counts_pairs_beyond_each_bound_and_names_the_largest():
    """The words give the counts first and then pairs, the largest in absolute value first."""
    chart = residual_heat_map(["q1", "q2", "q3"], THREE, title="R")
    assert chart.alt == (
        "Residual correlations of 3 pairs of items: 2 at or beyond ±.05, 1 at or beyond ±.10, "
        "0 at or beyond ±.20. Largest: q1 with q2 .12; q1 with q3 −.07."
    )


def test_a_square_matrix_reads_as_its_lower_triangle():
    """What stands on and above the diagonal is ignored."""
    square = [[1, 9, 9], [0.12, 1, 9], [-0.07, 0.01, 1]]
    names = ["q1", "q2", "q3"]
    full = residual_heat_map(names, square, title="R")
    assert full == residual_heat_map(names, THREE, title="R")


def test_figures_are_printed_in_their_cells_where_they_are_beyond_the_first_bound():
    """Small residuals stay without a figure, so that the others are found."""
    printed = words(residual_heat_map(["q1", "q2", "q3"], THREE, title="R"))
    assert {".12", "−.07"} <= set(printed)
    assert ".01" not in printed


def test_with_small_cells_the_largest_are_listed_with_their_names():
    """Where cells have no room the list has the figure and both items with their numbers."""
    names = [item_name(place) for place in range(30)]
    chart = residual_heat_map(names, MANY, title="R", largest=4)
    printed = words(chart)
    assert printed.count(".30") == 1
    assert printed.count("−.06") == 3
    assert any(text.startswith("4 3 I find") and "– 18 17 I" in text for text in printed)


def test_negative_cells_carry_a_bar_where_they_carry_no_figure():
    """In grey print a sign is still seen: as many bars as negative cells, and in the legend."""
    chart = residual_heat_map([item_name(n) for n in range(30)], MANY, title="R")
    bars = [s for s in chart.primitives if isinstance(s, Rect) and s.width > 3 * s.height]
    negative = sum(value < 0 for row in MANY for value in row)
    assert len(bars) == negative + 3


def test_pairs_without_a_figure_stay_blank_and_are_not_counted():
    """None and NaN draw no cell."""
    rows = [[], [None], [math.nan, 0.2]]
    chart = residual_heat_map(["q1", "q2", "q3"], rows, title="R")
    assert chart.alt.startswith("Residual correlations of 1 pair of items")
    cells = [s for s in chart.primitives if isinstance(s, Rect) and s.width > 20]
    assert len(cells) == 1


@given(
    st.lists(st.floats(0.01, 2), min_size=1, max_size=4, unique=True).map(sorted),
    st.floats(-3, 3),
)
def test_shades_mirror_and_darken(bounds, value):
    """A figure and its negative lie as far from neutral; beyond a bound shades are darker."""
    shades = Shades(bounds)
    passed = sum(abs(value) >= bound for bound in bounds)
    assert (shades.fill(value) == PANEL) == (passed == 0)
    for side in (1, -1):
        steps = [shades.at(side * step) for step in range(len(bounds) + 1)]
        weights = [contrast(step, "#ffffff") for step in steps]
        assert weights == sorted(weights)
        assert len(set(steps)) == len(steps)
        assert all(contrast(text_on(step), step) >= 4.5 for step in steps)


@pytest.mark.parametrize(
    ("items", "rows", "bounds", "message"),
    [
        (["q1"], [[]], (0.1,), "1 rows of residuals for 1 items"),
        (["q1", "q2"], [[]], (0.1,), "1 rows of residuals for 2 items"),
        (["q1", "q2"], [[], []], (0.1,), "'q2' has 0 residuals and needs the 1"),
        (["q1", "q2"], [[], [0.1]], (), "one to four figures"),
        (["q1", "q2"], [[], [0.1]], (0.2, 0.1), "rise from 0"),
        (["q1", "q2"], [[], [0.1]], (0.0, 0.1), "rise from 0"),
    ],
)
def test_residuals_that_do_not_match_are_refused(items, rows, bounds, message):
    """The message names the row and what it needs."""
    with pytest.raises(ChartInputError, match=message):
        residual_heat_map(items, rows, title="R", bounds=bounds)
