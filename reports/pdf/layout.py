"""Lays a report's blocks out on paper: the counterpart of the web page's template."""

from __future__ import annotations

import math
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING

from reportlab.platypus import CondPageBreak

from reports import blocks
from reports.isolates import isolated_words
from reports.pdf.bidirectional import base_level
from reports.pdf.density import close
from reports.pdf.document import render
from reports.pdf.fine_print import FinePrintColumns
from reports.pdf.flowables import ChartFlowable, Columns, Heading, bullets, callout, heading
from reports.pdf.masthead import Masthead
from reports.pdf.measuring import EndOfFirstPage, TooManyPagesError
from reports.pdf.table import TableCaption, data_table
from reports.pdf.text import bold, paragraph
from reports.pdf.theme import (
    ACCENT,
    BODY,
    CAPTION,
    FINE_PRINT,
    LEAD,
    LONG_LEAD,
    NOTE,
    SUBTITLE,
    TITLE,
    PageSize,
    TextStyle,
    frame_size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reportlab.platypus.flowables import Flowable

    from reports.pdf.attachments import Attachment

ROOM = 0.2
"""Share of a page that must be left for a section to begin on it."""

_BEFORE_SECTION, _BEFORE_COLUMNS = 26.0, 12.0
_PAIRS = 250.0
"""Points that a table of two columns takes at most, so that each figure stands near its name."""
_LONG_LEAD = 190
"""Characters from which the sentence to remember is set smaller, so that its page stays one."""
_TONES: dict[blocks.Tone, TextStyle] = {"body": BODY, "lead": LEAD, "note": NOTE}


def render_document(
    document: blocks.Document,
    *,
    path_or_buffer: str | Path | IO[bytes] | None = None,
    page_size: PageSize = "A4",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return `document` as a PDF, with files inside; the same document gives the same bytes."""
    title = f"{document.title} · {document.subtitle}" if document.subtitle else document.title
    laid_out = partial(
        render,
        title=title,
        subject=document.subtitle,
        language=document.language,
        footer=title,
        banner=document.banner,
        path_or_buffer=path_or_buffer,
        page_size=page_size,
        attachments=attachments,
        anchors=document.anchors(),
        accent=document.look.text if document.look else ACCENT,
    )
    if document.most_pages:
        # A story can be laid out once only, so each attempt has one of its own.
        for closer in (list, close):
            with suppress(TooManyPagesError):
                told = closer(story(document, page_size))
                return laid_out(told, most_pages=document.most_pages)
        return laid_out(close(close(story(document, page_size))))
    return laid_out(story(document, page_size))


def story(document: blocks.Document, page_size: PageSize = "A4") -> list[Flowable]:
    """Return the flowables of a document: title, then its sections, each beginning a new page
    where little room is left."""
    parts: list[Flowable] = _titles(document)
    for place, section in enumerate(document.sections):
        title = heading(section.title)
        title.anchor = section.id
        if place == 1:
            parts.append(EndOfFirstPage())
        if place:
            parts.append(CondPageBreak(frame_size(page_size)[1] * ROOM))
            title.spaceBefore = _BEFORE_SECTION
        parts.append(title)
        parts += flowables(section.blocks)
    return parts


def _titles(document: blocks.Document) -> list[Flowable]:
    titles: list[Flowable] = [paragraph(document.title, TITLE)]
    if document.subtitle:
        titles.append(paragraph(document.subtitle, SUBTITLE))
    return titles if document.look is None else [Masthead(titles, document.look)]


def flowables(content: Sequence[blocks.Block]) -> list[Flowable]:
    """Return what stands on paper for some blocks, in their order.

    Paragraphs at the beginning or after a heading stay with the chart or table that they open.
    """
    parts: list[Flowable] = []
    opening = True
    for place, block in enumerate(content):
        laid = list(_block(block))
        opening = isinstance(block, blocks.Heading) or (opening and _is_text(block))
        if opening and any(not _is_text(later) for later in content[place:]):
            laid[-1].keepWithNext = True
        if parts and isinstance(parts[-1], ChartFlowable | Columns) and _is_note(block):
            # A note explains what stands above it, and never begins a page without it.
            parts[-1].keepWithNext = True
        if laid and isinstance(laid[0], Columns) and not (parts and isinstance(parts[-1], Heading)):
            laid[0].spaceBefore = _BEFORE_COLUMNS
        parts += laid
    return parts


def _is_text(block: blocks.Block) -> bool:
    return isinstance(block, blocks.Paragraph)


def _is_note(block: blocks.Block) -> bool:
    return isinstance(block, blocks.Paragraph) and block.tone == "note"


def _block(block: blocks.Block) -> Iterator[Flowable]:
    match block:
        case blocks.Heading():
            yield heading(block.text, block.level)
        case blocks.Paragraph():
            yield _paragraph(block)
        case blocks.Bullets():
            yield from bullets(block.items)
        case blocks.Facts():
            yield data_table([], block.rows, align=["start", "start"], anchors=block.anchors)
        case blocks.FinePrint():
            yield _fine_print(block)
        case blocks.ChartBlock() | blocks.ChartGrid():
            yield from _charts(block)
        case blocks.TableBlock():
            yield from _table(block)
        case blocks.SideBySide():
            yield Columns([flowables(block.left), flowables(block.right)])


def _paragraph(block: blocks.Paragraph) -> Flowable:
    if block.tone == "caution":
        return callout(paragraph(block.text, links=block.links), caution=True)
    style = _TONES[block.tone]
    if block.tone == "lead" and len(block.text) > _LONG_LEAD:
        style = LONG_LEAD
    return paragraph(block.text, style, block.links)


def _fine_print(block: blocks.FinePrint) -> Flowable:
    """Two columns of about the same height, read down the first and then down the second."""
    rows = ((bold(f"{term}. "), _apart(term, text)) for term, text in block.rows)
    return FinePrintColumns([paragraph([term, text], FINE_PRINT) for term, text in rows])


def _charts(block: blocks.ChartBlock | blocks.ChartGrid) -> Iterator[Flowable]:
    yield from _chart(block) if isinstance(block, blocks.ChartBlock) else _grid(block)


def _chart(block: blocks.ChartBlock) -> Iterator[Flowable]:
    yield from _caption(block.caption)
    yield ChartFlowable(block.chart)


def _grid(block: blocks.ChartGrid) -> Iterator[Flowable]:
    yield from _caption(block.caption)
    for start in range(0, len(block.charts), block.columns):
        row = [[*_chart(chart)] for chart in block.charts[start : start + block.columns]]
        empty: list[list[Flowable]] = [[] for _ in range(block.columns - len(row))]
        yield Columns([*row, *empty])


def _table(block: blocks.TableBlock) -> Iterator[Flowable]:
    table = data_table(
        [column.label for column in block.columns],
        block.rows,
        [column.share for column in block.columns],
        [column.align for column in block.columns],
        block.marked,
        _PAIRS if len(block.columns) < 3 else math.inf,
        [paragraph(note, NOTE) for note in block.notes],
    )
    if block.caption:
        yield TableCaption(block.caption, table)
    yield table


def _apart(term: str, text: str) -> str:
    """A text that keeps its own direction behind a term that runs from right to left."""
    return isolated_words(text) if base_level(term) else text


def _caption(words: str) -> Iterator[Flowable]:
    if words:
        yield paragraph(words, CAPTION)
