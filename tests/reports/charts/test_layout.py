"""Charts of models and of scorecards are laid out by measured widths: checked without drawing."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from reports.charts.canvas import draw
from reports.charts.palette import WHITE, contrast
from reports.charts.primitives import Text
from reports.charts.svg import to_svg
from tests.reports import chart_samples
from tests.reports.chart_samples import outside, overlapping
from tests.reports.charts import model_samples, scorecard_samples

CHARTS = {
    **model_samples.samples(),
    **scorecard_samples.samples(),
    **{f"hostile-{name}": chart for name, chart in chart_samples.samples().items()},
}
PAPER = {name: chart for name, chart in CHARTS.items() if not name.endswith("phone")}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", CHARTS)
def test_everything_lies_within_the_chart(name):
    """No primitive of any chart passes its edges."""
    assert outside(CHARTS[name]) == []


@pytest.mark.parametrize("name", CHARTS)
def test_labels_do_not_overlap(name):
    """No two texts of any chart touch."""
    assert overlapping(CHARTS[name]) == []


@pytest.mark.parametrize("name", CHARTS)
def test_print_is_never_small_or_pale(name):
    """Every text has at least 6.5 points and, unless white on a part, 4.5:1 against paper."""
    for shape in CHARTS[name].primitives:
        if isinstance(shape, Text):
            assert shape.size >= 6.5
            assert shape.fill == WHITE or contrast(shape.fill, WHITE) >= 4.5


@pytest.mark.parametrize("name", CHARTS)
def test_svg_carries_every_word(name):
    """The markup parses and has every text, the title and the alternative text."""
    chart = CHARTS[name]
    root = ElementTree.fromstring(to_svg(chart, id_prefix="a"))  # noqa: S314 our own markup
    texts = [shape.text for shape in chart.primitives if isinstance(shape, Text)]
    assert [element.text for element in root.iter(f"{SVG}text")] == texts
    assert root.find(f"{SVG}desc").text == chart.alt


def test_paper_carries_every_figure():
    """Drawn on paper, each chart keeps its printed words in the order they were drawn."""
    content = io.BytesIO()
    canvas = Canvas(content)
    for chart in PAPER.values():
        canvas.setPageSize((chart.width, chart.height))
        draw(chart, canvas, 0, 0)
        canvas.showPage()
    canvas.save()
    pages = PdfReader(content).pages
    for page, chart in zip(pages, PAPER.values(), strict=True):
        printed = "".join(page.extract_text().split())
        texts = [shape.text for shape in chart.primitives if isinstance(shape, Text)]
        assert all("".join(text.split()) in printed for text in texts if "<" not in text)


@pytest.mark.parametrize("name", PAPER)
def test_a_chart_fits_on_a_page(name):
    """On paper no chart is so high that it would be printed at less than nine tenths."""
    assert CHARTS[name].height <= 640 / 0.9
