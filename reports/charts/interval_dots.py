"""Estimates with their intervals, one row each, on what was expected: page one at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.axis import Axis, vertical_grid
from reports.charts.columns import TextColumns
from reports.charts.estimates import (
    comparison,
    comparison_key,
    estimate,
    estimate_key,
    expected,
    expected_key,
)
from reports.charts.legend import Legend
from reports.charts.palette import INK, MUTED, PANEL, RULE
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Rect, Text
from reports.charts.text_width import fit, widest, wrap
from reports.charts.words import chart_words
from reports.format import NOTHING, Formatter, formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.blocks import Mark
    from reports.charts.legend import Key
    from reports.wording import Catalogue

_LABEL_SIZE = 8.5
_LINE = 10.5
_ROW, _CLOSE_ROW = 24.0, 19.0
_FEW = 12
_HEADING, _HEADING_SIZE = 15.0, 7.5
_GAP = 10.0
_LEAST_PLOT = 0.26
_LEAST_POINTS = 110.0


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One estimate. Without an `estimate` the row prints `note` instead, e.g. why it is hidden.

    `comparison` is drawn as a tick and `band_low` to `band_high` as a band behind the interval;
    `cells` are ready words for the columns at the right; `mark` stands before the last of them.
    Neighbouring rows of one `group` stand below its name.
    """

    label: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    comparison: float | None = None
    band_low: float | None = None
    band_high: float | None = None
    mark: Mark | None = None
    cells: tuple[str, ...] = ()
    note: str = ""
    bold: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class IntervalLegend:
    """Names of the drawn things; empty ones take the language's usual words."""

    own: str = ""
    comparison: str = ""
    band: str = ""


def interval_dots(
    rows: Sequence[IntervalRow],
    *,
    title: str,
    columns: Sequence[str] = (),
    legend: IntervalLegend | None = None,
    axis: tuple[float, float] | None = None,
    shares: bool = False,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw `rows` from top to bottom on one axis, with a text column for each of `columns`.

    `axis` is the lowest and highest value drawn, 0 to 100 if none is given; estimates and intervals
    are held within it. Figures that are `shares` of one, on an axis from 0 to 1, are printed as
    percentages. More than 12 rows stand closer together.
    """
    ends = axis or (0.0, 1.0 if shares else 100.0)
    drawing = _Drawing(rows, columns, legend or IntervalLegend(), ends, shares, width, language)
    return Chart.of(drawing, width, title, drawing.table())


class _Drawing:
    """The layout of one chart: label column, plot, text columns."""

    def __init__(
        self,
        rows: Sequence[IntervalRow],
        columns: Sequence[str],
        legend: IntervalLegend,
        axis: tuple[float, float],
        shares: bool,
        width: float,
        language: str,
    ) -> None:
        self.rows = rows
        self.shares = shares
        self.columns = columns
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.own = legend.own or self.words("interval.own")
        self.others = legend.comparison or self.words("interval.others")
        self.expected = legend.band or self.words("interval.expected")
        self.width = width
        room = self._label_room()
        self.labels = [wrap(row.label, room, _LABEL_SIZE, row.bold, 3) for row in rows]
        label_width = widest([line for lines in self.labels for line in lines], _LABEL_SIZE, True)
        left = min(label_width, room) + _GAP
        least = max(width * _LEAST_PLOT, _LEAST_POINTS)
        cells = [row.cells for row in rows]
        self.text_columns = TextColumns(columns, cells, width, width - left - least)
        self.axis = Axis(*axis, left + 6, width - self.text_columns.width - 8)
        least = _ROW if len(rows) <= _FEW and width >= NARROW else _CLOSE_ROW
        self.heights = [max(least, len(lines) * _LINE + least - 15) for lines in self.labels]
        self.groups = [self._group(place) for place in range(len(rows))]
        self.legend = Legend(self._legend_entries(), width)
        self.bottom = 23.0 + self.legend.height
        self.top = self.bottom + sum(self.heights) + _HEADING * sum(map(bool, self.groups))
        self.height = self.top + (self.text_columns.head_height + 7 if columns else 2)

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes = [*self._head(), *self._grid()]
        y = self.top
        rows = zip(self.rows, self.labels, self.heights, self.groups, strict=True)
        for row, lines, height, group in rows:
            if group:
                y -= _HEADING
                shapes += self._heading(group, y)
            y -= height
            shapes += self._row(row, lines, y + height / 2)
            shapes.append(Line(0, y, self.width, y, RULE, 0.4))
        return shapes + self.legend.shapes(self.axis.start)

    def alt(self) -> str:
        """The chart in words."""
        said = [
            part
            for row, group in zip(self.rows, self.groups, strict=True)
            for part in (group, self._row_words(row))
            if part
        ]
        return " ".join(f"{sentence}." for sentence in said)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """The text columns, or the estimates with their intervals; then what they stand beside."""
        beside = [
            (name, [self._figure(row.comparison) for row in self.rows])
            for name in [self.others]
            if any(row.comparison is not None for row in self.rows)
        ]
        beside += [
            (name, [self._span(row.band_low, row.band_high) for row in self.rows])
            for name in [self.expected]
            if any(row.band_low is not None for row in self.rows)
        ]
        head = (*(self.columns or (self.own,)), *(name for name, _ in beside))
        rows = [
            (row.label, *self._cells(row), *(cells[place] for _, cells in beside))
            for place, row in enumerate(self.rows)
        ]
        return (head, *rows)

    def _cells(self, row: IntervalRow) -> tuple[str, ...]:
        if row.estimate is None:
            return (row.note or NOTHING, *[NOTHING] * (len(self.columns) - 1))
        if self.columns:
            padded = (*row.cells, *[NOTHING] * len(self.columns))
            return padded[: len(self.columns)]
        interval = "" if row.low is None else f" ({self._span(row.low, row.high)})"
        return (f"{self._figure(row.estimate)}{interval}",)

    def _label_room(self) -> float:
        return self.width * (0.22 if len(self.columns) > 1 else 0.34)

    def _group(self, place: int) -> str:
        """The name of a group above its first row."""
        group = self.rows[place].group
        return "" if place and self.rows[place - 1].group == group else group

    def _heading(self, group: str, y: float) -> list[Primitive]:
        words = fit(group, self.width, _HEADING_SIZE, True)
        return [
            Rect(0, y, self.width, _HEADING, fill=PANEL),
            Text(0, y + 4.2, words, _HEADING_SIZE, MUTED, bold=True),
            Line(0, y, self.width, y, RULE, 0.4),
        ]

    def _grid(self) -> tuple[Primitive, ...]:
        axis, figures = self.axis, self.figures
        return vertical_grid(axis, self.bottom, self.top, figures, shares=self.shares)

    def _figure(self, value: float | None) -> str:
        return self.figures.percent(value) if self.shares else self.figures.score(value)

    def _span(self, low: float | None, high: float | None) -> str:
        if low is None or high is None or not self.shares:
            return self.figures.span(low, high)
        return self.figures.between(self._figure(low), self._figure(high))

    def _head(self) -> list[Primitive]:
        rule = Line(0, self.top, self.width, self.top, RULE, 0.8)
        return [rule, *self.text_columns.head_shapes(self.top + 5)]

    def _row(self, row: IntervalRow, lines: tuple[str, ...], y: float) -> list[Primitive]:
        first = y + (len(lines) - 1) * _LINE / 2 - _LABEL_SIZE * 0.36
        shapes: list[Primitive] = [
            Text(0, first - place * _LINE, line, _LABEL_SIZE, INK, bold=row.bold)
            for place, line in enumerate(lines)
        ]
        cells = self.text_columns.cell_shapes(row.cells, row.mark, y)
        return [*shapes, *self._plot(row, y), *cells]

    def _plot(self, row: IntervalRow, y: float) -> list[Primitive]:
        if row.estimate is None:
            note = fit(row.note, self.width - self.axis.start - 6, 8)
            return [Text(self.axis.start + 5, y - 3, note, 8, MUTED)]
        return [
            *expected(self.axis, y, row.band_low, row.band_high),
            *comparison(self.axis, y, row.comparison),
            *estimate(self.axis, y, row.estimate, row.low, row.high),
        ]

    def _legend_entries(self) -> list[tuple[str, Key]]:
        names: list[tuple[str, Key]] = [(self.own, estimate_key)]
        if any(row.comparison is not None for row in self.rows):
            names.append((self.others, comparison_key))
        if any(row.band_low is not None for row in self.rows):
            names.append((self.expected, expected_key))
        return names

    def _row_words(self, row: IntervalRow) -> str:
        if row.estimate is None:
            key = "interval.hidden_because" if row.note else "interval.hidden"
            return self.words(key, label=row.label, note=row.note)
        key = "interval.bare" if row.low is None or row.high is None else "interval.estimate"
        interval = self._span(row.low, row.high)
        parts = [
            self.words(key, label=row.label, estimate=self._figure(row.estimate), interval=interval)
        ]
        if row.comparison is not None:
            value = self._figure(row.comparison)
            parts.append(self.words("interval.comparison", name=self.others, value=value))
        if row.band_low is not None and row.band_high is not None:
            band = self._span(row.band_low, row.band_high)
            parts.append(self.words("interval.band", name=self.expected, interval=band))
        if row.mark is not None:
            parts.append(row.mark.word)
        return "; ".join(parts)
