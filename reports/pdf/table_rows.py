"""The rows of a table on paper: cells broken into lines, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from reports.blocks import Link
from reports.charts.text_width import Line, wrap_pieces
from reports.pdf.column_widths import MARK, PAD
from reports.pdf.links import links_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.blocks import Align, Cell, Mark
    from reports.pdf.theme import TextStyle

HIGH = 2.8
"""Points above and below a row's words."""
_MOST_LINES = 40
"""Lines of one cell; more could not stand on one page with the head."""


class LaidCell(NamedTuple):
    """A cell; `left` is where it starts if the table is laid out from the left."""

    lines: tuple[Line, ...]
    style: TextStyle
    left: float
    width: float
    mark: Mark | None
    links: tuple[Link, ...] = ()

    def start(self, table_width: float | None) -> float:
        """Points from the left of the table, whose width is given if it begins at the right."""
        return self.left if table_width is None else table_width - self.left - self.width


@dataclass(frozen=True, slots=True)
class LaidRow:
    """A row, `height` points tall; the reader's `own` is set off."""

    cells: tuple[LaidCell, ...]
    high: float
    height: float
    own: bool = False
    anchor: str = ""


def laid_row(
    row: Sequence[Cell],
    columns: Sequence[float],
    align: Sequence[Align],
    style: TextStyle,
    high: float = HIGH,
) -> LaidRow:
    """Lay a row out in columns of some widths, in points."""
    cells = []
    left = 0.0
    for place, (cell, column) in enumerate(zip(row, columns, strict=False)):
        # The outermost words stand flush with the text above and below the table.
        before = 0.0 if place == 0 else PAD
        after = 0.0 if place == len(columns) - 1 else PAD
        inner = column - before - after
        room = inner - (MARK if cell.mark is not None else 0.0)
        lines = _cell_lines(cell.text, room, style)
        aligned = _aligned(style, "start" if cell.mark is not None else align[place])
        links = links_in(cell.text, [Link(cell.text, cell.target)] if cell.target else ())
        cells.append(LaidCell(lines, aligned, left + before, inner, cell.mark, links))
        left += column
    tallest = max((len(cell.lines) for cell in cells), default=0) * style.leading
    return LaidRow(tuple(cells), high, tallest + 2 * high)


@lru_cache
def _aligned(style: TextStyle, align: Align) -> TextStyle:
    return replace(style, align=align)


def _cell_lines(text: str, room: float, style: TextStyle) -> tuple[Line, ...]:
    lines = wrap_pieces([(text, style.bold)], room + 0.01, style.size)
    if len(lines) <= _MOST_LINES:
        return lines
    return (*lines[: _MOST_LINES - 1], *wrap_pieces([("…", style.bold)], room, style.size))
