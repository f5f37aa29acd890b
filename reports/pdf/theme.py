"""How paper looks: page sizes, margins, type scale and colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reports.charts.palette import INK, MUTED

if TYPE_CHECKING:
    from reports.blocks import Align

PageSize = Literal["A4", "Letter"]
PAGE_SIZES: dict[PageSize, tuple[float, float]] = {
    "A4": (595.28, 841.89),
    "Letter": (612.0, 792.0),
}
SIDE = 48.0
TOP = 44.0
BOTTOM = 50.0
HIGHEST = 640.0
"""Points that one chart may take, so that its caption stands on the same page of any size."""

ACCENT = "#00558a"
CAUTION = "#a84300"
CAUTION_PANEL = "#fdf3ec"
BANNER = "#a84300"
WATERMARK = "#eef1f4"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """One step of the type scale, in points; `heading` is the level of headings set in it."""

    size: float
    leading: float
    bold: bool = False
    colour: str = INK
    before: float = 0.0
    after: float = 0.0
    align: Align = "start"
    keep_with_next: bool = False
    heading: int = 0


TITLE = TextStyle(22, 27, bold=True, after=3, keep_with_next=True, heading=1)
SUBTITLE = TextStyle(11, 15, colour=MUTED, after=12)
SECTION = TextStyle(
    16, 21, bold=True, colour=ACCENT, before=4, after=7, keep_with_next=True, heading=2
)
HEADING = TextStyle(12, 16, bold=True, before=13, after=4, keep_with_next=True, heading=3)
SUBHEADING = TextStyle(9.5, 13, bold=True, before=8, after=2, keep_with_next=True, heading=4)
LEAD = TextStyle(12.5, 18, after=9)
LONG_LEAD = TextStyle(11.2, 15.6, after=7)
BODY = TextStyle(9.5, 13.5, after=6)
NOTE = TextStyle(7.8, 10.6, colour=MUTED, before=2, after=4)
CAPTION = TextStyle(8.5, 11.5, bold=True, before=8, after=4, keep_with_next=True)
FINE_PRINT = TextStyle(7.2, 8.8, after=2.2)
CELL = TextStyle(8.0, 10.3)
TERMS = TextStyle(8.2, 10.2)
HEAD = TextStyle(7.4, 9.2, bold=True, colour=MUTED)

HEADINGS: dict[int, TextStyle] = {1: SECTION, 2: HEADING, 3: SUBHEADING}


def frame_size(page_size: PageSize) -> tuple[float, float]:
    """Return the width and height that a page leaves for content."""
    width, height = PAGE_SIZES[page_size]
    return width - 2 * SIDE, height - TOP - BOTTOM
