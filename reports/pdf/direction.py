"""Text in the order in which it stands on a line that runs from left to right.

A name in Hebrew or Arabic letters runs from right to left within it. Each such name stands by
itself, as between the isolates of Unicode's bidirectional algorithm (UAX #9): commas, brackets and
figures after it belong to the sentence, so that in ``X (80), Y (60)`` no figure changes its name.
"""

from __future__ import annotations

import re
import unicodedata

_CLASSES = {"R": "R", "AL": "R", "NSM": "M", "EN": "D", "AN": "D", "WS": "S", "L": "L"}
_NAME = re.compile("R(?:[RMDS]|(?<=[RM])O(?=R))*(?<=[RM])")
"""Letters (R) with their marks (M), numbers (D) and blanks (S) between them, and signs (O) such as
hyphens and inverted commas within a word."""
_MARKED = re.compile("RM+")
_NUMBER = re.compile("D+")
_FIRST = "\u0590"
"""Nothing before this character runs from right to left."""


def visual(text: str) -> str:
    """The characters from left to right as they are drawn."""
    if max(text, default="") < _FIRST:
        return text
    classes = "".join(_CLASSES.get(unicodedata.bidirectional(character), "O") for character in text)
    shown, end = [], 0
    for found in _NAME.finditer(classes):
        start = found.start()
        shown += [text[end:start], _turned(text[start : found.end()], found.group())]
        end = found.end()
    return "".join([*shown, text[end:]])


def _turned(name: str, classes: str) -> str:
    """A name backwards; numbers, and letters with their marks, keep their order."""
    kept = sorted(found.span() for rule in (_NUMBER, _MARKED) for found in rule.finditer(classes))
    parts, place = [], 0
    for start, end in kept:
        parts += [*name[place:start], name[start:end]]
        place = end
    return "".join(reversed([*parts, *name[place:]]))
