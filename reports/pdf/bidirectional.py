"""The order in which characters of a line stand that runs from right to left (UAX #9).

Unicode's bidirectional algorithm without embeddings and overrides, which never reach a report: a
level for each character, from its class, its neighbours and the isolates around it. Names follow
the rules of the algorithm (X, W, N, I and L).
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from reports.pdf.brackets import CLOSING, MIRRORED, OPENING

if TYPE_CHECKING:
    from collections.abc import Iterable

RIGHT_TO_LEFT_MARK, LEFT_TO_RIGHT_MARK = "\u200f", "\u200e"
LEFT_TO_RIGHT_ISOLATE, RIGHT_TO_LEFT_ISOLATE = "\u2066", "\u2067"
FIRST_STRONG_ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
ISOLATES = frozenset("\u2066\u2067\u2068")
CONTROLS = frozenset("\u200e\u200f\u061c\u2069") | ISOLATES

_INITIATORS = frozenset({"LRI", "RLI", "FSI"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI", "BN"})
_DEEPEST = 125


class _Sequence(NamedTuple):
    """Characters directly within one isolate, or within none; what it holds itself is left out."""

    level: int
    places: list[int]


def base_level(text: str, within_isolate: bool = False) -> int:
    """The level of a text by its first letter outside of isolates (P2, P3), 1 from the right.

    If it begins `within_isolate`, it ends with that.
    """
    return _first_strong(map(unicodedata.bidirectional, text), within_isolate)


def visual_places(text: str, base: int = 1) -> list[int]:
    """The places in `text` of the characters that are drawn, from left to right.

    `base` is the level of the whole line: 1 from right to left, 0 from left to right.
    """
    return [place for place, _ in _ordered(text, base)]


def visual_characters(text: str, base: int = 1) -> list[tuple[int, str]]:
    """As `visual_places`, each with the character drawn: brackets turned round where needed."""
    return [
        (place, MIRRORED.get(text[place], text[place]) if level % 2 else text[place])
        for place, level in _ordered(text, base)
    ]


def _ordered(text: str, base: int) -> list[tuple[int, int]]:
    """Place and level of each drawn character from left to right (L2).

    A mark that is turned round with its letter stands before it (L3 does not apply): it has no
    width, and fonts draw it from where the letter begins at the left.
    """
    line = list(enumerate(levels(text, base)))
    highest = max((level for _, level in line), default=0)
    for step in range(highest, 0, -1):
        line = _turned(line, step)
    return [(place, level) for place, level in line if text[place] not in CONTROLS]


def _turned(line: list[tuple[int, int]], step: int) -> list[tuple[int, int]]:
    """The line with every stretch of at least a level turned round."""
    turned: list[tuple[int, int]] = []
    stretch: list[tuple[int, int]] = []
    for each in line:
        if each[1] >= step:
            stretch.append(each)
            continue
        turned += [*reversed(stretch), each]
        stretch = []
    return [*turned, *reversed(stretch)]


def levels(text: str, base: int = 1) -> list[int]:
    """The level of each character of one line: odd from right to left, even from left to right."""
    classes = [unicodedata.bidirectional(character) or "L" for character in text]
    found = [base] * len(text)
    sequences = _sequences(classes, base)
    for sequence in sequences:
        for place in sequence.places:
            found[place] = sequence.level
    explicit = list(found)
    for sequence in sequences:
        _resolve(sequence, text, classes, explicit, found, base)
    _lower_edges(classes, found, base)
    return found


def _sequences(classes: list[str], base: int) -> list[_Sequence]:
    """The isolating run sequences (X1–X10)."""
    whole = _Sequence(base, [])
    found, around, ignored = [whole], [whole], 0
    for place, kind in enumerate(classes):
        if kind == "PDI" and ignored:
            ignored -= 1
        elif kind == "PDI" and len(around) > 1:
            around.pop()
        around[-1].places.append(place)
        if kind in _INITIATORS:
            odd = kind == "RLI" or (kind == "FSI" and _first_strong(classes[place + 1 :]))
            level = around[-1].level + (2 if around[-1].level % 2 == odd else 1)
            if level > _DEEPEST or ignored:
                ignored += 1
                continue
            around.append(_Sequence(level, []))
            found.append(around[-1])
    return [sequence for sequence in found if sequence.places]


def _first_strong(classes: Iterable[str], within_isolate: bool = True) -> int:
    """1 if the first letter outside of isolates, before the end of this one, is from the right."""
    depth = 0
    for kind in classes:
        if kind in _INITIATORS:
            depth += 1
        elif kind == "PDI":
            if not depth and within_isolate:
                return 0
            depth = max(depth - 1, 0)
        elif not depth and kind in {"L", "R", "AL"}:
            return int(kind != "L")
    return 0


def _resolve(
    sequence: _Sequence,
    text: str,
    classes: list[str],
    explicit: list[int],
    found: list[int],
    base: int,
) -> None:
    places, level = sequence.places, sequence.level
    first, last = places[0], places[-1]
    before = explicit[first - 1] if first else base
    open_ended = classes[last] in _INITIATORS or last + 1 == len(classes)
    after = base if open_ended else explicit[last + 1]
    start, end = _side(max(level, before)), _side(max(level, after))
    kinds = _weak([classes[place] for place in places], start)
    _brackets(kinds, [text[place] for place in places], _side(level), start)
    _neutrals(kinds, _side(level), start, end)
    for place, kind in zip(places, kinds, strict=True):
        if level % 2:
            found[place] = level + (kind != "R")
        else:
            found[place] = level + (1 if kind == "R" else 2 if kind in {"EN", "AN"} else 0)


def _side(level: int) -> str:
    return "R" if level % 2 else "L"


def _weak(kinds: list[str], start: str) -> list[str]:
    """Marks, numbers and what belongs to numbers (W1–W7)."""
    kinds = _marks_and_digits(kinds, start)
    for place in range(1, len(kinds) - 1):
        around = kinds[place - 1], kinds[place + 1]
        if around == ("EN", "EN") and kinds[place] in {"ES", "CS"}:
            kinds[place] = "EN"
        elif around == ("AN", "AN") and kinds[place] == "CS":
            kinds[place] = "AN"
    _terminators(kinds)
    strong = start
    for place, kind in enumerate(kinds):
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"
        elif kind in {"ES", "ET", "CS"}:
            kinds[place] = "ON"
    return kinds


def _marks_and_digits(kinds: list[str], start: str) -> list[str]:
    """W1–W3."""
    found: list[str] = []
    previous = strong = start
    for given in kinds:
        kind = given
        if kind == "NSM":
            kind = "ON" if previous in _INITIATORS or previous == "PDI" else previous
        previous = kind
        if kind in {"L", "R", "AL"}:
            strong = kind
        elif kind == "EN" and strong == "AL":
            kind = "AN"
        found.append("R" if kind == "AL" else kind)
    return found


def _terminators(kinds: list[str]) -> None:
    """Signs such as % beside a number belong to it (W5)."""
    place = 0
    while place < len(kinds):
        end = place
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        beside = (place and kinds[place - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")
        if end > place and beside:
            kinds[place:end] = ["EN"] * (end - place)
        place = max(end, place + 1)


def _strong(kind: str) -> str:
    """Numbers count as from right to left beside neutral characters."""
    return "R" if kind in {"EN", "AN"} else kind


def _brackets(kinds: list[str], characters: list[str], own: str, start: str) -> None:
    """Both brackets of a pair take one direction (N0)."""
    for opening, closing in _pairs(kinds, characters):
        inside = {_strong(kind) for kind in kinds[opening + 1 : closing]} & {"L", "R"}
        if own in inside:
            side = own
        elif inside:
            earlier = (_strong(kind) for kind in reversed(kinds[:opening]))
            context = next((kind for kind in earlier if kind in {"L", "R"}), start)
            side = context if context in inside else own
        else:
            continue
        kinds[opening] = kinds[closing] = side


def _pairs(kinds: list[str], characters: list[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for place, (kind, character) in enumerate(zip(kinds, characters, strict=True)):
        if kind != "ON":
            continue
        if character in OPENING:
            waiting.append((OPENING[character], place))
        elif character in CLOSING:
            depth = next(
                (d for d in reversed(range(len(waiting))) if waiting[d][0] == character), None
            )
            if depth is not None:
                found.append((waiting[depth][1], place))
                del waiting[depth:]
    return sorted(found)


def _neutrals(kinds: list[str], own: str, start: str, end: str) -> None:
    """Neutral characters between two of one direction take it, others that of the line (N1, N2)."""
    place = 0
    while place < len(kinds):
        stop = place
        while stop < len(kinds) and kinds[stop] in _NEUTRAL:
            stop += 1
        if stop > place:
            before = _strong(kinds[place - 1]) if place else start
            after = _strong(kinds[stop]) if stop < len(kinds) else end
            kinds[place:stop] = [before if before == after else own] * (stop - place)
        place = max(stop, place + 1)


def _lower_edges(classes: list[str], found: list[int], base: int) -> None:
    """Blanks at the end of a line stand at its end (L1)."""
    for place in reversed(range(len(classes))):
        if classes[place] not in {"WS", "S", "B", "LRI", "RLI", "FSI", "PDI", "BN"}:
            return
        found[place] = base
