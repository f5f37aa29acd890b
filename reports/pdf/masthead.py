"""The top of a report's first page: its title, and beside it the logo of the brand."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

from reportlab.lib.utils import ImageReader
from reportlab.platypus.flowables import Flowable

from reports.charts.pen import fill_with, stroke_with
from reports.logos.model import RasterLogo, Shape, VectorLogo, size_in_points
from reports.pdf.flowables import Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

    from reports.logos.model import Logo
    from reports.look import Look
    from reports.pdf.canvas import ReportCanvas

_GAP = 18.0
_RULE = 1.8
_BELOW_TITLES, _AFTER = 6.0, 8.0
_EVEN_ODD, _NON_ZERO = 0, 1


class Masthead(Flowable):
    """Titles at the side where lines begin, the logo at the other, and the brand's rule below."""

    def __init__(self, titles: Sequence[Flowable], look: Look) -> None:
        super().__init__()
        self.stack = Stack(titles)
        self.look = look
        self.spaceAfter = _AFTER
        self.keepWithNext = True

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Break the titles beside the logo."""
        logo = self.look.logo
        self.logo_size = size_in_points(logo) if logo else (0.0, 0.0)
        taken = self.logo_size[0] + _GAP if logo else 0.0
        self.titles_width = width - taken
        _, high = self.stack.wrapOn(self.canv, self.titles_width, height)
        self.width = width
        self.height = max(high, self.logo_size[1]) + _BELOW_TITLES + _RULE
        return self.width, self.height

    def split(self, _width: float, _height: float) -> list[Flowable]:
        """Never split the top of a page."""
        return []

    def draw(self) -> None:
        """Draw the titles, the logo and the rule."""
        canvas = cast("ReportCanvas", self.canv)
        from_right = canvas.right_to_left
        left = self.width - self.titles_width if from_right else 0.0
        self.stack.drawOn(canvas, left, self.height - self.stack.height)
        if self.look.logo:
            self._draw_logo(canvas, self.look.logo)
        with canvas.artifact():
            stroke_with(canvas, self.look.rule, _RULE)
            canvas.line(0, _RULE / 2, self.width, _RULE / 2)

    def _draw_logo(self, canvas: ReportCanvas, logo: Logo) -> None:
        width, height = self.logo_size
        x = 0.0 if canvas.right_to_left else self.width - width
        y = self.height - height
        left, bottom = canvas.absolutePosition(x, y)
        box = (left, bottom, left + width, bottom + height)
        with canvas.content("Figure", alt=self.look.alt, box=box):
            draw_logo(logo, canvas, x, y)


def draw_logo(logo: Logo, canvas: Canvas, x: float, y: float) -> None:
    """Draw a logo as large as it may be, its lower left corner at (x, y)."""
    width, height = size_in_points(logo)
    if isinstance(logo, RasterLogo):
        canvas.drawImage(ImageReader(io.BytesIO(logo.png)), x, y, width, height)
        return
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(x, y, width, height)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.translate(x, y + height)
    canvas.scale(width / logo.width, -height / logo.height)
    _draw_shapes(logo, canvas)
    canvas.restoreState()


def _draw_shapes(logo: VectorLogo, canvas: Canvas) -> None:
    for shape in logo.shapes:
        if shape.fill:
            fill_with(canvas, shape.fill)
        if shape.stroke:
            stroke_with(canvas, shape.stroke, shape.stroke_width)
        rule = _EVEN_ODD if shape.fill_rule == "evenodd" else _NON_ZERO
        canvas.drawPath(
            _path(shape, canvas),
            stroke=int(shape.stroke is not None),
            fill=int(shape.fill is not None),
            fillMode=rule,
        )


def _path(shape: Shape, canvas: Canvas) -> Any:
    path = canvas.beginPath()
    for segment in shape.segments:
        numbers = [value for point in segment.points for value in point]
        match segment.kind:
            case "M":
                path.moveTo(*numbers)
            case "L":
                path.lineTo(*numbers)
            case "C":
                path.curveTo(*numbers)
            case "Z":
                path.close()
    return path
