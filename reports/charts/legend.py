"""The names of what a chart draws, each beside its key, in as many lines as they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from reports.charts.palette import MUTED
from reports.charts.primitives import Primitive, Text
from reports.charts.text_width import fit, text_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Key: TypeAlias = "Callable[[float, float], list[Primitive]]"
"""Draws a key at most 18 points wide whose left end has its middle at (x, y)."""

_SIZE = 7.0
_LINE = 11.0
_KEY = 22.0
_BETWEEN = 10.0


class Legend:
    """Entries side by side, from the bottom of a chart of `width` points upwards."""

    def __init__(self, entries: Sequence[tuple[str, Key]], width: float) -> None:
        self.width = width
        self.lines: list[list[tuple[str, Key]]] = []
        taken = width
        for name, key in entries:
            words = fit(name, width - _KEY, _SIZE)
            needed = _KEY + text_width(words, _SIZE)
            if taken + _BETWEEN + needed > width:
                self.lines.append([])
                taken = -_BETWEEN
            self.lines[-1].append((words, key))
            taken += _BETWEEN + needed

    @property
    def height(self) -> float:
        """Points that the lines take."""
        return _LINE * len(self.lines)

    def shapes(self, start: float) -> list[Primitive]:
        """Draw the lines from `start` on, or further to the left where they need the room."""
        shapes: list[Primitive] = []
        for place, line in enumerate(reversed(self.lines)):
            y = 6.0 + place * _LINE
            total = sum(_KEY + _BETWEEN + text_width(name, _SIZE) for name, _ in line) - _BETWEEN
            x = max(0.0, min(start, self.width - total))
            for name, key in line:
                shapes += key(x, y)
                shapes.append(Text(x + _KEY, y - _SIZE * 0.36, name, _SIZE, MUTED))
                x += _KEY + text_width(name, _SIZE) + _BETWEEN
        return shapes
