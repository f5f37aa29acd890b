"""Scores of groups of people: a row for each group, a panel for each score, all on one axis."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from reports.charts.axis import Axis, fitted, vertical_grid
from reports.charts.marks import disc
from reports.charts.palette import BLUE, INK, MUTED, RULE
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Text
from reports.charts.text_width import widest, wrap
from reports.charts.words import chart_words
from reports.format import NOTHING, formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Score: TypeAlias = "tuple[float, float | None, float | None] | None"
"""Estimate with the ends of its interval; None where there is none to show."""

_SIZE, _LINE = 8.0, 9.6
_HEAD = 7.5
_ROW = 12.5
_GROUP = 13.0
_VALUE = 20.0
_LEAST_PANEL, _WIDE_PANEL = 50.0, 80.0
_DOT, _SMALL_DOT = 2.7, 2.1
_GUTTER = 9.0
_FOOT = 15.0
_LEAST_SPAN = 30.0


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group of people: its name, the kind of group that it is one of, its scores."""

    kind: str
    label: str
    scores: tuple[Score, ...]


def group_scores(
    rows: Sequence[GroupRow],
    names: Sequence[str],
    *,
    title: str,
    width: float = 500,
    stacked: bool = False,
    language: str = "en",
) -> Chart:
    """Draw `rows` under the names of their kinds, a panel for each of the scores' `names`.

    The axis spans what is drawn, at least 30 points of the score. `stacked` puts the panels one
    below the other. Where panels are too narrow for them, estimates are drawn but not printed.
    """
    drawing = _Drawing(rows, names, width, stacked, language)
    return Chart.of(drawing, width, title, drawing.table())


class _Drawing:
    def __init__(
        self,
        rows: Sequence[GroupRow],
        names: Sequence[str],
        width: float,
        stacked: bool,
        language: str,
    ) -> None:
        self.rows, self.names, self.width = rows, names, width
        self.words, self.figures = chart_words(language), formatter(language)
        across = 1 if stacked else len(names)
        room = width * (0.36 if width < NARROW else 0.24)
        self.labels = [wrap(row.label, room, _SIZE, max_lines=2) for row in rows]
        kinds = [row.kind for row in rows]
        label = min(widest([*sum(self.labels, ()), *kinds], _SIZE, bold=True), room) + 8
        panel = (width - label - _GUTTER * (across - 1)) / across
        self.value = _VALUE if panel > _LEAST_PANEL else 0.0
        self.dot = _DOT if panel > _WIDE_PANEL else _SMALL_DOT
        ends = fitted(
            (value for row in rows for score in row.scores for value in score or ()), _LEAST_SPAN
        )
        self.axes = []
        for place in range(len(names)):
            left = label + place % across * (panel + _GUTTER)
            self.axes.append(Axis(*ends, left + 5, left + panel - (self.value or 5)))
        self.heights = [max(_ROW, len(lines) * _LINE + 4) for lines in self.labels]
        self.kinds = [kind for kind, _ in groupby(kinds)]
        self.head = max(len(lines) for lines in self._heads(panel)) * 9.0 + 5
        self.block = self.head + sum(self.heights) + _GROUP * len(self.kinds) + _FOOT
        self.blocks = 1 if across > 1 else len(names)
        self.height = self.block * self.blocks
        self.panel, self.across = panel, across

    def _heads(self, panel: float) -> list[tuple[str, ...]]:
        return [wrap(name, panel, _HEAD, True, 2) for name in self.names]

    def primitives(self) -> Iterator[Primitive]:
        """Everything drawn, from back to front."""
        for number in range(self.blocks):
            top = self.height - number * self.block
            places = range(len(self.names)) if self.across > 1 else range(number, number + 1)
            yield from self._block(top, places)

    def _block(self, top: float, places: range) -> Iterator[Primitive]:
        high, low = top - self.head, top - self.block + _FOOT
        for place in places:
            yield from vertical_grid(self.axes[place], low, high, self.figures)
            for number, line in enumerate(self._heads(self.panel)[place]):
                x, y = self.axes[place].start - 5, top - 8 - number * 9.0
                yield Text(x, y, line, _HEAD, INK, bold=True)
        y = high
        for kind, rows in groupby(
            zip(self.rows, self.labels, self.heights, strict=True), key=lambda row: row[0].kind
        ):
            y -= _GROUP
            yield Text(0, y + 3.5, kind, _HEAD, MUTED, bold=True)
            yield Line(0, y, self.width, y, RULE, 0.5)
            for row, lines, height in rows:
                y -= height
                yield from self._row(row, lines, y + height / 2, places)

    def _row(
        self, row: GroupRow, lines: tuple[str, ...], y: float, places: range
    ) -> Iterator[Primitive]:
        first = y + (len(lines) - 1) * _LINE / 2 - _SIZE * 0.36
        for number, line in enumerate(lines):
            yield Text(0, first - number * _LINE, line, _SIZE, INK)
        for place in places:
            axis, score = self.axes[place], row.scores[place]
            if score is None:
                continue
            estimate, low, high = score
            if low is not None and high is not None:
                yield Line(axis.place(low), y, axis.place(high), y, BLUE, 1.8)
            yield from disc(BLUE, axis.place(estimate), y, self.dot)
            if self.value:
                words = self.figures.score(estimate)
                yield Text(axis.end + self.value, y - _SIZE * 0.36, words, _SIZE, INK, "end")

    def alt(self) -> str:
        """The chart in words, row by row."""
        return " ".join(
            f"{self._words(row, name, score)}."
            for row in self.rows
            for name, score in zip(self.names, row.scores, strict=True)
            if score is not None
        )

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Every score with its interval, group by group."""
        rows = [(f"{row.kind}: {row.label}", *map(self._cell, row.scores)) for row in self.rows]
        return (tuple(self.names), *rows)

    def _cell(self, score: Score) -> str:
        if score is None:
            return NOTHING
        estimate, low, high = score
        interval = "" if low is None else f" ({self.figures.span(low, high)})"
        return f"{self.figures.score(estimate)}{interval}"

    def _words(
        self, row: GroupRow, name: str, score: tuple[float, float | None, float | None]
    ) -> str:
        estimate, low, high = score
        label = self.words("group.label", kind=row.kind, label=row.label, name=name)
        key = "interval.bare" if low is None or high is None else "interval.estimate"
        return self.words(
            key,
            label=label,
            estimate=self.figures.score(estimate),
            interval=self.figures.span(low, high),
        )
