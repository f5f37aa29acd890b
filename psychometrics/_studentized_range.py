"""Studentized range distribution, all pairs at once, without the cost of importing scipy.stats.

P(Q ≤ q) = ∫ f(s) R(q·s) ds: R is the distribution of the range of k standard normal values, f the
density of a standard deviation with ν degrees of freedom. R is interpolated once per k by
Chebyshev polynomials; the outer integral runs over log s, where the density is smooth however
small ν is. Absolute error below 1e-9 for ν ≥ 1.
R: ``ptukey(q, k, df)`` and ``qtukey(1 - p, k, df)``.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import Chebyshev
from scipy.special import ndtr, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WIDEST = 16.0
"""A range of normal values beyond this has a probability below 1e-25."""

_AT_ONCE = 4096
"""Pairs integrated at once: all pairs of hundreds of brands would need gigabytes."""

_SMOOTH_FROM, _DEGREE = 25.0, 30
"""From so many degrees of freedom on, log quantiles of up to 500 groups follow a polynomial
of 1/ν to 1e-12."""


def studentized_range_sf(
    q: NDArray[np.float64], groups: int, df: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(Q > q), element by element: q (m,) ≥ 0, df (m,) ≥ 1, k = `groups` ≥ 2."""
    parts = [
        _distribution(q[first : first + _AT_ONCE], groups, df[first : first + _AT_ONCE])[0]
        for first in range(0, len(q), _AT_ONCE)
    ]
    return np.clip(1 - np.concatenate(parts), 0.0, 1.0) if parts else np.empty(0)


def studentized_range_isf(p: float, groups: int, df: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) values q with P(Q > q) = p; of many pairs, interpolated between exact values."""
    smooth = df >= _SMOOTH_FROM
    if smooth.sum() <= 2 * _DEGREE:
        return _quantiles(p, groups, df)
    found = np.empty_like(df)
    found[~smooth] = _quantiles(p, groups, df[~smooth])
    ends = 1 / df[smooth].max(), 1 / df[smooth].min()
    if ends[0] == ends[1]:
        found[smooth] = _quantiles(p, groups, df[smooth][:1])
        return found

    def log_quantile(inverse: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.log(_quantiles(p, groups, 1 / inverse))

    curve = Chebyshev.interpolate(log_quantile, _DEGREE, domain=list(ends))
    found[smooth] = np.exp(curve(1 / df[smooth]))
    return found


def _quantiles(p: float, groups: int, df: NDArray[np.float64]) -> NDArray[np.float64]:
    """By Newton's method within a shrinking bracket, which begins with the quantiles of one pair
    alone and of all pairs by Bonferroni."""
    low = np.sqrt(2) * stdtrit(df, 1 - p / 2)
    high = np.sqrt(2) * stdtrit(df, 1 - p / (2 * comb(groups, 2)))
    q = high
    for _ in range(100):
        value, slope = _distribution(q, groups, df)
        above = value > 1 - p
        low, high = np.where(above, low, q), np.where(above, q, high)
        step = q - (value - (1 - p)) / np.maximum(slope, 1e-300)
        following = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        settled = np.all(np.abs(following - q) <= 1e-13 * q)
        q = following
        if settled:
            break
    return np.asarray(q, np.float64)


def _distribution(
    q: NDArray[np.float64], groups: int, df: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """P(Q ≤ q) and its density."""
    range_cdf, range_density = _normal_range(groups)
    nodes, weights = _legendre(384 if df.min(initial=8.0) < 8 else 96)
    spread, tail = np.sqrt(40 / df)[:, None], (26 / df)[:, None]
    low, high = -(spread + tail), spread
    log_s = low + (high - low) * (nodes + 1) / 2
    density = weights * np.exp(df[:, None] * (log_s - np.expm1(2 * log_s) / 2))
    density /= density.sum(axis=1, keepdims=True)
    s = np.exp(log_s)
    w = q[:, None] * s
    inside = np.minimum(w, _WIDEST)
    value = (density * range_cdf(inside)).sum(axis=1)
    slope = (density * s * np.where(w < _WIDEST, range_density(inside), 0.0)).sum(axis=1)
    return value, slope


@lru_cache(maxsize=8)
def _legendre(nodes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.polynomial.legendre.leggauss(nodes)


@lru_cache(maxsize=64)
def _normal_range(groups: int) -> tuple[Chebyshev, Chebyshev]:
    """Distribution and density of the range of k standard normal values, on [0, _WIDEST]."""
    z, weights = _legendre(256)
    half = 9.0 + _WIDEST / 2
    z = z * half + _WIDEST / 2
    mass = groups * half * weights * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)

    def cdf(w: NDArray[np.float64]) -> NDArray[np.float64]:
        between = ndtr(z) - ndtr(z - w[:, None])
        return np.asarray((mass * between ** (groups - 1)).sum(axis=1), np.float64)

    range_cdf = Chebyshev.interpolate(cdf, 120, domain=[0.0, _WIDEST])
    return range_cdf, range_cdf.deriv()
