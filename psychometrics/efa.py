"""Exploratory factor analysis: which items go together, and how closely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import Correlations, EfaError, Kind, correlations
from psychometrics._extraction import LOWEST_UNIQUENESS, Extraction
from psychometrics._factor_analyzer import unrotated
from psychometrics._factor_fit import FactorFit, degrees_of_freedom, factor_fit
from psychometrics._principal import principal_axis, principal_components
from psychometrics._threads import one_thread
from psychometrics.factor_solution import METHODS, FactorSolution, Method, communality
from psychometrics.rotation import ROTATIONS, RotatedLoadings, Rotation, RotationSettings, rotated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["EfaError", "FactorFit", "FactorSolution", "Method", "Rotation", "efa"]

SALIENT = 0.30
"""A loading from here on says that an item belongs to a factor."""


def efa(
    data: Any,
    factors: int,
    *,
    method: Method = "minres",
    rotation: Rotation | None = "oblimin",
    correlation: Kind = "pearson",
    random_starts: int = 10,
    rotation_settings: Mapping[str, Any] | None = None,
    rng: np.random.Generator | None = None,
    cov: Any = None,
    n: int | None = None,
) -> FactorSolution:
    """Exploratory factor analysis, listwise.

    Equals ``psych::fa(x, factors, fm=method, rotate=rotation)`` to 1e-5 once R's rotation is
    given a tight criterion; R's own default stops up to 1e-3 short of it.

    Parameters
    ----------
    data : Dataset (all its interviews: `select` first), DataFrame or array, interviews × items;
        None when `cov` is given.
    factors : number of factors m; ((p − m)² − p − m)/2 may not be negative, but for "principal".
    method : "minres" (unweighted least squares; Harman & Jones 1966, 10.1007/BF02289468), "ml"
        (maximum likelihood; Jöreskog 1967, 10.1007/BF02289658), "pa" (principal axes, iterated
        until no communality moves: ``fa(fm="pa", min.err=1e-11, max.iter=10000)``) or "principal"
        (principal components, which leave no room for error: ``psych::principal``).
    rotation : see `psychometrics.rotation.rotate`: "oblimin", "quartimin", "geomin", "promax",
        "bifactor_oblique" or "target", whose factors may correlate; "varimax", "quartimax",
        "equamax", "geomin_orthogonal" or "bifactor", whose factors do not; None.
    correlation : "pearson", or "polychoric" for answers in ordered categories, as
        ``fa(x, cor="poly", correct=0)``; with `cov` it says what the matrix holds.
    random_starts : starts of the rotation beside the unrotated one; the best end is kept.
    rotation_settings : gamma, delta, power, target or normalise, as `rotate` takes them.
    rng : source of the starts; without it a fixed one, so that results can be repeated.
    cov, n : covariances or correlations (p, p) and the interviews behind them, instead of data.

    Raises
    ------
    EfaError
        unknown method, rotation or setting, too many factors, or items that cannot be analysed.
    """
    _check_choice("method", method, METHODS)
    if rotation is not None:
        _check_choice("rotation", rotation, ROTATIONS)
    given = dict(rotation_settings or {})
    for name in given:
        _check_choice("rotation setting", name, tuple(RotationSettings.__dataclass_fields__))
    with one_thread():
        found = correlations(data, cov, n, correlation)
        settings = RotationSettings(**given)
        solution = solve(found, factors, method, rotation, random_starts, rng, settings)
    return replace(solution, _data=data)


def solve(
    found: Correlations,
    factors: int,
    method: Method,
    rotation: Rotation | None,
    random_starts: int,
    rng: np.random.Generator | None,
    settings: RotationSettings | None = None,
) -> FactorSolution:
    """`efa` on correlations that are already there, checked and counted."""
    _check_factors(found, factors, method)
    extraction = _extracted(found.matrix, factors, method)
    generator = np.random.default_rng(0) if rng is None else rng
    chosen = settings or RotationSettings()
    turned = rotated(extraction.loadings, rotation, chosen, random_starts, generator)
    fit = factor_fit(found.matrix, turned.pattern, turned.phi, found.n_used)
    centre = None
    if found.means is not None and found.deviations is not None:
        centre = found.means, found.deviations
    return FactorSolution(
        items=found.items,
        pattern=turned.pattern,
        phi=turned.phi,
        rotation_matrix=turned.rotation_matrix,
        eigenvalues=found.eigenvalues,
        correlations=found.matrix,
        fit=fit,
        method=method,
        rotation=turned.rotation,
        correlation=found.kind,
        n_used=found.n_used,
        n_dropped=found.n_dropped,
        converged=extraction.converged and turned.converged,
        warnings=_said(found, extraction, turned, method, fit),
        _centre=centre,
    )


def most_factors(items: int) -> int:
    """The largest number of factors that p items identify (df not negative)."""
    return max(m for m in range(items) if degrees_of_freedom(items, m) >= 0)


def _extracted(matrix: Array, factors: int, method: Method) -> Extraction:
    if method == "pa":
        return principal_axis(matrix, factors)
    if method == "principal":
        return principal_components(matrix, factors)
    return unrotated(matrix, factors, method)


def _check_choice(what: str, given: object, known: tuple[str, ...]) -> None:
    if given not in known:
        raise EfaError(f"There is no {what} {given!r}; choose one of {', '.join(known)}.")


def _check_factors(found: Correlations, factors: int, method: Method) -> None:
    if not isinstance(factors, (int, np.integer)) or factors < 1:
        raise EfaError(f"The number of factors is {factors!r}; give a whole number from 1.")
    if method == "principal":
        if factors > found.p:
            raise EfaError(f"{found.p} items have {found.p} components, not {factors}.")
        return
    df = degrees_of_freedom(found.p, factors)
    if factors >= found.p or df < 0:
        raise EfaError(
            f"{factors} factors on {found.p} items are not identified (df = {df}); "
            f"at most {most_factors(found.p)} can be had from these items."
        )


def _said(
    found: Correlations,
    extraction: Extraction,
    turned: RotatedLoadings,
    method: Method,
    fit: FactorFit,
) -> tuple[str, ...]:
    """What a reader must know, in the order of the work."""
    said = list(found.warnings)
    if found.kind == "polychoric":
        said.append(
            "chi2, p, RMSEA and TLI treat polychoric correlations as if they were Pearson's and "
            "reject too often; for a test of fit use cfa with WLSMV."
        )
    if method != "principal":
        said += _heywood(extraction.uniquenesses, turned, found.items)
    if not extraction.converged:
        said.append("The extraction did not converge; use fewer factors or more interviews.")
    return (*said, *turned.warnings, *_thin(turned.pattern, fit))


def _heywood(
    uniquenesses: Array, turned: RotatedLoadings, items: tuple[str, ...]
) -> tuple[str, ...]:
    shared = communality(turned.pattern, turned.phi)
    at_bound = (uniquenesses <= LOWEST_UNIQUENESS) | (shared >= 1)
    return tuple(
        f"Heywood case: the communality of item {items[j]} is {shared[j]:.3f}, at or beyond the "
        f"bound of {1 - LOWEST_UNIQUENESS}; use fewer factors, or more items or interviews."
        for j in np.flatnonzero(at_bound)
    )


def _thin(pattern: Array, fit: FactorFit) -> tuple[str, ...]:
    """Too few items for a factor, or for the model as a whole."""
    salient = (np.abs(pattern) >= SALIENT).sum(axis=0)
    said = [
        f"Factor F{k + 1} has {salient[k]} item(s) with a loading of {SALIENT:.2f} or more; "
        f"a factor needs three."
        for k in np.flatnonzero(salient < 3)
    ]
    if fit.df <= 0:
        said.append("No degrees of freedom are left: the fit of this model cannot be tested.")
    return tuple(said)
