"""Text from people and files, without what no database and no page can show."""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t"


def readable(text: str) -> str:
    """The text without control characters (line breaks and tabs stay) and unpaired surrogates,
    stripped."""
    kept = (c for c in text if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cs"})
    return "".join(kept).strip()


def one_line(text: str) -> str:
    """Readable text on one line, each run of white space a single blank."""
    return readable(" ".join(text.split()))
