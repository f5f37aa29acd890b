"""Omega of one factor of a model that was fitted already, with its standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._reliability_result import Omega
from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.implied import COMPLEX_STEP
from psychometrics.cfa.parameters import imaginary_steps
from psychometrics.reliability import logit_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit


def model_omega(
    fit: ModelFit, factor: str | None, group: int
) -> tuple[float, float, NDArray[np.intp], str]:
    """ω of a factor in a group (from 1), its standard error, its items' places and its name.

    (Σλ)² φ / ΣΣσ_ij over the items that load on the factor, σ as the model implies; the error by
    the delta method with exact derivatives.

    Raises ModelError for an unknown factor or group, or a factor with fewer than two items.
    """
    name = _factor(fit, factor)
    if not 1 <= group <= len(fit.groups):
        raise ModelError(f"There is no group {group}; the model has {len(fit.groups)}.")
    if fit.sample.ordinal:
        raise ModelError(
            "Ordered items have a reliability of their own; ask for composite_reliability(fit)."
        )
    column = fit.structure.p + fit.factors.index(name)
    items = np.flatnonzero(fit.structure.matrices(fit.x[group - 1])[0][: fit.structure.p, column])
    if len(items) < 2:
        raise ModelError(f"Factor {name} has fewer than two items, so omega is undefined.")
    theta = fit.minimum.theta
    with one_thread():
        value = float(_share(fit, fit.parameter_map.rows(theta)[group - 1], column, items))
        rows = fit.parameter_map.rows(imaginary_steps(theta))[:, group - 1]
        slope = _share(fit, rows, column, items).imag / COMPLEX_STEP
        variance = slope @ fit.uncertainty.covariance @ slope
    return value, float(np.sqrt(max(variance, 0.0))), items, name


def omega_of_fit(fit: ModelFit, factor: str | None, group: int, level: float) -> Omega:
    """`psychometrics.reliability.omega` of a fit. Raises ModelError as `model_omega`."""
    value, se, items, name = model_omega(fit, factor, group)
    lower, upper = logit_interval(value, se, level)
    column = fit.structure.p + fit.factors.index(name)
    paths, covariances, _ = fit.structure.matrices(fit.x[group - 1])
    return Omega(
        omega=value,
        se=se,
        lower=lower,
        upper=upper,
        level=level,
        loadings=tuple(paths[items, column].tolist()),
        uniquenesses=tuple(covariances[items, items].tolist()),
        items=tuple(fit.items[k] for k in items),
        n_used=int(fit.sample.n[group - 1]),
        converged=fit.converged,
        method=f"omega of factor {name}, {fit.estimator.name}; delta method",
    )


def _factor(fit: ModelFit, factor: str | None) -> str:
    if factor is None and len(fit.factors) == 1:
        return fit.factors[0]
    if factor not in fit.factors:
        said = "Name one factor" if factor is None else f"There is no factor {factor!r}"
        raise ModelError(f"{said}; the model has {', '.join(fit.factors)}.")
    return factor


def _share(fit: ModelFit, x: NDArray[Any], column: int, items: NDArray[np.intp]) -> Any:
    implied = fit.structure.implied(x)
    loadings = fit.structure.matrices(x)[0][..., items, column].sum(axis=-1)
    whole = implied.cov[..., items[:, None], items].sum(axis=(-1, -2))
    return loadings**2 * implied.total[..., column, column] / whole
