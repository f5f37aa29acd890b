"""Curves of a path diagram as straight pieces short enough to look round."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reports.charts.primitives import Polygon

if TYPE_CHECKING:
    from collections.abc import Iterable

Point = tuple[float, float]

_ROUND = 48
_PIECES = 24


def ellipse(x: float, y: float, across: float, along: float, fill: str, stroke: str) -> Polygon:
    """Return an ellipse around (x, y) with the half axes `across` and `along`, in points."""
    turns = (2 * math.pi * step / _ROUND for step in range(_ROUND))
    points = tuple((x + across * math.cos(turn), y + along * math.sin(turn)) for turn in turns)
    return Polygon(points, fill=fill, stroke=stroke)


def bend(start: Point, end: Point) -> tuple[Point, ...]:
    """Return a curve that leaves `start` and reaches `end` level, so that figures sit on it."""
    middle = (start[0] + end[0]) / 2
    return tuple(_cubic(start, (middle, start[1]), (middle, end[1]), end, _PIECES))


def bow(start: Point, end: Point, depth: float) -> tuple[Point, ...]:
    """Return half an ellipse from `start` to `end` that bulges `depth` points to the left.

    A negative depth bulges to the right.
    """
    turns = [math.pi * step / _PIECES for step in range(_PIECES + 1)]
    middle, half = (start[1] + end[1]) / 2, (start[1] - end[1]) / 2
    slant = end[0] - start[0]
    return tuple(
        (
            start[0] + slant * turn / math.pi - depth * math.sin(turn),
            middle + half * math.cos(turn),
        )
        for turn in turns
    )


def arrow_head(tip: Point, colour: str, *, rightwards: bool, length: float = 5.5) -> Polygon:
    """Return a level arrow head that ends at `tip`."""
    back = tip[0] - length if rightwards else tip[0] + length
    half = length * 0.46
    return Polygon((tip, (back, tip[1] + half), (back, tip[1] - half)), fill=colour)


def _cubic(start: Point, leave: Point, arrive: Point, end: Point, pieces: int) -> Iterable[Point]:
    for step in range(pieces + 1):
        t = step / pieces
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        corners = (start, leave, arrive, end)
        yield (
            sum(w * corner[0] for w, corner in zip(weights, corners, strict=True)),
            sum(w * corner[1] for w, corner in zip(weights, corners, strict=True)),
        )
