"""Colours that keep their meaning without colour vision and at least 3:1 against white paper."""

from __future__ import annotations

from functools import lru_cache

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
WHITE = "#FFFFFF"

INK = "#1f2933"
MUTED = "#52606d"
MARK_GREY = "#7b8794"
RULE = "#cbd2d9"
GRID = "#e4e7eb"
BAND = "#c8d3e0"
OWN = "#e6f0f8"
PANEL = "#f5f7fa"

_NEGATIVE = ("#f6cfae", "#e8935a", "#b34700")
_POSITIVE = ("#bfd9ee", "#6ba6d3", "#00558a")
_NEUTRAL = "#d5d9de"


@lru_cache
def ramp(steps: int) -> tuple[str, ...]:
    """Return `steps` fills from the lowest to the highest answer, neutral grey in an odd middle.

    Vermillion and blue stay apart for every common kind of colour blindness; neighbours differ in
    lightness, and charts add white gaps and printed numbers.
    """
    side = steps // 2
    negative = [_between(_NEGATIVE, place) for place in _places(side)]
    positive = [_between(_POSITIVE, place) for place in _places(side)]
    middle = [_NEUTRAL] if steps % 2 else []
    return (*reversed(negative), *middle, *positive)


@lru_cache
def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache
def text_on(fill: str) -> str:
    """Return ink or white, whichever reads better on `fill`."""
    return max((INK, WHITE), key=lambda colour: contrast(colour, fill))


def _places(side: int) -> list[float]:
    if side <= 1:
        return [1.0] * side
    return [step / (side - 1) for step in range(side)]


def _between(stops: tuple[str, ...], place: float) -> str:
    position = place * (len(stops) - 1)
    index = min(int(position), len(stops) - 2)
    share = position - index
    pairs = zip(_channels(stops[index]), _channels(stops[index + 1]), strict=True)
    return "#" + "".join(f"{round(low + share * (high - low)):02x}" for low, high in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
