"""Boxes below each other, their words beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from reports.charts.pen import fill_with, write
from reports.charts.text_width import text_width, wrap
from reports.paper.asked_question import AskedQuestion, draw_box
from reports.paper.theme import BOX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.pdf.canvas import ReportCanvas


class BoxList(AskedQuestion):
    """Boxes below each other, in two columns where there are many; words beside them."""

    _PITCH = BOX + 5.0
    _MANY = 6
    _BESIDE = BOX + 18.0

    def answer_height(self) -> float:
        """As many rows as the longest column has."""
        points = self.question.points
        widest = max(text_width(label, self.theme.question.size) for _, label in points)
        abreast = max(int(self.room / (widest + self._BESIDE + 8)), 1)
        self.columns = min(2 if len(points) > self._MANY else 1, abreast)
        while self._measured() > self.theme.frame[1] * 0.8 and self.columns < abreast:
            self.columns += 1
        return self._measured()

    def _measured(self) -> float:
        """The height with as many columns as there are now."""
        style = self.theme.question
        self.rows = -(-len(self.question.points) // self.columns)
        wide = self.room / self.columns - self._BESIDE
        self.labels = [wrap(label, wide, style.size) for _, label in self.question.points]
        self.heights = [max(self._PITCH, len(lines) * style.leading + 4) for lines in self.labels]
        return max(
            sum(self.heights[at * self.rows : (at + 1) * self.rows]) for at in range(self.columns)
        )

    def draw_answer(self) -> None:
        """Draw the list down the first column, then down the second."""
        canvas = cast("ReportCanvas", self.canv)
        top = self.answer_height()
        spots = []
        for at in range(self.columns):
            y = top
            for place in range(at * self.rows, min((at + 1) * self.rows, len(self.labels))):
                x = at * self.room / self.columns
                spots.append((self.place(x, BOX), y - BOX))
                y -= self.heights[place]
        with canvas.artifact():
            for left, bottom in spots:
                draw_box(canvas, left, bottom)
        with canvas.element("L"):
            for (value, _), spot, lines in zip(
                self.question.points, spots, self.labels, strict=True
            ):
                with canvas.element("LI"):
                    self.draw_code(value, *spot)
                    with canvas.content("LBody"):
                        self._draw_words(lines, *spot)

    def _draw_words(self, lines: Sequence[str], box: float, bottom: float) -> None:
        canvas = cast("ReportCanvas", self.canv)
        style = self.theme.question
        fill_with(canvas, style.colour)
        y = bottom + (BOX - style.size) / 2 + style.size * 0.18
        for line in lines:
            left = box + BOX + 16
            if canvas.right_to_left:
                left = box - 16 - text_width(line, style.size)
            write(canvas, line, left, y, style.size)
            y -= style.leading
