"""Links on paper, read back with another library and judged by a program not ours."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from reports import blocks
from reports.blocks import Cell, Link
from reports.pdf.document import render
from reports.pdf.flowables import bullets, callout, heading
from reports.pdf.layout import render_document
from reports.pdf.link_annotation import address
from reports.pdf.links import links_in
from reports.pdf.table import data_table
from reports.pdf.text import paragraph
from tests.reports.test_pdf_conformance import failures
from tests.reports.test_pdf_tagging import elements, roles

if TYPE_CHECKING:
    from pathlib import Path

WEB = "https://example.org/a(b)?q=1&r=2"
DOI = "10.1016/j.intmar.2013.12.002"
CITED = f"Hollebeek, Glynn and Brodie (2014), doi:{DOI}. Journal of Interactive Marketing."


def annotations(content: bytes) -> list[dict]:
    """The annotations of all pages in their order."""
    reader = PdfReader(io.BytesIO(content))
    return [entry.get_object() for page in reader.pages for entry in page.get("/Annots", [])]


def addresses(content: bytes) -> list[str]:
    """Where the links of a file lead on the web."""
    return [entry["/A"]["/URI"] for entry in annotations(content) if "/A" in entry]


def told() -> blocks.Document:
    """A document whose words lead to each other, to the web and nowhere."""
    outside = "See the glossary, the web, a file and nothing."
    links = (
        Link("the glossary", "#glossary"),
        Link("the web", WEB),
        Link("a file", "file:///etc/passwd"),
        Link("nothing", "#absent"),
    )
    table = blocks.TableBlock(
        "t",
        "Where things lead",
        (blocks.Column("Word", "start"), blocks.Column("Meaning", "start")),
        ((Cell("omega", target="#omega"), Cell(CITED)), (Cell("x", target="data:x"), Cell("y"))),
        (f"After https://doi.org/{DOI}.",),
    )
    glossary = blocks.Facts((("Omega", "Reliability"), ("Phi", "Another")), ("omega", ""))
    return blocks.Document(
        "Links",
        "",
        "en",
        (
            blocks.Section("first", "First", (blocks.Paragraph(outside, links=links), table)),
            blocks.Section("glossary", "Glossary", (glossary,)),
        ),
        "",
    )


def test_links_conform(tmp_path: Path):
    """Every kind of link, in every kind of block, and broken over lines and pages."""
    assert failures(render_document(told()), tmp_path) == []
    long = f"word {CITED} " * 300
    story = [heading(CITED), paragraph(long), *bullets([CITED]), callout(CITED, caution=True)]
    assert failures(render(story, title="T"), tmp_path) == []


def test_words_lead_to_the_web_and_within_the_document():
    """Addresses of the web and anchors are followed, files and absent anchors are plain text."""
    content = render_document(told())
    assert list(dict.fromkeys(addresses(content))) == [WEB, f"https://doi.org/{DOI}"]
    within = [entry for entry in annotations(content) if "/Dest" in entry]
    assert [entry["/Contents"] for entry in within] == ["the glossary", "omega"]
    reader = PdfReader(io.BytesIO(content))
    (glossary,) = (entry for entry in reader.outline if entry.title == "Glossary")
    section, row = (entry["/Dest"] for entry in within)
    assert section[0] == row[0]
    assert section[3] == pytest.approx(glossary.top - 4)
    assert 10 < section[3] - row[3] < 60
    text = " ".join(reader.pages[0].extract_text().split())
    assert "See the glossary, the web, a file and nothing." in text


def test_a_link_lies_over_its_words():
    """Its rectangle begins where the words begin and is as wide as they are."""
    content = render([paragraph(f"Cited {DOI}")], title="T")
    (link,) = annotations(content)
    left, bottom, right, top = link["/Rect"]
    places: list[tuple[str, float, float]] = []
    page = PdfReader(io.BytesIO(content)).pages[0]
    page.extract_text(
        visitor_text=lambda text, cm, tm, *_: places.append(
            (text.strip(), cm[4] + tm[4], cm[5] + tm[5])
        )
    )
    ((_, x, y),) = (place for place in places if place[0] == DOI)
    assert left == pytest.approx(x, abs=0.01)
    assert bottom < y < top
    assert 90 < right - left < 160


def test_every_link_is_an_element_that_knows_its_annotation():
    """Listeners meet the words of a link and the link itself in one place of the text."""
    content = render([paragraph(f"Before {DOI} after")], title="T")
    reader = PdfReader(io.BytesIO(content))
    (link,) = (element for element in elements(reader) if element["/S"] == "/Link")
    number, reference = link["/K"]
    assert reference["/Type"] == "/OBJR"
    annotation = reference["/Obj"]
    assert annotation["/Contents"] == DOI
    assert annotation["/F"] == 4
    numbers = reader.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert parents[annotation["/StructParent"]].get_object() == link
    assert parents[0][number].get_object() == link
    before, inside, after = link["/P"]["/K"]
    assert (before, after) == (0, 2)
    assert inside.get_object() == link


def test_a_link_broken_over_lines_is_one_link():
    """Two rectangles, one element, words in their order."""
    content = render([paragraph(f"{'word ' * 15} https://doi.org/{DOI}")], title="T")
    assert roles(content) == ["/Document", "/P", "/Link"]
    assert addresses(content) == [f"https://doi.org/{DOI}"] * 2
    first, second = annotations(content)
    assert first["/Contents"] + second["/Contents"] == f"https://doi.org/{DOI}"


def test_the_repeated_head_of_a_table_leads_nowhere():
    """It is an artifact, so it has no link; the first head has one."""
    rows = [[f"item {number}", "1"] for number in range(120)]
    content = render([data_table([DOI, "n"], rows)], title="T")
    assert len(PdfReader(io.BytesIO(content)).pages) > 1
    assert addresses(content) == [f"https://doi.org/{DOI}"]


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("See 10.1234/abc.", "10.1234/abc", "10.1234/abc"),
        ("(doi:10.1234/a-b_c)", "doi:10.1234/a-b_c", "10.1234/a-b_c"),
        ("10.1002/(SICI)1097-4571", "10.1002/(SICI)1097-4571", "10.1002/(SICI)1097-4571"),
        ("DOI 10.1234/x(1), p. 3", "10.1234/x(1)", "10.1234/x(1)"),
        ("http://dx.doi.org/10.1234/x", "http://dx.doi.org/10.1234/x", "10.1234/x"),
    ],
)
def test_numbers_of_publications_become_links(text: str, words: str, number: str):
    """However they are written, without the sign that ends the sentence."""
    assert links_in(text) == (Link(words, f"https://doi.org/{number}"),)


@pytest.mark.parametrize(
    "text",
    ["http://evil.example/10", "10.12/3", "1.10.1234", "javascript:x", "mean 10.1234 / 5", "10."],
)
def test_outside_text_leads_nowhere(text: str):
    """An address in the name of a brand stays words."""
    assert links_in(text) == ()
    assert annotations(render([paragraph(text)], title="T")) == []


def test_only_the_web_and_anchors_are_followed():
    """Other schemes are refused, odd characters are written so that no reader stumbles."""
    refused = ("", "#", "javascript:alert(1)", "file:///x", "//x", "mailto:a@b", "http:///x", "x")
    assert [target for target in refused if address(target)] == []
    assert address("https://пример.example/ä b\n") == (
        "https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.example/%C3%A4%20b%0A"
    )
    assert address("HTTP://example.org/") == "HTTP://example.org/"


def test_the_same_words_twice_lead_where_each_says():
    """Links stand in the order of their words."""
    links = [Link("here", "https://a.example/"), Link("there", "https://b.example/")]
    content = render([paragraph("here and there, over there", links=links)], title="T")
    assert addresses(content) == ["https://a.example/", "https://b.example/"]
