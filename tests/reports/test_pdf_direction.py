"""Names in Hebrew and Arabic letters on paper: joined, from right to left, and read back."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from reports.charts.pen import write
from reports.pdf.direction import visual
from reports.pdf.fonts import runs
from reports.pdf.joining import join, letters

ALEPH_TO_TAV = "".join(map(chr, range(0x5D0, 0x5EB)))


@pytest.mark.parametrize(
    ("given_text", "drawn"),
    [
        ("Café 12 (No 1)", "Café 12 (No 1)"),
        ("אבג", "גבא"),
        ("x אבג (80), דה (60) y", "x גבא (80), הד (60) y"),
        ("(אבג) 3.5 %", "(גבא) 3.5 %"),
        ("אב 12 גד", "דג 12 בא"),
        ("אב-גד ו", "ו דג-בא"),
        ('צה"ל', 'ל"הצ'),
        ("ש\u05c1ב", "ב\u05c1ש"),
    ],
)
def test_names_run_from_right_to_left(given_text: str, drawn: str) -> None:
    """Letters are turned round; numbers, marks and what stands around a name are not."""
    assert visual(given_text) == drawn


@given(st.text(alphabet=ALEPH_TO_TAV + "ab12 ,()-", max_size=30))
def test_no_character_is_lost(text: str) -> None:
    """Whatever is mixed, every character is drawn once, and without Hebrew in its own place."""
    assert sorted(visual(text)) == sorted(text)
    if not set(text) & set(ALEPH_TO_TAV):
        assert visual(text) == text


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("بيت", "\ufe91\ufef4\ufe96"),  # initial, medial, final
        ("دار", "\ufea9\ufe8d\ufead"),  # letters that join nothing after them
        ("لا", "\ufefb"),  # lam and alef as one letter
        ("سلام", "\ufeb3\ufefc\ufee1"),  # the same at the end of a join
        ("بَيت", "\ufe91\u064e\ufef4\ufe96"),  # a mark does not part letters
        ("ب ت", "\ufe8f \ufe95"),  # a blank does
    ],
)
def test_arabic_letters_join(word: str, forms: str) -> None:
    """Each letter has the form of its place in the word, and leads back to the letter."""
    assert join(word) == forms
    assert "".join(map(letters, forms)) == word


def test_a_name_reads_back_as_it_was_given() -> None:
    """What was drawn in forms is found in the file as the letters of the name."""
    assert [run.font for run in runs("مقهى")] == ["IBMPlexSansArabic"]
    made = io.BytesIO()
    canvas = Canvas(made)
    write(canvas, "مقهى", 100, 100, 12)
    canvas.save()
    text = PdfReader(io.BytesIO(made.getvalue())).pages[0].extract_text()
    assert sorted(text.strip()) == sorted("مقهى")
