"""Where the ellipses, boxes and figures of a path diagram stand, by measured widths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from reports.charts.primitives import NARROW
from reports.charts.text_width import text_width, widest, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.charts.path_model import PathLoading, PathModel

VALUE, NOTE, NAME = 7.5, 6.5, 7.5
LINE = 8.8
HEAD = 10.0
"""Points that an arrow's last piece and head take before its target."""
_PORT = 9.0
_INSIDE = 9.0
"""Points of a box beside its name."""
_TALLEST = 590.0
"""Points that the boxes take together before names are cut."""
_LEAST_BOX = 120.0
"""Points of a box that are left to a name beside which intervals are printed."""
_MOST_LINES = 4
"""Lines of a name on a narrow chart before numbers stand for the names."""
_WIDEST_CURVE = 120.0


@dataclass(frozen=True, slots=True)
class Oval:
    """A factor: centre, half axes and the lines of its name."""

    x: float
    y: float
    across: float
    along: float
    lines: tuple[str, ...]

    def edge(self, place: int, count: int, *, right: bool) -> tuple[float, float]:
        """Return where the path at `place` of `count`, from the top, meets the outline."""
        share = 0.7 * (1 - 2 * (place + 0.5) / count)
        reach = self.across * (1 - share**2) ** 0.5
        return self.x + (reach if right else -reach), self.y + share * self.along


@dataclass(frozen=True, slots=True)
class Box:
    """An item: left and right edge, middle, height and the lines of its name."""

    left: float
    right: float
    y: float
    height: float
    lines: tuple[str, ...]

    def port(self, place: int, count: int) -> float:
        """Return the height at which the path at `place` of `count`, from the top, arrives."""
        return self.y + ((count - 1) / 2 - place) * _PORT


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of a diagram's columns, and whether intervals have their room."""

    arcs: float
    oval: float
    curve: float
    figures: float
    general_figures: float
    box: float
    intervals: bool


class PathLayout:
    """The places of a model's parts in `width` points, from `bottom` upwards.

    `note` says what is printed after a loading, with or without its interval. `numbered` tells
    that numbers stand for item names, for which there is no room.
    """

    def __init__(
        self,
        model: PathModel,
        note: Callable[[PathLoading, bool], str],
        value: Callable[[float], str],
        width: float,
    ) -> None:
        self.model = model
        self.width = width
        self._note, self._value = note, value
        count = len(model.factors)
        share = 0.25 if width >= NARROW else 0.12
        self.unit = min(24.0, max(11.0, width * share / max(count - 1, 1)))
        self.numbered = False
        self.columns, self.lines = self._chosen()
        self.tops = self._group_tops()
        self.height = self.tops[-1]

    @property
    def mirrored(self) -> bool:
        """Whether factors stand at the right of the items, as beside a general factor."""
        return self.model.kind == "bifactor"

    def ovals(self, bottom: float) -> dict[str, Oval]:
        """Return the factors by name."""
        columns = self.columns
        half = columns.oval / 2
        if self.mirrored:
            x = self.width - columns.arcs - half
        else:
            x = columns.arcs + half + self._general_room(columns)
        found: dict[str, Oval] = {}
        for (name, _), (top, below) in zip(self.model.groups, self._spans(), strict=True):
            if name is not None:
                found[name] = self._oval(name, x, bottom + self.height - (top + below) / 2)
        if self.model.general is not None:
            middle = bottom + self.height / 2
            found[self.model.general] = self._oval(self.model.general, half, middle)
        return found

    def boxes(self, bottom: float) -> dict[str, Box]:
        """Return the items by name."""
        columns, found = self.columns, dict[str, Box]()
        left = self.width - columns.box
        if self.mirrored:
            left = self._general_room(columns)
        for (_, items), (top, below) in zip(self.model.groups, self._spans(), strict=True):
            heights = [self._row(item, self.lines[item]) for item in items]
            free = below - top - sum(heights) - self._gap * (len(items) - 1)
            y = bottom + self.height - top - free / 2
            for item, height in zip(items, heights, strict=True):
                found[item] = Box(
                    left, left + columns.box, y - height / 2, height, self.lines[item]
                )
                y -= height + self._gap
        return found

    def note(self, path: PathLoading) -> str:
        """Return what is printed after a loading."""
        return self._note(path, self.columns.intervals)

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The lines of each factor's name."""
        named = [*self.model.factors, *([self.model.general] if self.model.general else [])]
        room = self._oval_width * 0.82
        return {
            name: wrap(self.model.name(name), room, NAME, bold=True, max_lines=3) for name in named
        }

    @property
    def _oval_width(self) -> float:
        return min(86.0, max(56.0, self.width * 0.18))

    @property
    def _gap(self) -> float:
        return 3.0 if len(self.model.by_item) <= 24 else 1.5

    def _oval(self, name: str, x: float, y: float) -> Oval:
        lines = self.names[name]
        return Oval(x, y, self._oval_width / 2, max(11.0, len(lines) * LINE / 1.2), lines)

    def _general_room(self, columns: Columns) -> float:
        if self.model.general is None:
            return 0.0
        return columns.oval + columns.curve + columns.general_figures + HEAD

    def _chosen(self) -> tuple[Columns, dict[str, tuple[str, ...]]]:
        """Return columns and item names: whole names before intervals before cut names."""
        for intervals, most in ((True, None), (False, None), (False, 3), (False, 2), (False, 1)):
            columns = self._columns(intervals=intervals)
            room, model = columns.box - _INSIDE, self.model
            lines = {
                item: wrap(model.name(item), room, NAME, max_lines=most) for item in self.items
            }
            if intervals and columns.box < _LEAST_BOX:
                continue
            if self.width < NARROW or self._tall(lines) <= _TALLEST:
                break
        if self.width < NARROW and max(map(len, lines.values())) > _MOST_LINES:
            self.numbered = True
            lines = {item: (str(place),) for place, item in enumerate(lines, 1)}
        return self._spread(columns, lines), lines

    def _spread(self, columns: Columns, lines: dict[str, tuple[str, ...]]) -> Columns:
        """Give what boxes do not need to the curves."""
        needed = widest([line for each in lines.values() for line in each], NAME) + _INSIDE
        curves = 1 if self.model.general is None else 2
        more = min((columns.box - needed) / curves, _WIDEST_CURVE - columns.curve)
        return replace(columns, curve=columns.curve + more, box=columns.box - curves * more)

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the items from top to bottom."""
        return tuple(item for _, items in self.model.groups for item in items)

    def _columns(self, *, intervals: bool) -> Columns:
        model = self.model
        oval = self._oval_width
        curve = 52.0 if self.width >= NARROW else 14.0
        arcs = 0.0
        if model.correlations:
            furthest = max(self.distance(one, other) for one, other, _ in model.correlations)
            arcs = self.unit * furthest + 8.0
        near = [path for paths in model.by_item.values() for path in paths]
        figures = self._widest(near, intervals=intervals)
        general = self._widest(model.general_loadings, intervals=intervals)
        taken = arcs + oval + curve + figures + HEAD
        if model.general is not None:
            taken += oval + curve + general + HEAD
        return Columns(arcs, oval, curve, figures, general, self.width - taken, intervals)

    def distance(self, one: str, other: str) -> int:
        """Return how many places apart two factors stand."""
        return abs(self.model.factors.index(one) - self.model.factors.index(other))

    def _widest(self, paths: Sequence[PathLoading], *, intervals: bool) -> float:
        """Points for the widest figure and for the widest note after it."""
        figure = max((text_width(self._value(p.value), VALUE, True) for p in paths), default=0.0)
        notes = [self._note(path, intervals) for path in paths]
        return figure + max((text_width(note, NOTE) + 3 for note in notes if note), default=0) + 4

    def figure_room(self, *, general: bool) -> float:
        """Points that the widest of the loadings takes, on the general factor or the others."""
        return self._figure_rooms[general]

    @cached_property
    def _figure_rooms(self) -> dict[bool, float]:
        rooms = {True: 0.0, False: 0.0}
        for path in self.model.loadings:
            general = path.factor == self.model.general
            room = text_width(self._value(path.value), VALUE, bold=True)
            rooms[general] = max(rooms[general], room)
        return rooms

    def _row(self, item: str, lines: Sequence[str]) -> float:
        ports = len(self.model.by_item[item])
        return max(len(lines) * LINE + 3.7, ports * _PORT + 3)

    def _group_heights(self, lines: dict[str, tuple[str, ...]]) -> Iterator[float]:
        for name, items in self.model.groups:
            rows = sum(self._row(item, lines[item]) for item in items)
            rows += self._gap * max(len(items) - 1, 0)
            oval = 0.0 if name is None else max(22.0, len(self.names[name]) * LINE / 0.6) + 4
            yield max(rows, oval)

    def _tall(self, lines: dict[str, tuple[str, ...]]) -> float:
        heights = list(self._group_heights(lines))
        return sum(heights) + self._between * (len(heights) - 1)

    @property
    def _between(self) -> float:
        return 9.0 if len(self.model.by_item) <= 24 else 5.0

    def _group_tops(self) -> list[float]:
        """Return how far from the top each group begins, and last the height of all."""
        tops = [0.0]
        for height in self._group_heights(self.lines):
            tops.append(tops[-1] + height + self._between)
        tops[-1] -= self._between
        return tops

    def _spans(self) -> Iterator[tuple[float, float]]:
        for place, top in enumerate(self.tops[:-1]):
            last = place == len(self.tops) - 2
            yield top, self.tops[place + 1] - (0.0 if last else self._between)
