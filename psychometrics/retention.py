"""How many factors: every rule by its name.

The rules can disagree. Each verdict is reported by its name; none is hidden in a vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import Correlations, Kind, correlations
from psychometrics._factor_fit import degrees_of_freedom
from psychometrics._plain import plain
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread
from psychometrics.ekc import EmpiricalKaiser, kaiser_of
from psychometrics.hull import HullAnalysis, hull_of, upper_bound
from psychometrics.parallel import (
    ParallelAnalysis,
    RootComparison,
    parallel_analysis,
    parallel_of,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = [
    "FactorSuggestion",
    "MinimumAveragePartial",
    "ParallelAnalysis",
    "RootComparison",
    "map_test",
    "parallel_analysis",
    "suggest_factors",
]


@dataclass(frozen=True, repr=False, eq=False)
class MinimumAveragePartial:
    """Velicer's criterion after 0, 1, … p − 2 components have been partialled out.

    `squared` averages squared partial correlations (Velicer 1976), `fourth` their fourth powers
    (Velicer, Eaton & Fava 2000); both (p − 1,), NaN where an item has nothing left. `suggested`
    and `suggested_fourth`: where each is smallest, 0 when items share nothing.
    """

    squared: Array
    fourth: Array
    suggested: int
    suggested_fourth: int
    items: tuple[str, ...]
    n_used: int | None
    warnings: tuple[str, ...]
    converged: bool = True

    @property
    def table(self) -> pd.DataFrame:
        """Rows: components partialled out; columns squared, fourth."""
        import pandas as pd

        return pd.DataFrame({"squared": self.squared, "fourth": self.fourth})

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        values: dict[str, Any] = plain(self)
        return values

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)

    @property
    def _head(self) -> str:
        return (
            f"MinimumAveragePartial: {self.suggested} component(s), {self.suggested_fourth} by the "
            f"fourth power, n = {self.n_used}"
        )


@dataclass(frozen=True, repr=False, eq=False)
class FactorSuggestion:
    """What each rule says about the number of factors, side by side.

    `kaiser` counts eigenvalues above 1: for reference only, since it finds too many. `hull` is None
    when fewer than five items leave it nothing to compare.
    """

    parallel: ParallelAnalysis
    minimum_average_partial: MinimumAveragePartial
    empirical_kaiser: EmpiricalKaiser
    hull: HullAnalysis | None
    kaiser: int
    n_used: int
    warnings: tuple[str, ...]

    @property
    def converged(self) -> bool:
        """Every solution that a rule rests on converged."""
        return self.hull is None or self.hull.converged

    @property
    def verdicts(self) -> dict[str, int]:
        """Number of factors by name of the rule; a rule that cannot tell is left out."""
        hull = None if self.hull is None else self.hull.suggested
        return {
            "parallel analysis, components": self.parallel.components.suggested,
            "parallel analysis, factors": self.parallel.factors.suggested,
            "minimum average partial": self.minimum_average_partial.suggested,
            "minimum average partial, fourth power": self.minimum_average_partial.suggested_fourth,
            "empirical Kaiser criterion": self.empirical_kaiser.suggested,
            **({} if hull is None else {"Hull, common part accounted for": hull}),
            "Kaiser, for reference only": self.kaiser,
        }

    @property
    def table(self) -> pd.DataFrame:
        """Rows the rules; column factors."""
        import pandas as pd

        return pd.DataFrame({"factors": self.verdicts})

    def to_dict(self) -> dict[str, Any]:
        """Verdicts and what they rest on, as plain values."""
        return {
            "verdicts": self.verdicts,
            "parallel_analysis": self.parallel.to_dict(),
            "minimum_average_partial": self.minimum_average_partial.to_dict(),
            "empirical_kaiser": self.empirical_kaiser.to_dict(),
            "hull": None if self.hull is None else self.hull.to_dict(),
            "n_used": self.n_used,
            "converged": self.converged,
            "warnings": list(self.warnings),
        }

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)

    @property
    def _head(self) -> str:
        return f"FactorSuggestion: n = {self.n_used}"


def map_test(
    data: Any, *, correlation: Kind = "pearson", cov: Any = None, n: int | None = None
) -> MinimumAveragePartial:
    """Velicer's minimum average partial test.

    Components are partialled out one after the other; the average squared partial correlation
    falls while they carry what items share, and rises when they carry single items. Velicer 1976,
    10.1007/BF02293557. `squared` from one component on equals ``psych::vss(x)$map``, which leaves
    out the case of no component. After p − 1 components it is 1 by construction and left out.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    correlation : "pearson" or "polychoric".
    cov, n : covariances or correlations (p, p), and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed.
    """
    with one_thread():
        return map_of(correlations(data, cov, n, correlation))


def suggest_factors(
    data: Any,
    *,
    replicates: int | None = None,
    quantile: float = 0.95,
    correlation: Kind = "pearson",
    rng: np.random.Generator | None = None,
    cov: Any = None,
    n: int | None = None,
) -> FactorSuggestion:
    """Number of factors by every rule, without a vote; arguments as `parallel_analysis`.

    Raises
    ------
    EfaError
        as `parallel_analysis`.
    """
    with one_thread():
        found = correlations(data, cov, n, correlation)
        return suggestion_of(found, replicates, quantile, rng)


def suggestion_of(
    found: Correlations, replicates: int | None, quantile: float, rng: np.random.Generator | None
) -> FactorSuggestion:
    """`suggest_factors` of correlations that are already there."""
    parallel = parallel_of(found, replicates, quantile, rng)
    enough = degrees_of_freedom(found.p, 2) > 0
    hull = hull_of(found, upper_bound(found, parallel.largest)) if enough else None
    empirical = kaiser_of(found)
    parts = (parallel, empirical, *(() if hull is None else (hull,)))
    return FactorSuggestion(
        parallel=parallel,
        minimum_average_partial=map_of(found),
        empirical_kaiser=empirical,
        hull=hull,
        kaiser=int(np.sum(found.eigenvalues > 1)),
        n_used=found.require_n("Parallel analysis"),
        warnings=tuple(dict.fromkeys(said for part in parts for said in part.warnings)),
    )


def map_of(found: Correlations) -> MinimumAveragePartial:
    """`map_test` of correlations that are already there."""
    values, vectors = np.linalg.eigh(found.matrix)
    loadings = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1]
    pairs = ~np.eye(found.p, dtype=bool)
    squared, fourth = np.full(found.p - 1, np.nan), np.full(found.p - 1, np.nan)
    for m in range(found.p - 1):
        left = found.matrix - loadings[:, :m] @ loadings[:, :m].T
        variances = np.diag(left)
        if (variances < 1e-12).any():
            break
        partial = (left**2 / np.outer(variances, variances))[pairs]
        squared[m], fourth[m] = partial.mean(), (partial**2).mean()
    return MinimumAveragePartial(
        squared=squared,
        fourth=fourth,
        suggested=int(np.nanargmin(squared)),
        suggested_fourth=int(np.nanargmin(fourth)),
        items=found.items,
        n_used=found.n_used,
        warnings=found.warnings,
    )
