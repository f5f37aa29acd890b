"""Text from people and files, without what no database and no page can show."""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def readable(text: str) -> str:
    """The text without control characters (line breaks and tabs stay), unpaired surrogates, and
    signs that turn the reading direction: left open in a name, they would turn the figures that
    follow it. Stripped; empty where nothing of it can be seen."""
    if text.isprintable():
        return text.strip()
    kept = "".join(c for c in text if c in _KEPT or _may_stay(c)).strip()
    return kept if any(_is_seen(c) for c in kept) else ""


def one_line(text: str) -> str:
    """Readable text on one line, each run of white space a single blank."""
    return readable(" ".join(text.split()))


def named(name: str, identifier: str) -> str:
    """A name with its identifier behind it: ``“Attention” (cog1)``; the identifier alone where
    there is no other name."""
    return f"“{name}” ({identifier})" if name and name != identifier else f"“{identifier}”"


def _may_stay(character: str) -> bool:
    return character not in _TURNING and unicodedata.category(character) not in {"Cc", "Cs"}


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) != "Cf" and not character.isspace()
