"""Draws a chart's primitives as a PNG, for slides and mails that take no SVG.

Drawn several times as large and averaged, so that edges are smooth; the letters stand where they
stand on paper.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo
from reportlab.pdfbase.pdfmetrics import getFont

from reports.characters import readable
from reports.charts.errors import ChartInputError
from reports.charts.pen import HEAVIER
from reports.charts.primitives import (
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
from reports.pdf.fonts import runs, runs_from_right

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FINER = 4
"""How many times as large as asked for a chart is drawn before it is averaged."""
_MOST_PIXELS = 12_000_000
_MARGIN = 6.0
"""Points of background around the chart: letters at the very edge of a picture look cut."""
_OUTLINE = 0.9
_POINTS_AN_INCH = 72

_Point = tuple[float, float]


def to_png(chart: Chart, *, scale: float = 2.0, background: str = "#ffffff") -> bytes:
    """Return `chart` as a PNG of `scale` pixels a point, 6 points of `background` around it.

    The same chart gives the same bytes. Title and alternative text stand in the file as the texts
    ``Title`` and ``Description``. Raises ChartInputError when the scale is not above 0 or the
    picture would have more than 12 million pixels.
    """
    size = tuple(math.ceil((side + 2 * _MARGIN) * scale) for side in (chart.width, chart.height))
    if scale <= 0 or size[0] * size[1] > _MOST_PIXELS:
        raise ChartInputError(
            f"At a scale of {scale:g} the picture would have {size[0]} × {size[1]} pixels; "
            f"take a scale above 0 that gives at most {_MOST_PIXELS} pixels."
        )
    picture = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), background)
    pen = _Pen(ImageDraw.Draw(picture), scale * _FINER, chart)
    for primitive in chart.primitives:
        pen.draw(primitive)
    content = io.BytesIO()
    inches = round(scale * _POINTS_AN_INCH)
    picture.reduce(_FINER).save(content, "PNG", pnginfo=_words(chart), dpi=(inches, inches))
    return content.getvalue()


def _words(chart: Chart) -> PngInfo:
    words = PngInfo()
    words.add_itxt("Title", readable(chart.title))
    words.add_itxt("Description", readable(chart.alt))
    return words


class _Pen:
    """Draws a chart on a picture of `scale` pixels a point, from the top as a page does."""

    def __init__(self, picture: ImageDraw.ImageDraw, scale: float, chart: Chart) -> None:
        self.picture = picture
        self.from_right = chart.right_to_left
        self.scale = scale
        self.bottom = (chart.height + 2 * _MARGIN) * scale

    def draw(self, primitive: Primitive) -> None:
        """Draw one primitive at its own coordinates."""
        match primitive:
            case Text():
                self._text(primitive)
            case Line(x1, y1, x2, y2, stroke, width, dash):
                self._stroke([(x1, y1), (x2, y2)], stroke, width, dash)
            case Rect():
                self._rect(primitive)
            case Circle():
                self._circle(primitive)
            case Polygon():
                self._polygon(primitive)
            case Polyline(points, stroke, width, dash):
                self._stroke(points, stroke, width, dash)

    def _at(self, x: float, y: float) -> _Point:
        return (x + _MARGIN) * self.scale, self.bottom - (y + _MARGIN) * self.scale

    def _box(self, left: float, low: float, right: float, high: float) -> tuple[float, ...]:
        """The pixels between edges in points, at least one; both ends are painted."""
        x0, y0 = self._at(left, high)
        x1, y1 = self._at(right, low)
        start, top = round(x0), round(y0)
        return start, top, max(round(x1) - 1, start), max(round(y1) - 1, top)

    def _rect(self, rect: Rect) -> None:
        right, top = rect.x + rect.width, rect.y + rect.height
        if rect.fill is not None:
            self.picture.rectangle(self._box(rect.x, rect.y, right, top), fill=rect.fill)
        if rect.stroke is not None:
            half = _OUTLINE / 2
            box = self._box(rect.x - half, rect.y - half, right + half, top + half)
            width = round(_OUTLINE * self.scale)
            self.picture.rectangle(box, outline=rect.stroke, width=width)

    def _circle(self, circle: Circle) -> None:
        for radius, fill, stroke in (
            (circle.radius, circle.fill, None),
            (circle.radius + _OUTLINE / 2, None, circle.stroke),
        ):
            if fill or stroke:
                box = self._box(
                    circle.x - radius, circle.y - radius, circle.x + radius, circle.y + radius
                )
                width = round(_OUTLINE * self.scale)
                self.picture.ellipse(box, fill=fill, outline=stroke, width=width if stroke else 0)

    def _polygon(self, polygon: Polygon) -> None:
        if polygon.fill is not None:
            points = [self._at(*point) for point in polygon.points]
            self.picture.polygon(_whole(points), fill=polygon.fill)
        if polygon.stroke is not None:
            closed = (*polygon.points, *polygon.points[:2])
            self._stroke(closed, polygon.stroke, _OUTLINE, ())

    def _stroke(
        self, points: Sequence[_Point], colour: str, width: float, dash: tuple[float, ...]
    ) -> None:
        for piece in _dashes(points, dash) if dash else [points]:
            for start, end in pairwise(piece):
                self._straight(start, end, colour, width)
            for corner in piece[1:-1]:
                self._joint(corner, colour, width / 2)

    def _straight(self, start: _Point, end: _Point, colour: str, width: float) -> None:
        half = width / 2
        if start[0] == end[0] or start[1] == end[1]:
            level = (half, 0.0) if start[0] == end[0] else (0.0, half)
            xs, ys = sorted((start[0], end[0])), sorted((start[1], end[1]))
            box = xs[0] - level[0], ys[0] - level[1], xs[1] + level[0], ys[1] + level[1]
            self.picture.rectangle(self._box(*box), fill=colour)
            return
        length = math.dist(start, end)
        across = -(end[1] - start[1]) / length * half, (end[0] - start[0]) / length * half
        corners = [
            self._at(point[0] + sign * across[0], point[1] + sign * across[1])
            for point, sign in ((start, 1), (end, 1), (end, -1), (start, -1))
        ]
        self.picture.polygon(_whole(corners), fill=colour)

    def _joint(self, corner: _Point, colour: str, radius: float) -> None:
        x, y = corner
        self.picture.ellipse(self._box(x - radius, y - radius, x + radius, y + radius), fill=colour)

    def _text(self, text: Text) -> None:
        left = text.x
        if text.anchor != "start":
            measured = text_width(text.text, text.size, text.bold)
            left -= measured if text.anchor == "end" else measured / 2
        drawn = (text.text, text.bold)
        for run in runs_from_right((drawn,)) if self.from_right else runs(*drawn):
            font: Any = getFont(run.font)
            face = _face(font.face.filename, text.size * self.scale)
            heavier = max(1, round(text.size * self.scale * HEAVIER / 2)) if run.stroked else 0
            # Letter by letter: on paper there is no kerning, and widths were measured without it.
            for letter in run.text:
                place = self._at(left, text.y)
                self.picture.text(
                    place, letter, fill=text.fill, font=face, anchor="ls", stroke_width=heavier
                )
                left += font.stringWidth(letter, text.size)


@lru_cache(maxsize=64)
def _face(file: str, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, pixels, layout_engine=ImageFont.Layout.BASIC)


def _whole(points: Sequence[_Point]) -> list[tuple[int, int]]:
    return [(round(x), round(y)) for x, y in points]


def _dashes(points: Sequence[_Point], dash: tuple[float, ...]) -> Iterator[list[_Point]]:
    """The drawn pieces of a dashed stroke; lengths on and off go on round the corners."""
    lengths = dash * (2 if len(dash) % 2 else 1)
    place, left, piece = 0, lengths[0], [points[0]]
    for start, end in pairwise(points):
        length = math.dist(start, end)
        done = 0.0
        while length - done > left:
            done += left
            share = done / length
            cut = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
            if place % 2 == 0:
                yield [*piece, cut]
            place, piece = (place + 1) % len(lengths), [cut]
            left = lengths[place]
        left -= length - done
        piece.append(end)
    if place % 2 == 0:
        yield piece
