"""Words moved apart along a line, each as near to its own place as the others let it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def spread(
    wanted: Sequence[float], heights: Sequence[float], bottom: float, top: float
) -> list[float]:
    """Return middles for blocks of `heights` that do not overlap, between `bottom` and `top`.

    `wanted` are the middles they would have alone, the highest first. Blocks that need more room
    than there is are stacked from the top.
    """
    middles: list[float] = []
    ceiling = top
    for middle, height in zip(wanted, heights, strict=True):
        middles.append(min(middle, ceiling - height / 2))
        ceiling = middles[-1] - height / 2
    floor = bottom
    for place in reversed(range(len(middles))):
        half = heights[place] / 2
        if middles[place] - half >= floor:
            break
        middles[place] = floor + half
        floor = middles[place] + half
    return middles
