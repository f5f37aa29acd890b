"""The structure that a screen reader follows: PDF/UA-1, as far as a reader library can see."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream, IndirectObject

from reports import blocks
from reports.pdf.canvas import ReportCanvas
from reports.pdf.document import render
from reports.pdf.flowables import ChartFlowable, bullets, callout, heading
from reports.pdf.layout import render_document
from reports.pdf.table import data_table
from reports.pdf.text import paragraph
from reports.pdf.theme import TITLE
from tests.reports.chart_samples import HOSTILE, samples
from tests.reports.test_pdf_document import document

CHARTS = samples()
PAINTING = set(b"Tj TJ f f* F B B* b b* S s Do sh".split())


@pytest.fixture(scope="module")
def whole() -> PdfReader:
    """A document with every kind of block."""
    return PdfReader(io.BytesIO(render_document(document())))


def elements(reader: PdfReader) -> list[dict]:
    """All structure elements in reading order."""
    found = []

    def walk(entry):
        entry = entry.get_object() if isinstance(entry, IndirectObject) else entry
        if isinstance(entry, dict) and "/S" in entry:
            found.append(entry)
            for kid in entry["/K"]:
                walk(kid)

    for entry in reader.root_object["/StructTreeRoot"]["/K"]:
        walk(entry)
    return found


def roles(content: bytes) -> list[str]:
    """The roles of a document's elements in reading order."""
    return [element["/S"] for element in elements(PdfReader(io.BytesIO(content)))]


def test_everything_drawn_belongs_to_an_element_or_is_an_artifact(whole):
    """No operator paints outside marked content, and marked content is never nested."""
    for page in whole.pages:
        depth = 0
        for _, operator in ContentStream(page.get_contents(), whole).operations:
            depth += {b"BDC": 1, b"EMC": -1}.get(operator, 0)
            assert depth in {0, 1}
            assert depth == 1 or operator not in PAINTING
        assert depth == 0


def test_every_marked_content_leads_to_its_element(whole):
    """Page by page, numbers in the content and in the parent tree are the same."""
    numbers = whole.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page in whole.pages:
        operations = ContentStream(page.get_contents(), whole).operations
        marked = [o[1]["/MCID"] for o, name in operations if name == b"BDC" and "/MCID" in o[1]]
        assert sorted(marked) == list(range(len(marked)))
        assert len(parents[page["/StructParents"]]) == len(marked)
        assert page["/Tabs"] == "/S"


def test_the_file_says_that_it_is_tagged(whole):
    """Mark information, language and the PDF/UA identification with the escaped title."""
    root = whole.root_object
    assert root["/MarkInfo"]["/Marked"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    content = render([paragraph("one")], title=HOSTILE)
    assert PdfReader(io.BytesIO(content)).xmp_metadata.dc_title["x-default"] == HOSTILE


def test_charts_are_figures_with_their_words(whole):
    """Each chart's alternative text and box are in the structure."""
    figures = [element for element in elements(whole) if element["/S"] == "/Figure"]
    assert [figure["/Alt"] for figure in figures] == [chart.alt for chart in CHARTS.values()]
    for figure in figures:
        left, bottom, right, top = figure["/A"]["/BBox"]
        assert 0 < left < right < 596
        assert 0 < bottom < top < 842


def test_headings_begin_at_one_and_never_jump():
    """A heading of level three right below the title becomes one of level two."""
    story = [paragraph("Title", TITLE), heading("a", 3), heading("b", 1), heading("c", 3)]
    assert roles(render(story, title="T"))[1:] == ["/H1", "/H2", "/H2", "/H3"]
    assert roles(render([heading("a", 2)], title="T"))[1:] == ["/H1"]


def test_tables_have_heads_for_columns_and_rows():
    """The head's cells head columns, the first cell of a row heads it."""
    content = render([data_table(["Item", "Mean"], [["a", "1"], ["b", "2"]])], title="T")
    found = elements(PdfReader(io.BytesIO(content)))
    assert Counter(element["/S"] for element in found) == {
        "/Document": 1,
        "/Table": 1,
        "/TR": 3,
        "/TH": 4,
        "/TD": 2,
    }
    scopes = [element["/A"]["/Scope"] for element in found if element["/S"] == "/TH"]
    assert scopes == ["/Column", "/Column", "/Row", "/Row"]


def test_a_split_table_is_one_table_with_one_head():
    """Rows on later pages go on in the same table; the repeated head is an artifact."""
    rows = [[f"item {number}", "1"] for number in range(120)]
    found = Counter(roles(render([data_table(["Item", "Mean"], rows)], title="T")))
    assert (found["/Table"], found["/TR"], found["/TH"], found["/TD"]) == (1, 121, 122, 120)


def test_a_split_paragraph_is_one_paragraph():
    """Its element has content on both pages."""
    content = render([*(paragraph("x") for _ in range(32)), paragraph("word " * 400)], title="T")
    found = [e for e in elements(PdfReader(io.BytesIO(content))) if e["/S"] == "/P"]
    assert len(found) == 33
    assert len(found[-1]["/K"]) == 2


def test_points_stand_in_one_list():
    """A list has an item for each of its points, and another list its own."""
    story = [*bullets(["a", "b"]), callout("between"), *bullets(["c"])]
    assert roles(render(story, title="T"))[1:] == [
        "/L",
        "/LI",
        "/LBody",
        "/LI",
        "/LBody",
        "/P",
        "/L",
        "/LI",
        "/LBody",
    ]


def test_the_same_chart_twice_is_two_figures():
    """Figures are kept apart even when they are equal."""
    chart = CHARTS["scree"]
    story = [ChartFlowable(chart), ChartFlowable(chart)]
    assert roles(render(story, title="T"))[1:] == ["/Figure", "/Figure"]


def test_marked_content_is_never_nested():
    """Drawing an element inside another is an error of the code, told at once."""
    canvas = ReportCanvas(io.BytesIO())
    with pytest.raises(RuntimeError, match="other marked content"), canvas.content("P"):  # noqa: SIM117
        with canvas.artifact():
            pass


def test_codes_map_to_characters_that_readers_may_use(whole):
    """No code of a font maps to U+0000, which PDF/UA forbids."""
    for font in whole.pages[0]["/Resources"]["/Font"].values():
        table = font.get_object()["/ToUnicode"].get_object().get_data().decode()
        assert "> <0000>" not in table
        assert "beginbfchar" in table


def test_the_caption_of_a_table_belongs_to_it():
    """It is read first of all in the table, also where the table goes on over pages."""
    columns = (blocks.Column("Item", "start"), blocks.Column("Mean"))
    rows = tuple((blocks.Cell(f"item {place}"), blocks.Cell("1")) for place in range(90))
    table = blocks.TableBlock("t", "The caption", columns, rows)
    report = blocks.Document("T", "", "en", (blocks.Section("a", "A", (table,)),), "")
    found = roles(render_document(report))
    assert found[1:7] == ["/H1", "/H2", "/Table", "/Caption", "/TR", "/TH"]
    assert (found.count("/Table"), found.count("/Caption")) == (1, 1)


def test_words_stay_apart_where_lines_break():
    """Who listens to the lines one after the other hears no two words run into one."""
    text = " ".join(f"word{number}" for number in range(60)) + " one-two" * 30
    (page,) = PdfReader(io.BytesIO(render([paragraph(text)], title="T"))).pages
    operations = ContentStream(page.get_contents(), None).operations
    shown = [operands[0].original_bytes.decode() for operands, name in operations if name == b"Tj"]
    assert "".join(shown).count(text) == 1
    assert not any("word59 one-two" in line and len(line) > 200 for line in shown)
