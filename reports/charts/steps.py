"""Shares of people as bars: the steps of a journey in order, or groups side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.axis import Axis, vertical_grid
from reports.charts.estimates import comparison, comparison_key
from reports.charts.hatching import hatched
from reports.charts.legend import Legend
from reports.charts.marks import mark
from reports.charts.palette import BLUE, INK, MARK_GREY, MUTED, WHITE
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Rect, Text
from reports.charts.row_names import FACTS, FACTS_LINE, NAME, RowNames
from reports.charts.text_width import fit, widest
from reports.charts.words import chart_words
from reports.format import NOTHING, formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.legend import Key
    from reports.format import Formatter
    from reports.wording import Catalogue

_BAR = 12.0
_ROW = 22.0
_BETWEEN = 11.0
_GAP = 12.0
_LABELS = 0.3
_DOUBT = "†"


@dataclass(frozen=True, slots=True)
class Step:
    """One step or group: the share of people with its interval, from 0 to 1, and their number.

    `conversion` is the share of those at the step before; `comparison`, such as the share among
    the others, is drawn as a tick. A step whose measurement is `doubted` is hatched and has a sign;
    `note` says why, or why there is no `share`.
    """

    label: str
    share: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    conversion: float | None = None
    comparison: float | None = None
    doubted: bool = False
    note: str = ""


def steps(
    rows: Sequence[Step],
    *,
    title: str,
    ordered: bool = True,
    comparison_label: str = "",
    highest: float = 1.0,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw a bar from 0 for each share, on an axis that ends at `highest`.

    With `ordered` steps are numbered in the alternative text and the conversion is printed between
    one and the next. A narrow chart has the names above the bars.
    """
    drawing = _Drawing(rows, ordered, comparison_label, highest, width, language)
    return Chart.of(drawing, width, title, drawing.table())


class _Drawing:
    def __init__(
        self,
        rows: Sequence[Step],
        ordered: bool,
        comparison_label: str,
        highest: float,
        width: float,
        language: str,
    ) -> None:
        self.rows = rows
        self.ordered = ordered
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.others = comparison_label or self.words("interval.others")
        self.above = width < NARROW
        room = width if self.above else width * _LABELS
        self.names = RowNames([_signed(row) for row in rows], [self._facts(r) for r in rows], room)
        values = widest([self.figures.percent(row.share) for row in rows], NAME, bold=True)
        self.values = max(values, widest([self._interval(row) for row in rows], FACTS))
        left = 0.0 if self.above else room + _GAP
        self.axis = Axis(0, highest, left + 8, width - self.values - _GAP)
        self.legend = Legend(list(self._legend_entries()), width)
        self.heights = [self._height(index) for index in range(len(rows))]
        self.bottom = self.legend.height + 18
        self.top = self.bottom + sum(self.heights)
        self.height = self.top + 2

    def _height(self, index: int) -> float:
        words = self.names.height(index)
        row = words + _ROW if self.above else max(words + 8, _ROW)
        return row + (_BETWEEN if self._conversion(index) else 0.0)

    def _conversion(self, index: int) -> str:
        """What is printed above a step: the share that went on to it."""
        row = self.rows[index]
        if not self.ordered or not index or row.conversion is None or row.share is None:
            return ""
        return self.words("steps.go_on", share=self.figures.percent(row.conversion))

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes = self._grid()
        top = self.top
        for index, height in enumerate(self.heights):
            shapes += self._row(index, top, height)
            top -= height
        return shapes + self.legend.shapes(0 if self.above else self.axis.start)

    def alt(self) -> str:
        """The chart in words."""
        said = []
        for place, row in enumerate(self.rows, 1):
            words = self._words(row)
            if self.ordered:
                words = self.words("steps.numbered", place=place, row=words)
            said.append(words)
        return " ".join(f"{sentence}." for sentence in said)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Every share with its interval, what it is compared with, and the number of people."""
        heads = self.words("steps.whisker"), self.others, self.words("information.people")
        return (heads, *((row.label, *self._cells(row)) for row in self.rows))

    def _cells(self, row: Step) -> tuple[str, str, str]:
        figures, interval = self.figures, self._interval(row)
        share = figures.percent(row.share)
        if row.share is None:
            return row.note or NOTHING, NOTHING, NOTHING
        return (
            f"{share} ({interval})" if interval else share,
            figures.percent(row.comparison),
            figures.count(row.n),
        )

    def _grid(self) -> list[Primitive]:
        grid = vertical_grid(self.axis, self.bottom, self.top, self.figures, shares=True)
        return [shape for shape in grid if isinstance(shape, Text) or not self.above]

    def _row(self, index: int, top: float, height: float) -> Iterator[Primitive]:
        row, words = self.rows[index], self.names.height(index)
        conversion = self._conversion(index)
        if conversion:
            yield from self._arrow(conversion, top - _BETWEEN / 2)
            top, height = top - _BETWEEN, height - _BETWEEN
        if self.above:
            yield from self.names.shapes(index, top - 1)
            y = top - height + (height - words) / 2 + 1
        else:
            yield from self.names.shapes(index, top - (height - words) / 2)
            y = top - height / 2
        if row.share is None:
            note = fit(row.note, self.width - self.axis.start - 6, 8)
            yield Text(self.axis.start + 6, y - 3, note, 8, MUTED)
            return
        yield from self._bar(row, row.share, y)
        yield from self._figures(row, y)

    def _arrow(self, words: str, y: float) -> Iterator[Primitive]:
        x = self.axis.start + 8
        yield from mark("down", MUTED, x, y, 3.0)
        room = self.width - x - 8
        yield Text(x + 8, y - 2.5, fit(words, room, FACTS), FACTS, MUTED)

    def _bar(self, row: Step, share: float, y: float) -> Iterator[Primitive]:
        start, end = self.axis.start, self.axis.place(share)
        yield Line(start, y - _BAR * 0.75, start, y + _BAR * 0.75, MARK_GREY, 0.8)
        bottom, width = y - _BAR / 2, max(end - start, 0.8)
        if row.doubted:
            yield from hatched(start, bottom, width, _BAR, BLUE)
        else:
            yield Rect(start, bottom, width, _BAR, fill=BLUE)
        if row.comparison is not None:
            x = self.axis.place(row.comparison)
            yield Line(x, y - 8.5, x, y + 8.5, WHITE, 3.2)
            yield from comparison(self.axis, y, row.comparison)
        if row.low is not None and row.high is not None:
            yield from _whisker(self.axis.place(row.low), self.axis.place(row.high), y)

    def _figures(self, row: Step, y: float) -> Iterator[Primitive]:
        interval = self._interval(row)
        y += FACTS_LINE / 2 if interval else 0.0
        share = self.figures.percent(row.share)
        yield Text(self.width, y - NAME * 0.36, share, NAME, INK, "end", bold=True)
        if interval:
            yield Text(self.width, y - FACTS_LINE - 2.2, interval, FACTS, MUTED, "end")

    def _interval(self, row: Step) -> str:
        if row.share is None or row.low is None or row.high is None:
            return ""
        return self.figures.between(self.figures.percent(row.low), self.figures.percent(row.high))

    def _facts(self, row: Step) -> str:
        return "; ".join(self._said_below(row)) if row.share is not None else ""

    def _said_below(self, row: Step) -> Iterator[str]:
        if row.n is not None:
            yield self.words("bars.count", n=self.figures.count(row.n))
        if row.doubted:
            yield f"{_DOUBT} {row.note or self.words('steps.doubted')}"
        elif row.note:
            yield row.note

    def _words(self, row: Step) -> str:
        if row.share is None:
            key = "interval.hidden_because" if row.note else "interval.hidden"
            return self.words(key, label=row.label, note=row.note)
        interval = self._interval(row)
        key = "steps.step" if interval else "steps.bare"
        share = self.figures.percent(row.share)
        said = [self.words(key, label=row.label, share=share, interval=interval)]
        if self.ordered and row.conversion is not None:
            share = self.figures.percent(row.conversion)
            said.append(self.words("steps.conversion", share=share))
        if row.comparison is not None:
            value = self.figures.percent(row.comparison)
            said.append(self.words("interval.comparison", name=self.others, value=value))
        if row.n is not None:
            said.append(self.words("bars.count", n=self.figures.count(row.n)))
        if row.doubted:
            said.append(self.words("steps.doubted"))
        return "; ".join([*said, row.note] if row.note else said)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        yield self.words("steps.whisker"), _bar_key
        if any(row.comparison is not None for row in self.rows):
            yield self.others, comparison_key
        if any(row.doubted for row in self.rows):
            yield f"{_DOUBT} {self.words('steps.doubted_key')}", _doubted_key


def _signed(row: Step) -> str:
    return f"{row.label} {_DOUBT}" if row.doubted else row.label


def _whisker(low: float, high: float, y: float) -> Iterator[Line]:
    """An interval that can be seen on the bar as well as beside it."""
    for colour, stroke, cap in ((WHITE, 3.0, 4.2), (INK, 1.1, 3.0)):
        yield Line(low, y, high, y, colour, stroke)
        for x in (low, high):
            yield Line(x, y - cap, x, y + cap, colour, stroke)


def _bar_key(x: float, y: float) -> list[Primitive]:
    return [Rect(x, y - 4, 12, 8, fill=BLUE), *_whisker(x + 7, x + 17, y)]


def _doubted_key(x: float, y: float) -> list[Primitive]:
    return list(hatched(x, y - 4, 18, 8, BLUE))
