"""Arabic letters in the forms in which they join their neighbours.

Fonts draw a letter alone, at the beginning, within or at the end of a word from characters of
their own (Unicode's presentation forms), which programs that shape text choose by themselves and
ReportLab does not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain
from typing import Literal, NamedTuple

Form = Literal["isolated", "final", "initial", "medial"]
_FORMS = range(0xFB50, 0xFDFC), range(0xFE70, 0xFEFD)
_ARABIC = re.compile("[\u0600-\u06ff]")
_STRETCH = "\u0640"
_LAM = "\u0644"


class _Letters(NamedTuple):
    """Forms by letter, or by lam and the alef that it makes one letter with; letters by form."""

    forms: dict[str, dict[str, str]]
    letters: dict[str, str]

    def joins(self, letter: str) -> bool:
        """Whether a letter joins the one that follows."""
        return letter == _STRETCH or "initial" in self.forms.get(letter, ())

    def joined(self, letter: str) -> bool:
        """Whether a letter joins the one that it follows."""
        return letter == _STRETCH or "final" in self.forms.get(letter, ())


def join(text: str) -> str:
    """The text with Arabic letters as they join; every other character as it is."""
    if text.isascii() or not _ARABIC.search(text):
        return text
    found = _letters()
    units = _units(text, found)
    shaped = []
    for place, unit in enumerate(units):
        before = _neighbour(units, place, -1)
        after = _neighbour(units, place, 1)
        left = found.joined(unit) and found.joins(before[-1:])
        right = found.joins(unit) and found.joined(after[:1])
        form: Form = (
            ("medial" if right else "final") if left else "initial" if right else "isolated"
        )
        shaped.append(found.forms.get(unit, {}).get(form, unit))
    return "".join(shaped)


def letters(form: str) -> str:
    """The letters that a form stands for; any other character is its own."""
    if ord(form) < _FORMS[0].start:
        return form
    return _letters().letters.get(form, form)


def _units(text: str, found: _Letters) -> list[str]:
    """Characters, lam with its alef as one."""
    units: list[str] = []
    for character in text:
        pair = _LAM + character
        if units and units[-1] == _LAM and pair in found.forms:
            units[-1] = pair
        else:
            units.append(character)
    return units


def _neighbour(units: list[str], place: int, step: int) -> str:
    """The next unit that is no mark above or below a letter."""
    place += step
    while 0 <= place < len(units) and unicodedata.bidirectional(units[place][0]) == "NSM":
        place += step
    return units[place] if 0 <= place < len(units) else ""


@cache
def _letters() -> _Letters:
    found = _Letters({}, {})
    for code in chain(*_FORMS):
        kind, *codes = unicodedata.decomposition(chr(code)).split() or [""]
        own = "".join(chr(int(each, 16)) for each in codes)
        if len(own) == 1 or (
            len(own) == 2 and own[0] == _LAM and own[1] in "\u0622\u0623\u0625\u0627"
        ):
            found.forms.setdefault(own, {})[kind.strip("<>")] = chr(code)
            found.letters[chr(code)] = own
    return found
