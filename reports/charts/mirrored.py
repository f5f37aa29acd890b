"""Charts as readers of languages from right to left expect them: laid out from the right."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

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

if TYPE_CHECKING:
    from collections.abc import Sequence

Content = TypeVar("Content")

_ANCHORS: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}


def mirrored(chart: Chart) -> Chart:
    """The chart turned round from left to right, its words still to be read; the title and the
    words for those who cannot see it stay. A chart that was turned round stays as it is."""
    if chart.right_to_left:
        return chart
    shapes = tuple(_turned(primitive, chart.width) for primitive in chart.primitives)
    return replace(chart, primitives=shapes, right_to_left=True)


def with_mirrored_charts(content: Content) -> Content:
    """Sections, blocks or whatever holds blocks, with every chart in them mirrored."""
    return _with_mirrored_charts(content)  # type: ignore[no-any-return]


def _with_mirrored_charts(content: Any) -> Any:
    if isinstance(content, Chart):
        return mirrored(content)
    if isinstance(content, tuple):
        return tuple(map(_with_mirrored_charts, content))
    if is_dataclass(content) and not isinstance(content, type):
        values = {field.name: getattr(content, field.name) for field in fields(content)}
        turned = {name: _with_mirrored_charts(value) for name, value in values.items()}
        changed = {name: value for name, value in turned.items() if value is not values[name]}
        return replace(content, **changed) if changed else content
    return content


def _turned(primitive: Primitive, width: float) -> Primitive:
    match primitive:
        case Text():
            return replace(primitive, x=width - primitive.x, anchor=_ANCHORS[primitive.anchor])
        case Line():
            return replace(primitive, x1=width - primitive.x1, x2=width - primitive.x2)
        case Rect():
            return replace(primitive, x=width - primitive.x - primitive.width)
        case Circle():
            return replace(primitive, x=width - primitive.x)
        case Polygon() | Polyline():
            return replace(primitive, points=_points(primitive.points, width))


def _points(points: Sequence[tuple[float, float]], width: float) -> tuple[tuple[float, float], ...]:
    return tuple((width - x, y) for x, y in points)
