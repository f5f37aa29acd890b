"""Where names of points may stand so that they touch neither points nor one another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.primitives import Line

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right and top."""

_NEAR = 8.0
_FAR = (0.0, 14.0, 28.0)
_CLEAR = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """The left end and the middle height of a name, and whether it needs a line to its point."""

    x: float
    y: float
    apart: bool


def place_labels(
    points: Sequence[Point],
    sizes: Sequence[tuple[float, float]],
    taken: Sequence[Box],
    room: Box,
) -> list[Place] | None:
    """Return a place within `room` for a name of each of `points`, or None if one finds none.

    `sizes` are widths and heights; no name lies on a box that is `taken` or on another name. Names
    stand to the right, to the left, above or below their point, further away where they must.
    """
    blocked = list(taken)
    places = []
    for point, size in zip(points, sizes, strict=True):
        found = next(
            (
                (place, box)
                for place, box in _candidates(point, size)
                if _within(box, room) and not any(_touch(box, other) for other in blocked)
            ),
            None,
        )
        if found is None:
            return None
        places.append(found[0])
        blocked.append(found[1])
    return places


def _candidates(point: Point, size: tuple[float, float]) -> Iterator[tuple[Place, Box]]:
    x, y = point
    width, height = size
    for far, (across, along) in product(_FAR, ((1, 0), (-1, 0), (0, 1), (0, -1), *_CORNERS)):
        distance = _NEAR + far
        left = {1: x + distance, 0: x - width / 2, -1: x - distance - width}[across]
        middle = y + along * (distance + height / 2)
        box = left, middle - height / 2, left + width, middle + height / 2
        yield Place(left, middle, far > 0), box


_CORNERS = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def _within(box: Box, room: Box) -> bool:
    return room[0] <= box[0] and room[1] <= box[1] and box[2] <= room[2] and box[3] <= room[3]


def _touch(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return across > -_CLEAR and along > -_CLEAR


def around(x: float, y: float, radius: float) -> Box:
    """Return what a dot covers."""
    return x - radius, y - radius, x + radius, y + radius


def around_line(line: Line) -> Box:
    """Return what a level or an upright line covers."""
    xs, ys = sorted((line.x1, line.x2)), sorted((line.y1, line.y2))
    return xs[0], ys[0], xs[1], ys[1]
