"""Writes colours, strokes and text on a canvas, each as briefly as can be.

A report is mostly text; ReportLab's text objects take three times as long for it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import Color, HexColor

from reports.pdf.fonts import encoded, runs, runs_from_right, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

    from reports.pdf.fonts import Run

# Bytes of a text as they stand in a page's stream.
_ESCAPES = {code: f"\\{code:03o}" for code in (*range(32), *range(127, 256))}
_ESCAPES |= {ord(character): f"\\{character}" for character in "()\\"}
_ESCAPED = re.compile(r"[^ -'*-\[\]-~]")


HEAVIER = 0.028
"""Width of the stroke, in parts of the font size, that makes letters bold without a bold font."""


def from_right(canvas: Canvas) -> bool:
    """Whether the document that is being drawn runs from right to left."""
    return bool(getattr(canvas, "right_to_left", False))


@lru_cache
def colour(code: str) -> Color:
    """Return the ReportLab colour of ``#rrggbb``; reading the code anew each time is slow."""
    return HexColor(code)


@lru_cache
def _numbers(code: str) -> str:
    """Return red, green and blue of ``#rrggbb`` as they stand in a page's stream."""
    return " ".join(f"{part:.6g}" for part in colour(code).rgb())


def fill_with(canvas: Canvas, code: str) -> None:
    """Fill what follows with a colour."""
    # The canvas writes a colour each time it is set; it knows the current one.
    state: Any = canvas
    wanted = colour(code)
    if state._fillColorObj is not wanted:
        state._fillColorObj = wanted
        state._code.append(f"{_numbers(code)} rg")


def stroke_with(canvas: Canvas, code: str, width: float) -> None:
    """Stroke what follows with a colour and a width in points."""
    state: Any = canvas
    wanted = colour(code)
    if state._strokeColorObj is not wanted:
        state._strokeColorObj = wanted
        state._code.append(f"{_numbers(code)} RG")
    if state._lineWidth != width:
        state._lineWidth = width
        state._code.append(f"{width:g} w")


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
    if from_right(canvas):
        drawn = runs_from_right(tuple((text, bold) for text, bold in pieces))
        # The blank at which a line broke stands at its left, beside the words.
        x -= _last_blank(pieces, size)
    else:
        drawn = tuple(run for text, bold in pieces for run in runs(text, bold))
    state: Any = canvas
    state._code.append(_shown(state, drawn, x, y, size))


def _last_blank(pieces: Sequence[tuple[str, bool]], size: float) -> float:
    text, bold = pieces[-1] if pieces else ("", False)
    return width(" ", size, bold) if text.endswith(" ") else 0.0


def _shown(state: Any, drawn: Sequence[Run], x: float, y: float, size: float) -> str:
    stroked = any(run.stroked for run in drawn)
    code = [f"BT {x:.3f} {y:.3f} Td"]
    if stroked:
        red, green, blue = state._fillColorObj.rgb()
        code.insert(0, f"q {red:.4g} {green:.4g} {blue:.4g} RG {size * HEAVIER:.3f} w 1 j")
    for run in drawn:
        if stroked:
            code.append(f"{2 if run.stroked else 0} Tr")
        for name, codes in encoded(run, state._doc):
            escaped = codes.translate(_ESCAPES) if _ESCAPED.search(codes) else codes
            code.append(f"{name} {size:g} Tf ({escaped}) Tj")
    code.append("ET Q" if stroked else "ET")
    return " ".join(code)
