"""Hatched bars, for figures that are to be read with doubt; told apart from full ones in grey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.palette import WHITE
from reports.charts.primitives import Line, Primitive, Rect

if TYPE_CHECKING:
    from collections.abc import Iterator

_APART = 4.0


def hatched(x: float, y: float, width: float, height: float, colour: str) -> Iterator[Primitive]:
    """Return a white bar with an outline and slanting lines, its lower left corner at (x, y)."""
    yield Rect(x, y, width, height, fill=WHITE)
    start = _APART - height
    while start < width:
        # A line at 45 degrees from the lower edge, cut where it leaves the bar.
        low, high = max(0.0, -start), min(height, width - start)
        if high > low:
            yield Line(x + start + low, y + low, x + start + high, y + high, colour, 0.8)
        start += _APART
    yield Rect(x, y, width, height, stroke=colour)
