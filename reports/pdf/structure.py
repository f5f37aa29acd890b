"""The tree of a tagged PDF: what was drawn, in the order and the roles in which it is read."""

from __future__ import annotations

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

    `entries` are its attributes as they stand in the file.
    """

    __slots__ = ("entries", "kids", "role")

    def __init__(self, role: str, entries: str = "") -> None:
        self.role = role
        self.entries = entries
        self.kids: list[Element | Content | Annotated] = []


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
        numbers = {id(element): first + place for place, (element, _) in enumerate(elements)}
        writer = _Writer(numbers, pages, links)
        bodies = [writer.element(element, parent) for element, parent in elements]
        kinds: list[Element | list[Element]] = [*self.pages[: len(pages)], *self.links]
        parents = " ".join(f"{place} {writer.parents(kind)}" for place, kind in enumerate(kinds))
        tree = (
            f"<</Type/StructTreeRoot/K[{first} 0 R]/ParentTree<</Nums[{parents}]>>"
            f"/ParentTreeNextKey {len(kinds)}>>"
        )
        return tree.encode(), bodies


def _collect(element: Element, parent: int, first: int, found: list[tuple[Element, int]]) -> None:
    number = first + len(found)
    found.append((element, parent))
    for kid in element.kids:
        if isinstance(kid, Element):
            _collect(kid, number, first, found)


class _Writer:
    """Writes elements, knowing the numbers of all objects that they name."""

    def __init__(self, numbers: dict[int, int], pages: Sequence[int], links: Sequence[int]) -> None:
        self.numbers = numbers
        self.pages = pages
        self.links = links

    def element(self, element: Element, parent: int) -> bytes:
        """Return one element."""
        page = _only_page(element)
        of_page = "" if page is None else f"/Pg {self.pages[page]} 0 R"
        kids = " ".join(self._kid(kid, page) for kid in element.kids)
        text = (
            f"<</Type/StructElem/S/{element.role}/P {parent} 0 R"
            f"{element.entries}{of_page}/K[{kids}]>>"
        )
        return text.encode()

    def parents(self, of: Element | list[Element]) -> str:
        """Return the element of a link, or those of a page's stretches of content."""
        if isinstance(of, Element):
            return f"{self.numbers[id(of)]} 0 R"
        return f"[{' '.join(f'{self.numbers[id(element)]} 0 R' for element in of)}]"

    def _kid(self, kid: Element | Content | Annotated, only_page: int | None) -> str:
        match kid:
            case Element():
                return f"{self.numbers[id(kid)]} 0 R"
            case Content(page, number):
                if page == only_page:
                    return str(number)
                return f"<</Type/MCR/Pg {self.pages[page]} 0 R/MCID {number}>>"
            case Annotated(page, link):
                return f"<</Type/OBJR/Pg {self.pages[page]} 0 R/Obj {self.links[link]} 0 R>>"


def _only_page(element: Element) -> int | None:
    """Return the page that holds all the element's own content, if it is one."""
    pages = {kid.page for kid in element.kids if not isinstance(kid, Element)}
    return pages.pop() if len(pages) == 1 else None


def attributes(
    alt: str = "", scope: str = "", box: tuple[float, float, float, float] | None = None
) -> str:
    """Return what an element says of itself as it stands in a file.

    Parameters
    ----------
    alt : words in place of a figure. scope : ``Row`` or ``Column``, what a cell is the head of.
    box : left, bottom, right and top of a figure in points of its page.
    """
    return "".join(_entries(alt, scope, box))


def _entries(alt: str, scope: str, box: tuple[float, float, float, float] | None) -> Iterator[str]:
    if alt:
        yield f"/Alt {literal(alt)}"
    if scope:
        yield f"/A<</O/Table/Scope/{scope}>>"
    if box is not None:
        places = " ".join(f"{place:.2f}" for place in box)
        yield f"/A<</O/Layout/Placement/Block/BBox[{places}]>>"


def literal(text: str) -> str:
    """Return a text as a string of PDF, itself in plain ASCII."""
    if text.isascii() and text.isprintable():
        return f"({text.translate(_ESCAPES)})"
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
