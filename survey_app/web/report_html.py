"""How the blocks of a report become HTML. What they say was decided before; nothing is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from reports.blocks import Cell, ChartBlock, Column, Heading, SideBySide, TableBlock
from reports.charts.marks import mark as mark_shapes
from reports.charts.svg import element, to_svg
from reports.format import NOTHING
from reports.logos.model import size_in_points
from reports.pdf.links import links_in
from reports.verdicts import WORDING
from reports.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from reports.blocks import Align, Block, Link, Mark
    from reports.charts.primitives import Chart
    from reports.look import Look

_MARK_SIZE = 11
PIXELS_PER_POINT = 4 / 3
_CLASSES = {"start": "start", "middle": "middle", "end": "end"}


def init_app(app: Flask) -> None:
    """Give templates what `layout/report.html` works with."""
    app.jinja_env.filters.update(
        kind=kind,
        linked=linked,
        logo_size=logo_size,
        chart_svg=chart_svg,
        mark_svg=mark_svg,
        aligned=aligned,
        charts_with_table=charts_with_table,
        direction=direction,
        figures_table=figures_table,
        first_level=first_level,
        said=said,
    )
    app.jinja_env.tests["nothing"] = is_nothing


def kind(block: Block) -> str:
    """The name of a block's class, by which the template chooses."""
    return type(block).__name__


def logo_size(look: Look) -> tuple[int, int]:
    """Width and height of a logo in pixels; (0, 0) without one."""
    wide, high = size_in_points(look.logo) if look.logo else (0.0, 0.0)
    return round(wide * PIXELS_PER_POINT), round(high * PIXELS_PER_POINT)


def first_level(blocks: tuple[Block, ...]) -> int:
    """The level of a section's topmost headings, so that no level is left out on the page."""
    return min((block.level for block in flat(blocks) if isinstance(block, Heading)), default=2)


def linked(text: str, links: tuple[Link, ...] = ()) -> Markup:
    """A text in which the words of its links, and numbers of publications (DOI), can be followed;
    all else is escaped."""
    parts: list[str] = []
    for link in links_in(text, links):
        before, words, after = text.partition(link.words)
        if words:
            outside = "" if link.target.startswith("#") else ' rel="noreferrer"'
            opening = f'<a href="{escape(link.target)}"{outside}>'
            parts += [escape(before), opening, escape(words), "</a>"]
            text = after
    return Markup("".join((*parts, escape(text))))  # noqa: S704 - every part is escaped above


def charts_with_table(blocks: tuple[Block, ...]) -> frozenset[str]:
    """The names of charts whose figures stand in the table that comes next."""
    found: set[str] = set()
    waiting = ""
    for block in blocks:
        if isinstance(block, ChartBlock):
            waiting = block.name
        elif isinstance(block, TableBlock) and waiting:
            found.add(waiting)
            waiting = ""
    return frozenset(found)


def figures_table(chart: Chart, name: str, language: str) -> TableBlock:
    """The figures of a chart as a table."""
    head, *rows = chart.figures
    first = Column(said("shown", language), "start", 3.0)
    return TableBlock(
        name=f"figures-{name}",
        caption=chart.title,
        columns=(first, *(Column(label) for label in head)),
        rows=tuple(tuple(map(Cell, row)) for row in rows),
    )


def direction(language: str) -> str:
    """``rtl`` for a language that is written from right to left, else ``ltr``."""
    from babel import Locale

    order = Locale.parse(language, sep="-").character_order
    return "rtl" if order == "right-to-left" else "ltr"


def said(key: str, language: str, **values: str) -> str:
    """What stands beside a chart on the web, in the language of the report."""
    return catalogue(WORDING, language)(f"on_the_web.{key}", **values)


def flat(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block, those inside columns included."""
    for block in blocks:
        if isinstance(block, SideBySide):
            yield from flat(block.left + block.right)
        else:
            yield block


def chart_svg(chart: Chart, name: str) -> Markup:
    """A chart as inline SVG; `name` is unique on the page."""
    return Markup(to_svg(chart, id_prefix=f"chart-{name}"))  # noqa: S704 - to_svg escapes


def mark_svg(mark: Mark) -> Markup:
    """The shape of a verdict. The word beside it says the same, so it is hidden from listeners."""
    middle = _MARK_SIZE / 2
    shapes = mark_shapes(mark.shape, mark.colour, middle, middle)
    drawn = "".join(element(shape, _MARK_SIZE) for shape in shapes)
    head = f'<svg class="mark" aria-hidden="true" viewBox="0 0 {_MARK_SIZE} {_MARK_SIZE}">'
    return Markup(f"{head}{drawn}</svg>")  # noqa: S704 - shapes and colours are ours


def is_nothing(cell: Cell) -> bool:
    """True for a cell that only says that there is no figure."""
    return cell.mark is None and cell.text == NOTHING


def aligned(align: Align) -> str:
    """The class of a column's alignment."""
    return _CLASSES[align]
