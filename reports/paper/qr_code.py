"""QR codes drawn as squares, straight from the code's rows of light and dark."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from reportlab.platypus.flowables import Flowable

from reports.characters import readable
from reports.charts.pen import fill_with

if TYPE_CHECKING:
    from reports.pdf.canvas import ReportCanvas

_BLACK = "#000000"
_QUIET = 4
"""Modules of white around a code, without which readers do not find it."""


@lru_cache(maxsize=256)
def _rows(address: str) -> tuple[bytes, ...]:
    import segno

    return tuple(bytes(row) for row in segno.make(address, error="m", micro=False).matrix)


def draw_qr_code(
    canvas: ReportCanvas, address: str, left: float, bottom: float, side: float
) -> None:
    """Draw the code of an address, its white border included, into a square."""
    rows = _rows(address)
    module = side / (len(rows) + 2 * _QUIET)
    fill_with(canvas, _BLACK)
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        y = bottom + side - (down + 1 + _QUIET) * module
        for start, length in _runs(row):
            path.rect(left + (start + _QUIET) * module, y, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def quiet_zone(address: str, side: float) -> float:
    """Points of white around a code within its square."""
    return _QUIET * side / (len(_rows(address)) + 2 * _QUIET)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark stretches begin and how long they are; one shape each leaves no hairlines."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((place, 1))
    return found


class QrCode(Flowable):
    """A QR code as a figure; `alt` are the words for those who cannot see it."""

    def __init__(self, address: str, side: float, alt: str) -> None:
        super().__init__()
        self.address = address
        self.alt = alt
        self.width = self.height = side

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size of the code, its white border included."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the code."""
        canvas = cast("ReportCanvas", self.canv)
        left, bottom = canvas.absolutePosition(0, 0)
        box = (left, bottom, left + self.width, bottom + self.height)
        with canvas.content("Figure", alt=readable(self.alt), box=box):
            draw_qr_code(canvas, self.address, 0, 0, self.width)
