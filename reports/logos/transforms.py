"""Transformations of SVG as matrices (a, b, c, d, e, f): x′ = ax + cy + e, y′ = bx + dy + f.

Source: SVG 1.1, 7.6 "The transform attribute".
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, TypeAlias

from reports.logos.model import LogoError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.logos.model import Point

Matrix: TypeAlias = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")

_LARGEST = 1e7
_STEP = re.compile(r"\s*,?\s*([A-Za-z]+)\s*\(([^()]*)\)\s*")


def parsed(text: str) -> Matrix:
    """The matrix of a ``transform`` attribute; the first transformation is the outermost."""
    place, whole = 0, IDENTITY
    text = text.strip()
    while place < len(text):
        step = _STEP.match(text, place)
        if step is None or step[1] not in _KINDS:
            raise LogoError(f"The transformation {text[place : place + 40]!r} is not understood.")
        sizes, make = _KINDS[step[1]]
        values = [float(number) for number in NUMBER.findall(step[2])]
        if len(values) not in sizes or any(abs(value) > _LARGEST for value in values):
            raise LogoError(f"The transformation {step[0].strip()[:40]!r} is not understood.")
        whole = product(whole, make(values))
        place = step.end()
    return whole


def product(outer: Matrix, inner: Matrix) -> Matrix:
    """The matrix that applies `inner`, then `outer`."""
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return (
        a * p + c * q,
        b * p + d * q,
        a * r + c * s,
        b * r + d * s,
        a * t + c * u + e,
        b * t + d * u + f,
    )


def applied(matrix: Matrix, point: Point) -> Point:
    """A point after the transformation."""
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def scale_of(matrix: Matrix) -> float:
    """By how much lengths grow: the square root of how much areas do."""
    a, b, c, d, _, _ = matrix
    return math.sqrt(abs(a * d - b * c))


def _translate(values: Sequence[float]) -> Matrix:
    x, y = (*values, 0.0)[:2]
    return 1.0, 0.0, 0.0, 1.0, x, y


def _scale(values: Sequence[float]) -> Matrix:
    return values[0], 0.0, 0.0, values[-1], 0.0, 0.0


def _rotate(values: Sequence[float]) -> Matrix:
    angle = math.radians(values[0])
    turn = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle), 0.0, 0.0)
    if len(values) == 1:
        return turn
    _, x, y = values
    return product(product(_translate((x, y)), turn), _translate((-x, -y)))


def _skew_x(values: Sequence[float]) -> Matrix:
    return 1.0, 0.0, math.tan(math.radians(values[0])), 1.0, 0.0, 0.0


def _skew_y(values: Sequence[float]) -> Matrix:
    return 1.0, math.tan(math.radians(values[0])), 0.0, 1.0, 0.0, 0.0


def _matrix(values: Sequence[float]) -> Matrix:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


_KINDS: dict[str, tuple[frozenset[int], Callable[[Sequence[float]], Matrix]]] = {
    "matrix": (frozenset({6}), _matrix),
    "translate": (frozenset({1, 2}), _translate),
    "scale": (frozenset({1, 2}), _scale),
    "rotate": (frozenset({1, 3}), _rotate),
    "skewX": (frozenset({1}), _skew_x),
    "skewY": (frozenset({1}), _skew_y),
}
