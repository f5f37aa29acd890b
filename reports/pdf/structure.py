"""The tree of a tagged PDF: what was drawn, in the order and the roles in which it is read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ESCAPES = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})


class Content(NamedTuple):
    """A stretch of a page's content, by the places of the page and of the stretch on it."""

    page: int
    number: int


class Annotated(NamedTuple):
    """A link's annotation, by the places of its page and of the link in the document."""

    page: int
    link: int


class Element:
    """One structure element; its kids are elements, content and annotations in reading order.

    `entries` are its attributes as they stand in the file, `number` that of its object there.
    """

    __slots__ = ("entries", "kids", "number", "role")

    def __init__(self, role: str, entries: str = "") -> None:
        self.role = role
        self.entries = entries
        self.kids: list[Element | Content | Annotated] = []
        self.number = 0


class Structure:
    """All elements of a document; which of them each stretch of content and each link is of."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self.pages: list[list[Element]] = [[]]
        self.links: list[Element] = []

    def bodies(
        self, root: int, first: int, pages: Sequence[int], links: Sequence[int]
    ) -> tuple[bytes, list[bytes]]:
        """Return the tree's root and its elements as objects of a file.

        Parameters
        ----------
        root, first : numbers of the objects of the root and of the first element; the others follow
            without a gap.
        pages, links : numbers of the objects of pages and of links' annotations.
        """
        elements: list[tuple[Element, int]] = []
        _collect(self.root, root, first, elements)
        writer = _Writer(pages, links)
        bodies = [writer.element(element, parent) for element, parent in elements]
        kinds: list[Element | list[Element]] = [*self.pages[: len(pages)], *self.links]
        parents = " ".join(f"{place} {_parents(kind)}" for place, kind in enumerate(kinds))
        tree = (
            f"<</Type/StructTreeRoot/K[{first} 0 R]/ParentTree<</Nums[{parents}]>>"
            f"/ParentTreeNextKey {len(kinds)}>>"
        )
        return tree.encode(), bodies


def _collect(element: Element, parent: int, first: int, found: list[tuple[Element, int]]) -> None:
    """Number an element and those below it, in the order of reading."""
    element.number = number = first + len(found)
    found.append((element, parent))
    for kid in element.kids:
        if isinstance(kid, Element):
            _collect(kid, number, first, found)


def _parents(of: Element | list[Element]) -> str:
    """Return the element of a link, or those of a page's stretches of content."""
    if isinstance(of, Element):
        return f"{of.number} 0 R"
    return f"[{' '.join([f'{element.number} 0 R' for element in of])}]"


class _Writer:
    """Writes elements, knowing the numbers of all objects that they name."""

    def __init__(self, pages: Sequence[int], links: Sequence[int]) -> None:
        self.pages = pages
        self.links = links

    def element(self, element: Element, parent: int) -> bytes:
        """Return one element."""
        kids = element.kids
        if len(kids) == 1 and isinstance(kids[0], Content):
            # Nearly all of them.
            page, number = kids[0]
            inside = f"/Pg {self.pages[page]} 0 R/K[{number}]"
        else:
            inside = self._inside(kids)
        return f"<</S/{element.role}/P {parent} 0 R{element.entries}{inside}>>".encode()

    def _inside(self, kids: Sequence[Element | Content | Annotated]) -> str:
        pages = {kid.page for kid in kids if not isinstance(kid, Element)}
        page = pages.pop() if len(pages) == 1 else None
        of_page = "" if page is None else f"/Pg {self.pages[page]} 0 R"
        return f"{of_page}/K[{' '.join([self._kid(kid, page) for kid in kids])}]"

    def _kid(self, kid: Element | Content | Annotated, only_page: int | None) -> str:
        if isinstance(kid, Element):
            return f"{kid.number} 0 R"
        if isinstance(kid, Annotated):
            return f"<</Type/OBJR/Pg {self.pages[kid.page]} 0 R/Obj {self.links[kid.link]} 0 R>>"
        if kid.page == only_page:
            return str(kid.number)
        return f"<</Type/MCR/Pg {self.pages[kid.page]} 0 R/MCID {kid.number}>>"


@lru_cache
def attributes(
    alt: str = "",
    scope: str = "",
    box: tuple[float, float, float, float] | None = None,
    lang: str = "",
) -> str:
    """Return what an element says of itself as it stands in a file.

    Parameters
    ----------
    alt : words in place of a figure. scope : ``Row`` or ``Column``, what a cell is the head of.
    box : left, bottom, right and top of a figure in points of its page.
    lang : language of words that are in another one than the document.
    """
    return "".join(_entries(alt, scope, box, lang))


def _entries(
    alt: str, scope: str, box: tuple[float, float, float, float] | None, lang: str
) -> Iterator[str]:
    if alt:
        yield f"/Alt {literal(alt)}"
    if scope:
        yield f"/A<</O/Table/Scope/{scope}>>"
    if lang:
        yield f"/Lang {literal(lang)}"
    if box is not None:
        places = " ".join(f"{place:.2f}" for place in box)
        yield f"/A<</O/Layout/Placement/Block/BBox[{places}]>>"


def literal(text: str) -> str:
    """Return a text as a string of PDF, itself in plain ASCII."""
    if text.isascii() and text.isprintable():
        return f"({text.translate(_ESCAPES)})"
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
