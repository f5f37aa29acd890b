"""How an estimate, its interval, what it is compared with and what was expected are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.marks import disc
from reports.charts.palette import BAND, BLUE, INK
from reports.charts.primitives import Line, Primitive, Rect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.charts.axis import Axis

_DOT = 3.3
_STROKE = 2.4


def estimate(
    axis: Axis, y: float, value: float, low: float | None, high: float | None
) -> Iterator[Primitive]:
    """Draw an interval, where there is one, with its estimate as a dot."""
    if low is not None and high is not None:
        yield Line(axis.place(low), y, axis.place(high), y, BLUE, _STROKE)
    yield from disc(BLUE, axis.place(value), y, _DOT)


def expected(
    axis: Axis, y: float, low: float | None, high: float | None, height: float = 12.0
) -> Iterator[Primitive]:
    """Draw what was expected as a band, where it is known."""
    if low is not None and high is not None:
        left, right = axis.place(low), axis.place(high)
        yield Rect(left, y - height / 2, max(right - left, 0.8), height, fill=BAND)


def comparison(axis: Axis, y: float, value: float | None) -> Iterator[Primitive]:
    """Draw what an estimate is compared with as a tick, where there is such a value."""
    if value is not None:
        x = axis.place(value)
        yield Line(x, y - 7.5, x, y + 7.5, INK, 1.2)


def estimate_key(x: float, y: float) -> list[Primitive]:
    """Return the legend's key of estimates."""
    return [Line(x, y, x + 18, y, BLUE, _STROKE), *disc(BLUE, x + 9, y, _DOT)]


def comparison_key(x: float, y: float) -> list[Primitive]:
    """Return the legend's key of comparisons."""
    return [Line(x + 16, y - 5, x + 16, y + 5, INK, 1.2)]


def expected_key(x: float, y: float) -> list[Primitive]:
    """Return the legend's key of what was expected."""
    return [Rect(x + 4, y - 4, 14, 8, fill=BAND)]
