"""Answers that are not normal and yet have the covariances of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._population import SimulationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Moment = float | Sequence[float] | Mapping[str, float]
HEAVIEST = 4.0


@dataclass(frozen=True)
class HeavyTails:
    """A multivariate t distribution: few people answer far out, and then to all items.

    Normal answers are divided by the root of one chi2 variate over its `df` degrees of freedom for
    each person, and scaled to keep their covariances. Excess kurtosis is 6 / (df − 4).
    """

    df: float = 5.0

    def drawn(self, factor: Array, n: int, items: Sequence[str], rng: np.random.Generator) -> Array:
        """(n, p) answers with mean 0 and covariance `factor` · its transpose."""
        if not self.df > HEAVIEST:
            raise SimulationError(
                f"HeavyTails has df = {self.df:g}; more than {HEAVIEST:g} are needed for answers "
                f"to have a kurtosis."
            )
        normal = rng.standard_normal((n, len(items))) @ factor.T
        stretch = np.sqrt((self.df - 2) / rng.chisquare(self.df, n))
        found: Array = normal * stretch[:, None]
        return found


@dataclass(frozen=True)
class ValeMaurelli:
    """Items with a given skewness and excess kurtosis, of all items alike or one for each.

    Item i is a + b z + c z² + d z³ of a normal z (Fleishman 1978, 10.1007/BF02293811); the
    correlations of the z are those that bring the items' correlations to what the model implies
    (Vale & Maurelli 1983, 10.1007/BF02293687).
    R: ``simulateData(model, skewness = , kurtosis = )``.
    """

    skewness: Moment = 0.0
    kurtosis: Moment = 0.0

    def drawn(self, factor: Array, n: int, items: Sequence[str], rng: np.random.Generator) -> Array:
        """(n, p) answers with mean 0 and covariance `factor` · its transpose.

        Raises SimulationError where no such distribution exists.
        """
        cov = factor @ factor.T
        sd = np.sqrt(np.diag(cov))
        powers, between = self.intermediate(cov / np.outer(sd, sd), items)
        try:
            root = np.linalg.cholesky(between)
        except np.linalg.LinAlgError as error:
            raise SimulationError(
                "No answers with this skewness, kurtosis and these correlations can be made from "
                "normal ones; ask for less skewness or kurtosis."
            ) from error
        z = rng.standard_normal((n, len(items))) @ root.T
        a, b, c, d = powers.T
        found: Array = sd * (a + z * (b + z * (c + z * d)))
        return found

    def intermediate(self, correlations: Array, items: Sequence[str]) -> tuple[Array, Array]:
        """(p, 4) coefficients a, b, c, d of the items, and (p, p) correlations of the normal z."""
        skewness, kurtosis = _each(self.skewness, items), _each(self.kurtosis, items)
        pairs = zip(skewness, kurtosis, strict=True)
        powers = np.array([fleishman(float(s), float(k)) for s, k in pairs])
        i, j = np.triu_indices(len(items), 1)
        rho = _normal_correlations(powers[i], powers[j], correlations[i, j])
        between = np.eye(len(items))
        between[i, j] = between[j, i] = rho
        return powers, between


@cache
def fleishman(skewness: float, kurtosis: float) -> Array:
    """a, b, c, d with which a + b z + c z² + d z³ has mean 0, variance 1 and these moments.

    Newton's method on Fleishman's (1978, 10.1007/BF02293811) equations, along a path from the
    normal distribution. Raises SimulationError where they have no solution.
    """
    at = np.array([1.0, 0.0, 0.0])
    for part in np.linspace(0.05, 1, 20):
        at = _solved(at, np.array([0.0, part * skewness, part * kurtosis]))
    left = np.abs(_moments(at) - np.array([0.0, skewness, kurtosis])).max()
    if not left < 1e-9:
        raise SimulationError(
            f"No cubic of a normal variate has skewness {skewness:g} and excess kurtosis "
            f"{kurtosis:g}; kurtosis must be above about {1.58837 * skewness**2 - 1.13168:.2f} "
            f"for this skewness."
        )
    b, c, d = at
    return np.array([-c, b, c, d])


def _solved(at: Array, wanted: Array) -> Array:
    for _ in range(60):
        left = _moments(at) - wanted
        if not np.isfinite(left).all() or np.abs(left).max() < 1e-13:
            break
        at = at - np.linalg.lstsq(_slopes(at), left, rcond=None)[0]
    return at


def _moments(at: Array) -> Array:
    """Variance less 1, skewness and excess kurtosis."""
    b, c, d = at
    variance = b * b + 6 * b * d + 2 * c * c + 15 * d * d - 1
    skewness = 2 * c * (b * b + 24 * b * d + 105 * d * d + 2)
    inner = c * c * (1 + b * b + 28 * b * d) + d * d * (12 + 48 * b * d + 141 * c * c + 225 * d * d)
    return np.array([variance, skewness, 24 * (b * d + inner)])


def _slopes(at: Array) -> Array:
    """(3, 3) derivatives of `_moments`, by complex step."""
    step = 1e-20
    moved = np.stack([_moments(at + 1j * step * unit) for unit in np.eye(3)])
    found: Array = moved.imag.T / step
    return found


def _normal_correlations(first: Array, second: Array, wanted: Array) -> Array:
    """Roots of Vale and Maurelli's cubic between −1 and 1, by bisection: it rises there."""
    _, b1, c1, d1 = first.T
    _, b2, c2, d2 = second.T
    line = b1 * b2 + 3 * b1 * d2 + 3 * d1 * b2 + 9 * d1 * d2
    low, high = np.full(len(wanted), -1.0), np.full(len(wanted), 1.0)

    def made(rho: Array) -> Array:
        found: Array = rho * (line + rho * (2 * c1 * c2 + rho * 6 * d1 * d2))
        return found

    if ((made(low) > wanted) | (made(high) < wanted)).any():
        raise SimulationError(
            "Items as skewed as this cannot correlate as strongly as the model says; ask for less "
            "or more similar skewness and kurtosis."
        )
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = made(middle) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    rho: Array = 0.5 * (low + high)
    return rho


def _each(given: Moment, items: Sequence[str]) -> Array:
    if isinstance(given, Mapping):
        unknown = [name for name in given if name not in items]
        if unknown:
            raise SimulationError(f"There is no item {', '.join(unknown)} in the model.")
        return np.array([given.get(name, 0.0) for name in items], np.float64)
    found: Array = np.asarray(given, np.float64)
    if found.ndim and found.shape != (len(items),):
        raise SimulationError(f"{found.size} moments are given for {len(items)} items.")
    each: Array = np.zeros(len(items))
    each[:] = found
    return each
