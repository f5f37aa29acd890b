"""Lato for text, DejaVu Sans for what Lato lacks; every run of text knows its font beforehand.

A character that a TrueType font lacks would be drawn as nothing at all, so text is cut into runs
by the fonts' own character maps, and what no font knows is drawn as a visible mark.
"""

from __future__ import annotations

import importlib.util
import threading
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from reports.characters import MISSING_MARK, readable
from reports.pdf.direction import visual
from reports.pdf.joining import join, letters

REGULAR = "Lato"
BOLD = "Lato-Bold"
_FILES = {False: "Lato-Regular.ttf", True: "Lato-Bold.ttf"}
_NAMES = {False: REGULAR, True: BOLD}
_FALLBACK_FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
_FALLBACK_NAMES = {False: "DejaVuSans", True: "DejaVuSans-Bold"}
_FALLBACK_PACKAGES = ("rinoh_typeface_dejavusans", "matplotlib")
_FALLBACK_FOLDERS = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/TTF",
    "/usr/local/share/fonts",
    "/Library/Fonts",
)
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry ({name})
/Ordering ({name})
/Supplement 0
>> def
/CMapName /{name} def
/CMapType 2 def
1 begincodespacerange
<00> <{last}>
endcodespacerange
{tables}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
_LOCK = threading.Lock()


class Run(NamedTuple):
    """A stretch of text that one registered font can draw."""

    font: str
    text: str


class _Glyph(NamedTuple):
    font: str
    character: str
    advance: float  # in parts of the font size


class _ReportFont(TTFont):
    """A font whose text can be read back, searched and read aloud from the file.

    ReportLab maps unused codes to U+0000, which PDF/UA forbids, and writes characters beyond
    U+FFFF in a form that no reader understands.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802 ReportLab's name
        """Write the font's subsets, each with its own table from codes to characters."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            tag = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("ascii")
            doc.idToObject[f"toUnicodeCMap:{tag}"].content = _to_unicode(tag, subset)


def _to_unicode(name: str, subset: list[int]) -> str:
    lines = [f"<{place:02X}> <{_utf16(code)}>" for place, code in enumerate(subset)]
    # The format allows a hundred lines at a time.
    parts = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    tables = [[f"{len(part)} beginbfchar", *part, "endbfchar"] for part in parts]
    return _CMAP.format(
        name=name, last=f"{len(subset) - 1:02X}", tables="\n".join("\n".join(t) for t in tables)
    )


def _utf16(code: int) -> str:
    return letters(chr(code or 0xFFFD)).encode("utf-16-be").hex().upper()


class _Weight(dict[str, _Glyph]):
    """Character → how it is drawn at one weight; filled as characters are met."""

    def __init__(self, fonts: tuple[TTFont, ...]) -> None:
        super().__init__()
        self._fonts = fonts

    def __missing__(self, character: str) -> _Glyph:
        glyph = self._find(character) or self._find(MISSING_MARK)
        if glyph is None:
            raise LookupError(f"No registered font draws {MISSING_MARK!r}.")
        self[character] = glyph
        return glyph

    def _find(self, character: str) -> _Glyph | None:
        code = ord(character)
        for font in self._fonts:
            if code in font.face.charToGlyph:
                advance = float(font.face.charWidths.get(code, font.face.defaultWidth)) / 1000
                return _Glyph(font.fontName, character, advance)
        return None


def register() -> None:
    """Register the report's fonts with ReportLab; safe to call often and from any thread."""
    _weights()


def runs(text: str, bold: bool = False) -> tuple[Run, ...]:
    """Cut outside text into runs that can be drawn; never empty for a non-empty visible text."""
    return _runs(readable(text), bold)


def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of one line of text in points, as `runs` would draw it."""
    return _em_width(text, bold) * size


def has_fallback() -> bool:
    """Tell whether DejaVu Sans was found on this machine."""
    return len(_fonts(False)) > 1


@lru_cache(maxsize=16384)
def _runs(text: str, bold: bool) -> tuple[Run, ...]:
    weight = _weights()[bold]
    glyphs = [weight[character] for character in visual(join(text))]
    return tuple(
        Run(font, "".join(glyph.character for glyph in group))
        for font, group in groupby(glyphs, key=lambda glyph: glyph.font)
    )


@lru_cache(maxsize=32768)
def _em_width(text: str, bold: bool) -> float:
    weight = _weights()[bold]
    return sum(weight[character].advance for character in join(readable(text)))


def _weights() -> dict[bool, _Weight]:
    with _LOCK:
        return _weights_once()


@cache
def _weights_once() -> dict[bool, _Weight]:
    return {bold: _Weight(_fonts(bold)) for bold in (False, True)}


@cache
def _fonts(bold: bool) -> tuple[TTFont, ...]:
    import fontpkg_lato

    paths = [(_NAMES[bold], Path(fontpkg_lato.ROOT) / "files" / _FILES[bold])]
    fallback = _fallback_folder()
    if fallback is not None:
        paths.append((_FALLBACK_NAMES[bold], fallback / _FALLBACK_FILES[bold]))
    fonts = tuple(_ReportFont(name, str(path)) for name, path in paths)
    for font in fonts:
        pdfmetrics.registerFont(font)
    return fonts


@cache
def _fallback_folder() -> Path | None:
    folders = [*_package_folders(), *map(Path, _FALLBACK_FOLDERS)]
    return next((folder for folder in folders if _holds_fallback(folder)), None)


def _holds_fallback(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _FALLBACK_FILES.values())


def _package_folders() -> list[Path]:
    folders = []
    for name in _FALLBACK_PACKAGES:
        # Only located, not imported: the packages pull in far more than a font.
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None:
            root = Path(found.origin).parent
            folders += [root, root / "mpl-data" / "fonts" / "ttf"]
    return folders
