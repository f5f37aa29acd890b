"""The search for the simplest alignment, from several starts, ended by exact Newton steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._alignment_loss import Loss

    Array = NDArray[np.float64]

COARSE = (1e4, 1e3, 1e2, 1e1)
"""Multiples of ε from which the first start works its way down: a large ε has one minimum."""
SCATTER = 0.3
AGREE = 1e-7
CURVED = 1e-7


@dataclass(frozen=True)
class Aligned:
    """The minimum for one factor.

    `at` (2 groups,) means and log standard deviations, product of the deviations 1; `value` F;
    `basis` the directions in which the search was free; `agreeing`: how many of the `starts` came
    to this minimum; `identified`: F curves upwards in every direction.
    """

    at: Array
    value: float
    basis: Array
    agreeing: int
    starts: int
    converged: bool
    identified: bool


def basis_of(groups: int, fixed: int | None) -> Array:
    """(2 groups, free) directions: log deviations sum to 0, the mean of group `fixed` stays."""
    means = np.eye(groups)
    if fixed is not None:
        means = np.delete(means, fixed, axis=1)
    spread = np.linalg.qr(np.eye(groups) - 1 / groups)[0][:, : groups - 1]
    k = means.shape[1]
    found = np.zeros((2 * groups, k + groups - 1))
    found[:groups, :k] = means
    found[groups:, k:] = spread
    return found


def search(loss: Loss, fixed: int | None, starts: int, rng: np.random.Generator) -> Aligned:
    """The lowest minimum of F found from `starts` starts, the first graduated, others scattered."""
    groups = loss.loadings.shape[1]
    basis = basis_of(groups, fixed)
    first = basis.T @ first_guess(loss, fixed)
    for times in COARSE:
        first = _descend(replace(loss, epsilon=loss.epsilon * times), basis, first, 1e-5)
    begins = [first]
    begins += [first + rng.normal(0, SCATTER, first.shape) for _ in range(starts - 1)]
    ends = [_descend(loss, basis, begin, 1e-7) for begin in begins]
    values = np.array([loss.value(basis @ end)[0] for end in ends])
    best = int(values.argmin())
    end, converged, identified = _polished(loss, basis, ends[best])
    at = basis @ end
    value = loss.value(at)[0]
    agreeing = int((values <= value + AGREE * abs(value)).sum())
    return Aligned(at, value, basis, agreeing, starts, converged, identified)


def first_guess(loss: Loss, fixed: int | None) -> Array:
    """(2 groups,) deviations and means by least squares against the groups' average."""
    average = loss.loadings.mean(axis=1)
    spread = (average @ loss.loadings) / (average @ average)
    s = np.log(np.maximum(spread, 0.05))
    s -= s.mean()
    loadings = loss.loadings * np.exp(-s)
    middle = loss.intercepts.mean(axis=1) if fixed is None else loss.intercepts[:, fixed]
    apart = loss.intercepts - middle[:, None]
    alpha = (loadings * apart).sum(axis=0) / (loadings**2).sum(axis=0)
    return np.concatenate([alpha, s])


def _descend(loss: Loss, basis: Array, begin: Array, tolerance: float) -> Array:
    from scipy.optimize import minimize

    def value(point: Array) -> tuple[float, Array]:
        F, slope = loss.value(basis @ point)
        return F, basis.T @ slope

    found = minimize(
        value,
        begin,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500, "gtol": tolerance, "ftol": 1e-13, "maxcor": 20},
    )
    end: Array = found.x
    return end


def _polished(loss: Loss, basis: Array, point: Array) -> tuple[Array, bool, bool]:
    """Newton steps until the slope vanishes; whether it does, and whether F curves upwards."""
    F, slope = loss.value(basis @ point)
    for _ in range(60):
        values, vectors = np.linalg.eigh(basis.T @ loss.curvature(basis @ point) @ basis)
        least = CURVED * values[-1]
        gradient = vectors.T @ (basis.T @ slope)
        step = -vectors @ (gradient / np.maximum(np.abs(values), least))
        if float(np.abs(step).max()) < 1e-11:
            break
        size = 1.0
        while size > 1e-10:
            there = loss.value(basis @ (point + size * step))
            if there[0] <= F + 1e-15 * abs(F):
                break
            size /= 2
        else:
            break
        point, (F, slope) = point + size * step, there
    values = np.linalg.eigvalsh(basis.T @ loss.curvature(basis @ point) @ basis)
    steep = float(np.abs(basis.T @ slope).max())
    return point, steep < 1e-9, bool(values[0] > CURVED * values[-1])
