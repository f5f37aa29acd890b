"""A sheet of QR codes to be cut up and put where customers are: one card for each link."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from reportlab.platypus.flowables import Flowable

from instruments.texts import in_language
from reports.charts.palette import INK, MARK_GREY, MUTED
from reports.charts.pen import fill_with, stroke_with, write
from reports.charts.text_width import text_width, wrap
from reports.paper.booklet import LeafCanvas
from reports.paper.document import Leaf, built
from reports.paper.qr_code import QrCode, quiet_zone
from reports.paper.questions import paper_words
from reports.paper.theme import SHEETS, Paper
from reports.pdf import fonts
from reports.pdf.direction import right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.pdf.canvas import ReportCanvas

_MARGIN, _BOTTOM = 40.0, 44.0
_PAD = 13.0
_MARK = 5.0
_FEW = 3
"""Up to so many languages three rows of cards stand on a sheet, else two."""
_BRAND, _PLACE, _CALL, _SCAN, _ADDRESS = 15.0, 10.5, 10.0, 8.2, 5.6
_LEADING = 1.22
_BETWEEN = 4.0
"""Points before the call in each language."""
_LARGEST = 126.0
"""Points that the dark part of a code takes at most: 44 mm."""


@dataclass(frozen=True, slots=True)
class QrCard:
    """One link. `brand` is its name by language, empty for a link that asks for the brand; `place`
    and `channel` are the researcher's words, empty for none."""

    link: str
    brand: dict[str, str]
    place: str = ""
    channel: str = ""


def qr_sheet_pdf(
    title: str, cards: Sequence[QrCard], languages: Sequence[str], *, paper: Paper = "A4"
) -> bytes:
    """Return the cards as a PDF that keeps to PDF/UA-1 and PDF/A-2a, with marks to cut along.

    Every card calls in each of the `languages`, of which the first is that of the document.

    Raises
    ------
    FontMissingError
        this machine has no font for one of the languages.
    """
    for language in languages:
        fonts.require(language)
    margins = (_MARGIN, _MARGIN, _BOTTOM)
    leaf = Leaf(*SHEETS[paper], *margins, foot=title)
    rows = 3 if len(languages) <= _FEW else 2
    size = 2 * rows
    story = [
        _CardGrid(cards[start : start + size], languages, rows, leaf.frame)
        for start in range(0, len(cards), size)
    ]
    canvas = partial(LeafCanvas, margin=_MARGIN)
    told = {"title": title, "subject": title, "language": languages[0]}
    return built(story, leaf, canvas, **told)[0]


class _CardGrid(Flowable):
    """The cards of one page and the marks between them."""

    def __init__(
        self,
        cards: Sequence[QrCard],
        languages: Sequence[str],
        rows: int,
        frame: tuple[float, float],
    ) -> None:
        super().__init__()
        self.cards = cards
        self.languages = languages
        self.rows = rows
        self.width, self.height = frame

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size of a page's frame."""
        return self.width, self.height - 0.01

    def draw(self) -> None:
        """Draw marks and cards."""
        canvas = cast("ReportCanvas", self.canv)
        wide, high = self.width / 2, self.height / self.rows
        with canvas.artifact():
            self._draw_marks(wide, high)
        for place, card in enumerate(self.cards):
            row, column = divmod(place, 2)
            if canvas.right_to_left:
                column = 1 - column
            top = self.height - row * high
            _Card(card, self.languages, wide - 2 * _PAD).draw(
                canvas, column * wide + _PAD, top - _PAD, high - 2 * _PAD
            )

    def _draw_marks(self, wide: float, high: float) -> None:
        canvas = cast("ReportCanvas", self.canv)
        stroke_with(canvas, MARK_GREY, 0.5)
        for column in range(3):
            for row in range(self.rows + 1):
                x, y = column * wide, self.height - row * high
                canvas.line(x - _MARK, y, x + _MARK, y)
                canvas.line(x, y - _MARK, x, y + _MARK)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of words on a card, and points of room above it."""

    text: str
    language: str
    size: float
    ink: str
    bold: bool = False
    before: float = 0.0

    @property
    def height(self) -> float:
        return self.size * _LEADING + self.before


@dataclass(frozen=True, slots=True)
class _Card:
    card: QrCard
    languages: Sequence[str]
    width: float

    def draw(self, canvas: ReportCanvas, left: float, top: float, height: float) -> None:
        """Draw brand and place, the code, and the call in every language, below each other."""
        with canvas.element("Sect"):
            y = self._draw_names(canvas, left, top)
            below = self._below()
            bottom = top - height + sum(line.height for line in below)
            self._draw_code(canvas, left, y, y - bottom)
            for line in below:
                bottom -= line.height
                with _direction(canvas, line.language), canvas.content("P", lang=line.language):
                    _write_middle(canvas, line, left, bottom, self.width)

    def _draw_names(self, canvas: ReportCanvas, left: float, y: float) -> float:
        own = self.languages[0]
        place = " · ".join(part for part in (self.card.place, self.card.channel) if part)
        names = self._lines(self._brand(own), own, _BRAND, bold=True)
        places = self._lines(place, own, _PLACE)
        with _direction(canvas, own):
            for lines in filter(None, (names, places)):
                with canvas.heading(1) if lines is names else canvas.content("P"):
                    for line in lines:
                        y -= line.height
                        _write_middle(canvas, line, left, y, self.width)
        return y

    def _draw_code(self, canvas: ReportCanvas, left: float, top: float, room: float) -> None:
        # The white border may reach between the words above and below.
        border = quiet_zone(self.card.link, 1.0)
        side = min((room - 14) / (1 - 2 * border), _LARGEST / (1 - 2 * border), self.width)
        say = paper_words(self.languages[0])
        code = QrCode(self.card.link, side, say("online_alt", address=self.card.link))
        code.drawOn(canvas, left + (self.width - side) / 2, top - (room + side) / 2)

    def _below(self) -> list[_Line]:
        """The call in every language, and how to follow it where there is room; the address."""
        lines: list[_Line] = []
        for language in self.languages:
            say = paper_words(language)
            brand = self._brand(language)
            call = say("call", brand=brand) if brand else say("call_any")
            first, *others = self._lines(call, language, _CALL)
            lines += [replace(first, before=_BETWEEN), *others]
            if len(self.languages) <= _FEW:
                lines += self._lines(say("scan"), language, _SCAN, MUTED)
        address, *others = self._lines(self.card.link, "en", _ADDRESS, MUTED)
        return [*lines, replace(address, before=_BETWEEN), *others]

    def _lines(
        self, text: str, language: str, size: float, ink: str = INK, *, bold: bool = False
    ) -> list[_Line]:
        broken = wrap(text, self.width, size, bold, 2) if text else ()
        return [_Line(line, language, size, ink, bold) for line in broken]

    def _brand(self, language: str) -> str:
        return in_language(self.card.brand, language)


@contextmanager
def _direction(canvas: ReportCanvas, language: str) -> Iterator[None]:
    """Write in the direction of a language, whatever that of the document is."""
    before = canvas.right_to_left
    canvas.right_to_left = right_to_left(language)
    yield
    canvas.right_to_left = before


def _write_middle(canvas: ReportCanvas, line: _Line, left: float, y: float, width: float) -> None:
    measured = text_width(line.text, line.size, line.bold)
    fill_with(canvas, line.ink)
    write(canvas, line.text, left + (width - measured) / 2, y, line.size, line.bold)
