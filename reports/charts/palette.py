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
RIBBON = "#cfe2f0"
PANEL = "#f5f7fa"

# Light to dark. No step lies where neither ink nor white could be read on it.
_NEGATIVE = ("#fbe3d0", "#f3bd92", "#e3935a", "#b34f08", "#7a3000")
_POSITIVE = ("#dcebf7", "#aacde8", "#6ba6d3", "#1f6fa8", "#004470")
_STEPS = {0: (), 1: (3,), 2: (1, 3), 3: (0, 2, 3), 4: (0, 2, 3, 4), 5: (0, 1, 2, 3, 4)}
_NEUTRAL = "#d5d9de"


@lru_cache
def ramp(steps: int) -> tuple[str, ...]:
    """Return `steps` fills from the lowest to the highest answer, neutral grey in an odd middle.

    Vermillion and blue stay apart for every common kind of colour blindness; neighbours differ in
    lightness, and charts add white gaps and printed numbers. With more than eleven answers the
    outermost share the darkest step.
    """
    side = steps // 2
    places = _STEPS[min(side, 5)] + (4,) * (side - 5)
    middle = [_NEUTRAL] if steps % 2 else []
    negative = [_NEGATIVE[place] for place in reversed(places)]
    return (*negative, *middle, *(_POSITIVE[place] for place in places))


@lru_cache
def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache
def text_on(fill: str) -> str:
    """Return ink or white, whichever reads better on `fill`."""
    return max((INK, WHITE), key=lambda colour: contrast(colour, fill))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
