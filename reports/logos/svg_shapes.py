"""The basic shapes of SVG as paths. Source: SVG 1.1, chapter 9 "Basic Shapes"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reports.logos.model import LogoError, Segment
from reports.logos.path_data import segments
from reports.logos.transforms import NUMBER, applied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reports.logos.transforms import Matrix

_LENGTH = re.compile(rf"\s*({NUMBER.pattern})(?:px|pt|mm)?\s*")
_FARTHEST = 1e7


def outline(name: str, attributes: Mapping[str, str], matrix: Matrix) -> tuple[Segment, ...]:
    """The path of a shape after a transformation; empty for one without extent."""
    made = segments(_PATHS[name](attributes))
    moved = tuple(
        Segment(one.kind, tuple(applied(matrix, point) for point in one.points)) for one in made
    )
    reach = (abs(value) for one in moved for point in one.points for value in point)
    if not all(value < _FARTHEST for value in reach):
        raise LogoError("A shape of the drawing lies too far outside it.")
    return moved


def plain_number(text: str) -> float:
    """A length as a number; 0 for nothing. Raises LogoError for anything else."""
    if not text.strip():
        return 0.0
    found = _LENGTH.fullmatch(text)
    if found is None or abs(float(found[1])) > _FARTHEST:
        raise LogoError(f"The length {text[:20]!r} is not understood; write a plain number.")
    return float(found[1])


def _path(attributes: Mapping[str, str]) -> str:
    return attributes.get("d", "")


def _rect(attributes: Mapping[str, str]) -> str:
    x, y, width, height = _numbers(attributes, "x", "y", "width", "height")
    if width <= 0 or height <= 0:
        return ""
    across, down = _numbers(attributes, "rx", "ry")
    across = min(across if "rx" in attributes else down, width / 2)
    down = min(down if "ry" in attributes else across, height / 2)
    if across <= 0 or down <= 0:
        return f"M{x} {y}h{width}v{height}h{-width}Z"
    corner = f"a{across} {down} 0 0 1"
    wide, high = width - 2 * across, height - 2 * down
    return (
        f"M{x + across} {y}h{wide}{corner} {across} {down}v{high}{corner} {-across} {down}"
        f"h{-wide}{corner} {-across} {-down}v{-high}{corner} {across} {-down}Z"
    )


def _circle(attributes: Mapping[str, str]) -> str:
    return _round({**attributes, "rx": attributes.get("r", ""), "ry": attributes.get("r", "")})


def _round(attributes: Mapping[str, str]) -> str:
    x, y, across, down = _numbers(attributes, "cx", "cy", "rx", "ry")
    if across <= 0 or down <= 0:
        return ""
    half = f"a{across} {down} 0 0 1"
    return f"M{x - across} {y}{half} {2 * across} 0{half} {-2 * across} 0Z"


def _line(attributes: Mapping[str, str]) -> str:
    x1, y1, x2, y2 = _numbers(attributes, "x1", "y1", "x2", "y2")
    return f"M{x1} {y1}L{x2} {y2}"


def _polyline(attributes: Mapping[str, str]) -> str:
    points = attributes.get("points", "")
    return f"M{points}" if points.strip() else ""


def _polygon(attributes: Mapping[str, str]) -> str:
    line = _polyline(attributes)
    return f"{line}Z" if line else ""


def _numbers(attributes: Mapping[str, str], *names: str) -> list[float]:
    return [plain_number(attributes.get(name, "")) for name in names]


_PATHS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "path": _path,
    "rect": _rect,
    "circle": _circle,
    "ellipse": _round,
    "line": _line,
    "polyline": _polyline,
    "polygon": _polygon,
}
