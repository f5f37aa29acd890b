"""Hull method: the number of factors after which fit gains little for what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from psychometrics._correlation import Correlations, EfaError, Kind, correlations
from psychometrics._extraction import extract
from psychometrics._factor_fit import degrees_of_freedom, factor_fit
from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread
from psychometrics.adequacy import sampling_adequacy

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Index: TypeAlias = Literal["caf", "cfi", "rmsea"]
INDICES: tuple[Index, ...] = get_args(Index)

_FEWEST = 3


@dataclass(frozen=True)
class HullCurve:
    """Fit of 0, 1, … factors, (k,), and which of them lie on the hull.

    `st`: how sharply the hull bends there, NaN at its ends and off it. `suggested`: where it bends
    most, None when fewer than three solutions lie on the hull, so that it bends nowhere.
    """

    fit: Array
    on_hull: NDArray[np.bool_]
    st: Array
    suggested: int | None


@dataclass(frozen=True, repr=False, eq=False)
class HullAnalysis:
    """The hull by three measures of fit.

    `caf`: common part accounted for, 1 − KMO of the residuals; `cfi`; `rmsea`: 1 − RMSEA, since
    more must be better. `df` (k,) degrees of freedom of 0, 1, … `most` factors.
    """

    caf: HullCurve
    cfi: HullCurve
    rmsea: HullCurve
    df: NDArray[np.int_]
    most: int
    index: Index
    method: Literal["minres", "ml"]
    items: tuple[str, ...]
    n_used: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def suggested(self) -> int | None:
        """The number by `index`."""
        curve: HullCurve = getattr(self, self.index)
        return curve.suggested

    @property
    def table(self) -> pd.DataFrame:
        """Rows 0 … `most`; columns df, and each measure with its st."""
        import pandas as pd

        columns: dict[str, Any] = {"df": self.df}
        for name in INDICES:
            curve: HullCurve = getattr(self, name)
            columns |= {name: curve.fit, f"{name}_st": curve.st}
        return pd.DataFrame(columns)

    def to_dict(self) -> dict[str, Any]:
        """The fields and `suggested` as plain values."""
        return {**plain_fields(self), "suggested": self.suggested}

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)

    @property
    def _head(self) -> str:
        found = "no bend" if self.suggested is None else f"{self.suggested} factor(s)"
        return f"HullAnalysis: {found} by {self.index}, {self.method}, n = {self.n_used}"


def hull(
    data: Any,
    *,
    index: Index = "caf",
    method: Literal["minres", "ml"] = "minres",
    most: int | None = None,
    correlation: Kind = "pearson",
    rng: np.random.Generator | None = None,
    cov: Any = None,
    n: int | None = None,
) -> HullAnalysis:
    """Hull method for the number of common factors, listwise.

    Solutions with 0 … `most` factors are set out by fit f and degrees of freedom. Those that fit
    no better than one with fewer factors, or lie on or below a line between two others, are left
    out; of the others the one is taken with the largest

        st_i = (f_i − f_{i−1})/(df_{i−1} − df_i) ÷ (f_{i+1} − f_i)/(df_i − df_{i+1})

    Lorenzo-Seva, Timmerman & Kiers 2011, 10.1080/00273171.2011.564527. chi2 = (n − 1) times the
    likelihood discrepancy, whatever the extraction. R: ``EFAtools::HULL``, whose search leaves the
    last solutions unexamined in step 6, so that it can differ there.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    index : which measure decides; all three are reported.
    method : extraction, "minres" or "ml".
    most : largest number of factors tried; by default one more than parallel analysis suggests
        and at least three, as far as degrees of freedom are left.
    correlation : "pearson" or "polychoric".
    rng : source of chance for the parallel analysis; without it a fixed one.
    cov, n : covariances or correlations (p, p) and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed, fewer than five of them, `cov` without `n`, `most` below
        two or without degrees of freedom.
    """
    if index not in INDICES:
        raise EfaError(f"There is no index {index!r}; choose one of {', '.join(INDICES)}.")
    with one_thread():
        found = correlations(data, cov, n, correlation)
        if most is None:
            from psychometrics.parallel import parallel_of

            most = upper_bound(found, parallel_of(found, None, 0.95, rng).largest)
        return hull_of(found, most, index, method)


def upper_bound(found: Correlations, suggested: int) -> int:
    """One more than parallel analysis suggests, three at least, as far as df > 0."""
    identified = max(m for m in range(found.p) if degrees_of_freedom(found.p, m) > 0)
    return min(max(suggested + 1, _FEWEST), identified)


def hull_of(
    found: Correlations,
    most: int,
    index: Index = "caf",
    method: Literal["minres", "ml"] = "minres",
) -> HullAnalysis:
    """`hull` of correlations that are already there."""
    n = found.require_n("The Hull method")
    if most < 2 or most >= found.p or degrees_of_freedom(found.p, most) <= 0:
        raise EfaError(
            f"The Hull method compares 0 to {most} factors on {found.p} items; it needs two or "
            f"more factors with degrees of freedom left, five items at least."
        )
    df = np.array([degrees_of_freedom(found.p, m) for m in range(most + 1)])
    solutions = [extract(found.matrix, m, method) for m in range(1, most + 1)]
    loadings = [np.zeros((found.p, 0)), *(solution.loadings for solution in solutions)]
    caf = np.array([_caf(found.matrix, pattern) for pattern in loadings])
    cfi, rmsea = _chi2_measures(found, loadings, df)
    curves = {"caf": _curve(caf, df), "cfi": _curve(cfi, df), "rmsea": _curve(1 - rmsea, df)}
    return HullAnalysis(
        **curves,
        df=df,
        most=most,
        index=index,
        method=method,
        items=found.items,
        n_used=n,
        converged=all(solution.converged for solution in solutions),
        warnings=(*found.warnings, *_said(curves, [s.converged for s in solutions])),
    )


def _caf(matrix: Array, pattern: Array) -> float:
    left = matrix - pattern @ pattern.T
    np.fill_diagonal(left, 1.0)
    return 1 - sampling_adequacy(left)[0]


def _chi2_measures(
    found: Correlations, loadings: list[Array], df: NDArray[np.int_]
) -> tuple[Array, Array]:
    """CFI and RMSEA of each solution; NaN where the implied correlations are not definite."""
    n = found.require_n("The Hull method")
    fits = [factor_fit(found.matrix, L, np.eye(L.shape[1]), n).objective for L in loadings]
    excess: Array = (n - 1) * np.array(fits) - df
    worst = np.maximum(np.maximum(excess[0], excess), 0)
    share = np.divide(np.maximum(excess, 0), worst, out=np.zeros_like(worst), where=worst > 0)
    return 1 - share, np.sqrt(np.maximum(excess, 0) / (df * (n - 1)))


def _curve(fit: Array, df: NDArray[np.int_]) -> HullCurve:
    corners: list[int] = []
    for i in np.flatnonzero(~np.isnan(fit)).tolist():
        if corners and fit[i] <= fit[corners].max():
            continue
        while len(corners) > 1 and _gain(fit, df, *corners[-2:]) <= _gain(fit, df, corners[-1], i):
            corners.pop()
        corners.append(i)
    st = np.full(len(fit), np.nan)
    for a, i, b in zip(corners, corners[1:], corners[2:], strict=False):
        st[i] = _gain(fit, df, a, i) / _gain(fit, df, i, b)
    on_hull = np.isin(np.arange(len(fit)), corners)
    return HullCurve(fit, on_hull, st, int(np.nanargmax(st)) if len(corners) > 2 else None)


def _gain(fit: Array, df: NDArray[np.int_], a: int, b: int) -> float:
    """Fit gained from a to b factors for each degree of freedom spent."""
    return float((fit[b] - fit[a]) / (df[a] - df[b]))


def _said(curves: dict[str, HullCurve], converged: list[bool]) -> list[str]:
    said = [
        f"Fewer than three solutions lie on the hull of {name}, so it bends nowhere and suggests "
        f"no number of factors."
        for name, curve in curves.items()
        if curve.suggested is None
    ]
    said += [
        f"The extraction of {m + 1} factor(s) did not converge."
        for m, ended in enumerate(converged)
        if not ended
    ]
    return said
