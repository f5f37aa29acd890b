"""Small pictures of one kind side by side: where each stands, its name and its axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.axis import TICK_SIZE, Axis, decimals
from reports.charts.palette import GRID, INK, MARK_GREY, MUTED
from reports.charts.primitives import Line, Primitive, Text
from reports.charts.text_width import fit, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.format import Formatter

_NAME, _NAME_LINE = 7.5, 9.2
_FACTS = 7.0
_GUTTER = 16.0
_FOOT = 17.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One panel: axes along and upwards, and whether it is the first of its row."""

    x: Axis
    y: Axis
    first: bool


class Panels:
    """Panels with `names` above them, `columns` in a row, on the same two axes.

    `facts` are ready words under each name. `bottom` is where the lowest row ends, `along` and
    `upwards` the lowest and highest value of the axes. `labels` are the values printed at the
    left. With less than whole lines for it a name ends in an ellipsis. Without `along`, what stands
    along the panels is the chart's own matter: a frame's axis runs from 0 to 1, unlabelled.
    """

    def __init__(
        self,
        names: Sequence[str],
        facts: Sequence[str],
        *,
        columns: int,
        width: float,
        panel: float,
        along: tuple[float, float] | None = None,
        upwards: tuple[float, float],
        bottom: float,
        figures: Formatter,
        lines: int = 3,
    ) -> None:
        rows = max(1, -(-len(names) // max(columns, 1)))
        # Rows of like length: five panels stand as three and two, not as four and one.
        self.columns = max(1, -(-len(names) // rows))
        self.figures = figures
        self.along, self.upwards, self.panel = along, upwards, panel
        self.facts = facts
        self.labels = self._ticks(upwards)
        self.left = max(text_width(text, TICK_SIZE) for _, text in self.labels) + 6
        self.width = (width - self.left - _GUTTER * (self.columns - 1)) / self.columns
        self.names = [wrap(name, self.width, _NAME, max_lines=lines) for name in names]
        self.bottom = bottom
        self.heads = [self._head(row) for row in range(rows)]
        self.top = bottom + sum(self.heads) + rows * (panel + _FOOT)

    def frames(self) -> Iterator[Frame]:
        """Return the places of the panels, row by row from the top."""
        for index in range(len(self.names)):
            row, column = divmod(index, self.columns)
            left = self.left + column * (self.width + _GUTTER)
            base = self.top - sum(self.heads[: row + 1]) - row * (self.panel + _FOOT) - self.panel
            yield Frame(
                Axis(*(self.along or (0.0, 1.0)), left, left + self.width),
                Axis(*self.upwards, base, base + self.panel),
                first=column == 0,
            )

    def shapes(self, index: int, frame: Frame) -> list[Primitive]:
        """Return the name, the facts and the grid of one panel."""
        return [*self._words(index, frame), *self._grid(frame)]

    def _words(self, index: int, frame: Frame) -> Iterator[Primitive]:
        y = frame.y.end + (13.0 if any(self.facts) else 4.0)
        for above, line in enumerate(reversed(self.names[index])):
            yield Text(frame.x.start, y + above * _NAME_LINE, line, _NAME, INK)
        if self.facts[index]:
            words = fit(self.facts[index], self.width, _FACTS)
            yield Text(frame.x.start, y - 9, words, _FACTS, MUTED)

    def _grid(self, frame: Frame) -> Iterator[Primitive]:
        for value, text in self.labels:
            y = frame.y.place(value)
            yield Line(frame.x.start, y, frame.x.end, y, GRID, 0.6)
            if frame.first:
                yield Text(frame.x.start - 4, y - 2.5, text, TICK_SIZE, MUTED, "end")
        for value, text in self._ticks(self.along) if self.along else ():
            x = frame.x.place(value)
            yield Line(x, frame.y.start, x, frame.y.start - 2.5, MARK_GREY, 0.6)
            half = text_width(text, TICK_SIZE) / 2
            middle = min(max(x, frame.x.start + half), frame.x.end - half)
            yield Text(middle, frame.y.start - 10, text, TICK_SIZE, MUTED, "middle")
        yield Line(frame.x.start, frame.y.start, frame.x.end, frame.y.start, MARK_GREY, 0.8)

    def _head(self, row: int) -> float:
        first = row * self.columns
        most = max((len(lines) for lines in self.names[first : first + self.columns]), default=0)
        return most * _NAME_LINE + (13.0 if any(self.facts) else 4.0)

    def _ticks(self, ends: tuple[float, float]) -> list[tuple[float, str]]:
        ticks = Axis(*ends, 0, 1).ticks(2 if ends == self.upwards else 4)
        digits = decimals(ticks)
        return [(tick, self.figures.number(tick, digits)) for tick in ticks]
