"""Writes a chart's primitives as inline SVG for a page with a strict content policy.

Presentation attributes only: no style attribute, no script, no outside reference.
"""

from __future__ import annotations

import re
from html import escape

from reports.characters import SOFT_HYPHEN, typeset
from reports.charts.primitives import (
    Anchor,
    Chart,
    Circle,
    Line,
    Polygon,
    Polyline,
    Primitive,
    Rect,
    Text,
)
from reports.charts.text_width import text_width
from reports.pdf.bidirectional import base_level

_OUTLINE = 0.9
_OTHER_SIDE: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}
_ID = re.compile(r"[A-Za-z][\w-]*", re.ASCII)


def to_svg(chart: Chart, *, id_prefix: str) -> str:
    """Return `chart` as one `<svg>` element as wide as its container.

    The text takes the page's font and is set to the width it has on paper, so nothing overlaps in
    another font. `id_prefix` must be unique on the page; raises ValueError if it is no plain name.
    """
    if not _ID.fullmatch(id_prefix):
        raise ValueError(f"id_prefix must be letters, digits, - and _, not {id_prefix!r}.")
    title, alt = f"{id_prefix}-title", f"{id_prefix}-desc"
    from_right = chart.right_to_left
    shapes = "".join(element(primitive, chart.height, from_right) for primitive in chart.primitives)
    # Stated, or a page from right to left would place the words of the chart as its own.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" width="100%"'
        f' direction="ltr"'
        f' viewBox="0 0 {_number(chart.width)} {_number(chart.height)}"'
        f' aria-labelledby="{title} {alt}">'
        f'<title id="{title}">{_words(chart.title)}</title>'
        f'<desc id="{alt}">{_words(chart.alt)}</desc>'
        f'<g stroke-linejoin="round">{shapes}</g></svg>'
    )


def element(primitive: Primitive, height: float, from_right: bool = False) -> str:
    """Return one primitive as an SVG element in a drawing `height` points high; its words are
    those of a language `from_right` to left or not."""
    match primitive:
        case Text():
            return _text(primitive, height, from_right)
        case Line():
            return _line(primitive, height)
        case Rect():
            return _rect(primitive, height)
        case Circle():
            return _circle(primitive, height)
        case Polygon():
            return _polygon(primitive, height)
        case Polyline():
            return _polyline(primitive, height)


def _line(line: Line, height: float) -> str:
    ends = _attributes(x1=line.x1, y1=height - line.y1, x2=line.x2, y2=height - line.y2)
    return f"<line{ends}{_pen(line.stroke, line.width, line.dash)}/>"


def _rect(rect: Rect, height: float) -> str:
    box = _attributes(
        x=rect.x, y=height - rect.y - rect.height, width=rect.width, height=rect.height
    )
    return f"<rect{box}{_brush(rect.fill, rect.stroke)}/>"


def _circle(circle: Circle, height: float) -> str:
    place = _attributes(cx=circle.x, cy=height - circle.y, r=circle.radius)
    return f"<circle{place}{_brush(circle.fill, circle.stroke)}/>"


def _polygon(polygon: Polygon, height: float) -> str:
    points = _points(polygon.points, height)
    return f'<polygon points="{points}"{_brush(polygon.fill, polygon.stroke)}/>'


def _polyline(polyline: Polyline, height: float) -> str:
    points = _points(polyline.points, height)
    pen = _pen(polyline.stroke, polyline.width, polyline.dash)
    return f'<polyline points="{points}" fill="none"{pen}/>'


def _text(text: Text, height: float, from_right: bool) -> str:
    place = {"x": text.x, "y": height - text.y, "font-size": text.size}
    if len(text.text) > 1:
        place["textLength"] = text_width(text.text, text.size, text.bold)
    fitted = ' lengthAdjust="spacingAndGlyphs"' if len(text.text) > 1 else ""
    anchor, way = text.anchor, ""
    if from_right and base_level(text.text):
        # The start of such a text is at its right.
        anchor, way = _OTHER_SIDE[anchor], ' direction="rtl" unicode-bidi="embed"'
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    bold = ' font-weight="700"' if text.bold else ""
    look = f'{way}{placed}{bold} fill="{escape(text.fill)}"'
    return f"<text{_attributes(**place)}{fitted}{look}>{_words(text.text)}</text>"


def _attributes(**values: float) -> str:
    return "".join(f' {name}="{_number(value)}"' for name, value in values.items())


def _pen(stroke: str, width: float, dash: tuple[float, ...]) -> str:
    dashes = f' stroke-dasharray="{" ".join(map(_number, dash))}"' if dash else ""
    return f' stroke="{escape(stroke)}" stroke-width="{_number(width)}"{dashes}'


def _brush(fill: str | None, stroke: str | None) -> str:
    outline = "" if stroke is None else _pen(stroke, _OUTLINE, ())
    return f' fill="{escape(fill or "none")}"{outline}'


def _points(points: tuple[tuple[float, float], ...], height: float) -> str:
    return " ".join(f"{_number(x)},{_number(height - y)}" for x, y in points)


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _words(text: str) -> str:
    # Browsers place a line by the same rules, for which it keeps its marks of direction.
    return escape(typeset(text).replace(SOFT_HYPHEN, ""))
