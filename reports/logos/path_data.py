"""The path data of SVG as straight lines and Bézier curves of the third degree.

Source: SVG 1.1, 8.3 "Path data" and F.6 "Elliptical arc implementation notes".
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from reports.logos.model import LogoError, Segment
from reports.logos.transforms import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.logos.model import Point

MOST_SEGMENTS = 20_000

_FARTHEST, _NEAREST = 1e7, 1e-6

_COMMAND = re.compile(r"[MmLlHhVvCcSsQqTtAaZz]")
_SEPARATOR = re.compile(r"[\s,]*")
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_FLAGS = (3, 4)
"""Places of the numbers of an arc that are single digits, after which no blank need stand."""


def segments(text: str) -> tuple[Segment, ...]:
    """The steps of a ``d`` attribute. Raises LogoError."""
    pen = _Pen()
    for command, values in _steps(text):
        pen.step(command, values)
        if len(pen.made) > MOST_SEGMENTS:
            raise LogoError(
                f"A path has more than {MOST_SEGMENTS} segments. Simplify the drawing, or send it "
                "as PNG."
            )
    return tuple(pen.made)


def _steps(text: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with its numbers; a command is repeated for each further set of numbers."""
    place = _after(text, 0)
    command = ""
    while place < len(text):
        found = _COMMAND.match(text, place)
        if found:
            command = found[0]
            place = _after(text, found.end())
        elif command in {"", "Z", "z"}:
            raise _wrong(text, place)
        values: list[float] = []
        for index in range(_NUMBERS[command.upper()]):
            value, place = _number(text, place, flag=command in {"A", "a"} and index in _FLAGS)
            values.append(value)
        yield command, values
        command = {"M": "L", "m": "l"}.get(command, command)


def _number(text: str, place: int, *, flag: bool) -> tuple[float, int]:
    if flag and text[place : place + 1] in {"0", "1"}:
        return float(text[place]), _after(text, place + 1)
    found = NUMBER.match(text, place)
    if found is None or flag or abs(float(found[0])) > _FARTHEST:
        raise _wrong(text, place)
    return float(found[0]), _after(text, found.end())


def _after(text: str, place: int) -> int:
    found = _SEPARATOR.match(text, place)
    return found.end() if found else place


def _wrong(text: str, place: int) -> LogoError:
    return LogoError(f"A path cannot be read at {text[place : place + 20]!r}.")


class _Pen:
    """Where a path has come to, and what it was made of so far."""

    def __init__(self) -> None:
        self.made: list[Segment] = []
        self.at: Point = (0.0, 0.0)
        self.start: Point = (0.0, 0.0)
        self.control: tuple[str, Point] = ("", (0.0, 0.0))

    def step(self, command: str, values: Sequence[float]) -> None:
        """Take one command with its numbers."""
        kind = command.upper()
        if not self.made and kind != "M":
            raise LogoError("A path does not begin with M.")
        if kind == "Z":
            self.made.append(Segment("Z"))
            self.at, self.control = self.start, ("", self.start)
            return
        base = self.at if command.islower() else (0.0, 0.0)
        if kind == "A":
            self._arc(values, (values[5] + base[0], values[6] + base[1]))
            return
        points = self._points(kind, values, base)
        self._draw(kind, points)

    def _points(self, kind: str, values: Sequence[float], base: Point) -> list[Point]:
        if kind == "H":
            return [(values[0] + base[0], self.at[1])]
        if kind == "V":
            return [(self.at[0], values[0] + base[1])]
        pairs = zip(values[::2], values[1::2], strict=True)
        return [(x + base[0], y + base[1]) for x, y in pairs]

    def _draw(self, kind: str, points: list[Point]) -> None:
        end = points[-1]
        if kind == "M":
            self.made.append(Segment("M", (end,)))
            self.start = end
        elif kind in "LHV":
            self.made.append(Segment("L", (end,)))
        elif kind in "CS":
            first = points[0] if kind == "C" else self._reflected("C")
            self._curve(first, points[-2], end)
            self.at, self.control = end, ("C", points[-2])
            return
        else:
            middle = points[0] if kind == "Q" else self._reflected("Q")
            self._curve(_between(self.at, middle), _between(end, middle), end)
            self.at, self.control = end, ("Q", middle)
            return
        self.at, self.control = end, ("", end)

    def _reflected(self, kind: str) -> Point:
        """The last control point on the other side, where the last curve was of the same kind."""
        last, control = self.control
        if last != kind:
            return self.at
        return 2 * self.at[0] - control[0], 2 * self.at[1] - control[1]

    def _curve(self, first: Point, second: Point, end: Point) -> None:
        self.made.append(Segment("C", (first, second, end)))

    def _arc(self, values: Sequence[float], end: Point) -> None:
        across, down = abs(values[0]), abs(values[1])
        if min(across, down) > _NEAREST and math.dist(end, self.at) > _NEAREST:
            ellipse = (across, down, math.radians(values[2]))
            for points in _arc_curves(self.at, end, ellipse, (values[3] > 0, values[4] > 0)):
                self._curve(*points)
        else:
            self.made.append(Segment("L", (end,)))
        self.at, self.control = end, ("", end)


def _between(end: Point, middle: Point) -> Point:
    """The control point of the third degree for one of the second."""
    return end[0] + 2 / 3 * (middle[0] - end[0]), end[1] + 2 / 3 * (middle[1] - end[1])


def _arc_curves(
    start: Point, end: Point, ellipse: tuple[float, float, float], flags: tuple[bool, bool]
) -> Iterator[tuple[Point, Point, Point]]:
    """An arc from the end points that SVG gives, by way of its centre, in quarters at most."""
    across, down, tilt = ellipse
    cosine, sine = math.cos(tilt), math.sin(tilt)
    x, y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cosine * x + sine * y, cosine * y - sine * x
    size = math.sqrt((x / across) ** 2 + (y / down) ** 2)
    if size > 1:
        across, down = across * size, down * size
    left = max(0.0, 1 / max((x / across) ** 2 + (y / down) ** 2, 1e-12) - 1)
    factor = math.sqrt(left) * (-1 if flags[0] == flags[1] else 1)
    u, v = factor * across * y / down, -factor * down * x / across
    begin = math.atan2((y - v) / down, (x - u) / across)
    sweep = math.atan2((-y - v) / down, (-x - u) / across) - begin
    if flags[1] and sweep < 0:
        sweep += 2 * math.pi
    elif not flags[1] and sweep > 0:
        sweep -= 2 * math.pi
    middle = (
        cosine * u - sine * v + (start[0] + end[0]) / 2,
        sine * u + cosine * v + (start[1] + end[1]) / 2,
    )

    def place(angle: float, along: float) -> Point:
        a = across * (math.cos(angle) - along * math.sin(angle))
        b = down * (math.sin(angle) + along * math.cos(angle))
        return middle[0] + cosine * a - sine * b, middle[1] + sine * a + cosine * b

    parts = max(1, math.ceil(abs(sweep) / (math.pi / 2) - 1e-9))
    step = sweep / parts
    reach = 4 / 3 * math.tan(step / 4)
    for part in range(parts):
        one, two = begin + part * step, begin + (part + 1) * step
        yield place(one, reach), place(two, -reach), place(two, 0.0)
