"""Words that lead somewhere: to an address on the web, or to another place of the document.

Lines are broken without regard to links; here the words of a link are found again in the lines.
Outside text never becomes a link by itself, whatever address stands in it; only the number of a
publication (DOI) does, and that always leads to the registry of such numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reports.blocks import Link
from reports.charts.pen import fill_with, from_right, stroke_with, write_pieces
from reports.charts.text_width import text_width
from reports.pdf.link_annotation import address
from reports.pdf.theme import ACCENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.text_width import Line
    from reports.pdf.canvas import ReportCanvas
    from reports.pdf.theme import TextStyle

_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(?<![\d.])(10\.\d{4,9}/[^\s<>\"]+)", re.IGNORECASE
)
_REGISTRY = "https://doi.org/"
_AFTER = ".,;:!?)]}»”'"
_UNDERLINE, _BELOW = 0.35, 0.16
"""Width of the rule below a link in points, and its depth in parts of the font size."""


def links_in(text: str, stated: Sequence[Link] = ()) -> tuple[Link, ...]:
    """Return the links of a text in their order: those stated and every DOI."""
    if not stated and "10." not in text:
        return ()
    found = [(text.find(link.words), link) for link in stated if link.words]
    found += [(match.start(), _doi(match)) for match in _DOI.finditer(text)]
    followed = [(place, link) for place, link in found if place >= 0 and address(link.target)]
    return tuple(link for _, link in sorted(followed, key=lambda pair: pair[0]))


def _doi(match: re.Match[str]) -> Link:
    number = match[1].rstrip(_AFTER)
    if match[1][len(number) :].startswith(")") and "(" in number:
        # A number may hold brackets of its own.
        number += ")"
    words = match[0][: match.start(1) - match.start()] + number
    return Link(words, _REGISTRY + number)


def parts(lines: Sequence[Line], links: Sequence[Link]) -> list[list[tuple[Line, str]]]:
    """Return each line cut where links begin and end, with the target of each cut or ""."""
    texts = ["".join(piece.text for piece in line) for line in lines]
    bare = [text.replace(" ", "") for text in texts]
    flat = "".join(bare)
    spans: list[list[tuple[int, int, str]]] = [[] for _ in lines]
    start = 0
    for link in links:
        words = link.words.replace(" ", "")
        found = flat.find(words, start)
        if found >= 0:
            start = found + len(words)
            for at, first, last, goes_on in _stretches(bare, found, start):
                begin, end = _place(texts[at], first), _place(texts[at], last) + 1
                end = len(texts[at]) if goes_on else end
                spans[at].append((begin, end, link.target))
    return [
        list(_cut(line, of)) if of else [(line, "")] for line, of in zip(lines, spans, strict=True)
    ]


def _stretches(bare: Sequence[str], start: int, stop: int) -> Iterator[tuple[int, int, int, bool]]:
    """Yield line, first and last place on it of a stretch of all the lines, blanks apart, and
    whether it goes on."""
    for at, text in enumerate(bare):
        if start < len(text) and stop > 0:
            yield at, max(start, 0), min(stop, len(text)) - 1, stop > len(text)
        start, stop = start - len(text), stop - len(text)


def _place(text: str, count: int) -> int:
    """Return the place in a text of the sign that has so many others before it, blanks apart."""
    return [place for place, sign in enumerate(text) if sign != " "][count]


def _cut(line: Line, spans: Sequence[tuple[int, int, str]]) -> Iterator[tuple[Line, str]]:
    """Yield pieces that lead to the same place together."""
    at = 0
    for begin, end, target in spans:
        if at < begin:
            yield _part(line, at, begin), ""
        yield _part(line, begin, end), target
        at = end
    if rest := _part(line, at, sum(len(piece.text) for piece in line)):
        yield rest, ""


def _part(line: Line, begin: int, end: int) -> Line:
    """Return the pieces of a line between two places of its text."""
    cut = []
    for piece in line:
        text = piece.text[max(begin, 0) : max(end, 0)]
        if text:
            cut.append(piece._replace(text=text))
        begin, end = begin - len(piece.text), end - len(piece.text)
    return tuple(cut)


def draw_linked(
    canvas: ReportCanvas, cut: Sequence[tuple[Line, str]], style: TextStyle, x: float, y: float
) -> None:
    """Draw one line of `parts` from (x, y), so that it leads where it says."""
    if from_right(canvas):
        _draw_from_right(canvas, cut, style, x, y)
        return
    for pieces, target in cut:
        width = _width(pieces, style.size)
        if not canvas.leads(target):
            fill_with(canvas, style.colour)
            write_pieces(canvas, pieces, x, y, style.size)
        else:
            with canvas.link(target, _words(pieces), _box(x, y, width, style.size)):
                fill_with(canvas, ACCENT)
                write_pieces(canvas, pieces, x, y, style.size)
                stroke_with(canvas, ACCENT, _UNDERLINE)
                canvas.line(x, y - style.size * _BELOW, x + width, y - style.size * _BELOW)
        x += width


def _draw_from_right(
    canvas: ReportCanvas, cut: Sequence[tuple[Line, str]], style: TextStyle, x: float, y: float
) -> None:
    """Draw a line in one go, since its letters stand in another order; all of it leads on."""
    whole = tuple(piece for pieces, _ in cut for piece in pieces)
    fill_with(canvas, style.colour)
    write_pieces(canvas, whole, x, y, style.size)
    for pieces, target in cut:
        if canvas.leads(target):
            box = _box(x, y, _width(whole, style.size), style.size)
            with canvas.link(target, _words(pieces), box):
                pass


def _width(pieces: Line, size: float) -> float:
    return sum(text_width(piece.text, size, piece.bold) for piece in pieces)


def _words(pieces: Line) -> str:
    return "".join(piece.text for piece in pieces).strip()


def _box(x: float, y: float, width: float, size: float) -> tuple[float, float, float, float]:
    return x, y - size * 0.25, x + width, y + size * 0.95
