"""What can be taken away from a scorecard: paper, its tables, each of its charts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import abort, request

from reports.charts.palette import INK, MUTED
from reports.charts.png import to_png
from reports.charts.primitives import Text
from reports.charts.svg import to_svg
from reports.charts.text_width import wrap
from reports.format import formatter
from reports.pdf.layout import render_document
from survey_app.domain.user import Role
from survey_app.exchange.write_tables import PrintedTable, tables_archive
from survey_app.web.access import access
from survey_app.web.download import download, file_name
from survey_app.web.portal import pages
from survey_app.web.portal_reading import Reading, read

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from reports.blocks import Document
    from reports.charts.primitives import Anchor, Chart
    from reports.pdf.theme import PageSize

PAPERS: dict[str, PageSize] = {"a4": "A4", "letter": "Letter"}

_LINE = 10.5
"""Points from line to line above a picture."""

CONTENTS = "contents"
"""Name of the table that tells what the other tables of an archive are."""


@pages.get("/<key>/<brand_code>/pdf")
@access(Role.MANAGER, Role.RESEARCHER)
def paper(key: str, brand_code: str) -> ResponseReturnValue:
    """The scorecard as a PDF, on A4 or Letter."""
    size = PAPERS.get(request.args.get("paper", "a4"))
    if size is None:
        abort(404)
    reading, document = _document(key, brand_code)
    name = file_name(*reading.name_parts(), kind="pdf")
    return download(render_document(document, page_size=size), name, "application/pdf")


@pages.get("/<key>/<brand_code>/tables.zip")
@access(Role.MANAGER, Role.RESEARCHER)
def tables(key: str, brand_code: str) -> ResponseReturnValue:
    """Every table of the scorecard as CSV, in one archive."""
    reading, document = _document(key, brand_code)
    decimal = formatter(document.language).decimal
    content = tables_archive(printed_tables(document), decimal)
    name = file_name(*reading.name_parts(), "tables", kind="zip")
    return download(content, name, "application/zip")


@pages.get("/<key>/<brand_code>/charts/<chart_name>.<any(svg, png):kind>")
@access(Role.MANAGER, Role.RESEARCHER)
def chart(key: str, brand_code: str, chart_name: str, kind: str) -> ResponseReturnValue:
    """One chart of the scorecard as a picture."""
    reading, document = _document(key, brand_code)
    drawn = document.charts().get(chart_name)
    if drawn is None:
        abort(404)
    drawn = captioned(drawn, document)
    called = file_name(*reading.name_parts(), chart_name, kind=kind)
    if kind == "png":
        return download(to_png(drawn), called, "image/png")
    return download(svg_file(drawn), called, "image/svg+xml")


def captioned(chart: Chart, document: Document) -> Chart:
    """The chart with its title and what it is of above it: a picture is passed on without the page
    that says so."""
    source = " · ".join(filter(None, (document.banner, document.title, document.subtitle)))
    lines = [(line, 7.0, MUTED, False) for line in reversed(wrap(source, chart.width, 7.0))]
    lines += [
        (line, 9.0, INK, True) for line in reversed(wrap(chart.title, chart.width, 9.0, bold=True))
    ]
    side = chart.width if chart.right_to_left else 0.0
    start: Anchor = "end" if chart.right_to_left else "start"
    above = [
        Text(side, chart.height + (place + 1) * _LINE, line, size, colour, start, bold)
        for place, (line, size, colour, bold) in enumerate(lines)
    ]
    height = chart.height + (len(lines) + 1) * _LINE + 2
    return replace(chart, height=height, primitives=(*chart.primitives, *above))


def printed_tables(document: Document) -> list[PrintedTable]:
    """The tables of a document, and one before them that says what each is of, with its notes."""
    blocks = document.tables()
    of = f"{document.title} · {document.subtitle}"
    contents = PrintedTable(
        CONTENTS,
        ("file", "table", "scorecard", "notes"),
        [
            (f"{name}.csv", block.caption, of, " ".join((document.banner, *block.notes)).strip())
            for name, block in blocks.items()
        ],
    )
    return [contents] + [
        PrintedTable(
            name,
            [column.label for column in block.columns],
            [[cell.text for cell in row] for row in block.rows],
        )
        for name, block in blocks.items()
    ]


def svg_file(chart: Chart) -> bytes:
    """A chart as an SVG file of its own: as large as on paper, in letters that computers have."""
    size = f' width="{chart.width:g}pt" height="{chart.height:g}pt"'
    look = f'{size} font-family="Lato, Helvetica, Arial, sans-serif"'
    drawing = to_svg(chart, id_prefix="chart").replace(' width="100%"', look, 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}'.encode()


def _document(key: str, brand_code: str) -> tuple[Reading, Document]:
    """The scorecard that is asked for; error 404 where there is nothing to take away."""
    reading = read(key, brand_code)
    document = reading.document()
    if document is None:
        abort(404)
    return reading, document
