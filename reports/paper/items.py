"""Questions to be answered with a pen. None is ever broken between two pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from reports.charts.line_breaks import tokens
from reports.charts.palette import MARK_GREY
from reports.charts.pen import fill_with, stroke_with
from reports.charts.text_width import text_width
from reports.paper.asked_question import NUMBER, AskedQuestion, NumberedQuestion
from reports.paper.box_list import BoxList
from reports.paper.box_row import BoxRow, Poles
from reports.paper.theme import BOX, OUTLINE, PaperTheme
from reports.pdf.text import TextBlock

if TYPE_CHECKING:
    from reports.paper.questions import Question
    from reports.pdf.canvas import ReportCanvas

_LINE = 23.0
"""Points between ruled lines, for a hand that writes large."""
_LETTERS_A_LINE, _MOST_LINES = 90, 10


def question_flowable(question: Question, theme: PaperTheme) -> NumberedQuestion:
    """A question with boxes in a row, boxes below each other, or ruled lines."""
    if question.layout == "lines":
        return RuledLines(question, theme)
    if question.layout == "poles":
        return Poles(question, theme)
    if question.layout == "list" or not _fits_in_a_row(question, theme):
        return BoxList(question, theme)
    return BoxRow(question, theme)


def _fits_in_a_row(question: Question, theme: PaperTheme) -> bool:
    column = (theme.frame[0] - NUMBER) / len(question.points)
    if question.layout == "numbers":
        return column >= BOX + 6
    size = theme.answer.size
    words = [word for _, label in question.points for word, _ in tokens(label)]
    return all(text_width(word, size) <= column - 5 for word in words)


class RuledLines(AskedQuestion):
    """Lines to write on, as many as the longest answer may need."""

    def answer_height(self) -> float:
        """Every line as high as large handwriting."""
        needed = -(-self.question.letters // _LETTERS_A_LINE)
        self.count = min(max(needed, 2), _MOST_LINES)
        return self.count * _LINE

    def draw_answer(self) -> None:
        """Draw the lines; they say nothing to those who listen."""
        canvas = cast("ReportCanvas", self.canv)
        left = self.place(0.0, self.room)
        with canvas.artifact():
            stroke_with(canvas, MARK_GREY, 0.6)
            for row in range(self.count):
                canvas.line(left, row * _LINE + 2, left + self.room, row * _LINE + 2)


class OnlyIf(TextBlock):
    """Who answers the questions that follow, beside a bar."""

    def draw(self) -> None:
        """Draw bar and words."""
        canvas = cast("ReportCanvas", self.canv)
        with canvas.artifact():
            fill_with(canvas, OUTLINE)
            bar = self.width + 5.5 if canvas.right_to_left else -8.0
            canvas.rect(bar, 0, 2.5, self.height, stroke=0, fill=1)
        super().draw()
