"""Newton refinement of the uniquenesses of a factor model, from a start close to the minimum.

General minimisers with numerical gradients stop about 1e-5 from the minimum; a few exact Newton
steps in the p uniquenesses end at machine precision (Jöreskog 1967, 10.1007/BF02289658; Harman &
Jones 1966, 10.1007/BF02289468). Both criteria depend on the eigenvalues of one matrix:

- minres: f = ½ Σ_{j>m} λ_j², λ of R − Ψ
- ml:     f = Σ_{j>m} (θ_j − log θ_j − 1), θ of Ψ^-½ R Ψ^-½, with log ψ as the variable
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LOWEST_UNIQUENESS = 0.005
"""Lower bound of a uniqueness, as in ``psych::fa`` and ``stats::factanal``."""

_STEPS = 200
_GRADIENT = 1e-9
_SAME = 1e-9
_RANDOM_STARTS = 12


@dataclass(frozen=True)
class Extraction:
    """Unrotated loadings (p, m), uniquenesses (p,), and whether the gradient vanished.

    `value` of the criterion, NaN where none is minimised.
    """

    loadings: Array
    uniquenesses: Array
    converged: bool
    value: float = float("nan")


@dataclass(frozen=True)
class _State:
    """Criterion, gradient and Hessian at given uniquenesses, largest eigenvalue first."""

    value: float
    gradient: Array
    hessian: Array
    roots: Array
    vectors: Array


def refine(
    correlations: Array, factors: int, start: Array, method: Literal["minres", "ml"]
) -> Extraction:
    """The minimum next to `start`, by projected Newton steps with halving.

    Parameters
    ----------
    correlations : (p, p), positive definite. factors : m. start : (p,) uniquenesses.
    method : which criterion.
    """
    psi = np.clip(start, LOWEST_UNIQUENESS, 1.0)
    here = _state(correlations, factors, psi, method)
    for _ in range(_STEPS):
        free = _free(psi, here.gradient)
        if np.abs(here.gradient[free]).max(initial=0.0) < _GRADIENT:
            break
        moved = _descend(correlations, factors, psi, here, free, method)
        if moved is None:
            break
        psi, here = moved
    free = _free(psi, here.gradient)
    converged = bool(np.abs(here.gradient[free]).max(initial=0.0) < 100 * _GRADIENT)
    return Extraction(_loadings(here, factors, psi, method), psi, converged, here.value)


def extract(
    correlations: Array,
    factors: int,
    method: Literal["minres", "ml"],
    first: Sequence[Array] = (),
) -> Extraction:
    """The lowest minimum from several starts.

    Tried are `first`, the uniquenesses that squared multiple correlations leave, those of
    ``stats::factanal``, and one half for all. With more factors than the items carry there are
    several minima, some with a Heywood case that the lowest does not have: where these starts end
    apart or at the bound, random ones from a fixed source are tried as well.
    """
    p = len(correlations)
    left = 1 / np.diag(np.linalg.inv(correlations))
    starts = [*first, left, (1 - factors / (2 * p)) * left, np.full(p, 0.5)]
    ends = [refine(correlations, factors, start, method) for start in starts]
    values = [end.value for end in ends]
    lowest = min(end.uniquenesses.min() for end in ends)
    if max(values) - min(values) > _SAME or lowest <= LOWEST_UNIQUENESS:
        drawn = np.random.default_rng(0).uniform(0.05, 1.0, (_RANDOM_STARTS, p))
        ends += [refine(correlations, factors, start, method) for start in drawn]
    return min(ends, key=lambda end: (not end.converged, end.value))


def _free(psi: Array, gradient: Array) -> NDArray[np.bool_]:
    """Uniquenesses not held at a bound by the gradient."""
    held: NDArray[np.bool_] = ((psi <= LOWEST_UNIQUENESS) & (gradient > 0)) | (
        (psi >= 1.0) & (gradient < 0)
    )
    return ~held


def _descend(
    correlations: Array,
    factors: int,
    psi: Array,
    here: _State,
    free: NDArray[np.bool_],
    method: Literal["minres", "ml"],
) -> tuple[Array, _State] | None:
    """One step that does not raise the criterion; None when there is none left to take."""
    step = np.zeros_like(psi)
    step[free] = _newton(here.hessian[np.ix_(free, free)], here.gradient[free])
    for halving in range(30):
        share = 0.5**halving * step
        tried = psi * np.exp(-share) if method == "ml" else psi - share
        tried = np.clip(tried, LOWEST_UNIQUENESS, 1.0)
        there = _state(correlations, factors, tried, method)
        if there.value <= here.value + 1e-15:
            return None if np.array_equal(tried, psi) else (tried, there)
    return None


def _newton(hessian: Array, gradient: Array) -> Array:
    """H⁻¹g with the curvature of every direction made positive."""
    values, vectors = np.linalg.eigh(hessian)
    curvature = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    step: Array = vectors @ ((vectors.T @ gradient) / curvature)
    return step


def _state(
    correlations: Array, factors: int, psi: Array, method: Literal["minres", "ml"]
) -> _State:
    if method == "ml":
        scale = 1 / np.sqrt(psi)
        roots, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
    else:
        roots, vectors = np.linalg.eigh(correlations - np.diag(psi))
    roots, vectors = roots[::-1], vectors[:, ::-1]
    large, small = roots[:factors], roots[factors:]
    kept, left = vectors[:, :factors], vectors[:, factors:]
    if method == "ml":
        value = float(np.sum(small - np.log(small) - 1))
        gradient = (left**2) @ (1 - small)
        hessian = (left @ left.T) * ((left * small) @ left.T)
        mixed = (1 - small)[:, None] * (large + small[:, None]) / _gap(large, small)
    else:
        value = float(small @ small) / 2
        gradient = -(left**2) @ small
        hessian = (left @ left.T) ** 2
        mixed = -2 * small[:, None] / _gap(large, small)
    crossed = np.einsum("ij,il->ijl", left, kept).reshape(len(psi), -1)
    hessian = hessian + (crossed * mixed.ravel()) @ crossed.T
    return _State(value, gradient, hessian, roots, vectors)


def _gap(large: Array, small: Array) -> Array:
    """Distances of the retained from the other roots, kept away from zero."""
    distances: Array = np.maximum(large - small[:, None], 1e-12)
    return distances


def _loadings(here: _State, factors: int, psi: Array, method: Literal["minres", "ml"]) -> Array:
    roots, vectors = here.roots[:factors], here.vectors[:, :factors]
    if method == "ml":
        found = np.sqrt(psi)[:, None] * vectors * np.sqrt(np.maximum(roots - 1, 0))
    else:
        found = vectors * np.sqrt(np.maximum(roots, 0))
    return upright(found)


def upright(loadings: Array) -> Array:
    """Each column with a positive sum."""
    signed: Array = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return signed
