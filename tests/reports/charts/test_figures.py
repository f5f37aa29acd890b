"""The figures of a chart as a table, where no table stands beside it."""

from __future__ import annotations

import re

import pytest

from reports.charts.caterpillar import MOST_NAMED
from reports.charts.distribution import ScoreDistribution, distribution
from reports.charts.diverging_bars import ItemAnswers, diverging_bars
from reports.charts.group_scores import GroupRow, group_scores
from reports.charts.interval_dots import IntervalRow, interval_dots
from reports.charts.primitives import Text
from reports.charts.trend import Trend, TrendPoint, trend
from tests.reports.chart_samples import samples


@pytest.mark.parametrize("name", sorted(samples()))
def test_every_figure_of_the_table_is_told_or_drawn(name: str) -> None:
    """The table under a chart holds the numbers of the alternative text and of the drawing, and
    rows are as long as their head. A chart of a crowd draws and tells its brands together; its
    table has them all."""
    chart = samples()[name]
    if not chart.figures:
        return
    head, *rows = chart.figures
    assert {len(cells) for _, *cells in rows} <= {len(head)}
    if len(rows) > MOST_NAMED:
        return
    drawn = " ".join(shape.text for shape in chart.primitives if isinstance(shape, Text))
    for label, *cells in rows:
        assert label.split(" (")[0] in chart.alt
        for number in re.findall(r"\d+(?:[.,]\d+)?", " ".join(cells)):
            assert number in f"{chart.alt} {drawn}"


def test_the_shares_of_a_distribution_stand_under_their_bins() -> None:
    """Five bins, a quarter of the scores in the first."""
    panel = ScoreDistribution("North", (1, 3, 0, 0, 0), 40, 31.5)
    assert distribution([panel], title="Spread").figures == (
        ("0 to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 100"),
        ("North (mean 31.5, n = 40)", "25%", "75%", "0%", "0%", "0%"),
    )


def test_the_answers_to_an_item_stand_under_their_categories() -> None:
    """One row for each question."""
    chart = diverging_bars([ItemAnswers("Likes it", (0.25, 0.75))], ("no", "yes"), title="Items")
    assert chart.figures == (("no", "yes"), ("Likes it", "25%", "75%"))


def test_waves_without_a_result_have_no_row() -> None:
    """Each wave with its interval and the others' mean."""
    points = (TrendPoint("w1", None), TrendPoint("w2", 51.25, 48.0, 54.5, others=49.0))
    assert trend([Trend("Mood", points)], title="Trend").figures[1:] == (
        ("Mood, w2", "51.2 (48.0 to 54.5)", "49.0"),
    )


def test_the_scores_of_groups_stand_under_their_names() -> None:
    """One row for each group, a dash where a score is missing."""
    rows = [GroupRow("Age", "young", ((60.0, 55.5, 64.5), None))]
    assert group_scores(rows, ["Mood", "Deeds"], title="Groups").figures == (
        ("Mood", "Deeds"),
        ("Age: young", "60.0 (55.5 to 64.5)", "–"),
    )


def test_a_row_without_an_estimate_says_why() -> None:
    """The note stands in the first column."""
    rows = [
        IntervalRow("Mood", 55.0, 50.0, 60.0, comparison=52.0, cells=("55.0", "same")),
        IntervalRow("Deeds", None, note="too few"),
    ]
    chart = interval_dots(rows, title="Scores", columns=("Score", "Verdict"))
    assert chart.figures == (
        ("Score", "Verdict", "Mean of the others"),
        ("Mood", "55.0", "same", "52.0"),
        ("Deeds", "too few", "–", "–"),
    )
