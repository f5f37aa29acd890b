"""Polychoric correlations of all pairs of items at once, from their count tables.

Each ρ maximises Σ f_ab ln π_ab(ρ) with the thresholds held at the margins (Olsson 1979,
10.1007/BF02296207), by Newton's method on all pairs together; a pair is left out of the
iteration as soon as it stands still.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from psychometrics._bivariate_normal import FAR, bivariate_cdf, bivariate_density

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]

BOUND = 0.999
"""Largest |ρ| that is looked at, lavaan's; two empty cells of a 2×2 table alone give ±1."""
LEAST_PROBABILITY = float(np.sqrt(np.finfo(float).eps))
"""A cell less probable than this, 1.5e-8, pulls on ρ no further; as in lavaan."""
STEPS = 100
STILL = 1e-7
"""A Newton step this short, relative to 1 − ρ², leaves an error of its square."""


@dataclass(frozen=True)
class Margins:
    """What the answers to each of p items alone tell.

    Parameters
    ----------
    limits : (p, K − 1) thresholds; `FAR` beyond the last of an item.
    below : (p, K + 1) cumulative proportions, from 0 to 1.
    answered : (p,) interviews that answered.
    real : (p, K − 1) which thresholds there are.
    """

    limits: Array
    below: Array
    answered: Array
    real: Flags

    @classmethod
    def of(cls, counts: Array, real: Flags) -> Margins:
        """Thresholds are normal quantiles of the cumulative proportions; `counts` is (p, K)."""
        answered = counts.sum(axis=1)
        below = np.pad(counts.cumsum(axis=1) / answered[:, None], ((0, 0), (1, 0)))
        limits = np.full(real.shape, FAR)
        limits[real] = ndtri(below[:, 1:-1][real])
        return cls(limits, below, answered, real)


@dataclass(frozen=True)
class Pairs:
    """What the estimation of P correlations needs.

    Parameters
    ----------
    counts : (P, K, K) answers of the first item by answers of the second.
    first, second : (P, K − 1) thresholds of the two.
    first_below, second_below : (P, K + 1) their cumulative proportions.
    """

    counts: Array
    first: Array
    second: Array
    first_below: Array
    second_below: Array

    @classmethod
    def of(cls, counts: Array, margins: Margins) -> Pairs:
        """All pairs of items in the order of ``np.triu_indices(p, 1)``."""
        i, j = np.triu_indices(len(margins.limits), 1)
        limits, below = margins.limits, margins.below
        return cls(counts, limits[i], limits[j], below[i], below[j])

    def where(self, chosen: NDArray[np.intp]) -> Pairs:
        """Some of the pairs."""
        return Pairs(
            self.counts[chosen],
            self.first[chosen],
            self.second[chosen],
            self.first_below[chosen],
            self.second_below[chosen],
        )

    def probabilities(self, rho: Array) -> Array:
        """(P, K, K) probabilities π of the cells."""
        below = np.zeros((len(rho), self.counts.shape[1] + 1, self.counts.shape[2] + 1))
        below[:, 1:-1, 1:-1] = bivariate_cdf(self.first, self.second, rho)
        below[:, -1, :] = self.second_below
        below[:, :, -1] = self.first_below
        return rectangles(below)

    def slopes(self, density: Array) -> Array:
        """(P, K, K) dπ/dρ from the densities φ₂ at the thresholds, or their slopes likewise."""
        return rectangles(np.pad(density, ((0, 0), (1, 1), (1, 1))))


@dataclass(frozen=True)
class PairEstimates:
    """Correlations (P,), and of each: whether it converged, and whether a cell was given ½."""

    rho: Array
    converged: Flags
    adjusted: Flags


def rectangles(corners: Array) -> Array:
    """Contents of cells from the values of a distribution at their corners, per pair."""
    return np.diff(np.diff(corners, axis=1), axis=2)


def estimate(pairs: Pairs, two_by_two: Flags) -> PairEstimates:
    """Correlations of all pairs; `two_by_two` tells where both items have two categories.

    To one empty cell of a 2×2 table ½ is added with the margins kept; larger tables stay as they
    are. Where nobody breaks the order of the answers, the likelihood rises up to ±1: ±1 is
    given for 2×2 tables, ±`BOUND` for others.
    """
    counts, adjusted = _mended(pairs.counts, two_by_two)
    mended = replace(pairs, counts=counts)
    sign = np.where(adjusted, 0.0, _perfect_order(counts))
    perfect = sign != 0
    search = _Search(mended, _start(mended))
    search.run(np.flatnonzero(~perfect))
    rho = np.where(perfect, sign * np.where(two_by_two, 1.0, BOUND), search.rho)
    return PairEstimates(rho, search.converged | perfect, adjusted)


class _Search:
    """Newton's method with halved steps where the likelihood would fall."""

    def __init__(self, pairs: Pairs, start: Array) -> None:
        self.pairs = pairs
        self.rho = start
        self.converged = np.zeros(len(start), dtype=bool)

    def run(self, active: NDArray[np.intp]) -> None:
        """Move the `active` pairs until none of them moves."""
        pairs = self.pairs.where(active)
        step = np.zeros(len(active))
        height = np.full(len(active), -np.inf)
        for _ in range(STEPS):
            if not len(active):
                return
            trial = np.clip(self.rho[active] + step, -BOUND, BOUND)
            reached, newton = _look(pairs, trial)
            newton = np.clip(newton, -(1 + trial) / 2, (1 - trial) / 2)
            better = reached >= height - 1e-12 * np.abs(height)
            self.rho[active[better]] = trial[better]
            height = np.where(better, reached, height)
            step = np.where(better, newton, step / 2)
            at_bound = (np.abs(trial) == BOUND) & (trial * newton > 0) & better
            short = np.abs(step) < STILL * (1 - trial * trial)
            still = short | at_bound
            last = active[still]
            self.rho[last] = np.clip(self.rho[last] + step[still], -BOUND, BOUND)
            self.converged[last] = True
            pairs, active = pairs.where(np.flatnonzero(~still)), active[~still]
            step, height = step[~still], height[~still]


def _look(pairs: Pairs, rho: Array) -> tuple[Array, Array]:
    """Log-likelihood at ρ, and the step of Newton, or of Fisher where Newton's leads astray."""
    density = bivariate_density(pairs.first, pairs.second, rho)
    probability = pairs.probabilities(rho)
    counted = probability > LEAST_PROBABILITY
    probability = np.maximum(probability, LEAST_PROBABILITY)
    height = np.einsum("qab,qab->q", pairs.counts, np.log(probability))
    slope = pairs.slopes(density) * counted / probability
    curve = pairs.slopes(density * _log_slope(pairs, rho)) * counted / probability
    gradient = np.einsum("qab,qab->q", pairs.counts, slope)
    observed = np.einsum("qab,qab->q", pairs.counts, slope * slope - curve)
    total = pairs.counts.sum(axis=(1, 2))
    expected = total * np.einsum("qab,qab->q", probability, slope * slope)
    information = np.where(observed > expected / 4, observed, expected)
    step = gradient / np.maximum(information, np.finfo(float).tiny)
    return height, step


def _log_slope(pairs: Pairs, rho: Array) -> Array:
    """d ln φ₂ / dρ at the thresholds."""
    a, b, r = pairs.first[:, :, None], pairs.second[:, None, :], rho[:, None, None]
    rest = 1 - r * r
    slope: Array = (a * b * rest - r * (a * a + b * b - 2 * r * a * b) + r * rest) / rest**2
    return slope


def _start(pairs: Pairs) -> Array:
    """Product-moment correlations of the codes, with what coarse categories take away put back."""
    counts = pairs.counts
    codes = np.arange(counts.shape[1], dtype=np.float64)
    total = counts.sum(axis=(1, 2))
    of_first, of_second = counts.sum(axis=2), counts.sum(axis=1)
    product = np.einsum("qab,a,b->q", counts, codes, codes) / total
    means = (of_first @ codes / total, of_second @ codes / total)
    covariance = product - means[0] * means[1]
    weights = [np.exp(-limits * limits / 2).sum(axis=1) for limits in (pairs.first, pairs.second)]
    rho: Array = covariance * 2 * np.pi / (weights[0] * weights[1])
    return np.clip(rho, -0.9, 0.9)


def _mended(counts: Array, two_by_two: Flags) -> tuple[Array, Flags]:
    """Tables with ½ in the one empty cell of a 2×2, and which these are."""
    empty = counts[:, :2, :2] == 0
    single = two_by_two & (empty.sum(axis=(1, 2)) == 1)
    half = np.where(empty[:, 0, 0] | empty[:, 1, 1], 0.5, -0.5) * single
    mended = counts.copy()
    mended[:, :2, :2] += half[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return mended, single


def _perfect_order(counts: Array) -> Array:
    """1 or −1 for tables that are those of a correlation of ±1 with the same margins, else 0."""
    below = counts.cumsum(axis=1).cumsum(axis=2)
    first, second, total = below[:, :, -1:], below[:, -1:, :], below[:, -1:, -1:]
    upward = (below == np.minimum(first, second)).all(axis=(1, 2))
    downward = (below == np.maximum(first + second - total, 0)).all(axis=(1, 2))
    sign: Array = upward.astype(np.float64) - downward
    return sign
