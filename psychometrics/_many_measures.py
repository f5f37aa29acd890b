"""SRMR, RMSEA and CFI of one model in many samples at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.test_statistic import degrees_of_freedom

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.many import ManyFits

    Array = NDArray[np.float64]


def measures_of_many(fit: ModelFit, found: ManyFits, cov: Array, n: int) -> Array:
    """(B, 3) SRMR, RMSEA and CFI of fits without means to covariances (B, p, p) of one group.

    NaN where a sample has no fit. R: ``fitMeasures(fit, c("srmr", "rmsea", "cfi"))``.
    """
    df, p = degrees_of_freedom(fit), cov.shape[-1]
    implied = fit.structure.implied(fit.structure.completed(fit.parameter_map.rows(found.theta)))
    spread = np.sqrt(np.diagonal(cov, axis1=1, axis2=2))
    i, j = np.triu_indices(p)
    residual = (cov - implied.cov[:, 0])[:, i, j] / (spread[:, i] * spread[:, j])
    srmr = np.sqrt((residual**2).mean(axis=1))
    excess = np.maximum(2 * n * found.value - df, 0)
    rmsea = np.sqrt(excess / (df * n))
    apart = n * (2 * np.log(spread).sum(axis=1) - np.linalg.slogdet(cov)[1])
    most = np.maximum(np.maximum(apart - p * (p - 1) // 2, excess), 1e-300)
    return np.stack([srmr, rmsea, 1 - excess / most], axis=1)
