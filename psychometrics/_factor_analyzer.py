"""The one place that imports factor_analyzer: unrotated loadings and rotations.

What is used, and why:

- `FactorAnalyzer(rotation=None)` extracts minres and ml loadings. Its minimiser works with
  numerical gradients and stops up to 1e-5 from the minimum, so `_extraction.refine` finishes.
- `Rotator` rotates by varimax, promax and oblimin. With a tight tolerance its loadings equal
  GPArotation's to 1e-14; its default tolerance leaves 2e-5. Other starts are tried by rotating the
  loadings at random first, which equals another start of the algorithm.

What is never read: `phi_`, `rotation_matrix_`, communalities, uniquenesses, the variance table and
`sufficiency()` of a fitted `FactorAnalyzer`. After an oblique rotation they are wrong: factors are
sorted again but Φ is not, and communalities ignore Φ. `Rotator.phi_` is taken before any sorting;
order and signs are given to loadings and Φ together here.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from psychometrics._extraction import Extraction, refine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Method = Literal["minres", "ml"]
Rotation = Literal["oblimin", "varimax", "promax"]

METHODS: tuple[Method, ...] = ("minres", "ml")
ROTATIONS: tuple[Rotation, ...] = ("oblimin", "varimax", "promax")

_STATIONARY = 1e-5


@dataclass(frozen=True)
class Rotated:
    """Pattern (p, m), factor correlations (m, m), and whether the criterion is stationary."""

    pattern: Array
    phi: Array
    converged: bool


def unrotated(correlations: Array, factors: int, method: Method) -> Extraction:
    """Unrotated loadings and uniquenesses, as ``psych::fa(R, m, fm=, rotate="none")``."""
    from factor_analyzer import FactorAnalyzer

    with warnings.catch_warnings():
        # scikit-learn announces a renamed argument, and an early stop is mended by refine().
        warnings.simplefilter("ignore")
        fitted = FactorAnalyzer(factors, rotation=None, method=method, is_corr_matrix=True)
        loadings = fitted.fit(correlations).loadings_
    start = 1 - np.sum(np.asarray(loadings, np.float64) ** 2, axis=1)
    return refine(correlations, factors, start, method)


def rotate(
    loadings: Array, rotation: Rotation, random_starts: int, rng: np.random.Generator
) -> Rotated:
    """The best rotation over the unrotated start and `random_starts` others, in canonical order.

    Parameters
    ----------
    loadings : (p, m) unrotated, m >= 2.
    rotation : "varimax" (Kaiser normalisation, ``varimax(eps=1e-14)``), "promax" (Kaiser
        normalisation, power 4, as ``psych::fa(rotate="promax")``), "oblimin" (γ = 0, no
        normalisation, ``GPArotation::oblimin``).
    random_starts : how many random orthogonal starts beside the first.
    rng : source of the starts.
    """
    search: Rotation = "varimax" if rotation == "promax" else rotation
    best, lowest, turn = None, np.inf, np.eye(loadings.shape[1])
    for start in _starts(loadings.shape[1], random_starts, rng):
        found = _rotate_from(loadings @ start, search)
        value = _criterion(found.pattern, search)
        if best is None or value < lowest - 1e-10:
            best, lowest, turn = found, value, start
    if best is None or rotation == "promax":
        best = _rotate_from(loadings @ turn, rotation)
    return ordered(best.pattern, best.phi, converged=best.converged)


def ordered(pattern: Array, phi: Array, *, converged: bool) -> Rotated:
    """Factors by variance explained, largest first, each with a positive sum of loadings.

    The variance of a factor is diag(Φ Λ'Λ), as ``psych::fa`` sorts. Loadings and Φ move together.
    """
    signs = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    pattern, phi = pattern * signs, phi * np.outer(signs, signs)
    order = np.argsort(-np.diag(phi @ pattern.T @ pattern), kind="stable")
    return Rotated(pattern[:, order], phi[np.ix_(order, order)], converged)


def _starts(factors: int, random_starts: int, rng: np.random.Generator) -> list[Array]:
    """The identity, then random orthogonal matrices of uniform distribution."""
    starts = [np.eye(factors)]
    for _ in range(random_starts):
        q, r = np.linalg.qr(rng.standard_normal((factors, factors)))
        starts.append(q * np.sign(np.diag(r)))
    return starts


def _rotate_from(loadings: Array, rotation: Rotation) -> Rotated:
    from factor_analyzer import Rotator

    tolerance = 1e-7 if rotation == "oblimin" else 1e-14
    rotator = Rotator(rotation, normalize=True, power=4, max_iter=5000, tol=tolerance)
    pattern = np.asarray(rotator.fit_transform(loadings.copy()), np.float64)
    phi = np.eye(loadings.shape[1]) if rotation == "varimax" else np.asarray(rotator.phi_)
    converged = rotation == "promax" or _stationary(pattern, phi, rotation)
    return Rotated(pattern, phi, converged)


def _criterion(pattern: Array, rotation: Rotation) -> float:
    """What the rotation minimises, comparable between starts."""
    if rotation == "varimax":
        squared = _kaiser(pattern) ** 2
        return -float(np.sum(squared.var(axis=0)))
    squared = pattern**2
    return float(np.sum(squared * (squared.sum(axis=1, keepdims=True) - squared)) / 4)


def _stationary(pattern: Array, phi: Array, rotation: Rotation) -> bool:
    """True where the projected gradient of the criterion vanishes.

    varimax: Λ'(Λ³ − Λ diag(ΣΛ²)/p) is symmetric. oblimin: Φ⁻¹ G'Λ is diagonal, G = ∂f/∂Λ.
    """
    if rotation == "varimax":
        own = _kaiser(pattern)
        product = own.T @ (own**3 - own * np.mean(own**2, axis=0))
        rest = product - product.T
    else:
        squared = pattern**2
        gradient = pattern * (squared.sum(axis=1, keepdims=True) - squared)
        product = np.linalg.solve(phi, gradient.T @ pattern)
        rest = product - np.diag(np.diag(product))
    return bool(np.abs(rest).max() < _STATIONARY)


def _kaiser(pattern: Array) -> Array:
    normalised: Array = pattern / np.sqrt(np.sum(pattern**2, axis=1, keepdims=True))
    return normalised
