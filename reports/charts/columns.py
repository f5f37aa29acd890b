"""Columns of ready words at the right of a chart, as wide as their words need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.marks import mark
from reports.charts.palette import INK, MUTED
from reports.charts.primitives import Primitive, Text
from reports.charts.text_width import fit, widest, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.blocks import Mark

SIZE = 8.0
_HEAD = 7.0
_HEAD_LINE = 8.4
_GAP = 10.0
_MARK = 13.0


class TextColumns:
    """Figures end at the right of their column; the last column starts at its left, with a mark.

    `right` is where the last column ends and `room` how wide all may be together; with less room
    than the words need, the last column gives way and its words end in an ellipsis.
    """

    def __init__(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], right: float, room: float
    ) -> None:
        self.heads = heads
        cells = [[row[place] for row in rows if place < len(row)] for place in range(len(heads))]
        widths = [self._needed(place, cells[place], [head]) for place, head in enumerate(heads)]
        if sum(widths) > room:
            words = [[word for word in head.split(" ") if word] for head in heads]
            widths = [
                self._needed(place, cells[place], words[place]) for place in range(len(heads))
            ]
        if widths:
            widths[-1] = max(min(widths[-1], room - sum(widths[:-1])), _MARK + 30.0)
        self.width = sum(widths)
        self.edges = [right - sum(widths[place:]) for place in range(len(widths))] + [right]
        self._head_lines = [
            wrap(head, self._inner(place), _HEAD, max_lines=2) for place, head in enumerate(heads)
        ]

    @property
    def head_height(self) -> float:
        """Points that the column heads take."""
        return _HEAD_LINE * max((len(lines) for lines in self._head_lines), default=0)

    def head_shapes(self, bottom: float) -> list[Primitive]:
        """Return the column heads, their last lines standing on `bottom`."""
        shapes: list[Primitive] = []
        for place, lines in enumerate(self._head_lines):
            for above, line in enumerate(reversed(lines)):
                shapes.append(self._text(place, line, bottom + above * _HEAD_LINE, _HEAD, MUTED))
        return shapes

    def cell_shapes(self, cells: Sequence[str], row_mark: Mark | None, y: float) -> list[Primitive]:
        """Return one row of words centred on the height `y`."""
        shapes: list[Primitive] = []
        baseline = y - SIZE * 0.36
        for place, cell in enumerate(cells[: len(self.heads)]):
            last = self._is_last(place)
            if last and row_mark is not None:
                left = self.edges[place] + _GAP
                shapes += mark(row_mark.shape, row_mark.colour, left + 4, y, 3.6)
            indent = _MARK if last and row_mark is not None else 0.0
            words = fit(cell, self._inner(place) - indent, SIZE, place == 0)
            shapes.append(self._text(place, words, baseline, SIZE, INK, indent))
        return shapes

    def _needed(self, place: int, cells: Sequence[str], head: Sequence[str]) -> float:
        inner = max(widest(cells, SIZE, bold=place == 0), widest(head, _HEAD))
        return inner + _GAP + (_MARK if self._is_last(place) else 0.0)

    def _inner(self, place: int) -> float:
        return self.edges[place + 1] - self.edges[place] - _GAP + 0.01

    def _is_last(self, place: int) -> bool:
        return place == len(self.heads) - 1

    def _text(
        self, place: int, words: str, y: float, size: float, fill: str, indent: float = 0.0
    ) -> Text:
        bold = place == 0 and size == SIZE
        if self._is_last(place):
            return Text(self.edges[place] + _GAP + indent, y, words, size, fill, bold=bold)
        return Text(self.edges[place + 1], y, words, size, fill, "end", bold=bold)
