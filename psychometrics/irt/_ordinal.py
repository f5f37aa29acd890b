"""Proportional-odds regression of one graded item on what is known of each interview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.irt._probabilities import (
    ItemParameters,
    boundaries,
    curvature,
    gradient,
    item_parameters,
    log_probabilities,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEPS = 60

CLOSE = 1e-12
"""Newton's method ends when it promises less log-likelihood than this share of what there is."""


@dataclass(frozen=True)
class OrdinalFit:
    """ln odds of category k or above = dₖ + β'x. `coefficients` (r,) β, `loglik`, `converged`."""

    coefficients: Array
    loglik: float
    converged: bool


def ordinal_regression(counts: Array, covariates: Array) -> OrdinalFit:
    """Maximum likelihood, from interviews (K, c) by answer and cell, and the cells' x (c, r).

    The graded model of one item whose traits are known. R: ``MASS::polr(y ~ x)``, whose
    coefficients are the same and whose intercepts have the other sign.
    """
    place = _begin(counts, covariates.shape[1])
    loglik = _loglik(place, counts, covariates)
    for _ in range(STEPS):
        step, gain = _newton(place, counts, covariates)
        length, there, higher = 1.0, place, loglik
        while length > 1e-10:
            there = place.replaced(place.vector + length * step)
            higher = _loglik(there, counts, covariates) if there.tenable() else -np.inf
            if higher >= loglik - 1e-12 * abs(loglik):
                break
            length /= 2
        place, loglik = there, higher
        if gain < CLOSE * max(1.0, abs(loglik)):
            return OrdinalFit(place.slopes[0], loglik, converged=True)
    return OrdinalFit(place.slopes[0], loglik, converged=False)


def _begin(counts: Array, r: int) -> ItemParameters:
    share = counts.sum(axis=1) / counts.sum()
    above = share[::-1].cumsum()[::-1][1:]
    return item_parameters(np.zeros((1, r)), [np.log(above / (1 - above))])


def _loglik(place: ItemParameters, counts: Array, covariates: Array) -> float:
    return float((log_probabilities(place, boundaries(place, covariates))[0] * counts).sum())


def _newton(place: ItemParameters, counts: Array, covariates: Array) -> tuple[Array, float]:
    eta = boundaries(place, covariates)
    by = gradient(place, counts[None], eta, covariates)[0]
    bend = curvature(place, counts[None], eta, covariates)[0]
    step = np.linalg.solve(bend + 1e-12 * np.diag(np.diag(bend)), by)
    return step, float(by @ step)
