"""Exploratory factor analysis: which items go together, and how closely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import Correlations, EfaError, correlations
from psychometrics._extraction import LOWEST_UNIQUENESS
from psychometrics._factor_analyzer import (
    METHODS,
    ROTATIONS,
    Method,
    Rotated,
    Rotation,
    ordered,
    rotate,
    unrotated,
)
from psychometrics._factor_fit import FactorFit, degrees_of_freedom, factor_fit
from psychometrics._plain import plain
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["EfaError", "FactorFit", "FactorSolution", "Method", "Rotation", "efa"]

SALIENT = 0.30
"""A loading from here on says that an item belongs to a factor."""


@dataclass(frozen=True, repr=False)
class FactorSolution:
    """Loadings of p items on m factors, factors in order of the variance they explain.

    Parameters
    ----------
    items : the p item names. method, rotation : as asked for; None: unrotated.
    pattern : (p, m) standardised regressions of items on factors, Λ.
    phi : (m, m) correlations of the factors, Φ; the identity unless the rotation is oblique.
    eigenvalues : (p,) of the correlations, largest first, for a scree plot.
    fit : chi2, RMSEA and the like.
    n_used : interviews analysed, None for a matrix without n. n_dropped : left out as incomplete.
    converged : extraction and rotation both ended where their gradient vanishes.
    warnings : what a reader must know before trusting the figures.
    """

    items: tuple[str, ...]
    pattern: Array
    phi: Array
    eigenvalues: Array
    fit: FactorFit
    method: Method
    rotation: Rotation | None
    n_used: int | None
    n_dropped: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def factor_names(self) -> tuple[str, ...]:
        """``F1`` … ``Fm``."""
        return tuple(f"F{k + 1}" for k in range(self.pattern.shape[1]))

    @property
    def loadings(self) -> pd.DataFrame:
        """Pattern Λ, items × factors."""
        return self._by_item(self.pattern)

    @property
    def structure(self) -> pd.DataFrame:
        """Correlations of items with factors, ΛΦ, items × factors."""
        return self._by_item(self.pattern @ self.phi)

    @property
    def factor_correlations(self) -> pd.DataFrame:
        """Φ, factors × factors."""
        import pandas as pd

        return pd.DataFrame(self.phi, index=self.factor_names, columns=self.factor_names)

    @property
    def communalities(self) -> pd.Series[float]:
        """Share of each item's variance that the factors explain, diag(ΛΦΛ')."""
        import pandas as pd

        return pd.Series(communality(self.pattern, self.phi), index=self.items, name="communality")

    @property
    def uniquenesses(self) -> pd.Series[float]:
        """1 − communality."""
        return (1 - self.communalities).rename("uniqueness")

    @property
    def variance(self) -> pd.DataFrame:
        """Rows as ``psych::fa()$Vaccounted``, columns the factors; SS loadings = diag(ΦΛ'Λ)."""
        import pandas as pd

        explained = np.diag(self.phi @ self.pattern.T @ self.pattern)
        shares, parts = explained / len(self.items), explained / explained.sum()
        rows = {
            "SS loadings": explained,
            "Proportion Var": shares,
            "Cumulative Var": np.cumsum(shares),
            "Proportion Explained": parts,
            "Cumulative Proportion": np.cumsum(parts),
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=list(self.factor_names))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: by name for items and factors, None for what is not."""
        return {
            "items": list(self.items),
            "factors": list(self.factor_names),
            "method": self.method,
            "rotation": self.rotation,
            "loadings": plain(self.pattern),
            "factor_correlations": plain(self.phi),
            "structure": plain(self.pattern @ self.phi),
            "communalities": plain(communality(self.pattern, self.phi)),
            "uniquenesses": plain(1 - communality(self.pattern, self.phi)),
            "variance": {str(row): plain(v.to_numpy()) for row, v in self.variance.iterrows()},
            "eigenvalues": plain(self.eigenvalues),
            "fit": self.fit.to_dict(),
            "n_used": self.n_used,
            "n_dropped": self.n_dropped,
            "converged": self.converged,
            "warnings": list(self.warnings),
        }

    def __repr__(self) -> str:
        fit = self.fit
        head = (
            f"FactorSolution: {self.method}, rotation {self.rotation}, n = {self.n_used}, "
            f"chi2({fit.df}) = {fit.chi2:.2f}, RMSEA {fit.rmsea:.3f}, TLI {fit.tli:.3f}, "
            f"RMSR {fit.rmsr:.3f}, {'converged' if self.converged else 'NOT CONVERGED'}"
        )
        table = self.loadings.assign(communality=self.communalities).round(3).to_string()
        said = [f"Warning: {warning}" for warning in self.warnings]
        return "\n".join([head, table, *said])

    def _repr_html_(self) -> str:
        from html import escape

        table = self.loadings.assign(communality=self.communalities)
        head = escape(repr(self).splitlines()[0])
        return f"<p>{head}</p>{table.to_html(float_format='{:.3f}'.format)}"

    def _by_item(self, values: Array) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(values, index=list(self.items), columns=list(self.factor_names))


def efa(
    data: Any,
    factors: int,
    *,
    method: Method = "minres",
    rotation: Rotation | None = "oblimin",
    random_starts: int = 10,
    rng: np.random.Generator | None = None,
    cov: Any = None,
    n: int | None = None,
) -> FactorSolution:
    """Exploratory factor analysis of Pearson correlations, listwise.

    Equals ``psych::fa(x, factors, fm=method, rotate=rotation)`` to 1e-5 once R's rotation is
    given a tight criterion; R's own default stops up to 1e-3 short of it.

    Parameters
    ----------
    data : Dataset (all its interviews: `select` first), DataFrame or array, interviews × items;
        None when `cov` is given.
    factors : number of factors m; ((p − m)² − p − m)/2 may not be negative.
    method : "minres" (unweighted least squares; Harman & Jones 1966, 10.1007/BF02289468) or "ml"
        (maximum likelihood; Jöreskog 1967, 10.1007/BF02289658).
    rotation : "oblimin" (γ = 0; Jennrich 2002, 10.1007/BF02294706), "promax" (power 4, Kaiser
        normalisation), "varimax" (Kaiser normalisation) or None.
    random_starts : starts of the rotation beside the unrotated one; the best end is kept.
    rng : source of the starts; without it a fixed one, so that results can be repeated.
    cov, n : covariances or correlations (p, p) and the interviews behind them, instead of data.

    Raises
    ------
    EfaError
        unknown method or rotation, too many factors, or items that cannot be analysed.
    """
    _check_choice("method", method, METHODS)
    if rotation is not None:
        _check_choice("rotation", rotation, ROTATIONS)
    with one_thread():
        found = correlations(data, cov, n)
        return solve(found, factors, method, rotation, random_starts, rng)


def solve(
    found: Correlations,
    factors: int,
    method: Method,
    rotation: Rotation | None,
    random_starts: int,
    rng: np.random.Generator | None,
) -> FactorSolution:
    """`efa` on correlations that are already there, checked and counted."""
    _check_factors(found, factors)
    extraction = unrotated(found.matrix, factors, method)
    if rotation is None or factors == 1:
        rotated = ordered(extraction.loadings, np.eye(factors), converged=True)
    else:
        generator = np.random.default_rng(0) if rng is None else rng
        rotated = rotate(extraction.loadings, rotation, random_starts, generator)
    fit = factor_fit(found.matrix, rotated.pattern, rotated.phi, found.n_used)
    heywood = _heywood(extraction.uniquenesses, rotated, found.items)
    return FactorSolution(
        items=found.items,
        pattern=rotated.pattern,
        phi=rotated.phi,
        eigenvalues=found.eigenvalues,
        fit=fit,
        method=method,
        rotation=None if factors == 1 else rotation,
        n_used=found.n_used,
        n_dropped=found.n_dropped,
        converged=extraction.converged and rotated.converged,
        warnings=(
            *found.warnings,
            *heywood,
            *_unmet(extraction.converged, rotated.converged),
            *_thin(rotated.pattern, fit),
        ),
    )


def communality(pattern: Array, phi: Array) -> Array:
    """(p,) diag(ΛΦΛ')."""
    explained: Array = np.einsum("ij,jk,ik->i", pattern, phi, pattern)
    return explained


def most_factors(items: int) -> int:
    """The largest number of factors that p items identify (df not negative)."""
    return max(m for m in range(items) if degrees_of_freedom(items, m) >= 0)


def _check_choice(what: str, given: object, known: tuple[str, ...]) -> None:
    if given not in known:
        raise EfaError(f"There is no {what} {given!r}; choose one of {', '.join(known)}.")


def _check_factors(found: Correlations, factors: int) -> None:
    if not isinstance(factors, (int, np.integer)) or factors < 1:
        raise EfaError(f"The number of factors is {factors!r}; give a whole number from 1.")
    df = degrees_of_freedom(found.p, factors)
    if factors >= found.p or df < 0:
        raise EfaError(
            f"{factors} factors on {found.p} items are not identified (df = {df}); "
            f"at most {most_factors(found.p)} can be had from these items."
        )


def _heywood(uniquenesses: Array, rotated: Rotated, items: tuple[str, ...]) -> tuple[str, ...]:
    shared = communality(rotated.pattern, rotated.phi)
    at_bound = (uniquenesses <= LOWEST_UNIQUENESS) | (shared >= 1)
    return tuple(
        f"Heywood case: the communality of item {items[j]} is {shared[j]:.3f}, at or beyond the "
        f"bound of {1 - LOWEST_UNIQUENESS}; use fewer factors, or more items or interviews."
        for j in np.flatnonzero(at_bound)
    )


def _unmet(extracted: bool, turned: bool) -> tuple[str, ...]:
    said = []
    if not extracted:
        said.append("The extraction did not converge; use fewer factors or more interviews.")
    if not turned:
        said.append("The rotation did not converge; try another rotation or more starts.")
    return tuple(said)


def _thin(pattern: Array, fit: FactorFit) -> tuple[str, ...]:
    """Too few items for a factor, or for the model as a whole."""
    salient = (np.abs(pattern) >= SALIENT).sum(axis=0)
    said = [
        f"Factor F{k + 1} has {salient[k]} item(s) with a loading of {SALIENT:.2f} or more; "
        f"a factor needs three."
        for k in np.flatnonzero(salient < 3)
    ]
    if fit.df == 0:
        said.append("No degrees of freedom are left: the fit of this model cannot be tested.")
    return tuple(said)
