"""A scorecard as HTML for a renderer that lays out pages itself: tables, and charts as SVG."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from _renderers import FONTS

from reports import blocks
from reports.charts.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Iterator

CSS = """
@page { size: A4; margin: 50pt 48pt 56pt; @bottom-right { content: counter(page) " / "
  counter(pages); font: 7.5pt Lato; color: #52606d } }
body { font: 9.5pt/13.5pt Lato; color: #1f2933; margin: 0 }
h1 { font-size: 22pt; line-height: 27pt; margin: 0 0 3pt }
h2 { font-size: 16pt; line-height: 21pt; margin: 26pt 0 7pt; color: #00558a }
h3 { font-size: 12pt; line-height: 16pt; margin: 13pt 0 4pt }
h4 { font-size: 9.5pt; line-height: 13pt; margin: 8pt 0 2pt }
p { margin: 0 0 6pt } .lead { font-size: 12.5pt; line-height: 18pt }
.note { font-size: 7.8pt; line-height: 10.6pt; color: #52606d }
.caution { background: #fdf3ec; border-left: 2.6pt solid #a84300; padding: 7pt 11pt }
caption, .caption { font-size: 8.5pt; line-height: 11.5pt; font-weight: bold; text-align: left }
table { border-collapse: collapse; width: 100%; font-size: 8.2pt; line-height: 10.6pt;
  margin: 0 0 7pt }
th, td { text-align: left; padding: 3.4pt 5pt; border-bottom: .4pt solid #cbd2d9;
  font-weight: normal }
thead th { font-size: 7.4pt; font-weight: bold; color: #52606d } .own { font-weight: bold;
  background: #e6f0f8 }
.fine { columns: 2; column-gap: 20pt; font-size: 7.4pt; line-height: 9.6pt }
.beside { display: flex; gap: 20pt } .beside > * { flex: 1 }
.banner, .footer { position: fixed } .banner { top: -30pt; right: 0; background: #a84300;
  color: white; font: bold 8pt Lato; padding: 2pt 7pt } .footer { bottom: -30pt; left: 0;
  font-size: 7.5pt; color: #52606d } .mark { position: fixed; top: 300pt; left: 60pt;
  font: bold 64pt Lato; color: #eef1f4; transform: rotate(-52deg) }
"""


def html(document: blocks.Document) -> str:
    """The whole page."""
    title = f"{document.title} · {document.subtitle}"
    banner = escape(document.banner)
    body = "".join(_section(section) for section in document.sections)
    return (
        f'<!doctype html><html lang="en"><title>{escape(title)}</title><body>'
        f'<div class="mark">{banner}</div><div class="banner">{banner}</div>'
        f'<div class="footer">{escape(title)}</div>'
        f"<h1>{escape(document.title)}</h1><p>{escape(document.subtitle)}</p>{body}"
    )


def _section(section: blocks.Section) -> str:
    return f"<h2>{escape(section.title)}</h2>{_all(section.blocks)}"


def _all(content: tuple[blocks.Block, ...]) -> str:
    return "".join(part for block in content for part in _block(block))


def _block(block: blocks.Block) -> Iterator[str]:
    match block:
        case blocks.Heading():
            yield f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
        case blocks.Paragraph():
            yield f'<p class="{block.tone}">{escape(block.text)}</p>'
        case blocks.Bullets():
            yield f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in block.items)}</ul>"
        case blocks.Facts():
            rows = (f"<th>{escape(name)}</th><td>{escape(text)}</td>" for name, text in block.rows)
            yield f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"
        case blocks.FinePrint():
            terms = (f"<p><b>{escape(name)}. </b>{escape(text)}</p>" for name, text in block.rows)
            yield f'<div class="fine">{"".join(terms)}</div>'
        case blocks.ChartBlock() | blocks.ChartGrid():
            yield _chart(block) if isinstance(block, blocks.ChartBlock) else _grid(block)
        case blocks.TableBlock():
            yield _table(block)
        case blocks.SideBySide():
            left, right = _all(block.left), _all(block.right)
            yield f'<div class="beside"><div>{left}</div><div>{right}</div></div>'


def _grid(block: blocks.ChartGrid) -> str:
    charts = "".join(f"<div>{_chart(chart)}</div>" for chart in block.charts)
    return f'<p class="caption">{escape(block.caption)}</p><div class="beside">{charts}</div>'


def _chart(block: blocks.ChartBlock) -> str:
    caption = f'<p class="caption">{escape(block.caption)}</p>' if block.caption else ""
    return caption + to_svg(block.chart, id_prefix=f"chart-{block.name}")


def _table(block: blocks.TableBlock) -> str:
    head = "".join(f"<th>{escape(column.label)}</th>" for column in block.columns)
    rows = "".join(
        f'<tr class="{"own" if place in block.marked else ""}">{_cells(row)}</tr>'
        for place, row in enumerate(block.rows)
    )
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in block.notes)
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{notes}"


def _cells(row: tuple[blocks.Cell, ...]) -> str:
    marks = ("" if cell.mark is None else _dot(cell.mark.colour) for cell in row)
    return "".join(
        f"<td>{mark}{escape(cell.text)}</td>" for mark, cell in zip(marks, row, strict=True)
    )


def _dot(colour: str) -> str:
    return f'<svg width="7" height="7"><circle cx="3.5" cy="3.5" r="3.4" fill="{colour}"/></svg> '


@cache
def _style() -> tuple[Any, Any]:
    import weasyprint as library
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: Lato; font-weight: {weight};"
        f" src: url({(FONTS / f'{name}.ttf').as_uri()}) }}"
        for weight, name in (("normal", "Lato-Regular"), ("bold", "Lato-Bold"))
    )
    return library.CSS(string=faces + CSS, font_config=fonts), fonts


def weasyprint(source: str) -> bytes:
    """The pages of some HTML; style and fonts were read before."""
    from weasyprint import HTML

    style, fonts = _style()
    return bytes(HTML(string=source).write_pdf(stylesheets=[style], font_config=fonts))
