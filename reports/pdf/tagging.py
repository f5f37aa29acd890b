"""Structure for those who listen to a report or reflow it: tagged PDF (PDF/UA-1, ISO 14289-1).

ReportLab writes no structure. Here everything that is drawn belongs either to an element
(heading, paragraph, list, table cell, figure with its alternative text) or is an artifact, such
as a rule or a page number, and the elements form a tree in reading order.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import (
    XMP,
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObject,
    PDFString,
)
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


class _Element(PDFObject):
    """One structure element; its kids are elements, or (page, number) of marked content."""

    def __init__(self, role: str, parent: PDFObject, attributes: dict[str, Any]) -> None:
        self.role = role
        self.parent = parent
        self.attributes = attributes
        self.kids: list[_Element | tuple[int, int]] = []

    def format(self, document: Any) -> bytes:
        """Write the element; called by ReportLab for every referenced object."""
        parent = document.Reference(self.parent).format(document)
        page = self._only_page()
        kids = b" ".join(_kid(kid, page, document) for kid in self.kids)
        extra = b"".join(self._attributes(document))
        if page is not None:
            extra += b"/Pg %b" % _page_reference(page, document)
        role = self.role.encode()
        return b"<</Type/StructElem/S/%b/P %b%b/K[%b]>>" % (role, parent, extra, kids)

    def _only_page(self) -> int | None:
        """Return the page that holds all the element's own content, if it is one."""
        pages = {kid[0] for kid in self.kids if not isinstance(kid, _Element)}
        return pages.pop() if len(pages) == 1 else None

    def _attributes(self, document: Any) -> Iterator[bytes]:
        if "alt" in self.attributes:
            yield b"/Alt %b" % PDFString(self.attributes["alt"]).format(document)
        if "scope" in self.attributes:
            yield b"/A<</O/Table/Scope/%b>>" % self.attributes["scope"].encode()
        if "box" in self.attributes:
            box = " ".join(f"{place:.2f}" for place in self.attributes["box"])
            yield b"/A<</O/Layout/Placement/Block/BBox[%b]>>" % box.encode()


def _kid(kid: _Element | tuple[int, int], only_page: int | None, document: Any) -> bytes:
    if isinstance(kid, _Element):
        return bytes(document.Reference(kid).format(document))
    page, number = kid
    if page == only_page:
        return b"%d" % number
    return b"<</Type/MCR/Pg %b/MCID %d>>" % (_page_reference(page, document), number)


def _page_reference(page: int, document: Any) -> bytes:
    return bytes(document.Reference(document.Pages.pages[page]).format(document))


class TaggedCanvas(Canvas):
    """A canvas whose content is drawn inside `content` and `artifact`."""

    _doc: Any
    _code: list[str]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "pdfVersion": (1, 7)})
        self._tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        self._root = _Element("Document", self._tree, {})
        self._open = [self._root]
        self._known: dict[Hashable, _Element] = {}
        self._marked: list[list[_Element]] = [[]]
        self._inside = False
        self._heading_level = 0

    @contextmanager
    def element(self, role: str, key: Hashable = None, **attributes: Any) -> Iterator[None]:
        """Open an element without content of its own, or the one already opened for `key`."""
        element = self._known.get(key) if key is not None else None
        if element is None:
            element = _Element(role, self._open[-1], attributes)
            self._open[-1].kids.append(element)
            if key is not None:
                self._known[key] = element
        self._open.append(element)
        yield
        self._open.pop()

    @contextmanager
    def content(self, role: str, key: Hashable = None, **attributes: Any) -> Iterator[None]:
        """Draw what belongs to one element.

        With the same `key` a second call goes on with the same element, as a paragraph does that
        is split between pages. `attributes`: `alt`, `scope` (``Row``, ``Column``), `box`.
        """
        with self.element(role, key, **attributes):
            element, page = self._open[-1], self._marked[-1]
            element.kids.append((len(self._marked) - 1, len(page)))
            with self._marking(f"/{element.role} <</MCID {len(page)}>> BDC"):
                page.append(element)
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
        self._marked.append([])

    def save(self) -> None:
        """Write the structure and the document."""
        if self._code:
            self.showPage()
        self._tag_pages()
        self._tag_document()
        super().save()

    def _tag_pages(self) -> None:
        for number, page in enumerate(self._doc.Pages.pages):
            # ReportLab writes only the page entries that it knows.
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents = number
            page.Tabs = PDFName("S")

    def _tag_document(self) -> None:
        document = self._doc
        self._tree["K"] = PDFArray([document.Reference(self._root)])
        numbers: list[Any] = []
        for number, page in enumerate(self._marked[:-1]):
            numbers += [number, PDFArray([document.Reference(element) for element in page])]
        self._tree["ParentTree"] = PDFDictionary({"Nums": PDFArray(numbers)})
        self._tree["ParentTreeNextKey"] = len(self._marked) - 1
        document.Catalog.StructTreeRoot = document.Reference(self._tree)
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        metadata = _XMP.format(title=escape(str(document.info.title))).encode()
        document.Catalog.Metadata = XMP(creator=lambda _: metadata)
