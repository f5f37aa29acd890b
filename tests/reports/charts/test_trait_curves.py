"""Curves along the trait: what they show and what they say."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from reports.charts.errors import ChartInputError
from reports.charts.information_curves import scale_information
from reports.charts.item_curves import ItemCurves, item_curves, most_probable
from reports.charts.item_information import ItemInformation, item_information
from reports.charts.palette import BLUE, MARK_GREY, OWN, WHITE, contrast
from reports.charts.primitives import Polyline, Rect, Text
from tests.reports.charts.model_samples import THETA, graded_curves

AGREE = ("No", "Neither", "Yes, of course")


def words(chart):
    """The printed texts."""
    return [shape.text for shape in chart.primitives if isinstance(shape, Text)]


def test_item_curves_say_the_most_probable_answer_along_the_trait():
    """Answers stand between the values at which their curves cross, in the order of the trait."""
    item = ItemCurves("q1", graded_curves(3, [-1, 1]), 3)
    chart = item_curves([item], AGREE, THETA, title="Curves")
    assert chart.alt == (
        "q1: discrimination 3.00; most probable answer along the trait: "
        "No below −1.0, Neither from −1.0 to 1.0, Yes, of course above 1.0."
    )


def test_answers_that_never_lead_or_that_nobody_chose_are_named():
    """What a reader cannot see as a crest is said in words."""
    weak = ItemCurves("q1", graded_curves(0.8, [0, 0.2]))
    empty = ItemCurves("q2", (graded_curves(2, [0])[0], None, graded_curves(2, [0])[1]))
    chart = item_curves([weak, empty], AGREE, THETA, title="Curves")
    first, second = chart.alt.split(" q2: ")
    assert "never most probable: Neither." in first
    assert second.endswith("chosen by nobody: Neither.")


def test_crossings_are_exact_whatever_the_grid():
    """Between two trait values a crossing lies where the two lines meet."""
    curves = ((1.0, 0.0), (0.0, 1.0))
    assert list(most_probable(curves, (0.0, 4.0))) == [(0, None, 2.0), (1, 2.0, None)]


def test_one_answer_that_leads_everywhere_is_said_so():
    """Without a crossing there is no bound."""
    item = ItemCurves("q1", ((0.9, 0.9), (0.1, 0.1)))
    chart = item_curves([item], ["No", "Yes"], [0, 1], title="Curves")
    assert chart.alt == (
        "q1: most probable answer along the trait: No everywhere; never most probable: Yes."
    )


@pytest.mark.parametrize("answers", range(2, 12))
def test_neighbouring_curves_differ_by_dash_and_colour_that_can_be_seen(answers):
    """Each curve has 3:1 against paper, its own colour, and other dashes than its neighbour."""
    item = ItemCurves("q1", graded_curves(2, [place / 2 - 2 for place in range(answers - 1)]))
    chart = item_curves([item], [str(n) for n in range(answers)], THETA, title="Curves")
    drawn = [shape for shape in chart.primitives if isinstance(shape, Polyline)]
    assert len({line.stroke for line in drawn}) == answers
    assert all(contrast(line.stroke, WHITE) >= 3 for line in drawn)
    assert all(bool(a.dash) != bool(b.dash) for a, b in pairwise(drawn))


def test_information_says_peak_range_share_and_figures_at_whole_values():
    """The reliable range is where I / (I + 1) reaches what was asked, and people are counted."""
    theta = (-2.0, -1.0, 0.0, 1.0, 2.0)
    information = (1.0, 3.0, 9.0, 3.0, 1.0)
    error = tuple(value**-0.5 for value in information)
    scores = (-2.0, 0.0, 0.1, float("nan"), 0.9)
    chart = scale_information(theta, information, error, title="I", scores=scores)
    assert chart.alt == (
        "Information is highest, 9.0, at 0.0 (standard error 0.33). "
        "Reliability is at least .80 from −0.8 to 0.8. 50% of respondents stand there. "
        "At −2: information 1.0, standard error 1.00. At −1: information 3.0, standard error 0.58. "
        "At 0: information 9.0, standard error 0.33. At 1: information 3.0, standard error 0.58. "
        "At 2: information 1.0, standard error 1.00."
    )


def test_the_reliable_range_is_shaded_and_may_be_in_two_parts():
    """Each part of the range has its own ground; one that comes to the end stops there."""
    theta, information = (0.0, 1.0, 2.0, 3.0), (8.0, 0.0, 0.0, 8.0)
    error = (8**-0.5, math.inf, math.inf, 8**-0.5)
    chart = scale_information(theta, information, error, title="I")
    grounds = [s for s in chart.primitives if isinstance(s, Rect) and s.fill == OWN]
    assert len(grounds) == 3  # two on the plot, one in the legend
    assert "from 0.0 to 0.5, 2.5 to 3.0" in chart.alt


def test_a_test_that_is_nowhere_reliable_says_so():
    """No ground is shaded and the words tell why."""
    chart = scale_information((0, 1), (1, 1), (1, 1), title="I", reliability=0.9)
    assert "Reliability is nowhere .90 or more." in chart.alt
    assert not any(isinstance(s, Rect) for s in chart.primitives)
    bare = scale_information((0, 1), (1, 1), (1, 1), title="I", reliability=None)
    assert "eliability" not in bare.alt


def test_errors_beyond_the_axis_break_the_curve():
    """A standard error above 1 is not drawn along the edge as if it were 1."""
    theta = tuple(float(value) for value in range(6))
    error = (0.5, 0.6, 3.0, math.inf, 0.6, 0.5)
    information = (4, 2.8, 0.1, 0, 2.8, 4)
    chart = scale_information(theta, information, error, title="I")
    curves = [s for s in chart.primitives if isinstance(s, Polyline) and s.stroke == BLUE]
    assert [len(curve.points) for curve in curves] == [6, 2, 2]


def test_people_stand_as_a_histogram_and_those_beyond_at_its_ends():
    """Nobody is left out: a score beyond the axis counts in the outermost bar."""
    chart = scale_information((-1, 1), (4, 4), (0.5, 0.5), title="I", scores=(-3, 0, 0, 3))
    bars = [s for s in chart.primitives if isinstance(s, Rect) and s.fill == MARK_GREY]
    heights = [bar.height for bar in sorted(bars, key=lambda bar: bar.x)]
    assert heights == pytest.approx([20, 40, 20])


def test_item_information_says_how_much_and_where():
    """Each item's largest information is printed and said with its place."""
    items = [
        ItemInformation("q1", (0.1, 1.234, 0.2)),
        ItemInformation("q2", (0.0, 0.0, 0.5)),
    ]
    chart = item_information(items, (-1, 0, 1), title="I", language="ru")
    assert chart.alt == "q1: наибольшая 1,23 при 0,0. q2: наибольшая 0,50 при 1,0."
    assert {"наибольшая 1,23 при 0,0", "наибольшая 0,50 при 1,0"} <= set(words(chart))


def test_items_share_one_scale():
    """A curve of half the information is half as high."""
    items = [ItemInformation("q1", (0.0, 2.0, 0.0)), ItemInformation("q2", (0.0, 1.0, 0.0))]
    chart = item_information(items, (-1, 0, 1), title="I")
    curves = [shape.points for shape in chart.primitives if isinstance(shape, Polyline)]
    rises = [points[1][1] - points[0][1] for points in curves]
    assert rises[0] == pytest.approx(2 * rises[1])


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: item_curves([], AGREE, THETA, title="C"), "need an item"),
        (lambda: item_curves([ItemCurves("q1", ())], AGREE, (1, 0), title="C"), "values that rise"),
        (
            lambda: item_curves([ItemCurves("q1", ((1,),))], AGREE, (0, 1), title="C"),
            "'q1' has 1 curves for 3",
        ),
        (
            lambda: item_curves([ItemCurves("q1", ((1,), None, None))], AGREE, (0, 1), title="C"),
            "'q1' needs a probability for each of the 2",
        ),
        (
            lambda: item_curves([ItemCurves("q1", (None,) * 3)], AGREE, (0, 1), title="C"),
            "'q1' needs a probability",
        ),
        (lambda: item_information([], (0, 1), title="I"), "need an item"),
        (
            lambda: item_information([ItemInformation("q1", (1, -1))], (0, 1), title="I"),
            "'q1' needs information of 0 or more",
        ),
        (lambda: scale_information((0,), (1,), (1,), title="I"), "values that rise"),
        (lambda: scale_information((0, 1), (1,), (1, 1), title="I"), "1 figures of information"),
        (lambda: scale_information((0, 1), (1, -1), (1, 1), title="I"), "0 or more"),
        (
            lambda: scale_information((0, 1), (1, 1), (1, 1), title="I", reliability=1),
            "between 0 and 1",
        ),
    ],
)
def test_curves_that_do_not_match_are_refused(draw, message):
    """The message names the item and what is wanted."""
    with pytest.raises(ChartInputError, match=message):
        draw()
