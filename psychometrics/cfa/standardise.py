"""Estimates in units of standard deviations: of the factors, or of factors and items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.implied import COMPLEX_STEP
from psychometrics.cfa.parameters import imaginary_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.implied import Structure

    Array = NDArray[np.float64]


def standardised(structure: Structure, x: NDArray[Any], *, items: bool) -> NDArray[Any]:
    """(…, groups, rows) values of x in standard deviations of the factors, or with `items` of
    the items too.

    A loading or regression is multiplied by the deviation of what explains and divided by that of
    what is explained; a variance is divided by the whole variance, a covariance by the deviations
    of the residuals; a mean or threshold by the deviation.
    R: ``standardizedSolution(fit, type = "std.lv")`` or ``"std.all"``.
    """
    x = structure.completed(x)
    implied = structure.implied(x)
    variance = np.diagonal(implied.total, axis1=-2, axis2=-1)
    S = structure.matrices(x)[1]
    residual = np.diagonal(S, axis1=-2, axis2=-1)
    spread, rest = _root(variance), _root(residual)
    if not items:
        spread, rest = spread.copy(), rest.copy()
        spread[..., : structure.p] = 1
        rest[..., : structure.p] = 1
    found = x.copy()
    with np.errstate(invalid="ignore", divide="ignore"):
        _paths(structure, x, spread, found)
        cells = structure.covariances
        same = cells.i == cells.j
        by = np.where(
            same,
            spread[..., cells.i] ** 2,
            rest[..., cells.i] * rest[..., cells.j],
        )
        found[..., cells.row] = x[..., cells.row] / by
        found[..., structure.means.row] = (
            x[..., structure.means.row] / spread[..., structure.means.i]
        )
        cuts = structure.thresholds
        found[..., cuts.row] = x[..., cuts.row] / spread[..., cuts.i]
        if items:
            found[..., structure.scales.row] = 1
    return found


def standardised_error(fit: ModelFit, *, items: bool) -> Array:
    """(groups, rows) standard errors of standardised values by the delta method.

    R: ``standardizedSolution(fit)$se``.
    """
    theta = fit.minimum.theta
    moved = standardised(fit.structure, fit.parameter_map.rows(imaginary_steps(theta)), items=items)
    slopes = moved.imag / COMPLEX_STEP
    flat = slopes.reshape(len(theta), -1)
    found = ((fit.uncertainty.covariance @ flat) * flat).sum(axis=0)
    shaped: Array = np.sqrt(np.maximum(found, 0)).reshape(slopes.shape[1:])
    return shaped


def _paths(
    structure: Structure, x: NDArray[Any], spread: NDArray[Any], found: NDArray[Any]
) -> None:
    cells = structure.paths
    found[..., cells.row] = x[..., cells.row] * spread[..., cells.j] / spread[..., cells.i]


def _root(variance: NDArray[Any]) -> NDArray[Any]:
    """Square roots, NaN where a variance is negative."""
    real = np.real(variance)
    found: NDArray[Any] = np.sqrt(np.where(real >= 0, variance, np.nan))
    return found
