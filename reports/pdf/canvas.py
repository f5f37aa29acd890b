"""The canvas of a report: numbers its pages once their count is known."""

from __future__ import annotations

import zlib
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFName, PDFStream

from reports.characters import readable
from reports.charts.palette import MUTED
from reports.charts.pen import colour
from reports.pdf.direction import right_to_left
from reports.pdf.fonts import REGULAR
from reports.pdf.tagging import TaggedCanvas
from reports.pdf.theme import ACCENT, SIDE

# A comment in the page's stream, so that it does no harm if it is never replaced. No text can
# contain it, since text holds no line breaks.
NUMBER_PLACE = "\n% page number\n"
_QUICK = 2
"""Level of compression of pages: half the time of the usual one for a tenth more bytes."""


class ReportCanvas(TaggedCanvas):
    """A canvas on which `reserve_page_number` keeps a place for "2 / 4"."""

    _pagesize: tuple[float, float]
    _outline_level = -1
    _outline_entries = 0

    def __init__(
        self, *arguments: Any, lang: str = "en", accent: str = ACCENT, **options: Any
    ) -> None:
        super().__init__(*arguments, lang=lang, **options)
        self.right_to_left = right_to_left(lang)
        self.accent = accent

    def enter_outline(self, text: str, level: int, top: float) -> None:
        """Enter a heading at the height `top` above the origin; levels never jump downwards."""
        self._outline_entries += 1
        self._outline_level = min(level, self._outline_level + 1)
        key = f"heading-{self._outline_entries}"
        self.bookmarkHorizontal(key, 0, top + 4)
        self.addOutlineEntry(readable(text), key, self._outline_level)

    def reserve_page_number(self) -> None:
        """Mark where the page's number is drawn when the document is saved."""
        with self.artifact("Pagination"):
            self._code.append(NUMBER_PLACE)

    def save(self) -> None:
        """Number the pages and write the document."""
        if self._code:
            self.showPage()
        pages: list[Any] = self._doc.Pages.pages
        for number, page in enumerate(pages, 1):
            code = page.stream.replace(NUMBER_PLACE, self._page_number(number, len(pages)))
            page.Contents = _compressed(code)
        super().save()

    def _page_number(self, number: int, total: int) -> str:
        self._code = []
        self.setFont(REGULAR, 7.5)
        # Set even if it was the last colour: this goes into another page.
        self.setFillColor(colour(MUTED))
        if self.right_to_left:
            self.drawString(SIDE, 30, f"{total} / {number}")
        else:
            self.drawRightString(self._pagesize[0] - SIDE, 30, f"{number} / {total}")
        code, self._code = "\n".join(self._code), []
        return f"\n{code}\n"


def _compressed(code: str) -> PDFStream:
    # ReportLab would also write it as ASCII, a quarter larger and slower.
    stream = PDFStream(content=zlib.compress(code.encode(), _QUICK))
    stream.dictionary["Filter"] = PDFName("FlateDecode")
    return stream
