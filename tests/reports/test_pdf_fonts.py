"""No character of outside text disappears on paper."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from reports.characters import MISSING_MARK, readable
from reports.pdf import fonts

ALPHABETS = (
    "ABCXYZabcxyz ÀÉÎÕÜßøłžş",
    "АБВЯабвяЁёЇїҐґ№«»",
    "ΑΒΓΩαβγωχτΣσς",
    "χ² − ≥ ≤ ω α ± × … – — ‘’ “” € → ≈ √ ∞ 1\u202f234 5\u00a0%",
)


@pytest.mark.parametrize("text", ALPHABETS)
@pytest.mark.parametrize("bold", [False, True])
def test_latin_cyrillic_greek_and_signs_are_drawn_by_lato(text, bold):
    """The report's own alphabets need no fallback, so they look the same on every machine."""
    (run,) = fonts.runs(text, bold)
    assert run == (fonts.BOLD if bold else fonts.REGULAR, text)


def test_unknown_characters_are_marked():
    """A character that no font has is drawn as a visible mark, also in the middle of a word."""
    drawn = "".join(run.text for run in fonts.runs("a\U0001f9ffb日c"))
    assert drawn == f"a{MISSING_MARK}b{MISSING_MARK}c"


def test_text_is_cut_into_runs_by_font():
    """Where the second font is found it draws what the first one lacks, and only that."""
    drawn = fonts.runs("x ▲ y")
    if fonts.has_fallback():
        assert [run.text for run in drawn] == ["x ", "▲", " y"]
    else:
        assert [run.text for run in drawn] == [f"x {MISSING_MARK} y"]


def test_reports_can_do_without_the_second_font():
    """With no DejaVu on the machine everything else is drawn the same, and gaps are marked."""
    code = (
        "from reports.pdf import fonts\n"
        "fonts._fallback_folder = lambda: None\n"
        "assert not fonts.has_fallback()\n"
        "print(''.join(run.text for run in fonts.runs('x ▲ Ω')).encode('unicode_escape'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == str(b"x \\u25a1 \\u03a9")


@given(st.text())
def test_every_run_can_be_drawn_by_its_font(text):
    """Whatever the text, each character of each run is in the run's font."""
    for bold in (False, True):
        for run in fonts.runs(text, bold):
            known = pdfmetrics.getFont(run.font).face.charToGlyph
            assert all(ord(character) in known for character in run.text)


@given(st.text())
def test_readable_text_keeps_every_visible_character(text):
    """Only control and invisible characters change; doing it twice changes nothing more."""
    plain = readable(text)
    assert readable(plain) == plain
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in plain)
    assert len(_visible(plain)) >= len(_visible(unicodedata.normalize("NFC", text)))


def _visible(text):
    return [character for character in text if unicodedata.category(character)[0] in "LNPS"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("line\nbreak\tand tab", "line break and tab"),
        ("soft\u00adhyphen", "softhyphen"),
        ("non\u2011breaking", "non-breaking"),
        ("e\u0301", "é"),
        ("\x00\ud800", MISSING_MARK * 2),
        ("\u202eabc", "abc"),
    ],
)
def test_readable_text(text, expected):
    """Invisible characters are dropped, forbidden ones marked, look-alikes replaced."""
    assert readable(text) == expected


def test_width_is_that_of_the_drawn_runs():
    """Measured widths are ReportLab's own for the same font."""
    text = "Engagement Вовлечённость 12.5"
    assert fonts.width(text, 9, True) == pytest.approx(pdfmetrics.stringWidth(text, fonts.BOLD, 9))


def test_fonts_register_once_from_many_threads():
    """Threads that start at once all see the same registered font."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fonts.register(), range(32)))
        found = set(pool.map(lambda _: id(pdfmetrics.getFont(fonts.REGULAR)), range(32)))
    assert len(found) == 1
