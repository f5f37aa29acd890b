"""Text cut to measured widths: wrapped or ended with an ellipsis, never cut off or overlapping."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from reports.characters import SOFT_HYPHEN, typeset
from reports.charts.line_breaks import hyphenated, tokens
from reports.pdf.broken_lines import edges
from reports.pdf.fonts import width as text_width
from reports.wording.hyphens import last_syllable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reports.pdf.broken_lines import Edges

__all__ = ["Line", "Piece", "fit", "text_width", "widest", "wrap", "wrap_pieces"]

_ELLIPSIS = "…"
_DIRECTED = re.compile("[\u0590-\u08ff\u200e\u200f\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]")


class Piece(NamedTuple):
    """A stretch of text of one weight."""

    text: str
    bold: bool = False


Line: TypeAlias = tuple[Piece, ...]


class _Word(NamedTuple):
    """Pieces between which no line may break, and whether a space stands before them."""

    pieces: tuple[Piece, ...]
    spaced: bool
    width: float


@lru_cache(maxsize=4096)
def fit(text: str, width: float, size: float, bold: bool = False) -> str:
    """Return `text`, or as much of it as fits in `width` points with an ellipsis at its end."""
    text = typeset(text).replace(SOFT_HYPHEN, "")
    if text_width(text, size, bold) <= width:
        return text
    room = width - text_width(_ELLIPSIS, size, bold)
    return _longest_prefix(text, room, size, bold).rstrip() + _ELLIPSIS


@lru_cache(maxsize=4096)
def wrap(
    text: str, width: float, size: float, bold: bool = False, max_lines: int | None = None
) -> tuple[str, ...]:
    """Break `text` into lines of at most `width` points.

    A word too long is broken within, at a soft hyphen where it has one.

    With `max_lines`, what does not fit ends in an ellipsis.
    """
    broken = wrap_pieces([(text, bold)], width, size)
    lines = ["".join(piece.text for piece in line).removesuffix(" ") for line in broken]
    if max_lines is not None and len(lines) > max_lines:
        broken_within = lines[max_lines - 1].endswith(("-", "/", "–", "—"))
        last = lines[max_lines - 1] + ("" if broken_within else " ") + lines[max_lines]
        lines = [*lines[: max_lines - 1], fit(last, width, size, bold)]
    return tuple(lines)


def wrap_pieces(pieces: Iterable[tuple[str, bool]], width: float, size: float) -> tuple[Line, ...]:
    """Break text of mixed weight into lines of at most `width` points; always one line or more.

    A line that breaks at a blank ends in it, beyond the width, so that words stay apart for those
    who listen to the lines one after the other.
    """
    return _wrapped(tuple((text, bold) for text, bold in pieces), width, size)


# Studies of many brands say most sentences to all of them.
@lru_cache(maxsize=8192)
def _wrapped(pieces: tuple[tuple[str, bool], ...], width: float, size: float) -> tuple[Line, ...]:
    if len(pieces) == 1 and _is_one_line(*pieces[0], width, size):
        return ((Piece(*pieces[0]),),)
    lines: list[Line] = []
    line: list[_Word] = []
    taken = 0.0
    for word in _broken(_words(pieces, size), width, size):
        gap = text_width(" ", size) if word.spaced and line else 0.0
        if line and taken + gap + word.width > width + 1e-6:
            lines.append(_joined(line, " " if word.spaced else ""))
            line, taken, gap = [], 0.0, 0.0
        line.append(word)
        taken += gap + word.width
    return _directed([*lines, _joined(line)])


def _is_one_line(text: str, bold: bool, width: float, size: float) -> bool:
    """Whether a text fits as it is; most cells of tables do."""
    blanks = "  " in text or text.startswith(" ") or text.endswith(" ")
    plain = bool(text) and not blanks and SOFT_HYPHEN not in text and typeset(text) == text
    return plain and text_width(text, size, bold) <= width


def _directed(lines: list[Line]) -> tuple[Line, ...]:
    """The lines of a paragraph, each such that it alone runs in the paragraph's direction."""
    texts = ["".join(piece.text for piece in line) for line in lines]
    if len(lines) < 2 or not any(map(_DIRECTED.search, texts)):
        return tuple(lines)
    return tuple(map(_with_edges, lines, edges(texts)))


def _with_edges(line: Line, edge: Edges) -> Line:
    if not line or edge == ("", ""):
        return line
    pieces = [line[0]._replace(text=edge.start + line[0].text), *line[1:]]
    last = pieces[-1].text
    # The blank at which a line broke stays the last.
    words = last.removesuffix(" ")
    pieces[-1] = pieces[-1]._replace(text=words + edge.end + last[len(words) :])
    return tuple(pieces)


def widest(texts: Sequence[str], size: float, bold: bool = False) -> float:
    """Return the width of the widest text in points, 0 for none."""
    return max((text_width(text, size, bold) for text in texts), default=0.0)


def _words(pieces: Iterable[tuple[str, bool]], size: float) -> list[_Word]:
    words: list[_Word] = []
    current: tuple[Piece, ...] = ()
    spaced, width = False, 0.0
    # A weight may change within a word; only a space or a hyphen ends it.
    for text, bold in pieces:
        for token, ends in tokens(typeset(text)):
            blank = token[0] == " "
            if not blank:
                current = (*current, Piece(token, bold))
                width += text_width(token, size, bold)
            if current and (blank or ends):
                words.append(_Word(current, spaced, width))
                current, width, spaced = (), 0.0, False
            spaced = spaced or blank
    if current:
        words.append(_Word(current, spaced, width))
    return words


def _broken(words: list[_Word], width: float, size: float) -> Iterable[_Word]:
    for word in words:
        if word.width <= width:
            yield word
            continue
        spaced = word.spaced
        for piece in word.pieces:
            for part in _parts(piece, width, size):
                yield _Word((part,), spaced, text_width(part.text, size, part.bold))
                spaced = False


def _parts(piece: Piece, width: float, size: float) -> Iterable[Piece]:
    rest = piece.text
    while text_width(rest, size, piece.bold) > width and len(rest) > 1:
        place, end = _break(rest, width, size, piece.bold)
        yield Piece(rest[:place] + end, piece.bold)
        rest = rest[place:].removeprefix(SOFT_HYPHEN)
    if rest:
        yield Piece(rest, piece.bold)


def _break(word: str, width: float, size: float, bold: bool) -> tuple[int, str]:
    """Where a word breaks that is too long for a line, and what stands there."""
    room = width - text_width("-", size, bold)
    place = len(_longest_prefix(word, room, size, bold))
    soft = word.rfind(SOFT_HYPHEN, 0, place + 1)
    if soft > 0:
        return soft, "-"
    if hyphen := hyphenated(word, place):
        return last_syllable(word, place) or place, hyphen
    return max(len(_longest_prefix(word, width, size, bold)), 1), ""


def _joined(words: list[_Word], end: str = "") -> Line:
    line: list[Piece] = []
    for place, word in enumerate(words):
        for index, piece in enumerate(word.pieces):
            text = piece.text.replace(SOFT_HYPHEN, "")
            text = f" {text}" if word.spaced and place and not index else text
            if line and line[-1].bold == piece.bold:
                line[-1] = Piece(line[-1].text + text, piece.bold)
            else:
                line.append(Piece(text, piece.bold))
    if end:
        line[-1] = Piece(line[-1].text + end, line[-1].bold)
    return tuple(line)


def _longest_prefix(text: str, width: float, size: float, bold: bool) -> str:
    total = 0.0
    for index, character in enumerate(text):
        total += text_width(character, size, bold)
        if total > width:
            return text[:index]
    return text
