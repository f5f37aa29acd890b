"""How wide the columns of a table are: as its shares wish, never narrower than words need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.text_width import text_width
from reports.pdf.theme import CELL, HEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.blocks import Cell

PAD = 4.0
"""Points on either side of a column's words."""
MARK = 12.0
"""Points that a verdict's mark takes before its words."""
_WIDEST_WORD = 120.0
_TERMS, _MOST_TERMS = 0.21, 0.33
"""Shares of the width that a column of terms has at least, so that tables below one another line
up, and at most."""


def column_widths(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    shares: Sequence[float] | None,
    width: float,
) -> list[float]:
    """Return the width of each column in points, `width` in all.

    Without `shares` the first column takes what the others do not need; without a head either it is
    one of terms, as wide as they need.
    """
    count = max((len(row) for row in [header, *rows]), default=0)
    columns = [[row[place] for row in rows if place < len(row)] for place in range(count)]
    heads = [header[place] if place < len(header) else "" for place in range(count)]
    pairs = list(zip(heads, columns, strict=True))
    least = [_least(head, cells) for head, cells in pairs]
    if shares is None and count and not any(heads):
        least[0] = _terms_width(columns[0], width)
        wanted = [0.0, *([width] * (count - 1))]
    elif shares is not None:
        total = sum(shares)
        wanted = [width * share / total for share in shares]
    else:
        natural = [_natural(head, cells) for head, cells in pairs]
        wanted = [max(width - sum(natural[1:]), natural[0] * 0.5), *natural[1:]]
    return _fitted(wanted, least, width)


def _terms_width(terms: Sequence[Cell], width: float) -> float:
    longest = max(text_width(term.text, CELL.size) for term in terms) + 2 * PAD
    return min(max(longest, width * _TERMS), width * _MOST_TERMS)


def _fitted(wanted: list[float], least: list[float], width: float) -> list[float]:
    """Give every column its least width and share the rest as wanted."""
    if sum(least) >= width:
        return [width * part / sum(least) for part in least]
    spare = [max(want - need, 0.0) for want, need in zip(wanted, least, strict=True)]
    rest = width - sum(least)
    if not sum(spare):
        return [need + rest / len(least) for need in least]
    return [need + rest * more / sum(spare) for need, more in zip(least, spare, strict=True)]


def _least(head: str, cells: Sequence[Cell]) -> float:
    """Return the width of the longest word, held to what a narrow column may take."""
    longest = max(
        (_word_width(cell.text, CELL.size) + _mark_room(cell) for cell in cells), default=0.0
    )
    return min(max(longest, _word_width(head, HEAD.size)), _WIDEST_WORD) + 2 * PAD


def _natural(head: str, cells: Sequence[Cell]) -> float:
    widths = [text_width(cell.text, CELL.size, bold=True) + _mark_room(cell) for cell in cells]
    return max([*widths, _word_width(head, HEAD.size)]) + 2 * PAD


def _word_width(text: str, size: float) -> float:
    return max((text_width(word, size, bold=True) for word in text.split(" ")), default=0.0)


def _mark_room(cell: Cell) -> float:
    return MARK if cell.mark is not None else 0.0
