"""How many pages a story takes, found out before it is drawn."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from reports.pdf.document import render
from reports.pdf.flowables import bullets, callout, heading
from reports.pdf.measuring import EndOfFirstPage, TooManyPagesError, require_pages
from reports.pdf.table import data_table
from reports.pdf.text import paragraph


def story(rows: int) -> list:
    """Headings, a list, a box and a table that goes on over pages."""
    table = data_table(["Item", "Mean"], [[f"item {row}", "1"] for row in range(rows)])
    text = paragraph("word " * 900)
    return [heading("One"), text, *bullets(["a", "b"]), callout("c"), heading("Two", 2), table]


@pytest.mark.parametrize("rows", [5, 40, 120])
def test_a_story_is_allowed_the_pages_that_it_takes(rows: int) -> None:
    """One page less is refused, and the story can still be drawn as if nothing had been asked."""
    content = render(story(rows), title="T")
    pages = len(PdfReader(io.BytesIO(content)).pages)
    asked = story(rows)
    with pytest.raises(TooManyPagesError):
        require_pages(asked, pages - 1, language="en", page_size="A4")
    assert render(asked, title="T", most_pages=pages) == content
    with pytest.raises(TooManyPagesError):
        render(story(rows), title="T", most_pages=pages - 1)


@pytest.mark.parametrize(("words", "fits"), [(300, True), (3000, False)])
def test_what_belongs_on_the_first_page_stays_there_or_is_refused(words: int, fits: bool) -> None:
    """Whatever the number of pages, the end of the first page must not come on the second."""
    asked = [paragraph("word " * words), EndOfFirstPage(), paragraph("next " * 300)]
    if fits:
        require_pages(asked, 9, language="en", page_size="A4")
    else:
        with pytest.raises(TooManyPagesError):
            require_pages(asked, 9, language="en", page_size="A4")
