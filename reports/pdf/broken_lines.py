"""Lines of a paragraph that was broken, each such that it alone runs as it did in the paragraph.

Unicode's bidirectional algorithm orders the characters of a line by what stands around them, also
before and behind the line. What matters of that is written into each line, as invisible marks.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from reports.pdf.bidirectional import (
    END_OF_ISOLATE,
    ISOLATES,
    LEFT_TO_RIGHT_ISOLATE,
    LEFT_TO_RIGHT_MARK,
    RIGHT_TO_LEFT_ISOLATE,
    RIGHT_TO_LEFT_MARK,
    base_level,
)

_STRONG = frozenset({"L", "R", "AL"})
_LETTER_OR_NUMBER = frozenset({"L", "EN"})
_BOUNDARIES = frozenset({"LRI", "RLI", "FSI", "PDI"})


class Edges(NamedTuple):
    """What stands before and behind a line."""

    start: str
    end: str


def edges(lines: list[str]) -> list[Edges]:
    """What each line of a paragraph needs: the paragraph's direction where its own first letter
    would mislead, the isolates that are open, and marks where a Latin phrase was broken."""
    text = "".join(lines)
    base = base_level(text)
    found = []
    place, still_open = 0, ""
    begins_within = False
    for line in lines:
        inner = still_open + (LEFT_TO_RIGHT_MARK if begins_within else "")
        start = inner if base_level(inner + line) == base else _mark(base) + inner
        still_open = _isolates(text, place, place + len(line), still_open)
        place += len(line)
        begins_within = bool(base) and _within_phrase(text, place)
        found.append(Edges(start, LEFT_TO_RIGHT_MARK if begins_within else ""))
    return found


def _mark(level: int) -> str:
    return RIGHT_TO_LEFT_MARK if level else LEFT_TO_RIGHT_MARK


def _isolates(text: str, start: int, stop: int, still_open: str) -> str:
    """The isolates that are open at `stop`, each by the direction that it has in the paragraph."""
    for place in range(start, stop):
        if text[place] in ISOLATES:
            still_open += _direction(text, place)
        elif text[place] == END_OF_ISOLATE:
            still_open = still_open[:-1]
    return still_open


def _direction(text: str, place: int) -> str:
    if text[place] in {LEFT_TO_RIGHT_ISOLATE, RIGHT_TO_LEFT_ISOLATE}:
        return text[place]
    from_right = base_level(text[place + 1 :], within_isolate=True)
    return RIGHT_TO_LEFT_ISOLATE if from_right else LEFT_TO_RIGHT_ISOLATE


def _within_phrase(text: str, place: int) -> bool:
    """Whether a paragraph from right to left was broken within words from left to right."""
    before = (unicodedata.bidirectional(character) for character in reversed(text[:place]))
    behind = (unicodedata.bidirectional(character) for character in text[place:])
    last = next((kind for kind in before if kind in _STRONG or kind in _BOUNDARIES), "")
    stops = _STRONG | _LETTER_OR_NUMBER | _BOUNDARIES
    return last == "L" and next((kind for kind in behind if kind in stops), "") in _LETTER_OR_NUMBER
