"""Where groups differ in an item's intercept or loading: every group on the items' common scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reports.charts.axis import Axis, vertical_grid
from reports.charts.errors import ChartInputError
from reports.charts.legend import Legend
from reports.charts.marks import mark
from reports.charts.palette import BLUE, INK, MARK_GREY, MUTED, RULE, WHITE
from reports.charts.primitives import NARROW, Chart, Circle, Line, Primitive, Text
from reports.charts.text_width import fit, widest, wrap
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.legend import Key
    from reports.format import Formatter
    from reports.wording import Catalogue

Parameter = Literal["intercept", "loading"]

_SIZE, _LINE = 7.5, 9.2
_SMALL, _SMALL_LINE = 7.0, 8.6
_ROW = 13.5
_LEAST = 0.1
"""Half of the narrowest axis, so that differences of no importance look small."""


@dataclass(frozen=True, slots=True)
class GroupParameters:
    """One item: its parameter in every group, and whether the group shares it with the others.

    A group without the parameter has None.
    """

    item: str
    values: tuple[float | None, ...]
    shared: tuple[bool, ...]

    @property
    def common(self) -> float:
        """The mean over the groups that share the parameter; over all where none does."""
        known = [(value, shared) for value, shared in self._pairs() if value is not None]
        kept = [value for value, shared in known if shared] or [value for value, _ in known]
        return sum(kept) / len(kept) if kept else 0.0

    def differences(self) -> list[tuple[int, float, bool]]:
        """Return place, difference from `common` and whether shared, of each group that has it."""
        common = self.common
        return [
            (place, value - common, shared)
            for place, (value, shared) in enumerate(self._pairs())
            if value is not None
        ]

    def _pairs(self) -> Iterator[tuple[float | None, bool]]:
        for value, shared in zip(self.values, self.shared, strict=True):
            yield (value if value is not None and math.isfinite(value) else None), shared


def group_parameters(
    rows: Sequence[GroupParameters],
    groups: Sequence[str],
    *,
    title: str,
    parameter: Parameter = "intercept",
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw for each item how far every group's parameter lies from what the groups share.

    Groups that share it are small rings; those that do not are diamonds and are named with their
    difference, the largest first, as many as have room. A narrow chart has names above and below
    its rows. Raises ChartInputError when an item has not one value and one verdict for each group.
    """
    if not rows or not groups:
        raise ChartInputError("A chart of groups needs an item and a group or more.")
    for row in rows:
        if not len(row.values) == len(row.shared) == len(groups):
            raise ChartInputError(
                f"Item {row.item!r} has {len(row.values)} values and {len(row.shared)} verdicts "
                f"for {len(groups)} groups; give one of each."
            )
    drawing = _Drawing(rows, groups, parameter, width, language)
    return Chart.of(drawing, width, title)


class _Drawing:
    def __init__(
        self,
        rows: Sequence[GroupParameters],
        groups: Sequence[str],
        parameter: Parameter,
        width: float,
        language: str,
    ) -> None:
        self.rows = rows
        self.groups = groups
        self.parameter = parameter
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.above = width < NARROW
        self.legend = Legend(list(self._legend_entries()), width)
        room = width if self.above else width * 0.32
        lines = None if len(rows) <= 20 else 1
        self.labels = [wrap(row.item, room, _SIZE, max_lines=lines) for row in rows]
        left = 0.0 if self.above else widest([x for each in self.labels for x in each], _SIZE) + 12
        beside = 0.0 if self.above else width * 0.24
        room = width if self.above else beside - 6
        self.named = [
            wrap(self._named(row), room, _SMALL, max_lines=lines or 3) if self._apart(row) else ()
            for row in rows
        ]
        half = max(_LEAST, *(abs(d) for row in rows for _, d, _ in row.differences())) * 1.08
        self.axis = Axis(-half, half, left + 12, width - beside - 12)
        self.right = width - beside
        self.heights = [self._row_height(place) for place in range(len(rows))]
        self.bottom = self.legend.height + 20
        self.top = self.bottom + sum(self.heights)
        self.height = self.top + 15

    def _row_height(self, place: int) -> float:
        label = len(self.labels[place]) * _LINE
        named = len(self.named[place]) * _SMALL_LINE
        return label + named + _ROW + 5 if self.above else max(label + 4, named + 4, _ROW)

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        name = fit(self.words(f"groups.axis_{self.parameter}"), self.width, 7)
        shapes: list[Primitive] = [
            Text(self.axis.start - 12, self.top + 5, name, 7, MUTED),
            Line(0, self.top, self.width, self.top, RULE, 0.8),
        ]
        if not self.above:
            shapes += vertical_grid(self.axis, self.bottom, self.top, self.figures)
            zero = self.axis.place(0)
            shapes.append(Line(zero, self.bottom, zero, self.top, INK, 0.8))
        else:
            shapes += vertical_grid(self.axis, self.bottom, self.bottom, self.figures)
        top = self.top
        for place, height in enumerate(self.heights):
            shapes += self._row(place, top, height)
            top -= height
            shapes.append(Line(0, top, self.width, top, RULE, 0.4))
        return shapes + self.legend.shapes(0)

    def alt(self) -> str:
        """The chart in words: how many groups share each parameter, and which do not."""
        return " ".join(f"{self._row_words(row)}." for row in self.rows)

    def _row(self, place: int, top: float, height: float) -> Iterator[Primitive]:
        labels, named = self.labels[place], self.named[place]
        y = top - height / 2
        first = y + (len(labels) - 1) * _LINE / 2 - _SIZE * 0.36
        said = y + (len(named) - 1) * _SMALL_LINE / 2 - _SMALL * 0.36
        if self.above:
            first = top - 9
            y = first - len(labels) * _LINE + _LINE - 9
            said = y - 14
        for at, line in enumerate(labels):
            yield Text(0, first - at * _LINE, line, _SIZE, INK)
        left = 0.0 if self.above else self.right + 6
        for at, line in enumerate(named):
            yield Text(left, said - at * _SMALL_LINE, line, _SMALL, MUTED)
        if self.above:
            zero = self.axis.place(0)
            yield Line(zero, y - 5, zero, y + 5, INK, 0.8)
        yield from self._marks(self.rows[place], y)

    def _marks(self, row: GroupParameters, y: float) -> Iterator[Primitive]:
        found = sorted(row.differences(), key=lambda each: not each[2])
        for _, difference, shared in found:
            x = self.axis.place(difference)
            if shared:
                yield Circle(x, y, 2.3, fill=WHITE, stroke=MARK_GREY)
            else:
                yield from mark("diamond", BLUE, x, y, 3.6)

    def _apart(self, row: GroupParameters) -> list[tuple[int, float]]:
        """Return the groups that do not share the parameter, the most different first."""
        apart = [(place, value) for place, value, shared in row.differences() if not shared]
        return sorted(apart, key=lambda each: -abs(each[1]))

    def _named(self, row: GroupParameters) -> str:
        return ", ".join(
            f"{self.groups[place]} {self.figures.effect(value)}"
            for place, value in self._apart(row)
        )

    def _row_words(self, row: GroupParameters) -> str:
        found = row.differences()
        count = sum(shared for _, _, shared in found)
        said = self.words("groups.shared", count=count, all=len(found))
        apart = self._named(row)
        if apart:
            said += "; " + self.words("groups.apart", names=apart)
        return self.words("groups.row", item=row.item, said=said)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        yield self.words("groups.key_shared"), _shared_key
        yield self.words("groups.key_apart"), _apart_key


def _shared_key(x: float, y: float) -> list[Primitive]:
    return [Circle(x + 13, y, 2.3, fill=WHITE, stroke=MARK_GREY)]


def _apart_key(x: float, y: float) -> list[Primitive]:
    return list(mark("diamond", BLUE, x + 13, y, 3.6))
