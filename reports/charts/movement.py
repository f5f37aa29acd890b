"""How several brands moved from one wave to another: a dumbbell each, with the change beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.axis import Axis, fitted, vertical_grid
from reports.charts.columns import TextColumns
from reports.charts.legend import Legend
from reports.charts.marks import disc, mark
from reports.charts.palette import BLUE, INK, MUTED, RULE, WHITE
from reports.charts.primitives import NARROW, Chart, Circle, Line, Primitive, Text
from reports.charts.text_width import fit, widest, wrap
from reports.charts.words import chart_words
from reports.format import NOTHING, formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Mark
    from reports.format import Formatter
    from reports.wording import Catalogue

_LABEL, _LINE = 8.5, 10.5
_SMALL = 7.0
_TALLEST = 600.0
_ROW, _LEAST_ROW = 20.0, 13.0
_GAP = 12.0
_LABELS = 0.26
_LEAST_PLOT = 0.3
_LEAST_SPAN = 20.0


@dataclass(frozen=True, slots=True)
class Movement:
    """One brand's score in two waves, None where it has none, and the change with its interval.

    `mark` is the verdict on the change; a row without change prints `note` instead.
    """

    label: str
    earlier: float | None
    later: float | None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    mark: Mark | None = None
    own: bool = False
    note: str = ""


def movement(
    rows: Sequence[Movement],
    waves: tuple[str, str],
    *,
    title: str,
    axis: tuple[float, float] | None = None,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw each row from a ring in the first of `waves` to a filled dot in the second.

    Without an `axis` it spans what is drawn, at least 20 points of the score. About 40 rows fit on
    a page. A narrow chart has names and verdicts above their rows, and changes without intervals.
    """
    drawing = _Drawing(rows, waves, axis, width, language)
    return Chart.of(drawing, width, title, drawing.table())


class _Drawing:
    def __init__(
        self,
        rows: Sequence[Movement],
        waves: tuple[str, str],
        axis: tuple[float, float] | None,
        width: float,
        language: str,
    ) -> None:
        self.rows = rows
        self.waves = waves
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.above = width < NARROW
        room = width if self.above else width * _LABELS
        self.row = min(_ROW, max(_LEAST_ROW, _TALLEST / max(len(rows), 1)))
        lines = 3 if self.row >= _ROW else 1
        self.labels = [wrap(row.label, room, _LABEL, row.own, lines) for row in rows]
        names = widest([line for label in self.labels for line in label], _LABEL, bold=True)
        left = 0.0 if self.above else min(names, room) + _GAP
        least = width * _LEAST_PLOT
        self.columns = TextColumns(
            self._heads(), [self._cells(row) for row in rows], width, width - left - least
        )
        drawn = [value for row in rows for value in (row.earlier, row.later)]
        ends = axis or fitted(drawn, _LEAST_SPAN)
        self.axis = Axis(*ends, left + 8, width - self.columns.width - 8)
        self.heights = [self._height(*each) for each in zip(rows, self.labels, strict=True)]
        self.legend = Legend(list(zip(waves, (_earlier_key, _later_key), strict=True)), width)
        self.bottom = 17.0 + self.legend.height
        self.top = self.bottom + sum(self.heights)
        self.height = self.top + self.columns.head_height + 7

    def _heads(self) -> list[str]:
        if self.above:
            return [self.words("movement.change_narrow")]
        heads = [self.words("movement.change")]
        judged = any(row.mark is not None for row in self.rows)
        return [*heads, self.words("movement.verdict")] if judged else heads

    def _height(self, row: Movement, label: tuple[str, ...]) -> float:
        if self.above:
            said = row.mark is not None or (row.change is None and row.note)
            return len(label) * _LINE + (_SMALL + 3 if said else 0) + 21
        return self.row if len(label) == 1 else len(label) * _LINE + 8

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes: list[Primitive] = [
            Line(0, self.top, self.width, self.top, RULE, 0.8),
            *self.columns.head_shapes(self.top + 5),
        ]
        if not self.above:
            shapes += vertical_grid(self.axis, self.bottom, self.top, self.figures)
        top = self.top
        for row, label, height in zip(self.rows, self.labels, self.heights, strict=True):
            shapes += self._row(row, label, top, height)
            top -= height
            shapes.append(Line(0, top, self.width, top, RULE, 0.4))
        if self.above:
            shapes += self._grid_below()
        return shapes + self.legend.shapes(self.axis.start - 8)

    def alt(self) -> str:
        """The chart in words."""
        return " ".join(f"{self._words(row)}." for row in self.rows)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Both waves, the change with its interval and the verdict, brand by brand."""
        heads = *self.waves, self.words("movement.change"), self.words("movement.verdict")
        return (heads, *((row.label, *self._all_cells(row)) for row in self.rows))

    def _all_cells(self, row: Movement) -> tuple[str, ...]:
        figures = self.figures
        verdict = row.mark.word if row.mark is not None else row.note or NOTHING
        waves = figures.score(row.earlier), figures.score(row.later)
        return (*waves, self._change(row) or NOTHING, verdict)

    def _change(self, row: Movement) -> str:
        """The change with its interval as printed; nothing where there is none."""
        figures = self.figures
        if row.change is None:
            return ""
        change = figures.change(row.change)
        if row.low is None or row.high is None:
            return change
        ends = figures.between(figures.change(row.low), figures.change(row.high))
        return f"{change} ({ends})"

    def _grid_below(self) -> list[Primitive]:
        """Print the values of the axis once; lines through the names would hinder reading."""
        grid = vertical_grid(self.axis, self.bottom, self.bottom, self.figures)
        return [shape for shape in grid if isinstance(shape, Text)]

    def _row(
        self, row: Movement, label: tuple[str, ...], top: float, height: float
    ) -> Iterator[Primitive]:
        middle = top - height / 2
        first = middle + (len(label) - 1) * _LINE / 2 - _LABEL * 0.36
        if self.above:
            first, middle = top - _LINE, top - height + 9
            grid = vertical_grid(self.axis, middle - 7, middle + 7, self.figures)
            yield from (shape for shape in grid if isinstance(shape, Line))
        for place, line in enumerate(label):
            yield Text(0, first - place * _LINE, line, _LABEL, INK, bold=row.own)
        if self.above:
            yield from self._said_below(row, first - len(label) * _LINE + 1.5)
        yield from self._dumbbell(row, middle)
        yield from self._figures(row, middle)

    def _said_below(self, row: Movement, y: float) -> Iterator[Primitive]:
        if row.mark is not None:
            yield from mark(row.mark.shape, row.mark.colour, 4, y + 2.6, 3.0)
            yield Text(11, y, fit(row.mark.word, self.width - 11, _SMALL), _SMALL, INK)
        elif row.change is None and row.note:
            yield Text(0, y, fit(row.note, self.width, _SMALL), _SMALL, MUTED)

    def _dumbbell(self, row: Movement, y: float) -> Iterator[Primitive]:
        if row.earlier is not None and row.later is not None:
            start, end = self.axis.place(row.earlier), self.axis.place(row.later)
            yield Line(start, y, end, y, BLUE, 1.8)
        if row.earlier is not None:
            yield _ring(self.axis.place(row.earlier), y)
        if row.later is not None:
            yield from disc(BLUE, self.axis.place(row.later), y, 3.4)

    def _figures(self, row: Movement, y: float) -> Iterator[Primitive]:
        if row.change is None and row.note and not self.above:
            start = self.axis.end + 8
            yield Text(start, y - 2.6, fit(row.note, self.width - start, _SMALL), _SMALL, MUTED)
            return
        yield from self.columns.cell_shapes(self._cells(row), None if self.above else row.mark, y)

    def _cells(self, row: Movement) -> tuple[str, ...]:
        if row.change is None:
            return ()
        if self.above:
            return (self.figures.change(row.change),)
        return self._change(row), row.mark.word if row.mark is not None else ""

    def _words(self, row: Movement) -> str:
        figures = self.figures
        earlier, later = figures.score(row.earlier), figures.score(row.later)
        change = figures.change(row.change)
        if row.low is not None and row.high is not None:
            interval = figures.between(figures.change(row.low), figures.change(row.high))
            change = self.words("movement.interval", change=change, interval=interval)
        said = self.words(
            f"movement.{_known(row)}",
            label=row.label,
            earlier=earlier,
            later=later,
            change=change,
        )
        note = row.note if row.change is None else ""
        verdict = row.mark.word if row.mark is not None else ""
        return "; ".join(part for part in (said, verdict, note) if part)


def _known(row: Movement) -> str:
    if row.earlier is None:
        return "neither" if row.later is None else "only_later"
    if row.later is None:
        return "only_earlier"
    return "both" if row.change is None else "row"


def _ring(x: float, y: float) -> Circle:
    return Circle(x, y, 3.9, fill=WHITE, stroke=BLUE)


def _earlier_key(x: float, y: float) -> list[Primitive]:
    return [_ring(x + 12, y)]


def _later_key(x: float, y: float) -> list[Primitive]:
    return [*disc(BLUE, x + 12, y, 3.4)]
