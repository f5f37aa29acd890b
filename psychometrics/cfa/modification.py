"""Modification indices: what would freeing a fixed or missing parameter bring, without a new fit?

With s the slope of the log-likelihood of one interview by the parameter and v what the expected
information leaves to it after all others, the index is n s² / v, the expected parameter change
s / v.

Source: Sörbom 1989, 10.1007/BF02294623; Saris, Satorra & Sörbom 1987, 10.2307/271030.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._equality_tests import slope_products_by_row
from psychometrics._threads import one_thread
from psychometrics.cfa._candidates import candidate_rows
from psychometrics.cfa.discrepancy import LeastSquares, MaximumLikelihood
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.full_information import FullInformation
from psychometrics.cfa.implied import compile_table
from psychometrics.cfa.information import covariance_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.discrepancy import Discrepancy
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.implied import Structure
    from psychometrics.cfa.parameters import Parameters

    Array = NDArray[np.float64]

COLUMNS = ("lhs", "op", "rhs", "group", "mi", "epc", "sepc_lv", "sepc_all", "sepc_nox")
IDENTIFIED = 1e-8
"""Least share of a parameter's own information that all others must leave to it."""


def modification_indices(fit: ModelFit, minimum: float, sort: bool) -> pd.DataFrame:
    """`ModelFit.modification_indices`."""
    import pandas as pd

    with one_thread():
        wide = extended(fit)
        g, row = np.nonzero(_open(wide))
        found = _indices(wide, g, row)
    rows = [wide.table.rows[k] for k in row]
    columns: dict[str, Any] = {
        "lhs": [r.lhs for r in rows],
        "op": [r.op for r in rows],
        "rhs": [r.rhs for r in rows],
        "group": g + 1,
        "mi": found.index,
        "epc": found.change,
        **_standardised(wide, g, row, found.change),
    }
    if found.robust is not None:
        columns["mi_robust"] = found.robust
    frame = pd.DataFrame(columns)
    frame = frame[np.isfinite(found.index) & (found.index >= minimum)]
    if sort:
        frame = frame.sort_values("mi", ascending=False, kind="stable")
    return frame.reset_index(drop=True)


def extended(fit: ModelFit) -> ModelFit:
    """The same fit with a row, fixed at 0, for every parameter that might be freed."""
    table = fit.table
    added = candidate_rows(table)
    size, groups = table.per_group, table.options.groups
    rows = tuple(
        row
        for g in range(groups)
        for row in (
            *table.rows[g * size : (g + 1) * size],
            *(replace(candidate, group=g + 1) for candidate in added),
        )
    )
    wide = replace(table, rows=rows)
    structure = compile_table(wide)
    parameters = _widened(fit.parameter_map, len(added))
    discrepancy = _on(fit.discrepancy, structure)
    return replace(
        fit,
        table=wide,
        structure=structure,
        parameter_map=parameters,
        discrepancy=discrepancy,
    )


def _widened(parameters: Parameters, more: int) -> Parameters:
    groups = len(parameters.index)
    index = np.concatenate([parameters.index, np.full((groups, more), -1, np.intp)], axis=1)
    fixed = np.concatenate([parameters.fixed, np.zeros((groups, more))], axis=1)
    group, row = np.divmod(parameters.places, parameters.index.shape[1])
    places = group * index.shape[1] + row
    return replace(parameters, index=index, fixed=fixed, places=places)


def _on(discrepancy: Discrepancy, structure: Structure) -> Discrepancy:
    """A discrepancy of the same sample from another structure."""
    if isinstance(discrepancy, LeastSquares):
        vector: Any = replace(discrepancy.vector, structure=structure)  # type: ignore[type-var]
        return replace(discrepancy, vector=vector)
    assert isinstance(discrepancy, (MaximumLikelihood, FullInformation))  # noqa: S101
    return replace(discrepancy, structure=structure)


def _open(wide: ModelFit) -> NDArray[np.bool_]:
    """(groups, rows) which rows are neither estimated nor moments of observed predictors."""
    given = np.array([row.exogenous for row in wide.table.rows]).reshape(wide.x.shape)
    found: NDArray[np.bool_] = (wide.parameter_map.index < 0) & ~given
    return found


@dataclass(frozen=True)
class _Found:
    """By candidate: modification index, expected change, robust index where there is one."""

    index: Array
    change: Array
    robust: Array | None


def _indices(wide: ModelFit, g: NDArray[np.intp], row: NDArray[np.intp]) -> _Found:
    by_row, curvature = _slopes(wide)
    parameters, n = wide.parameter_map, wide.n_used
    bread = _bread(parameters.gathered_square(curvature), wide)
    spread = parameters.spread
    crossed = np.empty((len(g), parameters.q))
    for k, part in enumerate(curvature):
        crossed[g == k] = part[row[g == k]] @ spread[k]
    moved = crossed @ bread
    own = curvature[g, row, row]
    left = own - (moved * crossed).sum(axis=1)
    slope = by_row[g, row]
    known = left > IDENTIFIED * np.maximum(own, 1e-300)
    left = np.where(known, left, np.nan)
    robust = None
    if wide.estimator.errors != "standard":
        variance = _variance(wide, slope_products_by_row(wide), moved, g, row)
        robust = n * slope**2 / np.where(known & (variance > 0), variance, np.nan)
    return _Found(n * slope**2 / left, slope / left, robust)


def _slopes(wide: ModelFit) -> tuple[Array, Array]:
    """Slopes (groups, rows) and expected information (groups, rows, rows) of one interview.

    In least squares groups weigh by n − 1 in the slopes and by n in the information, as in lavaan.
    """
    discrepancy, n = wide.discrepancy, wide.sample.n
    if not isinstance(discrepancy, LeastSquares):
        point = discrepancy.point(wide.x)
        return -point.slope, point.curvature
    point = replace(discrepancy, share=wide.sample.share).point(wide.x)
    return -point.slope * ((n - 1) / n)[:, None], point.curvature


def _bread(information: Array, wide: ModelFit) -> Array:
    try:
        found = covariance_of(information, wide.minimum.jacobian)
    except np.linalg.LinAlgError:
        found = np.full_like(information, np.nan)
    if not np.isfinite(found).all() or (np.diag(found) < 0).any():
        raise ModelError(
            "The information matrix is singular, so what a change would bring cannot be told. "
            "Free fewer parameters, or drop a constraint that repeats another."
        )
    return found


def _variance(
    wide: ModelFit, meat: Array, moved: Array, g: NDArray[np.intp], row: NDArray[np.intp]
) -> Array:
    """Variance of the slopes by candidate after θ has made the best of them."""
    found = np.zeros(len(g))
    for k, part in enumerate(meat):
        direction = -moved @ wide.parameter_map.spread[k].T
        here = np.flatnonzero(g == k)
        direction[here, row[here]] += 1
        found += ((direction @ part) * direction).sum(axis=1)
    return found


def _standardised(
    wide: ModelFit, g: NDArray[np.intp], row: NDArray[np.intp], change: Array
) -> dict[str, Array]:
    """Expected changes in deviations of the factors, of all, and of all but observed predictors."""
    s = wide.structure
    total = np.diagonal(wide.implied.total, axis1=1, axis2=2)
    residual = np.diagonal(s.matrices(wide.x)[1], axis1=1, axis2=2)
    latent = np.arange(total.shape[1]) >= s.p
    given = np.isin(np.array((*s.observed, *s.latent)), wide.table.variables.exogenous)
    everything = np.ones(len(latent), bool)
    found = {}
    for name, counted in (
        ("sepc_lv", latent),
        ("sepc_all", everything),
        ("sepc_nox", ~given),
    ):
        spread, rest = (
            np.sqrt(np.where(counted, np.where(part > 0, part, np.nan), 1.0))
            for part in (total, residual)
        )
        factor = _factors(s, spread, rest, everything=name != "sepc_lv")
        found[name] = change * factor[g, row]
    return found


def _factors(s: Structure, spread: Array, rest: Array, *, everything: bool) -> Array:
    """(groups, rows) by which a value is multiplied to stand in deviations."""
    found = np.ones((len(spread), s.size))
    found[:, s.paths.row] = spread[:, s.paths.j] / spread[:, s.paths.i]
    i, j = s.covariances.i, s.covariances.j
    found[:, s.covariances.row] = np.where(
        i == j, 1 / spread[:, i] ** 2, 1 / (rest[:, i] * rest[:, j])
    )
    found[:, s.means.row] = 1 / spread[:, s.means.i]
    found[:, s.thresholds.row] = 1 / spread[:, s.thresholds.i]
    if everything:
        found[:, s.scales.row] = np.nan
    return found
