"""No character of outside text disappears on paper."""

from __future__ import annotations

import io
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from reports.characters import MISSING_MARK, readable
from reports.pdf import font_files, fonts
from reports.pdf.document import render
from reports.pdf.text import paragraph

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
    assert run == (fonts.BOLD if bold else fonts.REGULAR, text, False)


def test_unknown_characters_are_marked():
    """A character that no font has is drawn as a visible mark, also in the middle of a word."""
    drawn = "".join(run.text for run in fonts.runs("a\U0001f9ffb\u1a00c"))
    assert drawn == f"a{MISSING_MARK}b{MISSING_MARK}c"


def test_text_is_cut_into_runs_by_font():
    """Other fonts, which come with the program, draw what the first one lacks, and only that."""
    assert fonts.runs("x ▲ ي y") == (
        ("Lato", "x ", False),
        ("DejaVuSans", "▲", False),
        ("Lato", " ", False),
        ("IBMPlexSansArabic", "\ufef1", False),
        ("Lato", " y", False),
    )
    assert [run.font for run in fonts.runs("▲ي", bold=True)] == [
        "DejaVuSans-Bold",
        "IBMPlexSansArabic-Bold",
    ]


@pytest.mark.parametrize("language", ["en", "ru", "de", "ar", "zh", "zh-Hans", "xx-unheard-of"])
def test_languages_of_scorecards_can_be_drawn(language):
    """On a machine with one of the fonts for Chinese no language of scorecards is refused."""
    fonts.require(language)


def test_chinese_without_bold_is_stroked():
    """A font with one weight is made heavier where its letters are bold, and only there."""
    assert fonts.runs("A中") == (("Lato", "A", False), ("EastAsian", "中", False))
    assert fonts.runs("A中", bold=True) == (("Lato-Bold", "A", False), ("EastAsian", "中", True))
    assert fonts.width("中文", 10, bold=True) == fonts.width("中文", 10) == 20


def test_reports_in_chinese_need_a_font_of_the_machine():
    """With no such font a Chinese report is refused and says what to install; a Chinese name in
    another report is marked."""
    code = (
        "from reports.pdf import font_files, fonts\n"
        "font_files._SYSTEM_FOLDERS = ()\n"
        "print(''.join(run.text for run in fonts.runs('x 中 Ω')).encode('unicode_escape'))\n"
        "fonts.require('en')\n"
        "try:\n"
        "    fonts.require('zh')\n"
        "except font_files.FontMissingError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    marked, refused = done.stdout.splitlines()
    assert marked == str(b"x \\u25a1 \\u03a9")
    assert "'zh'" in refused
    assert font_files.CHINESE_PACKAGE in refused


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


def test_any_number_of_characters_can_be_read_back():
    """Texts of one font's subset, of several and with blanks that do not break come back whole."""
    greek = "".join(map(chr, (*range(0x391, 0x3A2), *range(0x3A3, 0x3CA))))
    latin = "".join(map(chr, range(0x100, 0x180)))
    cyrillic = "".join(map(chr, range(0x400, 0x460)))
    for text in (f"10\u00a0% (a\\b) – «Ёж» {greek}", f"{latin} {cyrillic}", greek + latin):
        content = render([paragraph(" ".join(text))], title="T")
        read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        assert "".join(read.split()).startswith("".join(text.split()))


def test_documents_in_the_same_letters_carry_the_same_font():
    """Whatever the order of dashes and Russian letters, so the font is made once for all."""
    files = set()
    for text in ("Вовлечённость – «это» …", "… «Ёж» и ещё – №", "№ −"):
        page = PdfReader(io.BytesIO(render([paragraph(f"Ы {text}")], title="T"))).pages[0]
        (font,) = page["/Resources"]["/Font"].values()
        files.add(font["/FontDescriptor"]["/FontFile2"].get_data())
    assert len(files) == 1
