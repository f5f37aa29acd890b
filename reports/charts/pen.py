"""Colours and strokes of a canvas, set only where they change."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import Color, HexColor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas


@lru_cache
def colour(code: str) -> Color:
    """Return the ReportLab colour of ``#rrggbb``; reading the code anew each time is slow."""
    return HexColor(code)


def fill_with(canvas: Canvas, code: str) -> None:
    """Fill what follows with a colour."""
    # The canvas writes a colour each time it is set; it knows the current one.
    state: Any = canvas
    if state._fillColorObj is not colour(code):
        canvas.setFillColor(colour(code))


def stroke_with(canvas: Canvas, code: str, width: float) -> None:
    """Stroke what follows with a colour and a width in points."""
    state: Any = canvas
    if state._strokeColorObj is not colour(code):
        canvas.setStrokeColor(colour(code))
    if state._lineWidth != width:
        canvas.setLineWidth(width)


def dash_with(canvas: Canvas, dash: Sequence[float]) -> None:
    """Dash what follows, by lengths on and off; none for a solid stroke, which is usual."""
    canvas.setDash(list(dash))
