"""Outcomes in their own units, each on its own axis against a reference and what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reports.charts.axis import Axis, fitted, vertical_grid
from reports.charts.estimates import (
    comparison,
    comparison_key,
    estimate,
    estimate_key,
    expected,
    expected_key,
)
from reports.charts.legend import Legend
from reports.charts.marks import mark
from reports.charts.palette import INK, MARK_GREY, MUTED, RULE
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Text
from reports.charts.row_names import FACTS, FACTS_LINE, NAME, NAME_LINE, RowNames
from reports.charts.text_width import fit, text_width, widest
from reports.charts.words import chart_words
from reports.format import NOTHING, formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Mark
    from reports.charts.legend import Key
    from reports.format import Formatter
    from reports.wording import Catalogue

Direction = Literal["higher", "lower"]

_PLOT = 17.0
_AXIS = 11.0
_GAP = 12.0
_MARK = 10.0
_LABELS = 0.3


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome with its interval. Without an `estimate` the row prints `note` instead.

    `unit` is said in words, `better` which direction is wanted; `digits` are printed decimals.
    `reference` is drawn as a tick, `band_low` to `band_high` as a band. `axis` is the lowest and
    highest value drawn; without one it fits what is drawn.
    """

    label: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    better: Direction | None = None
    reference: float | None = None
    band_low: float | None = None
    band_high: float | None = None
    digits: int = 1
    axis: tuple[float, float] | None = None
    mark: Mark | None = None
    note: str = ""


def bullets(
    rows: Sequence[OutcomeRow],
    *,
    title: str,
    reference_label: str = "",
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw a row for each outcome; a narrow chart has the names above their rows.

    Which direction is better is written below the name, and a verdict has its shape and word.
    """
    drawing = _Drawing(rows, reference_label, width, language)
    return Chart.of(drawing, width, title, drawing.table())


class _Drawing:
    def __init__(
        self, rows: Sequence[OutcomeRow], reference_label: str, width: float, language: str
    ) -> None:
        self.rows = rows
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.reference = reference_label or self.words("interval.others")
        self.expected = self.words("interval.expected")
        self.above = width < NARROW
        room = width if self.above else width * _LABELS
        facts = [self._facts(row) for row in rows]
        self.names = RowNames([row.label for row in rows], facts, room)
        left = 0.0 if self.above else room + _GAP
        self.values = self._values_width(width * 0.3)
        self.start, self.end = left + 8, width - self.values - _GAP - 8
        self.heights = [self._height(index) for index in range(len(rows))]
        self.legend = Legend(list(self._legend_entries()), width)
        self.height = sum(self.heights) + self.legend.height + 6

    def _values_width(self, most: float) -> float:
        """The room for values, intervals and verdicts; a longer verdict ends in an ellipsis."""
        words = [row.mark.word for row in self.rows if row.mark is not None]
        values = widest([self._value(row) for row in self.rows], NAME, bold=True)
        figures = max(values, widest([self._interval(row) for row in self.rows], FACTS))
        return max(figures, min(most, _MARK + widest(words, FACTS)) if words else 0.0)

    def _height(self, index: int) -> float:
        words = self.names.height(index)
        beside = NAME_LINE + FACTS_LINE * (2 if self.rows[index].mark else 1)
        plot = max(_PLOT + _AXIS, beside)
        return (words + plot if self.above else max(words, plot)) + 9

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        top = self.height - 1
        shapes: list[Primitive] = [Line(0, top, self.width, top, RULE, 0.8)]
        for index, height in enumerate(self.heights):
            shapes += self._row(index, top, height)
            top -= height
            shapes.append(Line(0, top, self.width, top, RULE, 0.4))
        return shapes + self.legend.shapes(0)

    def alt(self) -> str:
        """The chart in words."""
        return " ".join(f"{self._words(row)}." for row in self.rows)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Every outcome with its interval, what it is compared with and what was expected."""
        rows = [(self._named(row), *self._cells(row)) for row in self.rows]
        return ((self.words("interval.own"), self.reference, self.expected), *rows)

    def _cells(self, row: OutcomeRow) -> tuple[str, str, str]:
        if row.estimate is None:
            return row.note or NOTHING, NOTHING, NOTHING
        figures, interval = self.figures, self._interval(row)
        return (
            f"{self._value(row)} ({interval})" if interval else self._value(row),
            figures.number(row.reference, row.digits),
            figures.span(row.band_low, row.band_high, row.digits),
        )

    def _row(self, index: int, top: float, height: float) -> Iterator[Primitive]:
        row, words = self.rows[index], self.names.height(index)
        yield from self.names.shapes(index, top - 4 if self.above else top - (height - words) / 2)
        beside = height - words - 4 if self.above else height
        middle = top - height + beside / 2
        if row.estimate is None:
            note = fit(row.note, self.width - self.start, 8)
            yield Text(self.start, middle - 3, note, 8, MUTED)
            return
        yield from self._plot(row, middle - (_PLOT + _AXIS) / 2 + _AXIS)
        yield from self._figures(row, middle)

    def _plot(self, row: OutcomeRow, bottom: float) -> Iterator[Primitive]:
        axis = Axis(*(row.axis or _ends(row)), self.start, self.end)
        y = bottom + _PLOT / 2
        yield from expected(axis, y, row.band_low, row.band_high)
        yield from vertical_grid(axis, bottom, bottom + _PLOT, self.figures)
        yield Line(self.start - 4, bottom, self.end + 4, bottom, MARK_GREY, 0.6)
        yield from comparison(axis, y, row.reference)
        yield from estimate(axis, y, row.estimate or 0.0, row.low, row.high)

    def _figures(self, row: OutcomeRow, middle: float) -> Iterator[Primitive]:
        interval = self._interval(row)
        lines = 1 + bool(interval) + (row.mark is not None)
        y = middle + lines * FACTS_LINE / 2 - NAME * 0.72
        yield Text(self.width, y, self._value(row), NAME, INK, "end", bold=True)
        if interval:
            y -= FACTS_LINE
            yield Text(self.width, y, interval, FACTS, MUTED, "end")
        if row.mark is not None:
            y -= FACTS_LINE
            word = fit(row.mark.word, self.values - _MARK, FACTS)
            left = self.width - text_width(word, FACTS)
            yield from mark(row.mark.shape, row.mark.colour, left - 6, y + 2.6, 3.0)
            yield Text(left, y, word, FACTS, INK)

    def _value(self, row: OutcomeRow) -> str:
        return self.figures.number(row.estimate, row.digits)

    def _interval(self, row: OutcomeRow) -> str:
        if row.low is None or row.high is None:
            return ""
        return self.figures.interval(row.low, row.high, row.digits)

    def _facts(self, row: OutcomeRow) -> str:
        direction = self.words(f"outcome.{row.better}") if row.better else ""
        if row.unit and direction:
            return self.words("outcome.unit", unit=row.unit, direction=direction)
        return row.unit or direction

    def _named(self, row: OutcomeRow) -> str:
        facts = self._facts(row)
        return self.words("outcome.label", label=row.label, facts=facts) if facts else row.label

    def _words(self, row: OutcomeRow) -> str:
        figures, label = self.figures, self._named(row)
        if row.estimate is None:
            key = "interval.hidden_because" if row.note else "interval.hidden"
            return self.words(key, label=label, note=row.note)
        key = "interval.bare" if row.low is None or row.high is None else "interval.estimate"
        interval = figures.span(row.low, row.high, row.digits)
        said = [self.words(key, label=label, estimate=self._value(row), interval=interval)]
        if row.reference is not None:
            value = figures.number(row.reference, row.digits)
            said.append(self.words("interval.comparison", name=self.reference, value=value))
        if row.band_low is not None and row.band_high is not None:
            band = figures.span(row.band_low, row.band_high, row.digits)
            said.append(self.words("interval.band", name=self.expected, interval=band))
        if row.mark is not None:
            said.append(row.mark.word)
        return "; ".join(said)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        yield self.words("interval.own"), estimate_key
        if any(row.reference is not None for row in self.rows):
            yield self.reference, comparison_key
        if any(row.band_low is not None for row in self.rows):
            yield self.expected, expected_key


def _ends(row: OutcomeRow) -> tuple[float, float]:
    """Round ends with some room around everything that is drawn."""
    drawn = (row.estimate, row.low, row.high, row.reference, row.band_low, row.band_high)
    known = [value for value in drawn if value is not None]
    span = max(known) - min(known) or abs(known[0]) or 1.0
    floor = 0.0 if min(known) >= 0 else min(known) - span
    return fitted(known, span * 1.25, (floor, max(known) + span))
