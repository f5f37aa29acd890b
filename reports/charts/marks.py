"""Marks that differ in shape as well as in colour, drawn as shapes and never as letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.palette import WHITE
from reports.charts.primitives import Circle, Line, Polygon, Primitive, Rect

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.blocks import MarkShape


def mark(
    shape: MarkShape, colour: str, x: float, y: float, radius: float = 4
) -> tuple[Primitive, ...]:
    """Return a mark of about `radius` points centred on (x, y)."""
    return _DRAWN[shape](colour, x, y, radius)


def disc(colour: str, x: float, y: float, radius: float = 4) -> tuple[Primitive, ...]:
    """Return a filled dot with a white rim that keeps it apart from what lies below."""
    return (Circle(x, y, radius, fill=colour, stroke=WHITE),)


def _up(colour: str, x: float, y: float, radius: float) -> tuple[Primitive, ...]:
    return (_triangle(colour, x, y, radius * 1.25),)


def _down(colour: str, x: float, y: float, radius: float) -> tuple[Primitive, ...]:
    return (_triangle(colour, x, y, -radius * 1.25),)


def _triangle(colour: str, x: float, y: float, radius: float) -> Polygon:
    side = abs(radius) * 0.95
    points = ((x - side, y - radius * 0.7), (x + side, y - radius * 0.7), (x, y + radius * 0.95))
    return Polygon(points, fill=colour, stroke=WHITE)


def _bar(colour: str, x: float, y: float, radius: float) -> tuple[Primitive, ...]:
    half = radius * 0.42
    return (Rect(x - radius, y - half, 2 * radius, 2 * half, fill=colour),)


def _ring(colour: str, x: float, y: float, radius: float) -> tuple[Primitive, ...]:
    return (Circle(x, y, radius * 0.85, fill=WHITE, stroke=colour),)


def _square(colour: str, x: float, y: float, radius: float) -> tuple[Primitive, ...]:
    half = radius * 0.75
    return (Rect(x - half, y - half, 2 * half, 2 * half, fill=WHITE, stroke=colour),)


def _diamond(colour: str, x: float, y: float, radius: float) -> tuple[Primitive, ...]:
    side = radius * 1.15
    points = ((x - side, y), (x, y - side), (x + side, y), (x, y + side))
    return (Polygon(points, fill=colour, stroke=WHITE),)


def _cross(colour: str, x: float, y: float, radius: float) -> tuple[Primitive, ...]:
    half = radius * 0.75
    return (
        Line(x - half, y - half, x + half, y + half, colour, 1.4),
        Line(x - half, y + half, x + half, y - half, colour, 1.4),
    )


_DRAWN: dict[MarkShape, Callable[[str, float, float, float], tuple[Primitive, ...]]] = {
    "up": _up,
    "down": _down,
    "bar": _bar,
    "ring": _ring,
    "square": _square,
    "diamond": _diamond,
    "cross": _cross,
}
