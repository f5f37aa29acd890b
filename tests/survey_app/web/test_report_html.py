"""How blocks of a report become parts of a page."""

from __future__ import annotations

import pytest

from reports.blocks import Cell, ChartBlock, ChartGrid, Column, Heading, Link, TableBlock
from reports.charts.primitives import Chart
from survey_app.web.report_html import charts_with_table, direction, figures_table, linked

CHART = Chart(100, 50, "Scores", "North 55.", (), figures=(("low", "high"), ("North", "5%", "95%")))
TABLE = TableBlock("scores", "In figures", (Column("Brand"),), ((Cell("North"),),))


def test_the_table_after_a_chart_is_its_table() -> None:
    """A chart has the table that comes next, whatever text lies between; the next chart has none,
    and small charts side by side have tables of their own."""
    first, second = ChartBlock("first", CHART, ""), ChartBlock("second", CHART, "")
    small = ChartGrid((ChartBlock("small", CHART, ""),), 2, "")
    assert charts_with_table((first, Heading("In figures"), TABLE)) == {"first"}
    assert charts_with_table((first, TABLE, second, small)) == {"first"}
    assert charts_with_table((first, second, TABLE)) == {"second"}
    assert charts_with_table((small, TABLE)) == frozenset()


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "ltr"), ("ru", "ltr"), ("zh", "ltr"), ("pt-BR", "ltr"), ("ar", "rtl"), ("he", "rtl")],
)
def test_a_language_has_a_direction(language: str, expected: str) -> None:
    """Arabic and Hebrew run from the right."""
    assert direction(language) == expected


def test_the_figures_of_a_chart_are_a_table_with_its_title() -> None:
    """The heads stand over the figures, the names of rows under a head of their own."""
    table = figures_table(CHART, "scores", "ru")
    assert table.caption == "Scores"
    assert [column.label for column in table.columns] == ["Что показано", "low", "high"]
    assert [[cell.text for cell in row] for row in table.rows] == [["North", "5%", "95%"]]


def test_words_lead_where_the_report_says_and_nowhere_else() -> None:
    """A stated link and the number of a publication can be followed; an address in outside text,
    and whatever looks like a tag, stays text."""
    text = "See g & q <b>: 10.1234/ab(c)d. Not https://evil.example/<x>."
    assert linked(text, (Link("g & q", "#effect"),)) == (
        'See <a href="#effect">g &amp; q</a> &lt;b&gt;: '
        '<a href="https://doi.org/10.1234/ab(c)d" rel="noreferrer">10.1234/ab(c)d</a>. '
        "Not https://evil.example/&lt;x&gt;."
    )
    assert linked("click", (Link("click", "javascript:alert(1)"),)) == "click"
    assert linked("<script>") == "&lt;script&gt;"
