"""One question on paper: its number and words, and below them room for the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, cast

from reportlab.platypus.flowables import Flowable

from reports.charts.palette import WHITE
from reports.charts.pen import fill_with, stroke_with, write
from reports.charts.text_width import Line, text_width, wrap_pieces
from reports.paper.theme import BOX, CODE, OUTLINE, OUTLINE_WIDTH, PaperTheme
from reports.pdf.text import bold, draw_lines, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.paper.questions import Question
    from reports.pdf.canvas import ReportCanvas

NUMBER = 22.0
"""Points that the number of a question takes beside its words."""
_GAP, _AFTER = 5.0, 11.0
_CODE_GAP = 2.2


class NumberedQuestion(Flowable):
    """A question with its number and boxes; `room` is what the number leaves."""

    def __init__(self, question: Question, theme: PaperTheme) -> None:
        super().__init__()
        self.question = question
        self.theme = theme
        self.room = 0.0
        self.spaceAfter = _AFTER

    def split(self, _width: float, _height: float) -> list[Flowable]:
        """Never split a question."""
        return []

    def draw_number(self, top: float) -> None:
        """Draw the number below `top`."""
        number = bold(str(self.question.number))
        style = self.theme.question
        left = self.width - NUMBER if cast("ReportCanvas", self.canv).right_to_left else 0.0
        draw_lines(self.canv, ((number,),), style, left, top, NUMBER)

    def place(self, x: float, wide: float = 0.0) -> float:
        """The left edge of what begins `x` points after the number, from right to left where the
        document runs so."""
        if cast("ReportCanvas", self.canv).right_to_left:
            return self.room - x - wide
        return NUMBER + x

    def draw_boxes(self, lefts: Sequence[float], bottom: float) -> None:
        """Draw boxes in a row, which belong to the words of their points."""
        canvas = cast("ReportCanvas", self.canv)
        with canvas.artifact():
            for left in lefts:
                draw_box(canvas, left, bottom)

    def draw_code(self, value: int, box: float, bottom: float) -> None:
        """Draw a code beside its box, small and grey."""
        canvas = cast("ReportCanvas", self.canv)
        text, size = str(value), CODE.size
        fill_with(canvas, CODE.colour)
        if canvas.right_to_left:
            left = box - _CODE_GAP - text_width(text, size)
        else:
            left = box + BOX + _CODE_GAP
        with canvas.content("Lbl"):
            write(canvas, text, left, bottom + 0.6, size)


class AskedQuestion(NumberedQuestion, ABC):
    """The words of a question, and below them room for the answer."""

    lines: tuple[Line, ...] = ()

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the size of question and answer."""
        self.room = width - NUMBER
        words = pieces(self.question.text, self.theme.question)
        self.lines = wrap_pieces(words, self.room, self.theme.question.size)
        self.words_height = len(self.lines) * self.theme.question.leading + _GAP
        self.width, self.height = width, self.words_height + self.answer_height()
        return self.width, self.height

    @abstractmethod
    def answer_height(self) -> float:
        """Points that the answer takes; asked once `room` is known."""

    @abstractmethod
    def draw_answer(self) -> None:
        """Draw where the answer is given, from `answer_height` down to 0."""

    def draw(self) -> None:
        """Draw number, words and answer as one part of the document."""
        canvas = cast("ReportCanvas", self.canv)
        with canvas.element("Sect"):
            with canvas.content("P"):
                self.draw_number(self.height)
                left = 0.0 if canvas.right_to_left else NUMBER
                style = self.theme.question
                draw_lines(canvas, self.lines, style, left, self.height, self.room)
            self.draw_answer()


def draw_box(canvas: ReportCanvas, left: float, bottom: float, side: float = BOX) -> None:
    """Draw an empty box."""
    fill_with(canvas, WHITE)
    stroke_with(canvas, OUTLINE, OUTLINE_WIDTH)
    canvas.rect(left, bottom, side, side, stroke=1, fill=1)
