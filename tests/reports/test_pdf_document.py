"""Reports on paper, read back with another library."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.platypus import PageBreak

from reports import blocks
from reports.blocks import Cell
from reports.characters import readable
from reports.charts.text_width import wrap_pieces
from reports.pdf.document import render
from reports.pdf.flowables import Callout, ChartFlowable, Columns, bullets, callout, heading
from reports.pdf.layout import render_document
from reports.pdf.table import data_table
from reports.pdf.text import bold, paragraph
from reports.pdf.theme import PAGE_SIZES
from tests.reports.chart_samples import LONG_BRAND, ONE_WORD, RUSSIAN, UP, WORDINGS, samples

CHARTS = samples()
OUTSIDE = (
    "H&M",
    "<b>x</b>",
    '<img src="/etc/passwd">',
    "a &lt; b &amp; c",
    "Вовлечённость: «Ёж», № 5",
    "Ωμέγα χ² ≥ 3 − α ≤ ω",
    "100 % \\ (brackets) 'quotes'",
)


def read(content: bytes) -> PdfReader:
    """The document as another library reads it."""
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    """All text of a document on one line."""
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).split())


@pytest.mark.parametrize("text", OUTSIDE)
def test_outside_text_prints_as_it_is(text):
    """Brand and item texts reach paragraphs, headings, tables, lists and boxes unchanged."""
    story = [
        heading(text),
        paragraph(text),
        data_table([text], [[text], [Cell(text, UP)]]),
        *bullets([text]),
        callout(text),
    ]
    assert words(render(story, title=text)).count(text) == 7


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_any_outside_text_can_be_printed(text):
    """No text, however odd, stops a report or is taken as an order."""
    story = [heading(text), paragraph([text, bold(text)]), data_table([text], [[text, text]])]
    reader = read(render(story, title=text, subject=text, footer=text, banner=text))
    assert len(reader.pages) == 1
    assert reader.metadata.title in {readable(text), None}


def test_furniture_stands_on_every_page():
    """Page numbers, footer and banner are on each page."""
    story = [paragraph("one"), PageBreak(), paragraph("two"), PageBreak(), paragraph("three")]
    content = render(story, title="The Title", footer="v1 · 3f9a", banner="Simulated data")
    pages = [page.extract_text() for page in read(content).pages]
    for number, page in enumerate(pages, 1):
        assert f"{number} / 3" in page
        assert "v1 · 3f9a" in page
        assert page.count("Simulated data") == 2


def test_real_data_carry_no_banner():
    """Without a banner nothing is printed in its place."""
    assert "Simulated" not in words(render([paragraph("one")], title="T"))


def test_document_tells_title_language_and_outline():
    """Readers find title, subject, language and one outline entry for each heading."""
    story = [heading("Part & one"), heading("Detail", 3), PageBreak(), heading("Вторая")]
    reader = read(render(story, title="T & т", subject="S", language="ru"))
    assert (reader.metadata.title, reader.metadata.subject) == ("T & т", "S")
    assert reader.root_object["/Lang"] == "ru"
    assert reader.viewer_preferences.display_doctitle
    first, below, second = reader.outline
    assert [first.title, below[0].title, second.title] == ["Part & one", "Detail", "Вторая"]
    assert reader.get_destination_page_number(second) == 1


def test_only_embedded_subsets_of_our_fonts_are_used():
    """No standard font that the file does not carry, least of all Helvetica."""
    content = render_document(document())
    found = set()
    for page in read(content).pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            found.add(font["/BaseFont"].split("+")[1])
            assert "/FontFile2" in font["/FontDescriptor"]
    assert found >= {"Lato-Regular", "Lato-Bold"}
    assert not any("Helvetica" in name for name in found)
    assert b"Helvetica" not in content


def test_the_same_document_has_the_same_bytes_in_every_process():
    """Two fresh processes with different hash seeds write identical files."""
    code = (
        "import hashlib\n"
        "from reports.pdf.layout import render_document\n"
        "from tests.reports.test_pdf_document import document\n"
        "print(hashlib.sha256(render_document(document())).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        )
        digests.add(done.stdout.strip())
    digests.add(hashlib.sha256(render_document(document())).hexdigest())
    assert len(digests) == 1


def test_reports_made_at_the_same_time_do_not_mix():
    """Eight threads that render at once write what one alone writes."""
    alone = render_document(document())
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: render_document(document()), range(8)))
    assert set(together) == {alone}


def test_bytes_go_where_they_are_asked_to(tmp_path):
    """A path and an open file receive the bytes that are returned."""
    buffer, path = io.BytesIO(), tmp_path / "report.pdf"
    content = render([paragraph("one")], title="T", path_or_buffer=buffer)
    assert render([paragraph("one")], title="T", path_or_buffer=path) == content
    assert buffer.getvalue() == path.read_bytes() == content


@pytest.mark.parametrize("size", PAGE_SIZES)
def test_pages_have_the_size_asked_for(size):
    """A4 and Letter both hold every kind of chart and block."""
    reader = read(render_document(document(), page_size=size))
    assert {tuple(map(float, page.mediabox[2:])) for page in reader.pages} == {PAGE_SIZES[size]}


def test_a_long_table_repeats_its_head_and_loses_no_row():
    """Rows go on over the pages, each under the head."""
    rows = [[f"item {number}", "4.20"] for number in range(120)]
    reader = read(render([data_table(["Item", "Mean"], rows)], title="T"))
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) > 1
    assert all("Mean" in text for text in texts)
    assert all(f"item {number}" in " ".join(texts) for number in range(120))


def test_headings_are_never_stranded():
    """A heading at the foot of a page moves on with the beginning of what follows."""
    for lines in range(44, 60):
        rows = [[f"row {number}", "1"] for number in range(60)]
        story = [*[paragraph("text")] * lines, heading("Heading", 2), data_table(["a", "b"], rows)]
        pages = [page.extract_text() for page in read(render(story, title="T")).pages]
        page = next(text for text in pages if "Heading" in text)
        assert "row 1" in page


def test_paragraphs_split_without_single_lines():
    """At a page break at least two lines stand on either side, and none is lost."""
    text = " ".join(f"word{number}" for number in range(400))
    for above in range(28, 40):
        story = [*[paragraph("x")] * above, paragraph(text)]
        pages = [page.extract_text() for page in read(render(story, title="T")).pages]
        counts = [sum("word" in line for line in page.splitlines()) for page in pages]
        assert all(count != 1 for count in counts)
        assert "word0 " in pages[counts.index(max(counts))] or len(pages) == 2
        assert sum(page.count("word") for page in pages) == 400


def test_texts_too_tall_for_a_page_do_not_stop_a_report():
    """A cell, a box and columns with endless text still make a document."""
    endless = "endless text " * 1500
    story = [
        data_table(["a", "b"], [[endless, "1"], ["next", "2"]]),
        callout(endless),
        Columns([[paragraph(endless)], [paragraph("short")]]),
        *bullets([endless]),
        Callout([ChartFlowable(CHARTS["caterpillar_200"])]),
    ]
    assert "next" in words(render(story, title="T"))


def test_charts_print_their_words():
    """Every text of every chart can be found and searched on paper."""
    for chart in CHARTS.values():
        printed = words(render([ChartFlowable(chart)], title="T")).replace(" ", "")
        for shape in chart.primitives:
            text = getattr(shape, "text", "").replace(" ", "").replace("\u202f", "")
            assert text in printed.replace("\u202f", "")


def test_columns_never_get_narrower_than_their_longest_word():
    """Shares of the width give way to words, and a word too long is broken, not cut."""
    rows = [[ONE_WORD, "1", "standard"], [LONG_BRAND, "2", "x"]]
    table = data_table(["Brand", "n", "Kind"], rows, widths=[1, 1, 0.01])
    table.wrap(300, 500)
    cells = table._body[0].cells
    assert len(cells[2].lines) == 1
    *parts, last = ["".join(piece.text for piece in line) for line in cells[0].lines]
    assert all(part.endswith("-") for part in parts)
    assert "".join([*(part.removesuffix("-") for part in parts), last]) == ONE_WORD


@pytest.mark.parametrize("count", range(36, 46))
def test_no_row_and_no_note_is_left_alone(count):
    """However a table falls on its pages, each page has two of its rows, the last also its note."""
    rows = [[f"row-{number}.", "1"] for number in range(count)]
    note = paragraph("the note")
    pages = read(render([data_table(["Item", "n"], rows, notes=[note])], title="T")).pages
    texts = [page.extract_text() for page in pages]
    assert all(text.count("row-") >= 2 for text in texts)
    assert f"row-{count - 1}." in texts[-1]
    assert "the note" in texts[-1]


def test_a_heading_and_its_introduction_stay_with_the_chart():
    """What opens a chart never ends a page without it."""
    chart = blocks.ChartBlock("scree", CHARTS["scree"], "Scree plot")
    opened = (blocks.Heading("How many"), blocks.Paragraph("To be read so.", "note"), chart)
    for lines in range(30, 60):
        before = blocks.Bullets(tuple(f"Line {number}" for number in range(lines)))
        section = blocks.Section("a", "First", (before, *opened))
        report = blocks.Document("T", "", "en", (section,), "")
        texts = [page.extract_text() for page in read(render_document(report)).pages]
        (page,) = (text for text in texts if "Scree plot" in text)
        assert "How many" in page
        assert "To be read so." in page


def test_figures_stand_at_the_right_of_their_column():
    """Figures of different length end at the same place."""
    table = data_table(["Item", "Mean"], [["a", "4.20"], ["b", "−12.75"]])
    table.wrap(300, 500)
    assert [cell.style.align for cell in table._body[0].cells] == ["start", "end"]


def test_weight_changes_within_a_word_without_a_gap():
    """Bold pieces join what stands beside them unless a space parts them."""
    (line,) = wrap_pieces([("is ", False), ("bold", True), (", so", False)], 500, 9)
    assert "".join(piece.text for piece in line) == "is bold, so"
    assert [piece.bold for piece in line] == [False, True, False]


def document() -> blocks.Document:
    """A document with every kind of block."""
    columns = (
        blocks.Column("Item", "start", 3),
        blocks.Column("Mean"),
        blocks.Column("V", "start"),
    )
    rows = tuple((Cell(wording), Cell("4.20"), Cell("above", UP)) for wording in WORDINGS)
    table = blocks.TableBlock("t", "Table", columns, rows, ("A note.",), frozenset({1}))
    charts = tuple(blocks.ChartBlock(name, chart, name) for name, chart in CHARTS.items())
    texts = tuple(blocks.Paragraph(RUSSIAN, tone) for tone in ("body", "lead", "note", "caution"))
    return blocks.Document(
        "Engagement",
        LONG_BRAND,
        "en",
        (
            blocks.Section("a", "First", (*texts, blocks.Heading("H", 3), table)),
            blocks.Section("b", "Second", (blocks.Facts((("Term", "Words"),)), *charts)),
            blocks.Section("c", "Third", (blocks.SideBySide(texts, (blocks.Bullets(OUTSIDE),)),)),
        ),
        "Simulated data",
    )
