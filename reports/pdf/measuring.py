"""Whether a story fits on so many pages, found out without drawing it."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any

from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate
from reportlab.platypus.flowables import Flowable

from reports.pdf import fonts
from reports.pdf.canvas import ReportCanvas
from reports.pdf.flowables import Together
from reports.pdf.theme import BOTTOM, PAGE_SIZES, SIDE, PageSize, frame_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas


class TooManyPagesError(Exception):
    """A story takes more pages than it may, or its first page more than one."""


class EndOfFirstPage(Flowable):
    """Stands behind what belongs on the first page; takes no room and draws nothing."""

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return no size."""
        return 0.0, 0.0

    def draw(self) -> None:
        """Draw nothing."""


class _Placing(Frame):
    """A frame that gives flowables their places and draws none."""

    def add(self, flowable: Any, canvas: Canvas, trySplit: int = 0) -> Any:
        """Place a flowable where there is room for it; called by ReportLab for each."""
        if isinstance(flowable, EndOfFirstPage) and canvas.getPageNumber() > 1:
            raise TooManyPagesError
        flowable.drawOn = _draw_nothing
        try:
            return super().add(flowable, canvas, trySplit)
        finally:
            del flowable.drawOn


class _Unwritten(ReportCanvas):
    """A canvas that becomes no file."""

    def save(self) -> None:
        """Write nothing."""


def require_pages(
    story: Sequence[Flowable], most: int, *, language: str, page_size: PageSize
) -> None:
    """Raise TooManyPagesError if a story takes more than `most` pages, or if what belongs on its
    first page goes on to the second.

    Its texts and tables are laid out by it and keep that, so that drawing it takes no longer.
    """
    changes: list[Any] = []
    document: Any = BaseDocTemplate(
        io.BytesIO(), pagesize=PAGE_SIZES[page_size], initialFontName=fonts.REGULAR, lang=language
    )
    document.keepTogetherClass = Together
    # What ReportLab changes in a story while it goes through it is undone for the next time.
    document._multiBuildEdits = changes.append
    frame = _Placing(SIDE, BOTTOM, *frame_size(page_size), 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate("page", [frame], partial(_require, most))])
    try:
        document.build(list(story), canvasmaker=_Unwritten)
    finally:
        for change, *arguments in reversed(changes):
            change(*arguments)


def _require(most: int, canvas: Canvas, _document: object) -> None:
    if canvas.getPageNumber() > most:
        raise TooManyPagesError


def _draw_nothing(*_arguments: object, **_options: object) -> None:
    pass
