"""Draws a chart's primitives on a ReportLab canvas."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from reports.charts.pen import dash_with, fill_with, stroke_with, write
from reports.charts.primitives import (
    Chart,
    Circle,
    Line,
    Polygon,
    Polyline,
    Primitive,
    Rect,
    Text,
)
from reports.charts.text_width import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.pdfgen.canvas import Canvas

_OUTLINE = 0.9
"""Width in points of the outline of closed shapes."""
_ROUND_JOIN = 1


def draw(chart: Chart, canvas: Canvas, x: float, y: float) -> None:
    """Draw `chart` with its lower left corner at (x, y)."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setLineJoin(_ROUND_JOIN)
    for primitive in chart.primitives:
        draw_primitive(primitive, canvas)
    canvas.restoreState()


def draw_primitive(primitive: Primitive, canvas: Canvas) -> None:
    """Draw one primitive at its own coordinates."""
    match primitive:
        case Text():
            _text(primitive, canvas)
        case Line():
            _line(primitive, canvas)
        case Rect():
            _rect(primitive, canvas)
        case Circle():
            _circle(primitive, canvas)
        case Polygon():
            _polygon(primitive, canvas)
        case Polyline():
            _polyline(primitive, canvas)


def _line(line: Line, canvas: Canvas) -> None:
    stroke_with(canvas, line.stroke, line.width)
    with _dashed(canvas, line.dash):
        canvas.line(line.x1, line.y1, line.x2, line.y2)


def _rect(rect: Rect, canvas: Canvas) -> None:
    fill, stroke = _brush(canvas, rect.fill, rect.stroke)
    canvas.rect(rect.x, rect.y, rect.width, rect.height, stroke=stroke, fill=fill)


def _circle(circle: Circle, canvas: Canvas) -> None:
    fill, stroke = _brush(canvas, circle.fill, circle.stroke)
    canvas.circle(circle.x, circle.y, circle.radius, stroke=stroke, fill=fill)


def _polygon(polygon: Polygon, canvas: Canvas) -> None:
    fill, stroke = _brush(canvas, polygon.fill, polygon.stroke)
    path = canvas.beginPath()
    path.moveTo(*polygon.points[0])
    for point in polygon.points[1:]:
        path.lineTo(*point)
    path.close()
    canvas.drawPath(path, stroke=stroke, fill=fill)


def _polyline(polyline: Polyline, canvas: Canvas) -> None:
    stroke_with(canvas, polyline.stroke, polyline.width)
    path = canvas.beginPath()
    path.moveTo(*polyline.points[0])
    for point in polyline.points[1:]:
        path.lineTo(*point)
    with _dashed(canvas, polyline.dash):
        canvas.drawPath(path, stroke=1, fill=0)


def _text(text: Text, canvas: Canvas) -> None:
    fill_with(canvas, text.fill)
    left = text.x
    if text.anchor != "start":
        measured = text_width(text.text, text.size, text.bold)
        left -= measured if text.anchor == "end" else measured / 2
    write(canvas, text.text, left, text.y, text.size, text.bold)


def _brush(canvas: Canvas, fill: str | None, stroke: str | None) -> tuple[int, int]:
    if fill is not None:
        fill_with(canvas, fill)
    if stroke is not None:
        stroke_with(canvas, stroke, _OUTLINE)
    return int(fill is not None), int(stroke is not None)


@contextmanager
def _dashed(canvas: Canvas, dash: tuple[float, ...]) -> Iterator[None]:
    if dash:
        dash_with(canvas, dash)
    yield
    if dash:
        dash_with(canvas, ())
