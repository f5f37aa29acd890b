"""Lato for text, other fonts for what it lacks; every run of text knows its font beforehand.

A character that a TrueType font lacks would be drawn as nothing at all, so text is cut into runs
by the fonts' own character maps, and what no font knows is drawn as a visible mark.
"""

from __future__ import annotations

import threading
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from reportlab.pdfbase import pdfmetrics

from reports.characters import MISSING_MARK, SOFT_HYPHEN, readable, typeset
from reports.pdf import font_files
from reports.pdf.bidirectional import CONTROLS
from reports.pdf.direction import visual, visual_from_right
from reports.pdf.joining import join
from reports.pdf.report_font import ReportFont

if TYPE_CHECKING:
    from pathlib import Path

REGULAR = "Lato"
BOLD = "Lato-Bold"
_EAST_ASIAN = 0x1100
"""No script of East Asia has a character before this."""
_LOCK = threading.Lock()


class Run(NamedTuple):
    """A stretch of text that one registered font can draw.

    Where the font has no bold its letters are also `stroked`, which makes them heavier.
    """

    font: str
    text: str
    stroked: bool = False


class _Glyph(NamedTuple):
    font: str
    character: str
    advance: float  # in parts of the font size
    stroked: bool = False


class _Weight(dict[str, _Glyph]):
    """Character → how it is drawn at one weight; filled as characters are met."""

    def __init__(self, bold: bool) -> None:
        super().__init__()
        self._fonts = [_always(family, bold) for family in font_files.families()]
        self._bold = bold

    def __missing__(self, character: str) -> _Glyph:
        glyph = self.find(character) or self.find(MISSING_MARK)
        if glyph is None:
            raise LookupError(f"No registered font draws {MISSING_MARK!r}.")
        self[character] = glyph
        return glyph

    def find(self, character: str) -> _Glyph | None:
        """How a character is drawn; None if no font knows it."""
        code = ord(character)
        for font in self._fonts:
            if code in font.face.charToGlyph:
                return _Glyph(font.fontName, character, _advance(font, code))
        # Large files, read only where they are needed.
        large = _east_asian() if code >= _EAST_ASIAN else None
        if large is not None and code in large.face.charToGlyph:
            return _Glyph(large.fontName, character, _advance(large, code), self._bold)
        return None


def _advance(font: ReportFont, code: int) -> float:
    return float(font.face.charWidths.get(code, font.face.defaultWidth)) / 1000


def register() -> None:
    """Register the report's fonts with ReportLab; safe to call often and from any thread."""
    _weights()


def require(language: str) -> None:
    """Raise FontMissingError unless the letters of a language can be drawn on this machine."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(language, sep="-").get_display_name() or ""
    except (UnknownLocaleError, ValueError):
        return
    weight = _weights()[False]
    if any(weight.find(character) is None for character in name):
        raise font_files.missing(language)


def runs(text: str, bold: bool = False) -> tuple[Run, ...]:
    """Cut outside text into runs that can be drawn; never empty for a non-empty visible text."""
    return _runs(readable(text), bold)


def encoded(run: Run, document: Any) -> list[tuple[str, str]]:
    """Return stretches of a run: a font of the document by its name there, and codes in it."""
    font: Any = pdfmetrics.getFont(run.font)
    return font.encoded(run.text, document)  # type: ignore[no-any-return]


def runs_from_right(pieces: tuple[tuple[str, bool], ...]) -> tuple[Run, ...]:
    """The runs of a line in a document that runs from right to left, as drawn from left to right.

    `pieces` are texts and whether they are bold, in the order of reading.
    """
    return _runs_from_right(tuple((_unbroken(text), bold) for text, bold in pieces))


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of one line of text in points, as `runs` would draw it."""
    return _em_width(text, bold) * size


@lru_cache(maxsize=16384)
def _runs(text: str, bold: bool) -> tuple[Run, ...]:
    weight = _weights()[bold]
    return _grouped([weight[character] for character in visual(join(text))])


@lru_cache(maxsize=4096)
def _runs_from_right(pieces: tuple[tuple[str, bool], ...]) -> tuple[Run, ...]:
    drawn = [(character, bold) for text, bold in pieces for character in join(text)]
    weights = _weights()
    order = visual_from_right("".join(character for character, _ in drawn))
    return _grouped([weights[drawn[place][1]][character] for place, character in order])


def _grouped(glyphs: list[_Glyph]) -> tuple[Run, ...]:
    if len({(glyph.font, glyph.stroked) for glyph in glyphs}) == 1:
        text = "".join([glyph.character for glyph in glyphs])
        return (Run(glyphs[0].font, text, glyphs[0].stroked),)
    return tuple(
        Run(font, "".join(glyph.character for glyph in group), stroked)
        for (font, stroked), group in groupby(glyphs, key=lambda glyph: (glyph.font, glyph.stroked))
    )


@lru_cache(maxsize=32768)
def _em_width(text: str, bold: bool) -> float:
    weight = _weights()[bold]
    if text.isascii() and text.isprintable():
        return sum([weight[character].advance for character in text])
    drawn = join(_unbroken(text))
    return sum([weight[character].advance for character in drawn if character not in CONTROLS])


def _unbroken(text: str) -> str:
    return typeset(text).replace(SOFT_HYPHEN, "")


def _weights() -> dict[bool, _Weight]:
    with _LOCK:
        return _weights_once()


@cache
def _weights_once() -> dict[bool, _Weight]:
    return {bold: _Weight(bold) for bold in (False, True)}


def _always(family: font_files.Family, bold: bool) -> ReportFont:
    if bold and family.bold is not None:
        return _registered(f"{family.name}-Bold", family.bold)
    return _registered(family.name, family.regular)


@cache
def _east_asian() -> ReportFont | None:
    family = font_files.chinese()
    return None if family is None else _registered(family.name, family.regular)


def _registered(name: str, path: Path) -> ReportFont:
    font = ReportFont(name, str(path))
    pdfmetrics.registerFont(font)
    return font
