"""What a model leaves unexplained of the sample moments, plain and in standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from psychometrics.cfa.discrepancy import LeastSquares, OrdinalMomentVector
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.unrestricted import moments_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

Residual: TypeAlias = Literal["raw", "correlation", "normalized", "standardized"]
Moment: TypeAlias = Literal["covariances", "means", "thresholds"]
RESIDUALS: tuple[Residual, ...] = get_args(Residual)
MOMENTS: tuple[Moment, ...] = get_args(Moment)

NOTHING = 1e-5
"""A residual with an error below this share of its moment's own is 0 by construction."""


def residual_frames(fit: ModelFit, kind: Residual, of: Moment) -> list[pd.DataFrame]:
    """`ModelFit.residuals`, a frame for each group."""
    import pandas as pd

    if kind not in RESIDUALS:
        raise ModelError(f"There are no {kind!r} residuals; choose from {', '.join(RESIDUALS)}.")
    _require(fit, of)
    vectors, names = residual_vectors(fit, kind), list(fit.items)
    count = first_count(fit)
    if of == "covariances":
        squares = [squared(fit, vector[count:]) for vector in vectors]
        return [pd.DataFrame(square, index=names, columns=names) for square in squares]
    labels = names if of == "means" else threshold_names(fit)
    return [pd.DataFrame({"residual": vector[:count]}, index=labels) for vector in vectors]


def residual_vectors(fit: ModelFit, kind: Residual) -> Array:
    """(groups, m) residuals: means (or thresholds) where the model has them, then covariances."""
    from psychometrics.cfa.residual_error import residual_covariance, sample_covariance

    if kind == "correlation":
        return standard_residuals(fit, own=True)
    found = raw_residuals(fit)
    if kind == "raw":
        return found
    own = np.sqrt(np.diagonal(sample_covariance(fit), axis1=1, axis2=2))
    error = own
    if kind == "standardized":
        left = np.diagonal(residual_covariance(fit), axis1=1, axis2=2)
        error = np.sqrt(np.maximum(left, 0.0))
    there = error > NOTHING * own
    return np.where(there, found / np.where(there, error, 1.0), 0.0)


def raw_residuals(fit: ModelFit) -> Array:
    """(groups, m) sample moments less those implied."""
    vector = ordinal_vector(fit)
    if vector is not None:
        target = np.stack([part.thresholds_and_correlations for part in fit.sample.ordinal])
        return np.asarray(target - vector.moments(fit.x))
    mean, cov = moments_of(fit)
    return stacked(fit, mean - fit.implied.mu, cov - fit.implied.cov)


def standard_residuals(fit: ModelFit, *, own: bool) -> Array:
    """(groups, m) residuals of standardised items.

    Implied covariances are divided by the implied deviations (`own`; Bollen's correlation
    residuals) or by those of the sample (Bentler's); means always by those of the sample.
    """
    if fit.sample.ordinal:
        return raw_residuals(fit)
    mean, cov = moments_of(fit)
    by_model = _correlations(fit.implied.cov, fit.implied.cov if own else cov)
    deviation = np.sqrt(np.diagonal(cov, axis1=1, axis2=2))
    return stacked(fit, (mean - fit.implied.mu) / deviation, _correlations(cov, cov) - by_model)


def stacked(fit: ModelFit, mean: Array, cov: Array) -> Array:
    """(groups, m) means where the model has them, then covariances as ``np.triu_indices(p)``."""
    rows, columns = np.triu_indices(fit.structure.p)
    upper = cov[:, rows, columns]
    return np.concatenate([mean, upper], axis=1) if fit.table.options.means else upper


def squared(fit: ModelFit, values: Array) -> Array:
    """(p, p) from the covariance part of a vector of moments; 0 on the diagonal where ordered."""
    p = fit.structure.p
    rows, columns = np.triu_indices(p, 1 if fit.sample.ordinal else 0)
    found = np.zeros((p, p))
    found[rows, columns] = found[columns, rows] = values
    return found


def ordinal_vector(fit: ModelFit) -> OrdinalMomentVector | None:
    """The thresholds and correlations of a model for ordered items, None for other models."""
    if not fit.sample.ordinal or not isinstance(fit.discrepancy, LeastSquares):
        return None
    vector = fit.discrepancy.vector
    return vector if isinstance(vector, OrdinalMomentVector) else None


def first_count(fit: ModelFit) -> int:
    """How many moments stand before the covariances: thresholds or means."""
    if fit.sample.ordinal:
        return len(fit.structure.thresholds.row)
    return fit.structure.p if fit.table.options.means else 0


def threshold_names(fit: ModelFit) -> list[str]:
    """``x1|t1``, ``x1|t2`` …, in the order of the moments."""
    return [f"{row.lhs}|{row.rhs}" for row in (fit.table.rows[k] for k in _cuts(fit))]


def _cuts(fit: ModelFit) -> list[int]:
    found: list[int] = fit.structure.thresholds.row.tolist()
    return found


def _correlations(cov: Array, by: Array) -> Array:
    deviation = np.sqrt(np.diagonal(by, axis1=1, axis2=2))
    found: Array = cov / (deviation[:, :, None] * deviation[:, None, :])
    return found


def _require(fit: ModelFit, of: Moment) -> None:
    if of not in MOMENTS:
        raise ModelError(f"There are no residuals of {of!r}; choose from {', '.join(MOMENTS)}.")
    if of == "thresholds" and not fit.sample.ordinal:
        raise ModelError("The items are not ordered, so there are no thresholds; ask for means.")
    if of == "means" and fit.sample.ordinal:
        raise ModelError("Ordered items have no means of their own; ask for thresholds.")
    if of == "means" and not fit.table.options.means:
        raise ModelError("The model has no means; fit it with meanstructure=True.")
