"""Small print in two columns of about the same height, which goes on over pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from reports.pdf.flowables import Columns, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus.flowables import Flowable

_FEWEST = 4
"""Entries that stay together on either side of a page break, two in each column."""


class FinePrintColumns(Columns):
    """Entries read down the first column and then down the second."""

    def __init__(self, entries: Sequence[Flowable], gap: float = 20.0) -> None:
        super().__init__([entries, []], gap)
        self.entries = list(entries)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Share the entries between the columns so that the taller is as low as it can be."""
        self._share(self._places(width))
        return super().wrap(width, height)

    def split(self, width: float, height: float) -> list[Flowable]:
        """Split between entries where the page ends, each part in two columns of its own."""
        heights = self._places(width)
        for count in range(len(self.entries) - _FEWEST, _FEWEST - 1, -1):
            if _tallest(heights[: count + 1], _half(heights[: count + 1])) <= height:
                parts = self.entries[:count], self.entries[count:]
                return opened([FinePrintColumns(part, self.gap) for part in parts])
        return []

    def least_height(self, width: float) -> float:
        """Return the height below which all entries move to the next page."""
        heights = self._places(width)
        if len(self.entries) >= 2 * _FEWEST:
            heights = heights[: _FEWEST + 1]
        return _tallest(heights, _half(heights))

    def _places(self, width: float) -> list[float]:
        """Where each entry begins below the first, were they in one column, and the last ends."""
        column = (width - self.gap) / 2
        places = [0.0]
        # They are also measured while they stand on no canvas.
        canvas = cast("Canvas", getattr(self, "canv", None))
        for entry in self.entries:
            _, taken = entry.wrapOn(canvas, column, 1e6)
            places.append(places[-1] + taken + entry.getSpaceAfter())
        return places

    def _share(self, places: list[float]) -> None:
        first = _half(places)
        self.stacks[0].content, self.stacks[1].content = self.entries[:first], self.entries[first:]


def _half(places: list[float]) -> int:
    """How many entries the first column takes."""
    return min(range(1, len(places)), key=lambda first: _tallest(places, first), default=0)


def _tallest(places: list[float], first: int) -> float:
    return max(places[first], places[-1] - places[first])
