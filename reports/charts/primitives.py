"""The few shapes that charts are made of; `canvas` and `svg` draw the same list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Anchor = Literal["start", "middle", "end"]

NARROW = 300.0
"""Points under which a chart is laid out for a phone: less beside the plot, more above it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight stroke from (x1, y1) to (x2, y2); `dash` lengths on and off, in points."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str
    width: float = 0.75
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle with its lower left corner at (x, y)."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A disc with its centre at (x, y)."""

    x: float
    y: float
    radius: float
    fill: str | None = None
    stroke: str | None = None


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed shape through the points ((x, y), …)."""

    points: tuple[tuple[float, float], ...]
    fill: str | None = None
    stroke: str | None = None


@dataclass(frozen=True, slots=True)
class Polyline:
    """An open stroke through the points ((x, y), …)."""

    points: tuple[tuple[float, float], ...]
    stroke: str
    width: float = 1.25
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text with its baseline at y, placed at x by `anchor`."""

    x: float
    y: float
    text: str
    size: float = 8
    fill: str = "#1f2933"
    anchor: Anchor = "start"
    bold: bool = False


Primitive: TypeAlias = Line | Rect | Circle | Polygon | Polyline | Text


class Drawing(Protocol):
    """What lays out one chart: its shapes, which must come before its height and its words."""

    height: float

    def primitives(self) -> Iterable[Primitive]:
        """The shapes, from back to front."""

    def alt(self) -> str:
        """What is seen, in words."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing in points, origin at the lower left, with words for those who cannot see it.

    `alt` is written from the numbers that were drawn; `title` names the chart. One that runs
    `right_to_left` was made by `mirrored`. `figures` are its numbers as a table, for charts beside
    which no table stands: the heads of the columns after the first, then rows with their names.
    """

    width: float
    height: float
    title: str
    alt: str
    primitives: tuple[Primitive, ...]
    right_to_left: bool = False
    figures: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(
        cls, drawing: Drawing, width: float, title: str, figures: tuple[tuple[str, ...], ...] = ()
    ) -> Chart:
        """The chart that a drawing lays out."""
        shapes = tuple(drawing.primitives())
        return cls(width, drawing.height, title, drawing.alt(), shapes, figures=figures)
