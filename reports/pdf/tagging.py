"""Structure for those who listen to a report or reflow it: tagged PDF (PDF/UA-1, ISO 14289-1).

ReportLab writes no structure. Here everything that is drawn belongs either to an element
(heading, paragraph, list, table cell, figure with its alternative text) or is an artifact, such
as a rule or a page number, and the elements form a tree in reading order.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import PDFName
from reportlab.pdfgen.canvas import Canvas

from reports.pdf.file import ReportFile
from reports.pdf.link_annotation import LinkAnnotation, address
from reports.pdf.structure import Annotated, Content, Element, attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

    from reportlab.pdfbase.pdfdoc import PDFObject

    from reports.pdf.attachments import Attachment


class TaggedCanvas(Canvas):
    """A canvas whose content is drawn inside `content` and `artifact`."""

    _doc: ReportFile
    _code: list[str]
    _bookmarkReference: Callable[[str], PDFObject]  # noqa: N815 ReportLab's names
    _addAnnotation: Callable[[PDFObject], None]  # noqa: N815

    def __init__(
        self,
        *arguments: Any,
        lang: str = "en",
        attachments: Sequence[Attachment] = (),
        anchors: Collection[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._doc = ReportFile(lang, attachments)
        self._structure = self._doc.structure
        self._open = [self._structure.root]
        self._known: dict[Hashable, Element] = {}
        self._anchors = frozenset(anchors)
        # What the marked content belongs to that is being drawn: an artifact to nothing.
        self._drawn: Element | None = None
        self._inside = False
        self._last_link: tuple[Element, str, int] | None = None
        self._heading_level = 0

    def element(self, role: str, key: Hashable = None, **told: Any) -> AbstractContextManager[None]:
        """Open an element without content of its own, or the one already opened for `key`."""
        return _Opened(self._element(role, key, told), self)

    def content(self, role: str, key: Hashable = None, **told: Any) -> AbstractContextManager[None]:
        """Draw what belongs to one element.

        With the same `key` a second call goes on with the same element, as a paragraph does that
        is split between pages. `told`: as `structure.attributes` has it.
        """
        return _Drawn(self._element(role, key, told), self)

    @contextmanager
    def artifact(self, kind: str = "Layout") -> Iterator[None]:
        """Draw what has no meaning of its own: ``Layout``, ``Background`` or ``Pagination``."""
        self._mark(f"/Artifact <</Type /{kind}>> BDC")
        yield
        self._end()

    def heading(self, level: int) -> AbstractContextManager[None]:
        """Draw a heading; its level never jumps downwards by more than one."""
        self._heading_level = min(level, self._heading_level + 1)
        return self.content(f"H{self._heading_level}")

    def anchor(self, name: str, top: float) -> None:
        """Let links lead to the height `top` above the origin; "" is no name."""
        if name in self._anchors:
            self.bookmarkHorizontal(_anchor(name), 0, top)

    def leads(self, target: str) -> bool:
        """Whether a link can lead there: to the web, or to an anchor that the document has."""
        to = address(target)
        return bool(to) and (to[0] != "#" or to[1:] in self._anchors)

    @contextmanager
    def link(
        self, target: str, words: str, box: tuple[float, float, float, float]
    ) -> Iterator[None]:
        """Draw words that lead to `target` within the content that is being drawn.

        An artifact leads nowhere. `box`: left, bottom, right and top from the origin. Words that
        go on where the last link ended belong to it, as on the next line of a paragraph.
        """
        outer = self._drawn
        if outer is None:
            yield
            return
        self._end(drop_empty=True)
        goes_on = self._last_link == (outer, target, len(self._code))
        if not goes_on:
            outer.kids.append(Element("Link"))
        element = next(kid for kid in reversed(outer.kids) if isinstance(kid, Element))
        self._begin(element)
        yield
        self._end(drop_empty=True)
        self._annotate(element, target, words, box)
        self._last_link = outer, target, len(self._code)
        self._begin(outer)

    def _annotate(
        self, element: Element, target: str, words: str, box: tuple[float, float, float, float]
    ) -> None:
        corners = (*self.absolutePosition(*box[:2]), *self.absolutePosition(*box[2:]))
        to = address(target)
        named = self._bookmarkReference(_anchor(to[1:])) if to.startswith("#") else to
        link = LinkAnnotation(named, words, corners)
        element.kids.append(Annotated(self.page_place(), len(self._doc.links)))
        self._doc.links.append(link)
        self._structure.links.append(element)
        self._addAnnotation(link)

    def _element(self, role: str, key: Hashable, told: dict[str, Any]) -> Element:
        element = self._known.get(key) if key is not None else None
        if element is None:
            element = Element(role, attributes(**told) if told else "")
            self._open[-1].kids.append(element)
            if key is not None:
                self._known[key] = element
        return element

    def _begin(self, element: Element) -> None:
        page = self.page_place()
        marked = self._structure.pages[page]
        self._mark(f"/{element.role} <</MCID {len(marked)}>> BDC")
        element.kids.append(Content(page, len(marked)))
        marked.append(element)
        self._drawn = element

    def page_place(self) -> int:
        """The place, among the pages of the file, of the one that is being drawn."""
        return len(self._structure.pages) - 1

    def _mark(self, begin: str) -> None:
        if self._inside:
            raise RuntimeError("Marked content cannot hold other marked content.")
        self._code.append(begin)
        self._inside = True

    def _end(self, drop_empty: bool = False) -> None:
        element, self._drawn, self._inside = self._drawn, None, False
        if drop_empty and element is not None and self._code[-1].endswith(" BDC"):
            self._code.pop()
            element.kids.pop()
            self._structure.pages[self.page_place()].pop()
        else:
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


class _Opened(AbstractContextManager[None]):
    """An element while it is open. A report opens thousands, so there is no generator to each."""

    __slots__ = ("canvas", "element")

    def __init__(self, element: Element, canvas: TaggedCanvas) -> None:
        self.element = element
        self.canvas = canvas

    def __enter__(self) -> None:
        self.canvas._open.append(self.element)

    def __exit__(self, *_: object) -> None:
        self.canvas._open.pop()


class _Drawn(_Opened):
    """An element while its content is drawn."""

    __slots__ = ()

    def __enter__(self) -> None:
        self.canvas._open.append(self.element)
        self.canvas._begin(self.element)

    def __exit__(self, *_: object) -> None:
        self.canvas._end()
        self.canvas._open.pop()


def _anchor(name: str) -> str:
    return f"anchor-{name}"
