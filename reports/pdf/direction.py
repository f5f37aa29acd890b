"""Text in the order in which it stands on a line, from left to right.

On lines that run from right to left this is Unicode's bidirectional algorithm; on others, names
that run the other way are turned round.

A name in Hebrew or Arabic letters runs from right to left within it. Each such name stands by
itself, as between the isolates of Unicode's bidirectional algorithm (UAX #9): commas, brackets and
figures after it belong to the sentence, so that in ``X (80), Y (60)`` no figure changes its name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from reports.pdf.bidirectional import base_level, visual_characters

_CLASSES = {"R": "R", "AL": "R", "NSM": "M", "EN": "D", "AN": "D", "WS": "S", "L": "L"}
_NAME = re.compile("R(?:[RMDS]|(?<=[RM])O(?=R))*(?<=[RM])")
"""Letters (R) with their marks (M), numbers (D) and blanks (S) between them, and signs (O) such as
hyphens and inverted commas within a word."""
_NUMBER = re.compile("D+")
_FIRST = "\u0590"
"""Nothing before this character runs from right to left."""


@lru_cache
def right_to_left(language: str) -> bool:
    """Whether a language is written from right to left; False for a tag that is not known."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.replace("_", "-"), sep="-").text_direction == "rtl"
    except (UnknownLocaleError, ValueError):
        return False


def visual_from_right(text: str) -> list[tuple[int, str]]:
    """Place and character from left to right, in a document that runs from right to left.

    Text whose first letter is Latin runs from left to right even there, such as the wording of a
    question that is not translated.
    """
    return visual_characters(text, base_level(text))


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
    """A name backwards; numbers keep their order.

    A mark comes before its letter: it has no width, and fonts draw it from where the letter begins
    at the left.
    """
    kept = [found.span() for found in _NUMBER.finditer(classes)]
    parts, place = [], 0
    for start, end in kept:
        parts += [*name[place:start], name[start:end]]
        place = end
    return "".join(reversed([*parts, *name[place:]]))
