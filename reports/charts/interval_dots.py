"""Estimates with their intervals, one row each, on what was expected: page one at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.axis import Axis, vertical_grid
from reports.charts.marks import disc, mark
from reports.charts.palette import BAND, BLUE, INK, MUTED, RULE
from reports.charts.primitives import Chart, Line, Primitive, Rect, Text
from reports.charts.text_width import fit, text_width, widest, wrap
from reports.charts.words import chart_words
from reports.format import Formatter, formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.blocks import Mark
    from reports.wording import Catalogue

_LABEL_SIZE = 8.5
_CELL_SIZE = 8.5
_HEAD_SIZE = 7.0
_LINE = 10.5
_GAP = 12.0


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One estimate. Without an `estimate` the row prints `note` instead, e.g. why it is hidden.

    `comparison` is drawn as a tick and `band_low` to `band_high` as a band behind the interval;
    `cells` are ready words for the columns at the right; `mark` stands before the last of them.
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
    axis: tuple[float, float] = (0, 100),
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw `rows` from top to bottom on one axis, with a text column for each of `columns`.

    `axis` is the lowest and highest value drawn; estimates and intervals are held within it.
    """
    drawing = _Drawing(rows, columns, legend or IntervalLegend(), axis, width, language)
    return Chart(width, drawing.height, title, drawing.alt(), tuple(drawing.primitives()))


class _Drawing:
    """The layout of one chart: label column, plot, text columns."""

    def __init__(
        self,
        rows: Sequence[IntervalRow],
        columns: Sequence[str],
        legend: IntervalLegend,
        axis: tuple[float, float],
        width: float,
        language: str,
    ) -> None:
        self.rows = rows
        self.columns = columns
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.own = legend.own or self.words("interval.own")
        self.others = legend.comparison or self.words("interval.others")
        self.expected = legend.band or self.words("interval.expected")
        self.width = width
        self.edges = self._column_edges()
        self.labels = self._labels()
        plot_left = min(self._label_width(), self._label_limit()) + _GAP
        plot_right = (self.edges[0] if self.edges else width) - _GAP / 2
        self.axis = Axis(*axis, plot_left + 6, plot_right - 8)
        self.heights = [max(24.0, len(lines) * _LINE + 9) for lines in self.labels]
        self.bottom = 34.0
        self.top = self.bottom + sum(self.heights)
        self.height = self.top + (16 if columns else 4)

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes = [*self._heads(), *vertical_grid(self.axis, self.bottom, self.top, self.figures)]
        y = self.top
        for row, lines, height in zip(self.rows, self.labels, self.heights, strict=True):
            y -= height
            shapes += self._row(row, lines, y + height / 2)
            shapes.append(Line(0, y, self.width, y, RULE, 0.4))
        return shapes + self._legend()

    def alt(self) -> str:
        """The chart in words."""
        return " ".join(f"{self._row_words(row)}." for row in self.rows)

    def _label_limit(self) -> float:
        return self.width * (0.26 if self.columns else 0.34)

    def _label_width(self) -> float:
        lines = [line for label in self.labels for line in label]
        bold = any(row.bold for row in self.rows)
        return widest(lines, _LABEL_SIZE, bold)

    def _labels(self) -> list[tuple[str, ...]]:
        limit = self._label_limit()
        return [wrap(row.label, limit, _LABEL_SIZE, row.bold, 3) for row in self.rows]

    def _column_edges(self) -> list[float]:
        """Return the left edge of each text column; they fill the right of the chart."""
        widths = [self._column_width(place) for place in range(len(self.columns))]
        left = self.width - sum(widths)
        edges = []
        for width in widths:
            edges.append(left)
            left += width
        return edges

    def _column_width(self, place: int) -> float:
        cells = [row.cells[place] for row in self.rows if place < len(row.cells)]
        inner = max(widest(cells, _CELL_SIZE, bold=True), widest([self.columns[place]], _HEAD_SIZE))
        extra = 14.0 if place == len(self.columns) - 1 else 0.0
        return min(inner + extra + _GAP, self.width * 0.24)

    def _heads(self) -> list[Primitive]:
        y = self.top + 5
        shapes: list[Primitive] = [Line(0, self.top, self.width, self.top, RULE, 0.8)]
        for place, head in enumerate(self.columns):
            left, right = self._column(place)
            words = fit(head, right - left, _HEAD_SIZE)
            shapes.append(
                Text(left, y, words, _HEAD_SIZE, MUTED)
                if self._is_last(place)
                else Text(right, y, words, _HEAD_SIZE, MUTED, "end")
            )
        return shapes

    def _column(self, place: int) -> tuple[float, float]:
        """Return where the words of a column start and end."""
        left = self.edges[place] + _GAP
        right = self.edges[place + 1] if place + 1 < len(self.edges) else self.width
        return left, right

    def _is_last(self, place: int) -> bool:
        return place == len(self.columns) - 1

    def _row(self, row: IntervalRow, lines: tuple[str, ...], y: float) -> list[Primitive]:
        first = y + (len(lines) - 1) * _LINE / 2 - _LABEL_SIZE * 0.36
        shapes: list[Primitive] = [
            Text(0, first - place * _LINE, line, _LABEL_SIZE, INK, bold=row.bold)
            for place, line in enumerate(lines)
        ]
        return shapes + self._plot(row, y) + self._cells(row, y - _CELL_SIZE * 0.36)

    def _plot(self, row: IntervalRow, y: float) -> list[Primitive]:
        if row.estimate is None:
            note = fit(row.note, self.width - self.axis.start, 8)
            return [Text(self.axis.start, y - 3, note, 8, MUTED)]
        shapes: list[Primitive] = []
        if row.band_low is not None and row.band_high is not None:
            shapes.append(self._band(row.band_low, row.band_high, y))
        if row.comparison is not None:
            x = self.axis.place(row.comparison)
            shapes.append(Line(x, y - 7, x, y + 7, INK, 1.1))
        if row.low is not None and row.high is not None:
            low, high = self.axis.place(row.low), self.axis.place(row.high)
            shapes.append(Line(low, y, high, y, BLUE, 1.8))
        return [*shapes, *disc(BLUE, self.axis.place(row.estimate), y, 4.2)]

    def _band(self, low: float, high: float, y: float) -> Rect:
        left, right = self.axis.place(low), self.axis.place(high)
        return Rect(left, y - 6, max(right - left, 0.8), 12, fill=BAND)

    def _cells(self, row: IntervalRow, y: float) -> list[Primitive]:
        shapes: list[Primitive] = []
        for place, cell in enumerate(row.cells[: len(self.columns)]):
            left, right = self._column(place)
            if not self._is_last(place):
                words = fit(cell, right - left, _CELL_SIZE, place == 0)
                shapes.append(Text(right, y, words, _CELL_SIZE, INK, "end", bold=place == 0))
                continue
            if row.mark is not None:
                centre = y + _CELL_SIZE * 0.36
                shapes += mark(row.mark.shape, row.mark.colour, left + 4, centre, 3.6)
                left += 13
            words = fit(cell, right - left, _CELL_SIZE)
            shapes.append(Text(left, y, words, _CELL_SIZE, INK))
        return shapes

    def _legend(self) -> list[Primitive]:
        y, x, size = 6.0, self.axis.start, 7.0
        shapes: list[Primitive] = [Line(x, y, x + 18, y, BLUE, 1.8), *disc(BLUE, x + 9, y, 3.2)]
        x = _legend_words(shapes, self.own, x + 22, y, size)
        if any(row.comparison is not None for row in self.rows):
            shapes.append(Line(x + 2, y - 5, x + 2, y + 5, INK, 1.1))
            x = _legend_words(shapes, self.others, x + 7, y, size)
        if any(row.band_low is not None for row in self.rows):
            shapes.append(Rect(x, y - 4, 14, 8, fill=BAND))
            _legend_words(shapes, self.expected, x + 18, y, size)
        return shapes

    def _row_words(self, row: IntervalRow) -> str:
        if row.estimate is None:
            key = "interval.hidden_because" if row.note else "interval.hidden"
            return self.words(key, label=row.label, note=row.note)
        figures = self.figures
        key = "interval.bare" if row.low is None or row.high is None else "interval.estimate"
        interval = figures.span(row.low, row.high)
        parts = [
            self.words(
                key, label=row.label, estimate=figures.score(row.estimate), interval=interval
            )
        ]
        if row.comparison is not None:
            value = figures.score(row.comparison)
            parts.append(self.words("interval.comparison", name=self.others, value=value))
        if row.band_low is not None and row.band_high is not None:
            band = figures.span(row.band_low, row.band_high)
            parts.append(self.words("interval.band", name=self.expected, interval=band))
        if row.mark is not None:
            parts.append(row.mark.word)
        return "; ".join(parts)


def _legend_words(shapes: list[Primitive], text: str, x: float, y: float, size: float) -> float:
    shapes.append(Text(x, y - size * 0.36, text, size, MUTED))
    return x + text_width(text, size) + 14
