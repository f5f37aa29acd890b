"""Names and figures set apart within sentences from right to left (isolates of UAX #9).

Without them a Latin name would draw the brackets and figures beside it into its own direction.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RIGHT_TO_LEFT_MARK = "\u200f"
_LETTERS_FROM_RIGHT = re.compile("[\u0590-\u08ff]")
_LATIN_LETTERS = re.compile("[A-Za-z]")
_VALUES = re.compile(r"\{[^{}]*\}")
_LEFT_TO_RIGHT, _BY_FIRST_LETTER, _END = "\u2066", "\u2068", "\u2069"
_OPENING = frozenset("\u2066\u2067\u2068")


def direction_of(template: str) -> str:
    """A mark that makes a sentence run from right to left whatever value it begins with; none where
    all its own letters are Latin."""
    own = _VALUES.sub("", template)
    latin = _LATIN_LETTERS.search(own) and not _LETTERS_FROM_RIGHT.search(own)
    return "" if latin else _RIGHT_TO_LEFT_MARK


def listed(parts: Sequence[str], locale: str, right_to_left: bool) -> str:
    """``a, b and c`` as the language writes it."""
    from babel.lists import format_list

    if not right_to_left:
        return format_list(list(parts), locale=locale)
    return _RIGHT_TO_LEFT_MARK + format_list(
        [isolated_words(part) for part in parts], locale=locale
    )


def isolated_figure(text: str) -> str:
    """A figure that keeps its order from left to right wherever it stands."""
    return f"{_LEFT_TO_RIGHT}{text}{_END}"


def isolated_words(text: str) -> str:
    """Words that run as their first letter does, and leave the sentence around them alone."""
    return f"{_BY_FIRST_LETTER}{_balanced(text)}{_END}"


def _balanced(text: str) -> str:
    """Text from outside could hold ends without beginnings, which would end the isolate early."""
    kept, depth = [], 0
    for character in text:
        if character == _END and not depth:
            continue
        depth += (character in _OPENING) - (character == _END)
        kept.append(character)
    return "".join(kept) + _END * depth
