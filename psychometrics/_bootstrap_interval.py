"""Ends of bootstrap intervals from an estimate, its replicates and its influence values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Interval: TypeAlias = Literal["bca", "percentile", "basic", "normal"]
INTERVALS: tuple[Interval, ...] = ("bca", "percentile", "basic", "normal")

EXTREME = "extreme"
CONSTANT = "constant"
OUTSIDE = "outside"

_FLAWS = {
    CONSTANT: "the same in every sample, so that there is no interval.",
    OUTSIDE: "the estimate lies at the edge of its replicates or beyond, so that there is no BCa "
    "interval; look at the replicates, or ask for a percentile interval.",
    EXTREME: "an end of the interval is the most extreme replicate; draw more replicates.",
}


class Ends(NamedTuple):
    """`lower`, `upper` of one quantity; `flaw` names what makes them doubtful, None: nothing."""

    lower: float
    upper: float
    flaw: str | None


def flaw_warnings(names: Sequence[str], ends: Sequence[Ends]) -> list[str]:
    """A sentence for each thing that makes intervals doubtful, naming the values it touches."""
    found = []
    for flaw, sentence in _FLAWS.items():
        touched = [name for name, end in zip(names, ends, strict=True) if end.flaw == flaw]
        if touched:
            found.append(f"{', '.join(touched)}: {sentence}")
    return found


def interval_ends(
    estimate: float,
    replicates: Array,
    influence: Array | None,
    interval: Interval,
    level: float,
) -> Ends:
    """Ends of one interval; NaN where replicates do not vary or, for BCa, never reach the estimate.

    `replicates` (R,) without missing values; `influence` (m,), for BCa, up to a constant factor.
    """
    sides = np.array([(1 - level) / 2, (1 + level) / 2])
    if np.ptp(replicates) <= 1e-12 * max(1e-12, float(np.abs(replicates).max())):
        return Ends(np.nan, np.nan, CONSTANT)
    if interval == "normal":
        bias, se = replicates.mean() - estimate, replicates.std(ddof=1)
        lower, upper = estimate - bias + ndtri(sides) * se
        return Ends(float(lower), float(upper), None)
    if interval == "bca":
        shifted = bca_probabilities(estimate, replicates, influence, sides)
        if shifted is None:
            return Ends(np.nan, np.nan, OUTSIDE)
        sides = shifted
    (lower, upper), extreme = quantiles(replicates, sides)
    if interval == "basic":
        lower, upper = 2 * estimate - upper, 2 * estimate - lower
    return Ends(float(lower), float(upper), EXTREME if extreme else None)


def bias_correction(estimate: float, replicates: Array) -> float:
    """z₀: the normal quantile of the share of replicates below the estimate, ties counting half."""
    # The same sample summed in another order differs in the last digits: that is a tie, too.
    equal = np.abs(replicates - estimate) < 1e-12 * abs(estimate)
    below = (replicates < estimate) & ~equal
    return float(ndtri(below.mean() + equal.mean() / 2))


def acceleration(influence: Array) -> float:
    """a = Σ L³ / (6 (Σ L²)^1.5); 0 where nothing varies."""
    squares = float((influence**2).sum())
    return float((influence**3).sum() / (6 * squares**1.5)) if squares > 0 else 0.0


def bca_probabilities(
    estimate: float, replicates: Array, influence: Array | None, sides: Array
) -> Array | None:
    """Probabilities that replace `sides`, Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))); None: undefined."""
    centre = bias_correction(estimate, replicates)
    a = 0.0 if influence is None else acceleration(influence)
    reach = centre + ndtri(sides)
    if not np.isfinite(centre) or (1 - a * reach <= 0).any():
        return None
    shifted: Array = ndtr(centre + reach / (1 - a * reach))
    return shifted


def quantiles(replicates: Array, probabilities: Array) -> tuple[Array, bool]:
    """Order statistics (R + 1)·p, interpolated on the normal scale; True: beyond the last one.

    Source: Davison & Hinkley 1997, Bootstrap Methods and their Application, equation 5.8.
    """
    ordered = np.sort(replicates)
    size = len(ordered)
    place = (size + 1) * probabilities
    # (R + 1)·p of 0.025 · 1000 is 24.999…96 in floating point: it is the 25th order statistic.
    place = np.where(np.abs(place - np.round(place)) < 1e-9, np.round(place), place)
    below = np.clip(np.floor(place), 1, size - 1)
    scale = ndtri(below / (size + 1)), ndtri((below + 1) / (size + 1))
    share = (ndtri(np.clip(place / (size + 1), 1e-300, 1 - 1e-16)) - scale[0]) / (
        scale[1] - scale[0]
    )
    share = np.where(place == below, 0.0, np.where(place == below + 1, 1.0, np.clip(share, 0, 1)))
    index = below.astype(np.intp)
    values: Array = ordered[index - 1] * (1 - share) + ordered[index] * share
    return values, bool((~((place > 1) & (place < size))).any())
