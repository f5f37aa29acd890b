"""A report as paper and web page both read it: sections of blocks, no layout and no arithmetic.

Every figure in a block is already words. The PDF writer and the web template walk the same
blocks, so a manager never sees two versions of a result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reports.charts.primitives import Chart
    from reports.look import Look

Tone = Literal["body", "lead", "note", "caution"]
Align = Literal["start", "middle", "end"]
MarkShape = Literal["up", "down", "bar", "ring", "square", "diamond", "cross"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict that can be told without colour: a shape, a colour and a word."""

    shape: MarkShape
    colour: str
    word: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words of a text that lead somewhere: to an address of the web or to an anchor
    of the same document (``#…``), which is the id of a section or the name given to a row of facts.

    Any other target is not followed, nor one that is not in the document.
    """

    words: str
    target: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. A cell with a mark shows the shape, then the text.

    The whole text leads to `target` where one is given, as that of a `Link`.
    """

    text: str
    mark: Mark | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `share` is its part of the width relative to the other columns."""

    label: str
    align: Align = "end"
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section; level 2 below the section's title, 3 below that."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text. ``lead`` is the sentence to remember, ``caution`` a warning.

    `links` stand in the order of their words in the text.
    """

    text: str
    tone: Tone = "body"
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A short list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what they stand for, in reading order.

    `anchors` are names, row by row, to which links of the document may lead; "" for none.
    """

    rows: tuple[tuple[str, str], ...]
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FinePrint:
    """Terms, each run into the text that explains it; small and in columns on paper."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart; `name` is unique in the document and stays the same from run to run."""

    name: str
    chart: Chart
    caption: str


@dataclass(frozen=True, slots=True)
class ChartGrid:
    """Small charts side by side, filled row by row, under one caption."""

    charts: tuple[ChartBlock, ...]
    columns: int
    caption: str


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table. The first column names its row; `marked` rows are the reader's own."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Blocks in two columns where there is room, one after the other where there is not."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]


Block: TypeAlias = (
    Heading
    | Paragraph
    | Bullets
    | Facts
    | FinePrint
    | ChartBlock
    | ChartGrid
    | TableBlock
    | SideBySide
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part with its own title; on paper it starts a page."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `banner` (``""`` for none) stands on every page, the `look` of a brand on the
    first. On paper blanks are smaller where that keeps it within `most_pages` (0: as many as it
    takes).

    In a language from right to left its charts are mirrored here, wherever they are drawn.
    """

    title: str
    subtitle: str
    language: str
    sections: tuple[Section, ...]
    banner: str
    look: Look | None = None
    most_pages: int = 0

    def __post_init__(self) -> None:
        from reports.charts.mirrored import with_mirrored_charts
        from reports.pdf.direction import right_to_left

        if right_to_left(self.language):
            object.__setattr__(self, "sections", with_mirrored_charts(self.sections))

    def blocks(self) -> Iterator[Block]:
        """Every block in reading order, those inside side-by-side columns included."""
        for section in self.sections:
            yield from _flat(section.blocks)

    def anchors(self) -> frozenset[str]:
        """The places of the document to which links may lead."""
        facts = (block for block in self.blocks() if isinstance(block, Facts))
        named = {anchor for block in facts for anchor in block.anchors if anchor}
        return frozenset({section.id for section in self.sections} | named)

    def charts(self) -> dict[str, Chart]:
        """Every chart by its name."""
        return charts_of(self.sections)

    def tables(self) -> dict[str, TableBlock]:
        """Every table by its name."""
        return {block.name: block for block in self.blocks() if isinstance(block, TableBlock)}


def charts_of(sections: Iterable[Section]) -> dict[str, Chart]:
    """Every chart of some sections by its name."""
    found: dict[str, Chart] = {}
    for block in (block for section in sections for block in _flat(section.blocks)):
        if isinstance(block, ChartBlock):
            found[block.name] = block.chart
        elif isinstance(block, ChartGrid):
            found.update((small.name, small.chart) for small in block.charts)
    return found


def _flat(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, SideBySide):
            yield from _flat(block.left)
            yield from _flat(block.right)
        else:
            yield block
