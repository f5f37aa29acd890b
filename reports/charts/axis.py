"""A linear axis: values to places along a line, with light grid lines and tick labels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from reports.charts.palette import GRID, MUTED
from reports.charts.primitives import Line, Primitive, Text
from reports.charts.text_width import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.format import Formatter

TICK_SIZE = 7.0
_TICK_ROOM = 26.0
_APART = 3.0
_OVERHANG = 8.0
"""Points by which the words of a tick may pass the ends of the axis."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps values from `low` to `high` onto places from `start` to `end`, in points."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return where `value` lies; values outside the axis are held at its ends."""
        held = min(max(value, self.low), self.high)
        return self.start + (held - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, wanted: int = 5) -> tuple[float, ...]:
        """Return about `wanted` round values within the axis."""
        step = _round_step((self.high - self.low) / wanted)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return tuple(index * step for index in range(first, last + 1))


def fitted(
    values: Iterable[float | None], least: float, within: tuple[float, float] = (0, 100)
) -> tuple[float, float]:
    """Return round ends around `values`, at least `least` apart and, where they are, `within`."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else within
    missing = max(0.0, least - (high - low)) / 2
    step = _round_step(max(high - low, least) / 5)
    start = math.floor((low - missing) / step) * step
    end = math.ceil((high + missing) / step) * step
    if start < within[0] <= low:
        start, end = within[0], max(end, within[0] + least)
    if high <= within[1] < end:
        start, end = max(min(start, within[1] - least), min(within[0], start)), within[1]
    return start, end


def vertical_grid(
    axis: Axis, bottom: float, top: float, figures: Formatter, *, shares: bool = False
) -> tuple[Primitive, ...]:
    """Return grid lines from `bottom` to `top` with their values printed below `bottom`.

    There are as many as leave their printed values apart; those at the ends stay near the axis.
    `shares` of one are percentages.
    """
    shapes: list[Primitive] = []
    for tick, label, middle in _labels(axis, figures, shares):
        x = axis.place(tick)
        shapes.append(Line(x, bottom, x, top, GRID, 0.6))
        shapes.append(Text(middle, bottom - TICK_SIZE - 3, label, TICK_SIZE, MUTED, "middle"))
    return tuple(shapes)


def _labels(axis: Axis, figures: Formatter, shares: bool) -> list[tuple[float, str, float]]:
    """As many ticks, at most about five, as leave their printed values apart, and their middles."""
    for wanted in range(max(1, min(5, int((axis.end - axis.start) / _TICK_ROOM))), 0, -1):
        ticks = axis.ticks(wanted)
        digits = decimals(ticks)
        labels = [figures.percent(t) if shares else figures.number(t, digits) for t in ticks]
        halves = [text_width(label, TICK_SIZE) / 2 for label in labels]
        left, right = axis.start - _OVERHANG, axis.end + _OVERHANG
        middles = [
            min(max(axis.place(tick), left + half), right - half)
            for tick, half in zip(ticks, halves, strict=True)
        ]
        placed = list(zip(ticks, labels, middles, strict=True))
        ends = list(zip(middles, halves, strict=True))
        if all(two - b - one - a >= _APART for (one, a), (two, b) in pairwise(ends)):
            return placed
    return placed[:1]


def decimals(ticks: tuple[float, ...]) -> int:
    """Return how many decimals the ticks need to be told apart."""
    if len(ticks) < 2:
        return 0
    step = ticks[1] - ticks[0]
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _round_step(step: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(step))
    return min((1, 2, 5, 10), key=lambda factor: abs(factor * magnitude - step)) * magnitude
