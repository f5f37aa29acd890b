"""A model drawn as a path diagram: what stands where, and what it says."""

from __future__ import annotations

import pytest

from reports.charts.errors import ChartInputError
from reports.charts.path_diagram import PathLoading, path_diagram
from reports.charts.primitives import Line, Polygon, Polyline, Rect, Text
from tests.reports.charts.model_samples import simple_loadings

TWO = (
    PathLoading("q1", "A", 0.8, 0.7, 0.9),
    PathLoading("q2", "A", -0.4),
    PathLoading("q3", "B", 1.04, 0.95, 1.13),
)


def texts(chart):
    """The printed texts by their words."""
    return {shape.text: shape for shape in chart.primitives if isinstance(shape, Text)}


def curves(chart):
    """The curves of the loadings, without correlations."""
    return [s for s in chart.primitives if isinstance(s, Polyline) and s.stroke != "#7b8794"]


def test_the_diagram_says_every_figure():
    """Counts come first, then each factor's loadings with intervals, then correlations."""
    chart = path_diagram(["A", "B"], TWO, [("A", "B", 0.456)], title="Model")
    assert chart.alt == (
        "2 factors, 3 items. A: q1 .80, 95% interval .70 to .90; q2 −.40. "
        "B: q3 1.04, 95% interval .95 to 1.13 (Heywood). A with B: correlation .46."
    )


def test_items_of_one_name_are_told_apart_by_their_ids():
    """What is printed and said are names, which a factor and two items may share."""
    names = {"q1": "Love", "q2": "Love", "A": "Love", "G": "All"}
    paths = [*TWO, PathLoading("A", "G", 0.9), PathLoading("B", "G", 0.8)]
    chart = path_diagram(["A", "B"], paths, title="Model", general="G", names=names)
    assert chart.alt == (
        "Second-order factor All over 2 factors, 3 items. "
        "Love: Love .80, 95% interval .70 to .90; Love −.40. "
        "B: q3 1.04, 95% interval .95 to 1.13 (Heywood). All: Love .90; B .80."
    )
    printed = [shape.text for shape in chart.primitives if isinstance(shape, Text)]
    assert printed.count("Love") == 3
    assert not {"q1", "q2", "A", "G"} & set(printed)


def test_the_diagram_says_the_same_in_russian():
    """Counts have their plural forms and figures a decimal comma."""
    chart = path_diagram(["A", "B"], TWO, title="Модель", language="ru", level=0.9)
    assert chart.alt.startswith(
        "2 фактора, 3 вопроса. A: q1 0,80, 90-процентный интервал от 0,70 до 0,90; q2 −0,40."
    )


def test_every_loading_and_correlation_is_printed():
    """No figure is left out, whatever its size, and a loading beyond 1 is named in words."""
    chart = path_diagram(["A", "B"], TWO, [("A", "B", 0.456)], title="Model")
    printed = texts(chart)
    assert {".80", "−.40", "1.04", ".46", "(.70–.90)", "Heywood"} <= set(printed)
    assert any(
        text.startswith("Heywood: q3 1.04. A standardised loading passes 1") for text in printed
    )


def test_lines_are_as_heavy_as_loadings_and_negative_ones_dashed():
    """Weight grows with |loading|; a negative one differs by its dashes, not by colour alone."""
    chart = path_diagram(["A", "B"], TWO, title="Model")
    first, second, third = curves(chart)
    assert second.width < first.width < third.width
    assert second.dash
    assert not first.dash
    assert not third.dash


def test_each_curve_ends_beside_its_figure_and_its_box():
    """A loading's curve, figure, arrow and box stand at one height."""
    chart = path_diagram(["A", "B"], TWO, title="Model")
    boxes = {
        shape.y + shape.height / 2: shape
        for shape in chart.primitives
        if isinstance(shape, Rect) and shape.stroke
    }
    for path, value in zip(curves(chart), (".80", "−.40", "1.04"), strict=True):
        height = path.points[-1][1]
        assert texts(chart)[value].y == pytest.approx(height - 7.5 * 0.36)
        assert any(abs(height - middle) < 0.01 for middle in boxes)


def test_an_item_stands_with_the_factor_that_it_loads_highest_on():
    """A cross-loading neither moves an item nor is left out."""
    loadings = [PathLoading("q4", "A", 0.2), *TWO, PathLoading("q4", "B", 0.7)]
    chart = path_diagram(["A", "B"], loadings, title="Model")
    printed = texts(chart)
    assert printed["q3"].y < printed["q2"].y
    assert printed["q4"].y < printed["q2"].y
    assert {".20", ".70"} <= set(printed)


def test_a_second_order_factor_stands_left_of_the_factors_it_explains():
    """From left to right: the general factor, the factors, the items."""
    over = [PathLoading("A", "G", 0.9), PathLoading("B", "G", 0.85)]
    chart = path_diagram(["A", "B"], [*TWO, *over], title="Model", general="G")
    printed = texts(chart)
    assert printed["G"].x < printed["A"].x < printed["q1"].x
    assert chart.alt.startswith("Second-order factor G over 2 factors, 3 items. A: q1")
    assert chart.alt.endswith("G: A .90; B .85.")


def test_a_bifactor_model_has_its_items_between_the_factors():
    """From left to right: the general factor, the items, the factors; arrows meet at the items."""
    beside = [PathLoading(f"q{number}", "G", 0.6) for number in (1, 2, 3, 4)]
    chart = path_diagram(["A", "B"], [*TWO, *beside], title="Model", general="G")
    printed = texts(chart)
    assert printed["G"].x < printed["q1"].x < printed["A"].x
    assert "q4" in printed
    assert chart.alt.startswith("General factor G beside 2 factors, 4 items.")
    tips = {shape.points[0][0] for shape in chart.primitives if _is_head(shape)}
    edges = {edge for box in chart.primitives if isinstance(box, Rect) for edge in _sides(box)}
    assert edges <= tips


def _sides(box):
    return box.x, box.x + box.width


def _is_head(shape):
    return isinstance(shape, Polygon) and len(shape.points) == 3


def test_long_names_give_way_to_numbers_on_a_phone_and_are_listed_below():
    """Where a box has no room for a name, its number stands in it and the name in a list."""
    loadings = simple_loadings(("A", "B"), 3)
    over = [PathLoading("A", "G", 0.9), PathLoading("B", "G", 0.85)]
    chart = path_diagram(["A", "B"], [*loadings, *over], title="Model", general="G", width=250)
    words = " ".join(shape.text for shape in chart.primitives if isinstance(shape, Text))
    assert "1" in texts(chart)
    assert f"1 {loadings[0].item}" in words


def test_intervals_are_printed_only_beside_whole_names():
    """With forty items names come first, and the alternative text keeps the intervals."""
    few = path_diagram(["A"], simple_loadings(("A",), 4), title="Model")
    many = path_diagram(["A"], simple_loadings(("A",), 40), title="Model")
    wide = path_diagram(["A"], simple_loadings(("A",), 40), title="Model", width=900)
    assert any(text.startswith("(.") for text in texts(few))
    assert any(text.startswith("(.") for text in texts(wide))
    assert "95% interval" in many.alt
    assert sum(isinstance(s, Text) and s.bold for s in many.primitives) == 41


def test_heavier_lines_never_hide_one_another_in_a_wide_fan():
    """Forty lines that leave one ellipse are finer than four."""
    few = curves(path_diagram(["A"], simple_loadings(("A",), 4), title="Model"))
    many = curves(path_diagram(["A"], simple_loadings(("A",), 40), title="Model"))
    assert max(line.width for line in many) < min(line.width for line in few) + 1
    assert not any(isinstance(shape, Line) for shape in many)


@pytest.mark.parametrize(
    ("factors", "loadings", "correlations", "general", "message"),
    [
        (["A"], TWO, [], None, "'q3' loads on 'B'"),
        (["A", "B", "C"], TWO, [], None, "No item loads on C"),
        ([], [], [], None, "No item loads on anything"),
        (["A", "B"], [*TWO, TWO[0]], [], None, "'q1' on 'A' stands twice"),
        (["A", "B"], [*TWO, PathLoading("q9", "B", float("nan"))], [], None, "'q9' on 'B' is nan"),
        (["A", "B"], TWO, [("A", "A", 1.0)], None, "joins 'A' and 'A'"),
        (["A", "B"], TWO, [("A", "C", 1.0)], None, "joins 'A' and 'C'"),
        (["A", "B"], TWO, [("A", "B", float("inf"))], None, "correlation of 'A' and 'B' is inf"),
        (["A", "B"], TWO, [("A", "B", 0.1), ("B", "A", 0.1)], None, "'B' and 'A' stands twice"),
        (["A", "B"], [*TWO, PathLoading("A", "B", 0.5)], [], None, "'A' is a factor and loads"),
        (["A", "B"], TWO, [], "G", "not none"),
        (["A", "B"], TWO, [], "A", "also stands among the factors"),
        (
            ["A", "B"],
            [*TWO, PathLoading("A", "G", 0.5), PathLoading("q1", "G", 0.5)],
            [],
            "G",
            "not both",
        ),
        (
            ["A", "B"],
            [*TWO, PathLoading("A", "G", 0.5)],
            [("A", "B", 0.1)],
            "G",
            "one or the other",
        ),
    ],
)
def test_paths_that_do_not_belong_together_are_refused(
    factors, loadings, correlations, general, message
):
    """The message names the path and what to do about it."""
    with pytest.raises(ChartInputError, match=message):
        path_diagram(factors, loadings, correlations, title="Model", general=general)
