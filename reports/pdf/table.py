"""Tables with horizontal rules only, figures aligned, and their head repeated on every page."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from reportlab.platypus.flowables import Flowable

from reports.blocks import Cell
from reports.charts.canvas import draw_primitive
from reports.charts.marks import mark
from reports.charts.palette import INK, OWN, RULE
from reports.charts.pen import fill_with, from_right, stroke_with
from reports.pdf.column_widths import MARK, PAD, column_widths
from reports.pdf.flowables import Stack
from reports.pdf.table_rows import HIGH, LaidCell, LaidRow, laid_row
from reports.pdf.text import TextBlock, draw_lines, pieces
from reports.pdf.theme import CAPTION, CELL, HEAD, TERMS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from contextlib import AbstractContextManager

    from reportlab.pdfgen.canvas import Canvas

    from reports.blocks import Align
    from reports.pdf.canvas import ReportCanvas

_HIGH_OF_TERMS = 2.0
"""Points above and below the words of a row in a table of terms, which has no head."""
_BEFORE_NOTES = 5.0
_KEPT = 2
"""Rows that stay together at either end of a table, unless they are taller than `_TALL` points."""
_TALL = 500.0
_WHOLE = 290.0
"""Points, two fifths of a page, up to which a table is not split."""


def data_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str | Cell]],
    widths: Sequence[float] | None = None,
    align: Sequence[Align] | None = None,
    marked: Collection[int] = (),
    most: float = math.inf,
    notes: Sequence[Flowable] = (),
    anchors: Sequence[str] = (),
) -> DataTable:
    """Return a table as wide as its frame, but no wider than `most` points.

    Parameters
    ----------
    header : words above the columns; empty for a table without a head.
    rows : cells as plain text, or `Cell` for one with a verdict's mark before its words.
    widths : shares of the width, by column; a column never gets less than its longest word.
        Left out, the first column takes what the others do not need; without a head it is one of
        terms, as wide as they need.
    align : by column; left out, words start at the left of the first column and figures end at
        the right of the others.
    marked : places of rows that are the reader's own: bold on a pale ground.
    notes : what stands below the table, on the page of its last rows.
    anchors : names of rows to which links lead, from the first; "" for none.
    """
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    count = max((len(row) for row in [header, *cells]), default=0)
    aligned: list[Align] = ["end"] * count
    if align is not None:
        aligned = list(align)
    elif aligned:
        aligned[0] = "start"
    own = frozenset(marked)
    return DataTable(list(header), cells, widths, aligned, own, most, Stack(notes), anchors)


class DataTable(Flowable):
    """A table that splits between rows and repeats its head."""

    def __init__(
        self,
        header: list[str],
        rows: list[list[Cell]],
        widths: Sequence[float] | None,
        align: list[Align],
        marked: frozenset[int],
        most: float,
        notes: Stack,
        anchors: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.header = header
        self.rows = rows
        self.shares = widths
        self.align = align
        self.marked = marked
        self.most = most
        self.notes = notes
        self.anchors = dict(enumerate(anchors))
        self.high = HIGH
        self.whole = _WHOLE
        self.spaceBefore, self.spaceAfter = 2.0, 7.0
        self.keepWithNext = False
        # Parts of a split table know that they are one.
        self.key = object()
        self.begun = self.goes_on = False
        self._laid_for: float | None = None
        self._head: LaidRow | None = None
        self._body: list[LaidRow] = []
        self._below = 0.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Lay the table out in `width` points and return its size."""
        if self._laid_for != width:
            self._lay_out(min(width, self.most))
            self._laid_for = width
        self.width = min(width, self.most)
        self._below = self._notes_height(width)
        self.height = self._head_height() + sum(row.height for row in self._body) + self._below
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Split a long table after the last row that fits, so that no row is left alone on either
        page and the last have the notes below them; an empty list if that cannot be."""
        self.wrap(width, height)
        if self.height <= self.whole:
            return []
        left = height - self._head_height()
        fitting = 0
        for row in self._body:
            left -= row.height
            if left < 0:
                break
            fitting += 1
        fitting = min(fitting, len(self._body) - self._kept(self._body[-_KEPT:]))
        if fitting < self._kept(self._body[:_KEPT]):
            return []
        return [self._part(0, fitting), self._part(fitting, len(self._body))]

    def least_height(self, width: float) -> float:
        """Return the height below which the table moves to the next page."""
        self.wrap(width, 0)
        if len(self._body) < 2 * _KEPT or self.height <= self.whole:
            return float(self.height)
        return self._head_height() + sum(row.height for row in self._body[:_KEPT])

    def _kept(self, rows: Sequence[LaidRow]) -> int:
        """Return how many of the rows at an end stay together."""
        return len(rows) if sum(row.height for row in rows) <= _TALL else 1

    def _notes_height(self, width: float) -> float:
        if self.goes_on or not self.notes.content:
            return 0.0
        # A table is also measured while it stands on no canvas.
        canvas = cast("Canvas", getattr(self, "canv", None))
        return float(self.notes.wrapOn(canvas, width, 0)[1]) + _BEFORE_NOTES

    def draw(self) -> None:
        """Draw grounds, rules and marks, then the words by row."""
        canvas = cast("ReportCanvas", self.canv)
        placed = self._placed()
        canvas.saveState()
        canvas.translate(self._beside(), 0)
        with canvas.artifact():
            for row, bottom in placed:
                self._draw_ground(row, bottom)
            self._draw_rules(placed)
        with canvas.element("Table", key=self.key):
            for row, bottom in placed:
                self._draw_row(row, bottom)
        canvas.restoreState()
        if self._below:
            self.notes.drawOn(canvas, 0, 0)

    def _beside(self) -> float:
        """Points at the left of a table that is narrower than its frame and begins at the right."""
        return (self._laid_for or self.width) - self.width if from_right(self.canv) else 0.0

    def _placed(self) -> list[tuple[LaidRow, float]]:
        """Return the rows with the heights of their lower edges, the head first."""
        rows = self._body if self._head is None else [self._head, *self._body]
        y = self.height
        placed = []
        for row in rows:
            y -= row.height
            placed.append((row, y))
        return placed

    def _part(self, start: int, stop: int) -> DataTable:
        part = DataTable(
            self.header, self.rows, self.shares, self.align, self.marked, self.most, self.notes
        )
        part._laid_for, part._head, part._body = self._laid_for, self._head, self._body[start:stop]
        part.key = self.key
        part.begun = self.begun or start > 0
        part.goes_on = self.goes_on or stop < len(self._body)
        return part

    def _head_height(self) -> float:
        return self._head.height if self._head is not None else 0.0

    def _lay_out(self, width: float) -> None:
        columns = column_widths(self.header, self.rows, self.shares, width)
        if any(self.header):
            heads = [Cell(words) for words in self.header]
            self._head = laid_row(heads, columns, self.align, HEAD, self.high)
        style, high = (CELL, self.high) if self._head else (TERMS, _HIGH_OF_TERMS)
        own = replace(style, bold=True)
        self._body = [
            replace(laid_row(row, columns, self.align, own, high), own=True)
            if place in self.marked
            else laid_row(row, columns, self.align, style, high)
            for place, row in enumerate(self.rows)
        ]
        for place, anchor in self.anchors.items():
            self._body[place] = replace(self._body[place], anchor=anchor)

    def _draw_ground(self, row: LaidRow, bottom: float) -> None:
        if row.own:
            fill_with(self.canv, OWN)
            self.canv.rect(-PAD, bottom, self.width + 2 * PAD, row.height, stroke=0, fill=1)
        for cell in row.cells:
            if cell.mark is not None:
                y = bottom + self._high(row, cell) - cell.style.leading / 2
                x = self._start(cell) + (cell.width - 3.6 if from_right(self.canv) else 3.6)
                for shape in mark(cell.mark.shape, cell.mark.colour, x, y, 3.4):
                    draw_primitive(shape, self.canv)

    def _draw_rules(self, placed: list[tuple[LaidRow, float]]) -> None:
        for place, (row, bottom) in enumerate(placed, 1):
            ends = place == len(placed) and not self.goes_on
            strong = row is self._head or ends
            stroke_with(self.canv, INK if strong else RULE, 0.7 if strong else 0.4)
            self.canv.line(0, bottom, self.width, bottom)

    def _draw_row(self, row: LaidRow, bottom: float) -> None:
        canvas = cast("ReportCanvas", self.canv)
        if row is self._head and self.begun:
            # The head repeated on a later page says nothing new.
            with canvas.artifact("Pagination"):
                for cell in row.cells:
                    self._draw_cell(cell, bottom + self._high(row, cell))
            return
        canvas.anchor(row.anchor, bottom + row.height)
        with canvas.element("TR"):
            for place, cell in enumerate(row.cells):
                with self._tagged(canvas, row, place):
                    self._draw_cell(cell, bottom + self._high(row, cell))

    def _tagged(
        self, canvas: ReportCanvas, row: LaidRow, place: int
    ) -> AbstractContextManager[None]:
        if row is self._head:
            return canvas.content("TH", scope="Column")
        return canvas.content("TD") if place else canvas.content("TH", scope="Row")

    def _high(self, row: LaidRow, cell: LaidCell) -> float:
        """Return how far above the row's lower edge the words of a cell begin."""
        if row is self._head:
            # The head's words stand on its rule, those of other rows hang from their top.
            return row.high + len(cell.lines) * cell.style.leading
        return row.height - row.high

    def _draw_cell(self, cell: LaidCell, top: float) -> None:
        indent = MARK if cell.mark is not None else 0.0
        width = cell.width - indent
        left = self._start(cell) + (0.0 if from_right(self.canv) else indent)
        draw_lines(self.canv, cell.lines, cell.style, left, top, width, cell.links)

    def _start(self, cell: LaidCell) -> float:
        return cell.start(self.width if from_right(self.canv) else None)


class TableCaption(TextBlock):
    """The words above a table, which belong to it."""

    def __init__(self, text: str, table: DataTable) -> None:
        super().__init__(pieces(text, CAPTION), CAPTION)
        self.key = table.key

    def split(self, _width: float, _height: float) -> list[Flowable]:
        """Never split a caption."""
        return []

    def draw(self) -> None:
        """Draw the words into the table's element."""
        canvas = cast("ReportCanvas", self.canv)
        with canvas.element("Table", key=self.key), canvas.content("Caption"):
            self.draw_text()
