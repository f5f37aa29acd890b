"""Writes colours, strokes and text on a canvas, each as briefly as can be.

A report is mostly text; ReportLab's text objects take three times as long for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import getFont

from reports.pdf.fonts import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas


# Bytes of a text as they stand in a page's stream.
_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), *range(127, 256))}
_ESCAPES |= {ord(character): f"\\{character}" for character in "()\\"}


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


def write(canvas: Canvas, text: str, x: float, y: float, size: float, bold: bool = False) -> None:
    """Write outside text on one line from (x, y), each run in the font that has its characters."""
    write_pieces(canvas, ((text, bold),), x, y, size)


def write_pieces(
    canvas: Canvas, pieces: Sequence[tuple[str, bool]], x: float, y: float, size: float
) -> None:
    """Write texts and whether they are bold, one after the other on one line from (x, y)."""
    state: Any = canvas
    code = [f"BT {x:.3f} {y:.3f} Td"]
    for text, bold in pieces:
        for run in runs(text, bold):
            font: Any = getFont(run.font)
            for subset, characters in font.splitString(run.text, state._doc):
                name = font.getSubsetInternalName(subset, state._doc)
                escaped = characters.decode("latin-1").translate(_ESCAPES)
                code.append(f"{name} {size:g} Tf ({escaped}) Tj")
    code.append("ET")
    state._code.append(" ".join(code))
