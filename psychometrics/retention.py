"""How many factors: parallel analysis, Velicer's minimum average partial, and for reference Kaiser.

The rules can disagree. Each verdict is reported by its name; none is hidden in a vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import EfaError, correlations
from psychometrics._plain import plain
from psychometrics._random_roots import random_roots, reduced
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics._correlation import Correlations

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class RootComparison:
    """Eigenvalues observed, beside those of uncorrelated normal items, largest first.

    `observed`, `mean`, `quantile`: (p,). `suggested`: how many observed values exceed the
    simulated quantile before the first that does not.
    """

    observed: Array
    mean: Array
    quantile: Array
    suggested: int

    @property
    def table(self) -> pd.DataFrame:
        """Rows 1 … p; columns observed, mean, quantile."""
        import pandas as pd

        columns = {"observed": self.observed, "mean": self.mean, "quantile": self.quantile}
        return pd.DataFrame(columns, index=range(1, len(self.observed) + 1))


@dataclass(frozen=True)
class ParallelAnalysis:
    """Parallel analysis on two kinds of eigenvalues.

    `components`: of the correlations (Horn's original; the better number of factors in most
    comparisons). `factors`: of the correlations with squared multiple correlations on the
    diagonal, which tends to suggest too many. `level`: the simulated quantile compared with.
    """

    components: RootComparison
    factors: RootComparison
    replicates: int
    level: float
    items: tuple[str, ...]
    n_used: int
    warnings: tuple[str, ...]

    @property
    def suggested(self) -> int:
        """The number by `components`."""
        return self.components.suggested

    def to_dict(self) -> dict[str, Any]:
        """The fields and `suggested` as plain values."""
        return {**plain(self), "suggested": self.suggested}


@dataclass(frozen=True)
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

    @property
    def table(self) -> pd.DataFrame:
        """Rows: components partialled out; columns squared, fourth."""
        import pandas as pd

        return pd.DataFrame({"squared": self.squared, "fourth": self.fourth})

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        values: dict[str, Any] = plain(self)
        return values


@dataclass(frozen=True)
class FactorSuggestion:
    """What each rule says about the number of factors, side by side.

    `kaiser` counts eigenvalues above 1: for reference only, since it finds too many.
    """

    parallel: ParallelAnalysis
    minimum_average_partial: MinimumAveragePartial
    kaiser: int
    n_used: int
    warnings: tuple[str, ...]

    @property
    def verdicts(self) -> dict[str, int]:
        """Number of factors by name of the rule."""
        return {
            "parallel analysis, components": self.parallel.components.suggested,
            "parallel analysis, factors": self.parallel.factors.suggested,
            "minimum average partial": self.minimum_average_partial.suggested,
            "minimum average partial, fourth power": self.minimum_average_partial.suggested_fourth,
            "Kaiser, for reference only": self.kaiser,
        }

    def to_dict(self) -> dict[str, Any]:
        """Verdicts and what they rest on, as plain values."""
        return {
            "verdicts": self.verdicts,
            "parallel_analysis": self.parallel.to_dict(),
            "minimum_average_partial": self.minimum_average_partial.to_dict(),
            "n_used": self.n_used,
            "warnings": list(self.warnings),
        }


def parallel_analysis(
    data: Any,
    *,
    replicates: int = 1000,
    quantile: float = 0.95,
    rng: np.random.Generator | None = None,
    cov: Any = None,
    n: int | None = None,
) -> ParallelAnalysis:
    """Horn's parallel analysis: do the items share more than chance would make them share?

    Eigenvalues of the correlations of n normal, uncorrelated answers are simulated and compared
    with those observed. Horn 1965, 10.1007/BF02289447; 95 % quantile: Glorfeld 1995,
    10.1177/0013164495055003002. Agrees within Monte Carlo error with
    ``psych::fa.parallel(cor(x), n.obs=n, fa="both", SMC=TRUE, quant=.95)``.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    replicates : simulated samples, at least 20.
    quantile : of the simulated eigenvalues, between 0 and 1.
    rng : source of chance; without it a fixed one, so that results can be repeated.
    cov, n : covariances or correlations (p, p) and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed, `cov` without `n`, or a setting out of range.
    """
    with one_thread():
        return parallel_of(correlations(data, cov, n), replicates, quantile, rng)


def map_test(data: Any, *, cov: Any = None, n: int | None = None) -> MinimumAveragePartial:
    """Velicer's minimum average partial test.

    Components are partialled out one after the other; the average squared partial correlation
    falls while they carry what items share, and rises when they carry single items. Velicer 1976,
    10.1007/BF02293557. `squared` from one component on equals ``psych::vss(x)$map``, which leaves
    out the case of no component. After p − 1 components it is 1 by construction and left out.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    cov, n : covariances or correlations (p, p), and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed.
    """
    with one_thread():
        return map_of(correlations(data, cov, n))


def suggest_factors(
    data: Any,
    *,
    replicates: int = 1000,
    quantile: float = 0.95,
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
        return suggestion_of(correlations(data, cov, n), replicates, quantile, rng)


def suggestion_of(
    found: Correlations, replicates: int, quantile: float, rng: np.random.Generator | None
) -> FactorSuggestion:
    """`suggest_factors` of correlations that are already there."""
    return FactorSuggestion(
        parallel=parallel_of(found, replicates, quantile, rng),
        minimum_average_partial=map_of(found),
        kaiser=int(np.sum(found.eigenvalues > 1)),
        n_used=found.require_n("Parallel analysis"),
        warnings=found.warnings,
    )


def parallel_of(
    found: Correlations, replicates: int, quantile: float, rng: np.random.Generator | None
) -> ParallelAnalysis:
    """`parallel_analysis` of correlations that are already there."""
    n = found.require_n("Parallel analysis")
    if replicates < 20 or not 0 < quantile < 1:
        raise EfaError(
            f"Parallel analysis with {replicates} replicates at quantile {quantile}: give at "
            f"least 20 replicates and a quantile between 0 and 1."
        )
    generator = np.random.default_rng(0) if rng is None else rng
    whole, parts = random_roots(n, found.p, replicates, generator)
    own = np.linalg.eigvalsh(reduced(found.matrix))[::-1].astype(np.float64)
    return ParallelAnalysis(
        components=_compare(found.eigenvalues, whole, quantile),
        factors=_compare(own, parts, quantile),
        replicates=replicates,
        level=quantile,
        items=found.items,
        n_used=n,
        warnings=found.warnings,
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


def _compare(observed: Array, simulated: Array, level: float) -> RootComparison:
    limit = np.quantile(simulated, level, axis=0)
    below = np.flatnonzero(~(observed > limit))
    suggested = int(below[0]) if len(below) else len(observed)
    return RootComparison(observed, simulated.mean(axis=0), limit, suggested)
