"""The standard bivariate normal distribution on grids of thresholds, many correlations at once.

Distribution: Plackett's identity dΦ₂/dρ = φ₂ with ρ = sin θ,

    Φ₂(h, k; ρ) = Φ(h) Φ(k) + 1/2π ∫₀^arcsin ρ exp(−(h² + k² − 2hk sin θ) / 2cos²θ) dθ,

by Gauss–Legendre, with as many points as |ρ| asks for; from |ρ| = .95 on, where the integrand
bunches at its end, by Owen's T, which is as exact there. The error is below 1e-14 everywhere
(Plackett 1954, 10.1093/biomet/41.3-4.351; Owen 1956, 10.1214/aoms/1177728074; Genz 2004,
10.1023/B:STCO.0000035304.20635.31). The same figures: ``pbivnorm::pbivnorm`` in R.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, owens_t, roots_legendre

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

POINTS = ((0.3, 7), (0.5, 9), (0.75, 12), (0.95, 24))
"""Up to which |ρ| how many points leave an error below 1e-14."""
FAR = 40.0
"""Stands for an infinite threshold: Φ is 1 and φ is 0 in double precision."""
TINY = 1e-300
"""Stands for a threshold of zero in Owen's T, where zero itself would divide by zero."""


def bivariate_cdf(first: Array, second: Array, rho: Array) -> Array:
    """(P, A, B) probabilities P(X ≤ first_a, Y ≤ second_b) for each correlation.

    Parameters
    ----------
    first, second : (P, A) and (P, B) limits, finite; `FAR` where there is none.
    rho : (P,) correlations, −1 < ρ < 1.
    """
    out = np.empty((len(rho), first.shape[1], second.shape[1]))
    size = np.abs(rho)
    begin = 0.0
    for end, points in POINTS:
        band = (size >= begin) & (size < end)
        if band.any():
            out[band] = _plackett(first[band], second[band], rho[band], points)
        begin = end
    if (band := size >= begin).any():
        out[band] = _owen(first[band], second[band], rho[band])
    return out


def bivariate_density(first: Array, second: Array, rho: Array) -> Array:
    """(P, A, B) densities φ₂ at the grid of limits, arguments as for `bivariate_cdf`."""
    a, b, r = first[:, :, None], second[:, None, :], rho[:, None, None]
    rest = 1 - r * r
    density: Array = np.exp((r * a * b - (a * a + b * b) / 2) / rest) / (2 * np.pi * np.sqrt(rest))
    return density


@cache
def _rule(points: int) -> tuple[Array, Array]:
    nodes, weights = roots_legendre(points)
    return nodes + 1, weights


def _plackett(first: Array, second: Array, rho: Array, points: int) -> Array:
    nodes, weights = _rule(points)
    half = np.arcsin(rho) / 2
    sine = np.sin(half[:, None] * nodes)
    inverse = 1 / (1 - sine * sine)
    squares = (first[:, :, None] ** 2 + second[:, None, :] ** 2) / -2
    products = first[:, :, None] * second[:, None, :]
    kernel = squares[..., None] * inverse[:, None, None, :]
    kernel += products[..., None] * (sine * inverse)[:, None, None, :]
    np.exp(kernel, out=kernel)
    integral = kernel @ weights
    integral *= (half / (2 * np.pi))[:, None, None]
    integral += ndtr(first)[:, :, None] * ndtr(second)[:, None, :]
    return integral


def _owen(first: Array, second: Array, rho: Array) -> Array:
    a = np.where(first == 0, TINY, first)[:, :, None]
    b = np.where(second == 0, TINY, second)[:, None, :]
    r = rho[:, None, None]
    root = np.sqrt((1 - r) * (1 + r))
    wedge = owens_t(a, (b - r * a) / (a * root)) + owens_t(b, (a - r * b) / (b * root))
    opposite = 0.5 * ((a < 0) != (b < 0))
    probability: Array = (ndtr(a) + ndtr(b)) / 2 - wedge - opposite
    return probability
