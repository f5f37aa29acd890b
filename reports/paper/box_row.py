"""Boxes in a row: their words below them, or between two words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from reports.charts.palette import RULE
from reports.charts.pen import fill_with, stroke_with, write
from reports.charts.text_width import text_width, wrap
from reports.paper.asked_question import NUMBER, AskedQuestion, NumberedQuestion
from reports.paper.theme import BOX, CODE
from reports.pdf.text import draw_lines, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.pdf.canvas import ReportCanvas

_WIDEST_COLUMN, _WIDEST_NUMBER = 104.0, 40.0


def _lines(label: str, width: float, size: float) -> tuple[str, ...]:
    """A label broken into lines; where a script has no blanks, into lines of one length."""
    lines = wrap(label, width, size)
    if " " in label or len(lines) < 2:
        return lines
    evenly = wrap(label, min(width, text_width(label, size) / len(lines) + size / 2), size)
    return evenly if len(evenly) == len(lines) else lines


class BoxRow(AskedQuestion):
    """Boxes in a row, their words centred below them."""

    def answer_height(self) -> float:
        """Boxes, and the longest words."""
        points = self.question.points
        most = _WIDEST_NUMBER if self.question.layout == "numbers" else _WIDEST_COLUMN
        self.column = min(self.room / len(points), most)
        size = self.theme.answer.size
        self.labels = [_lines(label, self.column - 4, size) for _, label in points]
        if self.question.layout == "numbers":
            self.labels = [(str(value),) for value, _ in points]
        rows = max(len(label) for label in self.labels)
        ends = self.theme.answer.leading + 2 if any(self.question.ends) else 0.0
        return BOX + 3 + rows * self.theme.answer.leading + ends

    def draw_answer(self) -> None:
        """Draw the row."""
        canvas = cast("ReportCanvas", self.canv)
        bottom = self.answer_height() - BOX
        columns = [self.place(at * self.column, self.column) for at in range(len(self.labels))]
        boxes = [left + (self.column - BOX) / 2 for left in columns]
        self.draw_boxes(boxes, bottom)
        with canvas.element("L"):
            for (value, label), left, box, lines in zip(
                self.question.points, columns, boxes, self.labels, strict=True
            ):
                with canvas.element("LI"):
                    # Where the words are the code, it needs no other.
                    if self.question.layout != "numbers" and label != str(value):
                        self.draw_code(value, box, bottom)
                    with canvas.content("LBody"):
                        self._draw_words(lines, left, bottom - 3)
        if any(self.question.ends):
            self._draw_ends()

    def _draw_words(self, lines: Sequence[str], left: float, top: float) -> None:
        rows = tuple(pieces(line, self.theme.answer) for line in lines)
        draw_lines(self.canv, rows, self.theme.answer, left, top, self.column)

    def _draw_ends(self) -> None:
        """Draw the words of both ends below the first and the last box."""
        canvas = cast("ReportCanvas", self.canv)
        style = self.theme.answer
        wide = self.column * len(self.question.points)
        inset = (self.column - BOX) / 2
        first, last = self.question.ends
        measured = text_width(last, style.size)
        places = (
            (first, self.place(inset, text_width(first, style.size))),
            (last, self.place(wide - inset - measured, measured)),
        )
        with canvas.content("P"):
            fill_with(canvas, style.colour)
            for words, left in places:
                write(canvas, words, left, 2.4, style.size)


class Poles(NumberedQuestion):
    """Boxes in a row between two words, all on the line of the question's number."""

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the size of the row."""
        self.room = width - NUMBER
        count = len(self.question.points)
        self.step = min(30.0, self.room * 0.5 / count)
        self.wide = (self.room - self.step * count) / 2
        style = self.theme.question
        self.poles = [wrap(word, self.wide - 10, style.size) for word in self.question.ends]
        rows = max(len(pole) for pole in self.poles)
        self.width, self.height = width, max(BOX + CODE.leading, rows * style.leading)
        self.spaceAfter = 7.0
        return self.width, self.height

    def draw(self) -> None:
        """Draw number, poles and boxes."""
        canvas = cast("ReportCanvas", self.canv)
        boxes_bottom = self.height - BOX
        steps = [self.wide + self.step * at for at in range(len(self.question.points))]
        boxes = [self.place(x, self.step) + (self.step - BOX) / 2 for x in steps]
        with canvas.element("Sect"):
            with canvas.content("P"):
                self.draw_number(self.height)
                self._draw_pole(0, 0.0)
            with canvas.artifact():
                stroke_with(canvas, RULE, 0.6)
                middle = boxes_bottom + BOX / 2
                canvas.line(min(boxes), middle, max(boxes) + BOX, middle)
            self.draw_boxes(boxes, boxes_bottom)
            with canvas.content("P"):
                fill_with(canvas, CODE.colour)
                for (value, _), box in zip(self.question.points, boxes, strict=True):
                    left = box + (BOX - text_width(str(value), CODE.size)) / 2
                    write(canvas, str(value), left, boxes_bottom - CODE.leading, CODE.size)
            with canvas.content("P"):
                self._draw_pole(1, self.room - self.wide)

    def _draw_pole(self, which: int, x: float) -> None:
        style = self.theme.question
        rows = self.poles[which]
        y = self.height - style.size * 0.98
        fill_with(self.canv, style.colour)
        for row in rows:
            measured = text_width(row, style.size)
            # The first ends at the boxes, the second begins there.
            indent = self.wide - 10 - measured if which == 0 else 10
            write(self.canv, row, self.place(x + indent, measured), y, style.size)
            y -= style.leading
