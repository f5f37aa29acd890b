"""The estimates as a table that a researcher reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.implied import COMPLEX_STEP
from psychometrics.cfa.parameters import imaginary_steps
from psychometrics.cfa.standardise import standardised, standardised_error

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

LEVEL = 0.95


def parameter_frame(fit: ModelFit, level: float = LEVEL) -> pd.DataFrame:
    """Rows: parameters of all groups, then definitions (group 0).

    Columns: lhs, op, rhs, group (from 1), free (number of the free parameter from 1, the same
    number where parameters are held equal; 0 where fixed), label, est, se (0 where fixed), z, p
    (two-sided), ci_lower, ci_upper (at `level`), std_lv, std_all, std_all_se.
    R: ``parameterEstimates(fit)`` and ``standardizedSolution(fit)``.
    """
    import pandas as pd
    from scipy.special import ndtr, ndtri

    est, se = fit.x.ravel(), _errors(fit).ravel()
    std_lv = standardised(fit.structure, fit.x, items=False).ravel()
    std_all = standardised(fit.structure, fit.x, items=True).ravel()
    std_se = standardised_error(fit, items=True).ravel()
    rows = fit.table.rows
    columns: dict[str, Any] = {
        "lhs": [row.lhs for row in rows],
        "op": [row.op for row in rows],
        "rhs": [row.rhs for row in rows],
        "group": [row.group for row in rows],
        "free": fit.parameter_map.index.ravel() + 1,
        "label": [row.label for row in rows],
    }
    defined = _definitions(fit, std_lv, std_all)
    for name, values in defined["named"].items():
        columns[name] = [*columns[name], *values]
    columns["est"] = np.concatenate([est, defined["est"]])
    columns["se"] = np.concatenate([se, defined["se"]])
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(columns["se"] > 0, columns["est"] / columns["se"], np.nan)
    columns["z"] = z
    columns["p"] = 2 * ndtr(-np.abs(z))
    reach = float(ndtri(0.5 + level / 2)) * columns["se"]
    columns["ci_lower"], columns["ci_upper"] = columns["est"] - reach, columns["est"] + reach
    columns["std_lv"] = np.concatenate([std_lv, defined["std_lv"]])
    columns["std_all"] = np.concatenate([std_all, defined["std_all"]])
    columns["std_all_se"] = np.concatenate([std_se, defined["std_all_se"]])
    return pd.DataFrame(columns)


def _errors(fit: ModelFit) -> Array:
    """(groups, rows) standard errors, 0 where fixed, NaN where they cannot be worked out."""
    variance = np.diag(fit.uncertainty.covariance)
    variance = np.where(variance < -1e-8, np.nan, np.maximum(variance, 0))
    variance = np.append(variance, 0.0)
    found: Array = np.sqrt(variance[fit.parameter_map.index])
    return found


def _definitions(fit: ModelFit, std_lv: Array, std_all: Array) -> dict[str, Any]:
    """Defined parameters with errors by the delta method."""
    definitions = fit.parameter_map.definitions
    named: dict[str, list[Any]] = {
        "lhs": [d.name for d in definitions],
        "op": [":=" for _ in definitions],
        "rhs": [d.expression.text for d in definitions],
        "group": [0 for _ in definitions],
        "free": [0 for _ in definitions],
        "label": [d.name for d in definitions],
    }
    empty = np.zeros(0)
    if not definitions:
        keys = ("est", "se", "std_lv", "std_all", "std_all_se")
        return {"named": named, **dict.fromkeys(keys, empty)}
    names, theta = [d.name for d in definitions], fit.minimum.theta
    here = fit.parameter_map.named(theta)
    moved = fit.parameter_map.named(imaginary_steps(theta))
    slopes = _stacked(moved, names, len(theta)).imag / COMPLEX_STEP
    steps = fit.parameter_map.rows(imaginary_steps(theta))
    turned = standardised(fit.structure, steps, items=True)
    std_slopes = _stacked(_relabelled(fit, turned), names, len(theta)).imag / COMPLEX_STEP
    shape = fit.x.shape
    return {
        "named": named,
        "est": np.array([float(here[name]) for name in names]),
        "se": _delta(fit, slopes),
        "std_lv": _values(_relabelled(fit, std_lv.reshape(shape)), names),
        "std_all": _values(_relabelled(fit, std_all.reshape(shape)), names),
        "std_all_se": _delta(fit, std_slopes),
    }


def _relabelled(fit: ModelFit, by_row: NDArray[Any]) -> dict[str, Any]:
    """Labels and definitions with the values (…) of other, for instance standardised, rows."""
    flat = by_row.reshape(*by_row.shape[:-2], -1)
    values: dict[str, Any] = {}
    for k, row in enumerate(fit.table.rows):
        if row.label:
            values.setdefault(row.label, flat[..., k])
    for definition in fit.parameter_map.definitions:
        values[definition.name] = definition.expression.evaluate(values)
    return values


def _stacked(values: dict[str, Any], names: list[str], q: int) -> NDArray[Any]:
    return np.stack([np.broadcast_to(values[name], (q,)) for name in names]) + 0j


def _values(values: dict[str, Any], names: list[str]) -> Array:
    return np.array([float(np.real(values[name])) for name in names])


def _delta(fit: ModelFit, slopes: Array) -> Array:
    variance = ((slopes @ fit.uncertainty.covariance) * slopes).sum(axis=1)
    found: Array = np.sqrt(np.maximum(variance, 0))
    return found
