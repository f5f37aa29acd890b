"""Running text on paper. No markup is ever parsed, so outside text is only ever text.

ReportLab's own paragraphs read their text as markup, in which a brand called ``H&M`` is an error
and ``<img src="...">`` opens a file; here text is text, and weight comes as typed pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from reportlab.platypus.flowables import Flowable

from reports.charts.pen import fill_with, from_right, write_pieces
from reports.charts.text_width import Line, Piece, text_width, wrap_pieces
from reports.pdf.links import draw_linked, links_in, parts
from reports.pdf.theme import BODY, TextStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

    from reports.blocks import Align, Link
    from reports.pdf.canvas import ReportCanvas

Markup: TypeAlias = "str | Sequence[str | Piece]"
"""Plain text, or texts and pieces of their own weight in a row."""

_FIXED = -1.0
_TOGETHER = 2
"""At least so many lines of a paragraph stay together on either side of a page break."""


def bold(text: str) -> Piece:
    """Return `text` as a bold piece."""
    return Piece(text, bold=True)


def pieces(markup: Markup, style: TextStyle) -> tuple[Piece, ...]:
    """Return `markup` as pieces, plain text in the weight of `style`."""
    parts = [markup] if isinstance(markup, str) else markup
    return tuple(Piece(part, style.bold) if isinstance(part, str) else part for part in parts)


def paragraph(markup: Markup, style: TextStyle = BODY, links: Sequence[Link] = ()) -> TextBlock:
    """Return a paragraph; it breaks at spaces and hyphens and may split between pages.

    `links` are words in it that lead somewhere, in their order.
    """
    block = TextBlock(pieces(markup, style), style)
    block.links = links_in("".join(piece.text for piece in block.text), links)
    return block


class TextBlock(Flowable):
    """Lines of text in one style."""

    def __init__(
        self, text: tuple[Piece, ...], style: TextStyle, lines: tuple[Line, ...] | None = None
    ) -> None:
        super().__init__()
        self.text = text
        self.style = style
        self.spaceBefore = style.before
        self.spaceAfter = style.after
        self.keepWithNext = style.keep_with_next
        self.lines = lines or ()
        self.links: tuple[Link, ...] = ()
        self.origin: TextBlock = self
        self._wrapped_at = None if lines is None else _FIXED

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Break the text for `width` points and return the block's size."""
        if self._wrapped_at not in {width, _FIXED}:
            self.lines = wrap_pieces(self.text, width, self.style.size)
            self._wrapped_at = width
        self.width, self.height = width, len(self.lines) * self.style.leading
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Split so that no single line is left alone; an empty list if that cannot be."""
        self.wrap(width, height)
        fitting = int(height / self.style.leading + 1e-6)
        fitting = min(fitting, len(self.lines) - _TOGETHER)
        if fitting < _TOGETHER:
            return []
        first = self.part(self.lines[:fitting], first=True)
        first.spaceAfter = 0.0
        rest = self.part(self.lines[fitting:], first=False)
        # Both go into one paragraph of the document's structure.
        first.origin = rest.origin = self.origin
        first.links = rest.links = self.links
        return [first, rest]

    def part(self, lines: tuple[Line, ...], *, first: bool) -> TextBlock:
        """Return some of the lines as a block; `first` tells whether they begin the text."""
        block = TextBlock(self.text, self.style, lines)
        block.keepWithNext = self.keepWithNext and not first
        return block

    def least_height(self, width: float) -> float:
        """Return the height below which the block moves to the next page."""
        self.wrap(width, 0)
        lines = len(self.lines)
        kept = lines if lines < 2 * _TOGETHER else _TOGETHER
        return kept * self.style.leading

    def draw(self) -> None:
        """Draw the lines downwards from the top."""
        canvas = cast("ReportCanvas", self.canv)
        if self.style.heading:
            with canvas.heading(self.style.heading):
                self.draw_text()
        else:
            with canvas.content("P", key=self.origin):
                self.draw_text()

    def draw_text(self) -> None:
        """Draw the lines into the element that is open."""
        draw_lines(self.canv, self.lines, self.style, 0, self.height, self.width, self.links)


def draw_lines(
    canvas: Canvas,
    lines: Sequence[Line],
    style: TextStyle,
    left: float,
    top: float,
    width: float,
    links: Sequence[Link] = (),
) -> None:
    """Draw `lines` below `top`, aligned within `width` points from `left`.

    In a document that runs from right to left whatever is not centred ends at the right: words
    begin there, and the digits of figures, which run from left to right, line up there.
    """
    fill_with(canvas, style.colour)
    align = style.align if not from_right(canvas) or style.align == "middle" else "end"
    # Ascenders and descenders of Lato fill about 1.2 of the size; the rest is divided evenly.
    y = top - (style.leading - style.size) / 2 - style.size * 0.8
    linked = iter(parts(lines, links)) if links else None
    for line in lines:
        x = left + _indent(line, style, align, width)
        if linked is None:
            write_pieces(canvas, line, x, y, style.size)
        else:
            draw_linked(cast("ReportCanvas", canvas), next(linked), style, x, y)
        y -= style.leading


def _indent(line: Line, style: TextStyle, align: Align, width: float) -> float:
    if align == "start" or not line:
        return 0.0
    # The blank at which a line broke takes no room.
    *others, last = line
    measured = text_width(last.text.removesuffix(" "), style.size, last.bold)
    measured += sum(text_width(piece.text, style.size, piece.bold) for piece in others)
    return width - measured if align == "end" else (width - measured) / 2
