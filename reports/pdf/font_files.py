"""Where the letters of reports come from: packages for most, this machine for Chinese."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILES = Path(__file__).parent / "files"
_SYSTEM_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_CHINESE = (
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "wqy-zenhei.ttc",
    "msyh.ttc",
    "simhei.ttf",
    "Arial Unicode.ttf",
)
"""Fonts with TrueType outlines, the best first; ReportLab draws no others."""
CHINESE_PACKAGE = "fonts-wqy-microhei"


class FontMissingError(LookupError):
    """No font of this machine draws the letters of a report's language; says what to install."""


class Family(NamedTuple):
    """A font in two weights; names are those in a PDF. Without `bold` it has one weight only."""

    name: str
    regular: Path
    bold: Path | None


@cache
def families() -> tuple[Family, ...]:
    """The families that are always there, by the order in which they are asked for a character."""
    import fontpkg_ibm_plex_sans_arabic
    import fontpkg_lato

    lato = Path(fontpkg_lato.ROOT) / "files"
    arabic = Path(fontpkg_ibm_plex_sans_arabic.ROOT) / "files"
    return (
        Family("Lato", lato / "Lato-Regular.ttf", lato / "Lato-Bold.ttf"),
        Family(
            "IBMPlexSansArabic",
            arabic / "IBMPlexSansArabic-Regular.ttf",
            arabic / "IBMPlexSansArabic-Bold.ttf",
        ),
        Family("DejaVuSans", _FILES / "DejaVuSans.ttf", _FILES / "DejaVuSans-Bold.ttf"),
    )


@cache
def chinese() -> Family | None:
    """A font of this machine for Chinese, Japanese and Korean; None where there is none.

    They are too large to come with the program, and no package holds one in a free licence.
    """
    found = {path.name: path for folder in _SYSTEM_FOLDERS for path in _fonts_in(folder)}
    best = next((found[name] for name in _CHINESE if name in found), None)
    return None if best is None else Family("EastAsian", best, None)


def missing(language: str) -> FontMissingError:
    """What to say where the letters of a language cannot be drawn."""
    how = f"install the package {CHINESE_PACKAGE}" if sys.platform == "linux" else "install one"
    return FontMissingError(
        f"This machine has no font that can draw a report in the language {language!r}: {how} "
        f"(any of these will do: {', '.join(_CHINESE)}) and make the report again."
    )


def _fonts_in(folder: str) -> list[Path]:
    root = Path(folder).expanduser()
    return [path for path in sorted(root.rglob("*.tt[cf]")) if path.name in _CHINESE]
