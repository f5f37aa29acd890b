"""Maximum likelihood fit of the one-factor model, small enough for one omega.

Σ = λλᵀ + diag(ψ); F = log|Σ| + tr(SΣ⁻¹) − log|S| − p, minimised by Fisher scoring. With
A = Σ⁻¹ and b = Aλ the expected second derivatives tr(A Σ_a A Σ_b) have closed forms:
2(b_i b_j + A_ij λᵀb), 2 A_ij b_j and A_ij². Sources: Jöreskog 1969, 10.1007/BF02289343;
Lawley & Maxwell 1971. R: ``lavaan::cfa("f =~ ...", std.lv = TRUE)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRADIENT = 1e-10
_STEPS = 500


@dataclass(frozen=True, slots=True)
class OneFactor:
    """The fitted model, on the scale of the covariances given.

    Parameters
    ----------
    loadings, uniquenesses : (p,) λ and ψ; ψ may be negative (an improper solution).
    information : (2p, 2p) expected information per interview of (λ, ψ).
    gradient : largest absolute derivative of F at the solution, in correlation metric.
    """

    loadings: NDArray[np.float64]
    uniquenesses: NDArray[np.float64]
    information: NDArray[np.float64]
    gradient: float
    converged: bool


def fit_one_factor(S: NDArray[np.float64]) -> OneFactor:
    """Fit to a positive definite covariance matrix (p, p), p ≥ 3.

    Fitted to the correlations, where every parameter is of the order of one, and rescaled:
    the model does not depend on the units of the items.
    """
    sd = np.sqrt(np.diag(S))
    R = S / np.outer(sd, sd)
    loadings, uniquenesses = _start(R)
    gradient = np.inf
    for _ in range(_STEPS):
        slope, curvature = _derivatives(R, loadings, uniquenesses)
        gradient = float(np.abs(slope).max())
        if gradient <= _GRADIENT:
            break
        moved = _step(R, loadings, uniquenesses, slope, curvature)
        if moved is None:
            break
        loadings, uniquenesses = moved
    if loadings.sum() < 0:
        loadings = -loadings
    loadings, uniquenesses = loadings * sd, uniquenesses * sd**2
    _, curvature = _derivatives(S, loadings, uniquenesses)
    return OneFactor(loadings, uniquenesses, curvature / 2, gradient, gradient <= 1e-8)


def _start(R: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    uniquenesses = 0.5 / np.diag(np.linalg.inv(R))
    values, vectors = np.linalg.eigh(R - np.diag(uniquenesses))
    return vectors[:, -1] * np.sqrt(max(values[-1], 0.01)), uniquenesses


def _misfit(
    S: NDArray[np.float64], loadings: NDArray[np.float64], uniquenesses: NDArray[np.float64]
) -> float:
    """F without its constant; infinite where Σ is not positive definite."""
    sigma = np.outer(loadings, loadings) + np.diag(uniquenesses)
    try:
        root = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return np.inf
    whitened = np.linalg.solve(root, np.linalg.solve(root, S).T)
    return float(2 * np.log(np.diag(root)).sum() + np.trace(whitened))


def _derivatives(
    S: NDArray[np.float64], loadings: NDArray[np.float64], uniquenesses: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gradient (2p,) of F and its expected second derivatives (2p, 2p)."""
    sigma = np.outer(loadings, loadings) + np.diag(uniquenesses)
    A = np.linalg.inv(sigma)
    omega = A @ (sigma - S) @ A
    slope = np.concatenate([2 * omega @ loadings, np.diag(omega)])
    b = A @ loadings
    cross = 2 * A * b[None, :]
    curvature = np.block([[2 * (np.outer(b, b) + A * (loadings @ b)), cross], [cross.T, A * A]])
    return slope, curvature


def _step(
    S: NDArray[np.float64],
    loadings: NDArray[np.float64],
    uniquenesses: NDArray[np.float64],
    slope: NDArray[np.float64],
    curvature: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """One scoring step, halved until F does not rise; None when no step helps."""
    try:
        direction = np.linalg.solve(curvature, slope)
    except np.linalg.LinAlgError:
        return None
    here = _misfit(S, loadings, uniquenesses)
    p = len(loadings)
    size = 1.0
    while size > 1e-6:
        there = loadings - size * direction[:p], uniquenesses - size * direction[p:]
        if _misfit(S, *there) <= here + 1e-13 * max(1.0, abs(here)):
            return there
        size /= 2
    return None
