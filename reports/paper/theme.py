"""How a paper questionnaire looks: sheets, leaves, margins, type for pens and tired eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.charts.palette import INK, MUTED
from reports.pdf.theme import TextStyle

Paper = Literal["A4", "Letter"]
SHEETS: dict[Paper, tuple[float, float]] = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
"""Width and height of a sheet in points."""

BOX = 13.6
"""Side of a box to be crossed in points: 4.8 mm, which a pen hits."""


@dataclass(frozen=True, slots=True)
class PaperTheme:
    """Measures of one leaf in points, and its type."""

    width: float
    height: float
    side: float
    top: float
    bottom: float
    title: TextStyle
    heading: TextStyle
    question: TextStyle
    answer: TextStyle
    body: TextStyle
    note: TextStyle

    @property
    def frame(self) -> tuple[float, float]:
        """Width and height that a leaf leaves for content."""
        return self.width - 2 * self.side, self.height - self.top - self.bottom


def paper_theme(paper: Paper, *, fold: bool) -> PaperTheme:
    """The theme of whole sheets, or of half sheets that are folded into a booklet."""
    width, height = SHEETS[paper]
    if not fold:
        return _theme(width, height, (48.0, 40.0, 46.0), 10.5)
    return _theme(height / 2, width, (34.0, 32.0, 40.0), 9.4)


def _theme(
    width: float, height: float, margins: tuple[float, float, float], size: float
) -> PaperTheme:
    answer = size - 1.9
    return PaperTheme(
        width,
        height,
        *margins,
        title=TextStyle(size * 1.9, size * 2.3, bold=True, after=2, heading=1),
        heading=TextStyle(
            size + 1, size * 1.5, bold=True, before=12, after=5, keep_with_next=True, heading=2
        ),
        question=TextStyle(size, size * 1.34),
        answer=TextStyle(answer, answer * 1.16, align="middle"),
        body=TextStyle(size - 0.7, (size - 0.7) * 1.38, after=4),
        note=TextStyle(size - 2, (size - 2) * 1.25, colour=MUTED, after=3),
    )


CODE = TextStyle(6.2, 7.4, colour=MUTED)
"""The codes beside the boxes, for the person who types the answers in."""

OUTLINE, OUTLINE_WIDTH = INK, 0.9
