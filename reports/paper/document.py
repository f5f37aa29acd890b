"""Flowables on leaves of paper: margins, what stands at the foot, identical bytes each time."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from reports.characters import readable
from reports.charts.palette import MUTED
from reports.charts.pen import fill_with, write
from reports.charts.text_width import fit, text_width
from reports.pdf import fonts
from reports.pdf.flowables import Together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.platypus.flowables import Flowable

    from reports.pdf.canvas import ReportCanvas

_FOOT, _FOOT_SIZE = 22.0, 7.2
_NUMBER = 60.0
"""Points at the foot that are left for the number of the page."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Width, height and margins of a leaf in points, and the words at its foot."""

    width: float
    height: float
    side: float
    top: float
    bottom: float
    foot: str

    @property
    def frame(self) -> tuple[float, float]:
        """Width and height that the leaf leaves for content."""
        return self.width - 2 * self.side, self.height - self.top - self.bottom

    def draw_foot(self, page: Any, _document: object = None) -> None:
        """Draw the foot of a page that has just begun."""
        canvas = cast("ReportCanvas", page)
        words = fit(self.foot, self.frame[0] - _NUMBER, _FOOT_SIZE)
        left = self.side
        if canvas.right_to_left:
            left = self.width - self.side - text_width(words, _FOOT_SIZE)
        with canvas.artifact("Pagination"):
            fill_with(canvas, MUTED)
            write(canvas, words, left, _FOOT, _FOOT_SIZE)


def built(
    story: Sequence[Flowable], leaf: Leaf, canvas: Any, *, title: str, subject: str, language: str
) -> tuple[bytes, int]:
    """Return the PDF of `story` on leaves, drawn on canvases that `canvas` makes, and the number of
    its leaves."""
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=(leaf.width, leaf.height),
        title=readable(title),
        subject=readable(subject),
        author="",
        creator="customer-engagement",
        lang=language,
        initialFontName=fonts.REGULAR,
        invariant=1,
        pageCompression=1,
        displayDocTitle=True,
    )
    document.keepTogetherClass = Together
    frame = Frame(leaf.side, leaf.bottom, *leaf.frame, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate("leaf", [frame], leaf.draw_foot, _reserve_page_number)])
    document.build(list(story), canvasmaker=canvas)
    return buffer.getvalue(), document.page


def _reserve_page_number(canvas: Any, _document: object) -> None:
    cast("ReportCanvas", canvas).reserve_page_number()
