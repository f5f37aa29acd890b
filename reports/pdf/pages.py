"""How the sections of a report share pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import CondPageBreak, PageBreak

from reports.pdf.document import render
from reports.pdf.flowables import Columns, Heading
from reports.pdf.layout import story
from reports.pdf.theme import frame_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.platypus.flowables import Flowable

    from reports.blocks import Document

ROOM = 0.42
"""Share of a page that must be left for a section to begin on it."""

_BEFORE_SECTION = 26.0
_BEFORE_COLUMNS = 12.0


def flowing_pdf(document: Document) -> bytes:
    """The document as a PDF whose sections begin a new page only where little room is left."""
    return render(
        list(_flowing(story(document))),
        title=document.subtitle,
        subject=document.title,
        language=document.language,
        footer=document.footer,
        banner=document.banner,
    )


def _flowing(flowables: list[Flowable]) -> Iterator[Flowable]:
    room = frame_size("A4")[1] * ROOM
    before: Flowable | None = None
    for flowable in flowables:
        if isinstance(flowable, Heading) and isinstance(before, PageBreak):
            flowable.spaceBefore = _BEFORE_SECTION
        if isinstance(flowable, Columns) and not isinstance(before, Heading):
            flowable.spaceBefore = _BEFORE_COLUMNS
        yield CondPageBreak(room) if isinstance(flowable, PageBreak) else flowable
        before = flowable
