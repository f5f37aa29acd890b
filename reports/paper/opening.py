"""How a paper questionnaire begins: office strip, title and QR code, consent, how to fill it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from reportlab.platypus.flowables import Flowable

from reports.charts.palette import INK, MUTED, PANEL, RULE, WHITE
from reports.charts.pen import fill_with, stroke_with, write
from reports.charts.text_width import text_width
from reports.paper.asked_question import draw_box
from reports.paper.qr_code import QrCode, quiet_zone
from reports.paper.theme import CODE, PaperTheme
from reports.pdf.flowables import Bullet, Stack
from reports.pdf.text import paragraph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.pdf.canvas import ReportCanvas
    from reports.wording import Catalogue

_CELLS, _CELL, _CELL_HIGH = 6, 17.0, 20.0
_QR, _QR_SMALL = 88.0, 74.0
_NARROW = 400.0
_PAD = 8.0
_SAMPLE = 10.0


class OfficeStrip(Flowable):
    """The serial number, to be written into cells, and the code of study and brand."""

    def __init__(self, code: str, say: Catalogue, theme: PaperTheme) -> None:
        super().__init__()
        self.code = code
        self.say = say
        self.style = theme.note
        self.spaceAfter = 12.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the size of the strip."""
        self.width, self.height = width, _CELL_HIGH + 2 * _PAD - 2
        return self.width, self.height

    def draw(self) -> None:
        """Draw ground, cells and words."""
        canvas = cast("ReportCanvas", self.canv)
        serial, code = self.say("serial"), f"{self.say('code')}: {self.code}"
        size = self.style.size
        cells = self._mirrored(_PAD + text_width(serial, size) + 8, _CELLS * _CELL)
        with canvas.artifact("Background"):
            fill_with(canvas, PANEL)
            canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
            fill_with(canvas, WHITE)
            stroke_with(canvas, MUTED, 0.8)
            bottom = (self.height - _CELL_HIGH) / 2
            for place in range(_CELLS):
                canvas.rect(cells + place * _CELL, bottom, _CELL, _CELL_HIGH, stroke=1, fill=1)
        y = self.height / 2 - size * 0.35
        with canvas.content("P"):
            fill_with(canvas, INK)
            write(canvas, serial, self._mirrored(_PAD, text_width(serial, size)), y, size)
        with canvas.content("P"):
            fill_with(canvas, MUTED)
            wide = text_width(code, size)
            write(canvas, code, self._mirrored(self.width - _PAD - wide, wide), y, size)

    def _mirrored(self, x: float, wide: float) -> float:
        from_right = cast("ReportCanvas", self.canv).right_to_left
        return self.width - x - wide if from_right else x


class TitleRow(Flowable):
    """Title and what goes with it, beside a QR code."""

    def __init__(self, main: Sequence[Flowable], code: QrCode) -> None:
        super().__init__()
        self.main, self.code, self.wide = Stack(main), code, code.width
        self.spaceAfter = 2.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return the size of the taller part across the whole width."""
        _, main = self.main.wrapOn(self.canv, width - self.wide - 18, height)
        quiet = quiet_zone(self.code.address, self.wide)
        self.width, self.height = width, max(main, self.wide - 2 * quiet)
        return self.width, self.height

    def draw(self) -> None:
        """Draw both parts, their tops level."""
        from_right = cast("ReportCanvas", self.canv).right_to_left
        main = self.wide + 18 if from_right else 0.0
        # The white border stands in the margin, so that the code itself meets the edge.
        quiet = quiet_zone(self.code.address, self.wide)
        code = -quiet if from_right else self.width - self.wide + quiet
        self.main.drawOn(self.canv, main, self.height - self.main.height)
        self.code.drawOn(self.canv, code, self.height - self.wide + quiet)


class Sample(Bullet):
    """A point of a list that begins with boxes as they are filled in."""

    def __init__(
        self, text: str, theme: PaperTheme, drawn: Callable[[ReportCanvas, float], None], of: object
    ) -> None:
        line = paragraph(text, theme.body)
        super().__init__(line.text, theme.body, disc=False, of=of)
        self.drawn = drawn

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Break the words beside the boxes."""
        _, taken = super().wrap(width - _SAMPLE, height)
        return width, taken

    def draw(self) -> None:
        """Draw boxes and words."""
        canvas = cast("ReportCanvas", self.canv)
        with canvas.artifact():
            canvas.saveState()
            x = self.width + _SAMPLE + 1 if canvas.right_to_left else 0.0
            canvas.translate(x, self.height - self.style.leading + 2)
            self.drawn(canvas, _SAMPLE)
            canvas.restoreState()
        canvas.translate(0 if canvas.right_to_left else _SAMPLE, 0)
        super().draw()


def crossed(canvas: ReportCanvas, side: float) -> None:
    """A box with a cross."""
    draw_box(canvas, 0, 0, side)
    stroke_with(canvas, INK, 1.4)
    canvas.line(1.5, 1.5, side - 1.5, side - 1.5)
    canvas.line(1.5, side - 1.5, side - 1.5, 1.5)


def mended(canvas: ReportCanvas, side: float) -> None:
    """A box that was filled in whole."""
    draw_box(canvas, 0, 0, side)
    fill_with(canvas, INK)
    canvas.rect(0, 0, side, side, stroke=0, fill=1)


def codes(canvas: ReportCanvas, side: float) -> None:
    """An empty box with a code beside it."""
    draw_box(canvas, 0, 0, side)
    fill_with(canvas, MUTED)
    left = -2.2 - text_width("3", CODE.size) if canvas.right_to_left else side + 2.2
    write(canvas, "3", left, 0.6, CODE.size)


class Rule(Flowable):
    """A thin line across the page."""

    def __init__(self) -> None:
        super().__init__()
        self.spaceBefore, self.spaceAfter = 6.0, 2.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the size of the line."""
        self.width, self.height = width, 1.0
        return self.width, self.height

    def draw(self) -> None:
        """Draw the line."""
        canvas = cast("ReportCanvas", self.canv)
        with canvas.artifact():
            stroke_with(canvas, RULE, 0.8)
            canvas.line(0, 0.5, self.width, 0.5)


def title_row(titles: Sequence[Flowable], link: str, say: Catalogue, theme: PaperTheme) -> Flowable:
    """The titles, beside a QR code for those who would rather answer on their phone."""
    if not link:
        return Stack(titles)
    side = _QR if theme.width > _NARROW + 60 else _QR_SMALL
    code = QrCode(link, side, say("online_alt", address=link))
    return TitleRow([*titles, paragraph(say("online"), theme.note)], code)


def how_to(say: Catalogue, theme: PaperTheme) -> list[Flowable]:
    """How to fill the questionnaire in, each point with its picture."""
    of = object()
    drawn = (("how_tick", crossed), ("how_mend", mended), ("how_codes", codes))
    return [Sample(say(key), theme, picture, of) for key, picture in drawn]
