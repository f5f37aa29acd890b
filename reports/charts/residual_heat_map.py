"""What a model leaves unexplained between items: residual correlations as a lower triangle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reports.charts.errors import ChartInputError
from reports.charts.legend import Legend
from reports.charts.palette import INK, MUTED, RULE, text_on
from reports.charts.primitives import NARROW, Chart, Primitive, Rect, Text
from reports.charts.shades import Shades
from reports.charts.text_width import fit, text_width, widest, wrap
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.legend import Key
    from reports.format import Formatter
    from reports.wording import Catalogue

_NAME, _NAME_LINE = 7.0, 8.4
_SMALL = 6.5
_FIGURE = 6.5
_GAP = 0.8
_LARGEST_CELL = 30.0
_SMALLEST_ROW = 8.0
"""Points of a row under which its name has no place beside it."""
_LIST_LINE = 9.6


def residual_heat_map(
    items: Sequence[str],
    residuals: Sequence[Sequence[float | None]],
    *,
    title: str,
    bounds: Sequence[float] = (0.05, 0.10, 0.20),
    largest: int = 10,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw the residual correlation of every pair of `items`, darker beyond each of `bounds`.

    `residuals[i][j]` with j < i is read, the rest ignored; None or NaN stands for a pair without a
    figure. Figures beyond the first bound are printed in their cells or, where cells are small,
    the `largest` beside the triangle; a bar marks what is negative, in grey print too. Raises
    ChartInputError for fewer than two items, a missing row, or bounds that do not rise from 0.
    """
    _check(items, residuals)
    pairs = [
        Pair(row, column, float(value))
        for row, line in enumerate(residuals)
        for column, value in enumerate(line[:row])
        if value is not None and math.isfinite(value)
    ]
    drawing = _Drawing(items, pairs, bounds, largest, width, language)
    return Chart.of(drawing, width, title)


@dataclass(frozen=True, slots=True)
class Pair:
    """The residual of two items by their places, `column` before `row`."""

    row: int
    column: int
    value: float


def _check(items: Sequence[str], residuals: Sequence[Sequence[float | None]]) -> None:
    if len(items) < 2 or len(residuals) != len(items):
        raise ChartInputError(
            f"{len(residuals)} rows of residuals for {len(items)} items; give one row for each of "
            f"two items or more."
        )
    for place, line in enumerate(residuals):
        if len(line) < place:
            raise ChartInputError(
                f"The row of item {items[place]!r} has {len(line)} residuals and needs the "
                f"{place} with the items before it."
            )


class _Drawing:
    def __init__(
        self,
        items: Sequence[str],
        pairs: Sequence[Pair],
        bounds: Sequence[float],
        largest: int,
        width: float,
        language: str,
    ) -> None:
        self.items = items
        self.pairs = pairs
        self.shades = Shades(bounds)
        self.bounds = self.shades.bounds
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        by_size = sorted(pairs, key=lambda pair: -abs(pair.value))
        self.largest = [pair for pair in by_size if abs(pair.value) >= bounds[0]][:largest]
        self.legend = Legend(list(self._legend_entries()), width)
        self._fit_grid()
        self.key = self._key_lines()
        self.bottom = self.legend.height + len(self.key) * _LIST_LINE + 18
        self.height = self.bottom + self.cell * len(items) + 2

    @cached_property
    def names(self) -> list[str]:
        """The items' names with their numbers."""
        return [f"{place} {name}" for place, name in enumerate(self.items, 1)]

    def _fit_grid(self) -> None:
        """Find the size of a cell, and whether names stand beside the rows or below."""
        count = len(self.items)
        room = min(
            widest(self.names, _NAME) + 6,
            max(self.width * 0.34, self.width - count * _LARGEST_CELL),
        )
        self.cell = min(_LARGEST_CELL, (self.width - room) / count)
        self.named = self.width >= NARROW and self.cell >= _SMALLEST_ROW
        if not self.named:
            room = text_width(str(count), _SMALL) + 5
            self.cell = min(_LARGEST_CELL, (self.width - room) / count)
        self.left = room
        printed = [self.figures.coefficient(pair.value) for pair in self.largest]
        self.printed = widest(printed, _FIGURE) + 2 <= self.cell

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes: list[Primitive] = []
        for pair in self.pairs:
            shapes += self._cell(pair)
        return [
            *shapes,
            *self._labels(),
            *(() if self.printed or not self.named else self._list()),
            *self._below(),
            *self.legend.shapes(0),
        ]

    def alt(self) -> str:
        """The chart in words: how many pairs pass each bound, and the largest with their names."""
        counts = [
            self.words(
                "residuals.beyond",
                count=sum(abs(pair.value) >= bound for pair in self.pairs),
                bound=self.figures.coefficient(bound),
            )
            for bound in self.bounds
        ]
        pairs = self.words("residuals.pairs", count=len(self.pairs))
        sentences = [self.words("residuals.counts", pairs=pairs, counts=", ".join(counts))]
        if self.largest:
            named = "; ".join(self._pair_words(pair) for pair in self.largest)
            sentences.append(self.words("residuals.largest", pairs=named))
        return " ".join(f"{sentence}." for sentence in sentences)

    def _pair_words(self, pair: Pair) -> str:
        return self.words(
            "residuals.pair",
            one=self.items[pair.column],
            other=self.items[pair.row],
            value=self.figures.coefficient(pair.value),
        )

    def _corner(self, row: int, column: int) -> tuple[float, float]:
        y = self.bottom + (len(self.items) - 1 - row) * self.cell
        return self.left + column * self.cell, y

    def _cell(self, pair: Pair) -> Iterator[Primitive]:
        x, y = self._corner(pair.row, pair.column)
        side, fill = self.cell - _GAP, self.shades.fill(pair.value)
        yield Rect(x, y, side, side, fill=fill)
        if abs(pair.value) < self.bounds[0]:
            return
        middle = x + side / 2, y + side / 2
        if self.printed:
            text = self.figures.coefficient(pair.value)
            baseline = middle[1] - _FIGURE * 0.36
            yield Text(middle[0], baseline, text, _FIGURE, text_on(fill), "middle")
        elif pair.value < 0:
            yield _minus(*middle, side, fill)

    def _labels(self) -> Iterator[Primitive]:
        """Name or number the rows at the left and number the columns below."""
        room = widest([str(len(self.items))], _SMALL) + 1.5
        across, along = math.ceil(room / self.cell), math.ceil(_SMALL / self.cell)
        for place in range(len(self.items)):
            x, y = self._corner(place, place)
            number = str(place + 1)
            if place % across == 0 and place < len(self.items) - 1:
                middle = x + (self.cell - _GAP) / 2
                yield Text(middle, self.bottom - 9, number, _SMALL, MUTED, "middle")
            middle = y + (self.cell - _GAP) / 2
            if self.named:
                yield from self._row_name(self.names[place], middle)
            elif place % along == 0:
                baseline = middle - _SMALL * 0.36
                yield Text(self.left - 4, baseline, number, _SMALL, MUTED, "end")

    def _row_name(self, name: str, middle: float) -> Iterator[Primitive]:
        size = _NAME if self.cell >= 9 else _SMALL
        lines = wrap(name, self.left - 6, size, max_lines=max(1, int(self.cell / _NAME_LINE)))
        first = middle + (len(lines) - 1) * _NAME_LINE / 2 - size * 0.36
        for place, line in enumerate(lines):
            yield Text(0, first - place * _NAME_LINE, line, size, INK)

    def _list(self) -> Iterator[Primitive]:
        """Print the largest residuals in the empty half, right of the lowest line's stair."""
        top = self.height - 9
        rows = (len(self.largest) + 1.4) * _LIST_LINE / self.cell
        left = self.left + (rows + 1) * self.cell + 8
        room = self.width - left
        yield Text(left, top, fit(self.words("residuals.list"), room, 7, True), 7, INK, bold=True)
        for place, pair in enumerate(self.largest, 1):
            y = top - place * _LIST_LINE
            value = self.figures.coefficient(pair.value)
            yield Text(left + 20, y, value, 7, INK, "end", bold=True)
            yield Text(left + 25, y, self._short(pair, room - 25), 7, INK)

    def _short(self, pair: Pair, room: float) -> str:
        """Both names, each cut to half of the room."""
        half = (room - text_width(" – ", 7)) / 2
        names = self.names[pair.column], self.names[pair.row]
        spare = [max(0.0, half - text_width(name, 7)) for name in names]
        return " – ".join(fit(name, half + spare[1 - place], 7) for place, name in enumerate(names))

    def _key_lines(self) -> list[tuple[str, bool]]:
        """What stands below where nothing has room beside the rows: largest pairs and names."""
        if self.named:
            return []
        lines: list[tuple[str, bool]] = []
        if not self.printed and self.largest:
            lines.append((fit(self.words("residuals.list"), self.width, 7, True), True))
            for pair in self.largest:
                value = self.figures.coefficient(pair.value)
                names = self._short(pair, self.width - text_width(value, 7) - 4)
                lines.append((f"{value} {names}", False))
        return [
            *lines,
            *((line, False) for name in self.names for line in wrap(name, self.width, 7)),
        ]

    def _below(self) -> Iterator[Primitive]:
        top = self.legend.height + len(self.key) * _LIST_LINE - 5
        for place, (line, bold) in enumerate(self.key):
            yield Text(0, top - place * _LIST_LINE, line, 7, INK if bold else MUTED, bold=bold)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        said = [self.figures.coefficient(bound) for bound in self.bounds]
        minus = [self.figures.coefficient(-bound) for bound in self.bounds]
        last = len(said)
        for step in range(last, 0, -1):
            low = minus[step - 1]
            name = self.words("residuals.below", value=low)
            if step < last:
                name = self.figures.between(minus[step], low)
            yield name, self._swatch(-step)
        yield self.words("residuals.within", value=said[0]), self._swatch(0)
        for step in range(1, last + 1):
            high = said[step - 1]
            name = self.words("residuals.above", value=high)
            if step < last:
                name = self.figures.between(high, said[step])
            yield name, self._swatch(step)

    def _swatch(self, step: int) -> Key:
        fill = self.shades.at(step)

        def draw(x: float, y: float) -> list[Primitive]:
            stroke = RULE if step == 0 else None
            shapes: list[Primitive] = [Rect(x + 9, y - 4, 8, 8, fill=fill, stroke=stroke)]
            return [*shapes, _minus(x + 13, y, 8, fill)] if step < 0 else shapes

        return draw


def _minus(x: float, y: float, side: float, fill: str) -> Rect:
    """Return the bar that marks a negative cell of `side` points around (x, y)."""
    half = side * 0.28
    thick = max(0.9, side * 0.12)
    return Rect(x - half, y - thick / 2, 2 * half, thick, fill=text_on(fill))
