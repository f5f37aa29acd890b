"""A brand's logo as reports draw it: a picture of dots, or paths filled and stroked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

WIDEST, HIGHEST = 120.0, 36.0
"""Points that a logo takes at most."""

Point: TypeAlias = tuple[float, float]
FillRule = Literal["nonzero", "evenodd"]


class LogoError(ValueError):
    """A file that cannot be taken as a logo. The message says what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A step of a path: to a point without drawing ("M"), by a straight line ("L"), by a Bézier
    curve with its two control points before the end ("C"), or back to the beginning ("Z")."""

    kind: Literal["M", "L", "C", "Z"]
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A path and its colours (``#rrggbb``); None where it is not filled, or not stroked."""

    segments: tuple[Segment, ...]
    fill: str | None
    stroke: str | None
    stroke_width: float
    fill_rule: FillRule


@dataclass(frozen=True, slots=True)
class VectorLogo:
    """A drawing `width` by `height` in its own units, its origin at the upper left."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class RasterLogo:
    """A PNG without transparency, `width` by `height` in dots."""

    width: float
    height: float
    png: bytes


Logo: TypeAlias = VectorLogo | RasterLogo


def size_in_points(logo: Logo) -> tuple[float, float]:
    """The largest width and height that keep the proportions and the limits."""
    scale = min(WIDEST / logo.width, HIGHEST / logo.height)
    return logo.width * scale, logo.height * scale
