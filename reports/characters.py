"""What may reach paper or page from outside text: visible characters and plain spaces."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

MISSING_MARK = "□"
"""Drawn where neither font knows a character, so that nothing vanishes silently."""

# A non-breaking hyphen is missing from most text fonts and looks like a hyphen.
_LOOKALIKES = {"\u2011": "-", "\u2010": "-", "\u2028": " ", "\u2029": " ", "\u0085": " "}
_SPACES = "\t\n\r\v\f"
SOFT_HYPHEN = "\u00ad"
_LAYOUT = frozenset("\u00ad\u200e\u200f\u061c\u2066\u2067\u2068\u2069")
"""Invisible, but they say where a line may break and in which direction it runs."""


@lru_cache(maxsize=8192)
def readable(text: str) -> str:
    """Return `text` composed (NFC), on one line, without control or invisible characters.

    Lone surrogates, characters that XML forbids and those of private use, which nobody could read
    back, become `MISSING_MARK`; soft hyphens, joiners, direction marks and variation selectors,
    which have no shape of their own, are dropped.
    """
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text).translate(_READABLE)


@lru_cache(maxsize=8192)
def typeset(text: str) -> str:
    """As `readable`, but with soft hyphens, marks of direction and isolates, for those who set
    lines and drop them in the end."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text).translate(_TYPESET)


def _readable_character(character: str) -> str:
    if character in _LOOKALIKES:
        return _LOOKALIKES[character]
    if character in _SPACES:
        return " "
    category = unicodedata.category(character)
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category in {"Cc", "Cs", "Co"} or character in "\ufffe\uffff":
        return MISSING_MARK
    return character


class _Known(dict[int, str]):
    """What stands for each character; filled as characters are met."""

    def __init__(self, kept: Collection[str]) -> None:
        super().__init__({ord(character): character for character in kept})

    def __missing__(self, code: int) -> str:
        self[code] = _readable_character(chr(code))
        return self[code]


_READABLE, _TYPESET = _Known(()), _Known(_LAYOUT)
