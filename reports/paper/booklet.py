"""Leaves on sheets: one to a side, or two to a side so that the folded stack is a booklet.

The order of reading is that of the leaves, whatever sheet they are printed on.
"""

from __future__ import annotations

from typing import Any

from reportlab.pdfgen.canvas import Canvas

from reports.charts.palette import MUTED
from reports.charts.pen import colour
from reports.charts.text_width import text_width
from reports.pdf.canvas import NUMBER_PLACE, ReportCanvas
from reports.pdf.fonts import REGULAR

_LOW, _SIZE = 22.0, 8.0


class LeafCanvas(ReportCanvas):
    """Leaves of a questionnaire, each on a sheet of its own. Its headings make no outline."""

    def __init__(self, *arguments: Any, margin: float, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.margin = margin

    def enter_outline(self, text: str, level: int, top: float) -> None:
        """Enter nothing: a questionnaire is short."""

    def _page_number(self, number: int, total: int) -> str:
        self._code = []
        self.setFont(REGULAR, _SIZE)
        self.setFillColor(colour(MUTED))
        text = f"{total} / {number}" if self.right_to_left else f"{number} / {total}"
        end = self._pagesize[0] - self.margin - text_width(text, _SIZE)
        self.drawString(self.margin if self.right_to_left else end, _LOW, text)
        code, self._code = "\n".join(self._code), []
        return f"\n{code}\n"


class BookletCanvas(LeafCanvas):
    """Leaves two to a side of a sheet, in the order of a folded booklet.

    `leaves` is how many there will be. Blank ones follow until they are a multiple of four.
    """

    def __init__(self, *arguments: Any, leaves: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._leaves: list[str] = []
        self._count = leaves
        self._sides = booklet_sides(leaves, right_to_left=self.right_to_left)
        self._structure.pages = [[] for _ in self._sides]

    def page_place(self) -> int:
        """The side of a sheet on which the present leaf will stand."""
        return self._spot()[0]

    def absolutePosition(self, x: float, y: float) -> tuple[float, float]:  # noqa: N802
        """A place on the sheet."""
        on_leaf_x, on_leaf_y = super().absolutePosition(x, y)
        return on_leaf_x + self._spot()[1] * self._pagesize[0], on_leaf_y

    def showPage(self) -> None:  # noqa: N802 ReportLab's name
        """Keep the leaf until all are drawn."""
        self._leaves.append("\n".join(self._code))
        start: Any = self
        start._startPage()

    def save(self) -> None:
        """Put the leaves on sheets and write the document."""
        if self._code:
            self.showPage()
        total = len(self._leaves)
        drawn = [
            leaf.replace(NUMBER_PLACE, self._page_number(number, total))
            for number, leaf in enumerate(self._leaves, start=1)
        ]
        wide, high = self._pagesize
        self.setPageSize((2 * wide, high))
        for sides in self._sides:
            self._code = [
                f"q 1 0 0 1 {at * wide:.3f} 0 cm\n{drawn[leaf - 1]}\nQ"
                for at, leaf in enumerate(sides)
                if leaf <= total
            ]
            Canvas.showPage(self)
        self._code = []
        super().save()

    def _spot(self) -> tuple[int, int]:
        leaf = min(len(self._leaves) + 1, self._count)
        return next(
            (place, sides.index(leaf)) for place, sides in enumerate(self._sides) if leaf in sides
        )


def booklet_sides(leaves: int, *, right_to_left: bool = False) -> list[tuple[int, int]]:
    """The leaves on each side of the sheets of a booklet, left and right, numbered from 1; numbers
    above `leaves` are blank. Two sides are one sheet, turned over at its short edge.

    A booklet read from right to left has its back at the right.
    """
    last = max(-(-leaves // 4), 1) * 4
    sides = []
    for low in range(1, last // 2 + 1):
        outer, inner = last + 1 - low, low
        sides.append((outer, inner) if low % 2 else (inner, outer))
    return [(right, left) for left, right in sides] if right_to_left else sides
