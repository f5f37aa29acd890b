"""Durations counted in bins, so that their median is known without keeping each of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RATIO = 1.03
"""By how much each bin ends later than the one before."""


def duration_bin(seconds: float) -> int:
    """The bin of a duration: ``floor(ln(seconds)/ln(RATIO))``; less than a second is one second."""
    return math.floor(math.log(max(seconds, 1.0)) / math.log(RATIO))


def bin_seconds(number: int) -> float:
    """The middle of a bin on the logarithmic scale: within 1.5 % of every duration in it."""
    return float(RATIO ** (number + 0.5))


def binned_median(bins: Mapping[int, int]) -> float | None:
    """The median of durations by their bins, in seconds, within 1.5 % of the exact one; None where
    there is none. Of an even number it is the mean of the two in the middle (R: ``median(x)``)."""
    n = sum(bins.values())
    if n <= 0:
        return None
    lower, upper = _at(bins, (n - 1) // 2), _at(bins, n // 2)
    return (bin_seconds(lower) + bin_seconds(upper)) / 2


def count_below(bins: Mapping[int, int], seconds: float) -> int:
    """How many durations lie in bins whose middle is below some seconds."""
    return sum(n for number, n in bins.items() if bin_seconds(number) < seconds)


def _at(bins: Mapping[int, int], place: int) -> int:
    passed = 0
    for number in sorted(bins):
        passed += bins[number]
        if passed > place:
            return number
    raise ValueError("There are fewer durations than that.")
