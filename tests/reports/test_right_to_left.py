"""Reports in languages from right to left: pages, tables and charts begin at the right."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from reports.blocks import (
    Bullets,
    Cell,
    ChartBlock,
    ChartGrid,
    Column,
    Document,
    Facts,
    Paragraph,
    Section,
    SideBySide,
    TableBlock,
)
from reports.charts.mirrored import mirrored
from reports.charts.pen import write
from reports.charts.primitives import (
    Chart,
    Circle,
    Line,
    Polygon,
    Polyline,
    Rect,
    Text,
)
from reports.charts.svg import to_svg
from reports.charts.text_width import text_width
from reports.charts.words import chart_words
from reports.isolates import isolated_figure, isolated_words, listed
from reports.pdf.layout import render_document
from reports.pdf.theme import PAGE_SIZES, SIDE
from reports.verdicts import WORDING
from reports.wording import catalogue
from reports.wording.hyphens import as_printed
from tests.reports import chart_samples
from tests.reports.charts import model_samples, scorecard_samples

if TYPE_CHECKING:
    from reports.blocks import Block

CHARTS = {**chart_samples.samples(), **model_samples.samples(), **scorecard_samples.samples()}
NUMBER = "\u2066−3.2\u2069"
SHAPES = (
    Line(10, 1, 30, 2, "#000000"),
    Rect(10, 5, 20, 3, "#000000"),
    Circle(10, 5, 2, "#000000"),
    Polygon(((0, 0), (10, 0), (5, 5)), "#000000"),
    Polyline(((0, 0), (10, 3)), "#000000"),
    Text(10, 5, "الأول", 8),
    Text(90, 5, "8", 8, anchor="end"),
    Text(50, 5, "Beta", 8, anchor="middle"),
)
CHART = Chart(100, 20, "Title", "What it shows", SHAPES)


def test_a_mirrored_chart_is_turned_round() -> None:
    """Every shape stands as far from the right as it stood from the left; words are the same."""
    turned = mirrored(CHART)
    assert turned.primitives == (
        Line(90, 1, 70, 2, "#000000"),
        Rect(70, 5, 20, 3, "#000000"),
        Circle(90, 5, 2, "#000000"),
        Polygon(((100, 0), (90, 0), (95, 5)), "#000000"),
        Polyline(((100, 0), (90, 3)), "#000000"),
        Text(90, 5, "الأول", 8, anchor="end"),
        Text(10, 5, "8", 8, anchor="start"),
        Text(50, 5, "Beta", 8, anchor="middle"),
    )
    assert (turned.title, turned.alt) == (CHART.title, CHART.alt)
    assert mirrored(turned) is turned


@pytest.mark.parametrize("name", CHARTS)
def test_mirrored_charts_keep_their_words_where_there_is_room(name: str) -> None:
    """Every word of a chart covers, from the other side, what it covered before."""
    chart = CHARTS[name]
    for before, after in zip(chart.primitives, mirrored(chart).primitives, strict=True):
        if isinstance(before, Text) and isinstance(after, Text):
            left, right = _extent(before)
            assert _extent(after) == pytest.approx((chart.width - right, chart.width - left))


def _extent(text: Text) -> tuple[float, float]:
    measured = text_width(text.text, text.size, text.bold)
    start = {"start": 0.0, "middle": measured / 2, "end": measured}[text.anchor]
    return text.x - start, text.x - start + measured


@pytest.mark.parametrize(("language", "turned"), [("ar", True), ("he", True), ("en", False)])
def test_charts_of_a_document_are_mirrored_in_one_place(language: str, turned: bool) -> None:
    """Charts by themselves, in grids and in columns, and not a second time for a changed copy."""
    block = ChartBlock("one", CHART, "One")
    nested = SideBySide((ChartGrid((replace(block, name="two"),), 1, ""),), (block,))
    made = document(language, block, nested)
    again = replace(made, title="Another")
    for drawn in (made, again):
        assert {chart.right_to_left for chart in drawn.charts().values()} == {turned}
    assert again.charts() == made.charts()


def test_browsers_are_told_where_words_begin() -> None:
    """In SVG a text from right to left starts at its right; one without letters does not, and the
    page's own direction changes nothing."""
    root = ElementTree.fromstring(to_svg(mirrored(CHART), id_prefix="a"))  # noqa: S314 our own markup
    arabic, number, latin = root.iter("{http://www.w3.org/2000/svg}text")
    assert root.get("direction") == "ltr"
    assert (arabic.get("direction"), arabic.get("text-anchor")) == ("rtl", None)
    assert (number.get("direction"), number.get("text-anchor")) == (None, None)
    assert (latin.get("direction"), latin.get("text-anchor")) == (None, "middle")


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("قهوة \u2068Alpha (1)\u2069 أعلى", "أعلى Alpha (1) قهوة"),
        (f"الفارق {NUMBER} نقطة (95\u202f%)", "(% 95) نقطة −3.2 الفارق"),
        ("I like Alpha.", "I like Alpha."),
        ("58.1 إلى 66.0", "66.0 إلى 58.1"),
    ],
)
def test_a_line_is_drawn_from_its_right_end(text: str, drawn: str) -> None:
    """Words and figures stand from left to right as the bidirectional algorithm puts them, and the
    letters of each word are read back in their own order."""
    made = io.BytesIO()
    canvas: Any = Canvas(made)
    canvas.right_to_left = True
    write(canvas, text, 100, 100, 12)
    canvas.save()
    read = PdfReader(io.BytesIO(made.getvalue())).pages[0].extract_text()
    assert read.strip().replace("\u202f", " ") == drawn


def document(language: str, *blocks: Block) -> Document:
    """A report of one section."""
    return Document("عنوان", "تفصيل", language, (Section("s", "قسم", blocks),), "محاكاة")


def placed(content: bytes) -> list[tuple[str, float]]:
    """The texts of the first page with the places at which they begin from the left."""
    found: list[tuple[str, float]] = []

    def visit(text: str, matrix: list[float], place: list[float], *_: object) -> None:
        if text.strip():
            found.append((text.strip(), matrix[4] + place[4] * matrix[0]))

    PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=visit)
    return found


def ends(content: bytes) -> dict[str, float]:
    """Where each text of the first page ends on the right, by the size of its own letters."""
    found: dict[str, float] = {}

    def visit(text: str, matrix: list[float], place: list[float], _font: Any, size: float) -> None:
        if text.strip():
            scale = matrix[0] * place[0]
            left = matrix[4] + place[4] * matrix[0]
            found[text.strip()] = left + text_width(text.strip(), size * scale)

    PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("size", PAGE_SIZES)
def test_pages_begin_at_the_right(size: Any) -> None:
    """Words end at the right margin, columns and tables begin there, the number of the page and the
    notice on every page stand at the left."""
    table = TableBlock(
        "t",
        "",
        (Column("one", "start"), Column("two"), Column("three")),
        ((Cell("first"), Cell("second"), Cell("third")),),
    )
    columns = SideBySide((Paragraph("beside"),), (Paragraph("other"),))
    made = document("ar", Paragraph("فقرة"), table, columns, Facts((("term", "meaning"),)))
    content = render_document(made, page_size=size)
    found, right_ends = dict(placed(content)), ends(content)
    right = PAGE_SIZES[size][0] - SIDE
    assert right_ends["فقرة"] == pytest.approx(right, abs=0.1)
    assert right_ends["first"] == pytest.approx(right, abs=0.1)
    assert found["first"] > found["second"] > found["third"]
    assert found["one"] > found["two"] > found["three"]
    assert found["beside"] > found["other"]
    assert found["term"] > found["meaning"]
    assert found["1 / 1"] == pytest.approx(SIDE, abs=0.1)
    assert SIDE < found["محاكاة"] < SIDE + 10


def test_points_and_boxes_begin_at_the_right() -> None:
    """The disc of a point and the bar of a box stand at the right of their words."""
    made = document("ar", Bullets(("نقطة",)), Paragraph("تنبيه", "caution"))
    english = replace(made, language="en")
    for report, from_right in ((made, True), (english, False)):
        page = PdfReader(io.BytesIO(render_document(report))).pages[0]
        right = PAGE_SIZES["A4"][0] - SIDE
        (bar,) = [shape for shape in _rectangles(page) if shape[1] == pytest.approx(2.6)]
        assert bar[0] == pytest.approx(right - 2.6 if from_right else SIDE, abs=0.1)


def _rectangles(page: Any) -> list[tuple[float, float]]:
    """The left edge and the width of each rectangle, wherever the page's axes were moved to."""
    shapes: list[tuple[float, float]] = []
    moved: list[float] = [0.0]
    for operands, operator in page.get_contents().operations:
        match operator:
            case b"q":
                moved.append(moved[-1])
            case b"Q":
                moved.pop()
            case b"cm":
                moved[-1] += float(operands[4])
            case b"re":
                shapes.append((moved[-1] + float(operands[0]), float(operands[2])))
    return shapes


def test_sentences_run_from_right_to_left_whatever_they_begin_with() -> None:
    """Names in an Arabic sentence are isolates, unbalanced ones included; English is untouched."""
    words = catalogue(WORDING, "ar")
    said = words("standing.chart", brand="A\u2069B")
    assert said.startswith("\u200f")
    assert "\u2068AB\u2069" in said
    assert catalogue(WORDING, "en")("standing.chart", brand="AB") == "Scores of AB from 0 to 100"
    assert isolated_figure("−1") == "\u2066−1\u2069"
    assert isolated_words("a\u2067b") == "\u2068a\u2067b\u2069\u2069"
    assert listed(["A", "ب"], "ar", right_to_left=True) == "\u200f\u2068A\u2069 و\u2068ب\u2069"
    assert listed(["A", "B", "C"], "en_GB", right_to_left=False) == "A, B and C"


def test_arabic_sentences_do_without_vowel_signs() -> None:
    """Signs above and below letters would fall on the letters' dots: placing them takes a program
    that shapes text, and readers do without them."""
    assert as_printed({"a": {"one": "لا تُعرض {b}"}}, "ar") == {"a": {"one": "لا تعرض {b}"}}
    for found in (catalogue(WORDING, "ar"), chart_words("ar")):
        assert not re.search("[\u064b-\u0652]", str(found.sentences))
