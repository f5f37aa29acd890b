"""A story of flowables as one PDF: margins, page furniture, outline, identical bytes each time."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from reports.characters import readable
from reports.charts.palette import MUTED, RULE, WHITE
from reports.charts.pen import fill_with, from_right, stroke_with, write
from reports.charts.text_width import fit, text_width
from reports.pdf import fonts
from reports.pdf.canvas import ReportCanvas
from reports.pdf.flowables import Together
from reports.pdf.measuring import require_pages
from reports.pdf.theme import (
    ACCENT,
    BANNER,
    BOTTOM,
    PAGE_SIZES,
    SIDE,
    WATERMARK,
    PageSize,
    frame_size,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus.flowables import Flowable

    from reports.pdf.attachments import Attachment


@dataclass(frozen=True, slots=True)
class _Furniture:
    """What stands on every page around its content."""

    footer: str
    banner: str
    width: float
    height: float

    def draw(self, canvas: Canvas, _document: object = None) -> None:
        """Draw the furniture of a page that has just begun, below its content."""
        canvas.saveState()
        with cast("ReportCanvas", canvas).artifact("Pagination"):
            self._draw(canvas)
        canvas.restoreState()

    def _draw(self, canvas: Canvas) -> None:
        if self.banner:
            self._watermark(canvas)
            self._banner(canvas)
        stroke_with(canvas, RULE, 0.5)
        canvas.line(SIDE, 42, self.width - SIDE, 42)
        fill_with(canvas, MUTED)
        text = fit(self.footer, self.width - 2 * SIDE - 50, 7.5)
        left = self.width - SIDE - text_width(text, 7.5) if from_right(canvas) else SIDE
        write(canvas, text, left, 30, 7.5)

    def _banner(self, canvas: Canvas) -> None:
        text = fit(self.banner, self.width / 2 - SIDE, 8, bold=True)
        wide = text_width(text, 8, bold=True) + 14
        left = SIDE if from_right(canvas) else self.width - SIDE - wide
        bottom = self.height - 39
        fill_with(canvas, BANNER)
        canvas.roundRect(left, bottom, wide, 15, 2, stroke=0, fill=1)
        fill_with(canvas, WHITE)
        write(canvas, text, left + 7, bottom + 4.7, 8, bold=True)

    def _watermark(self, canvas: Canvas) -> None:
        size = min(64.0, 560.0 / max(text_width(self.banner, 1, bold=True), 1.0))
        canvas.saveState()
        canvas.translate(self.width / 2, self.height / 2)
        canvas.rotate(52)
        fill_with(canvas, WATERMARK)
        half = text_width(self.banner, size, bold=True) / 2
        write(canvas, self.banner, -half, -size / 3, size, bold=True)
        canvas.restoreState()


def render(
    story: Sequence[Flowable],
    *,
    title: str,
    subject: str = "",
    language: str = "en",
    footer: str = "",
    banner: str = "",
    path_or_buffer: str | Path | IO[bytes] | None = None,
    page_size: PageSize = "A4",
    attachments: Sequence[Attachment] = (),
    anchors: Collection[str] = (),
    accent: str = ACCENT,
    most_pages: int = 0,
) -> bytes:
    """Return the PDF of `story`, and write it to `path_or_buffer` if one is given.

    The same story gives the same bytes. `footer` and `banner` (for instance that the data are
    simulated; empty for none) stand on every page. The file is PDF/UA-1 and PDF/A-2a; with
    `attachments`, which it then carries, PDF/A-3a. `anchors` are the places in it to which links
    may lead, `accent` the colour of titles. Raises `TooManyPagesError` where it takes more than
    `most_pages` (0: as many as it takes), and `reports.pdf.font_files.FontMissingError` where this
    machine has no font for the language.
    """
    fonts.require(language)
    if most_pages:
        require_pages(story, most_pages, language=language, page_size=page_size)
    width, height = PAGE_SIZES[page_size]
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=(width, height),
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
    furniture = _Furniture(footer, readable(banner), width, height)
    frame = Frame(SIDE, BOTTOM, *frame_size(page_size), 0, 0, 0, 0)
    template = PageTemplate("page", [frame], furniture.draw, _reserve_page_number)
    document.addPageTemplates([template])
    canvas = partial(ReportCanvas, attachments=attachments, anchors=anchors, accent=accent)
    document.build(list(story), canvasmaker=canvas)
    content = buffer.getvalue()
    _write_out(content, path_or_buffer)
    return content


def _reserve_page_number(canvas: Canvas, _document: object) -> None:
    cast("ReportCanvas", canvas).reserve_page_number()


def _write_out(content: bytes, target: str | Path | IO[bytes] | None) -> None:
    if isinstance(target, (str, Path)):
        Path(target).write_bytes(content)
    elif target is not None:
        target.write(content)
