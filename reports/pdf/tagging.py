"""Structure for those who listen to a report or reflow it: tagged PDF (PDF/UA-1, ISO 14289-1).

ReportLab writes no structure. Here everything that is drawn belongs either to an element
(heading, paragraph, list, table cell, figure with its alternative text) or is an artifact, such
as a rule or a page number, and the elements form a tree in reading order.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import PDFName
from reportlab.pdfgen.canvas import Canvas

from reports.pdf.file import ReportFile
from reports.pdf.structure import Content, Element, attributes

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from reports.pdf.attachments import Attachment


class TaggedCanvas(Canvas):
    """A canvas whose content is drawn inside `content` and `artifact`."""

    _doc: ReportFile
    _code: list[str]

    def __init__(
        self,
        *arguments: Any,
        lang: str = "en",
        attachments: Sequence[Attachment] = (),
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._doc = ReportFile(lang, attachments)
        self._structure = self._doc.structure
        self._open = [self._structure.root]
        self._known: dict[Hashable, Element] = {}
        self._inside = False
        self._heading_level = 0

    @contextmanager
    def element(self, role: str, key: Hashable = None, **told: Any) -> Iterator[None]:
        """Open an element without content of its own, or the one already opened for `key`."""
        element = self._known.get(key) if key is not None else None
        if element is None:
            element = Element(role, attributes(**told) if told else "")
            self._open[-1].kids.append(element)
            if key is not None:
                self._known[key] = element
        self._open.append(element)
        yield
        self._open.pop()

    @contextmanager
    def content(self, role: str, key: Hashable = None, **told: Any) -> Iterator[None]:
        """Draw what belongs to one element.

        With the same `key` a second call goes on with the same element, as a paragraph does that
        is split between pages. `told`: `alt`, `scope`, `box` of `structure.attributes`.
        """
        with self.element(role, key, **told):
            element, pages = self._open[-1], self._structure.pages
            number = len(pages[-1])
            element.kids.append(Content(len(pages) - 1, number))
            with self._marking(f"/{element.role} <</MCID {number}>> BDC"):
                pages[-1].append(element)
                yield

    @contextmanager
    def artifact(self, kind: str = "Layout") -> Iterator[None]:
        """Draw what has no meaning of its own: ``Layout``, ``Background`` or ``Pagination``."""
        with self._marking(f"/Artifact <</Type /{kind}>> BDC"):
            yield

    @contextmanager
    def heading(self, level: int) -> Iterator[None]:
        """Draw a heading; its level never jumps downwards by more than one."""
        self._heading_level = min(level, self._heading_level + 1)
        with self.content(f"H{self._heading_level}"):
            yield

    @contextmanager
    def _marking(self, begin: str) -> Iterator[None]:
        if self._inside:
            raise RuntimeError("Marked content cannot hold other marked content.")
        self._code.append(begin)
        self._inside = True
        yield
        self._inside = False
        self._code.append("EMC")

    def showPage(self) -> None:  # noqa: N802 ReportLab's name
        """Close the page and its list of marked content."""
        super().showPage()
        self._structure.pages.append([])

    def save(self) -> None:
        """Write the structure and the document."""
        if self._code:
            self.showPage()
        for number, page in enumerate(self._doc.Pages.pages):
            # ReportLab writes only the page entries that it knows.
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents = number
            page.Tabs = PDFName("S")
        super().save()
