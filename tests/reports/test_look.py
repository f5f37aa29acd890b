"""A brand's colour is used where it can be read, and never for a verdict."""

from __future__ import annotations

import colorsys
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from reports.blocks import Document, Paragraph, Section
from reports.charts.palette import WHITE, contrast
from reports.logos.kept import logo_from
from reports.look import (
    DARK_PAGE,
    FOR_MARKS,
    FOR_TEXT,
    ColourError,
    checked_colour,
    look,
    readable_on,
)
from reports.pdf.layout import render_document
from reports.pdf.theme import PAGE_SIZES
from tests.reports.test_logos import raster, svg
from tests.reports.test_pdf_conformance import failures

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(COLOURS)
def test_any_colour_can_be_read(colour: str) -> None:
    """Titles reach 4.5 : 1 and rules 3 : 1, on white and on a dark page."""
    for page in (WHITE, DARK_PAGE):
        for least in (FOR_TEXT, FOR_MARKS):
            assert contrast(readable_on(colour, least, page), page) >= least


@given(COLOURS)
def test_the_hue_stays(colour: str) -> None:
    """A colour becomes darker, not another one; one that reads well is not touched."""
    made = look(colour)
    if contrast(colour, WHITE) >= FOR_TEXT:
        assert made.text == made.rule == colour
    before, after = (_hls(one) for one in (colour, made.text))
    if before[2] > 0.3 and 0.2 < before[1] < 0.9:
        assert abs((after[0] - before[0] + 0.5) % 1 - 0.5) < 0.03


def _hls(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return colorsys.rgb_to_hls(red, green, blue)


@pytest.mark.parametrize("text", ["red", "#12345", "#1234567", "#12345g", "123456", "#fff;}"])
def test_what_is_no_colour_is_explained(text: str) -> None:
    """Nothing but six digits of sixteen gets into a style sheet."""
    with pytest.raises(ColourError, match="six digits"):
        checked_colour(text)


def test_a_colour_is_kept_in_one_spelling() -> None:
    """Blanks go, letters are small, nothing stays nothing."""
    assert checked_colour(" #AbCdEf ") == "#abcdef"
    assert checked_colour(" ") == ""


def dressed(content: bytes, language: str = "en") -> Document:
    """A page with a look."""
    own = replace(look("#ffcc00", logo_from(content)), alt="Logo of Alpha")
    section = Section("one", "Section", (Paragraph("Words.", "lead"),))
    return Document("Alpha", "Subtitle", language, (section,), "", look=own)


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("content", [svg(), raster("PNG"), raster("JPEG")])
def test_reports_with_a_look_conform(content, language, size, tmp_path) -> None:
    """PDF/A-2a and PDF/UA-1 with drawings and pictures, from left and from right."""
    document = dressed(content, language)
    made = render_document(document, page_size=size)
    assert failures(made, tmp_path) == []
    assert made == render_document(document, page_size=size)


def test_titles_and_the_rule_take_the_colour() -> None:
    """The colour for text and that for marks stand on the page, the colour as given does not."""
    own = look("#ffcc00")
    stream = PdfReader(io.BytesIO(render_document(dressed(svg())))).pages[0].get_contents()
    assert stream is not None
    drawn = re.findall(r"([.\d]+) ([.\d]+) ([.\d]+) (rg|RG)", stream.get_data().decode("latin-1"))
    colours = {
        (kind, "#" + "".join(f"{round(float(channel) * 255):02x}" for channel in channels))
        for *channels, kind in drawn
    }
    assert {("rg", own.text), ("RG", own.rule)} <= colours
    assert "#ffcc00" not in {colour for _, colour in colours}
