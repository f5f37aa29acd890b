"""Parallel analysis: do the items share more than chance would make them share?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import Correlations, EfaError, Kind, correlations
from psychometrics._plain import plain, plain_fields
from psychometrics._random_roots import permuted_roots, random_roots, reduced
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_REPLICATES: dict[Kind, int] = {"pearson": 1000, "polychoric": 200}


@dataclass(frozen=True, eq=False)
class RootComparison:
    """Eigenvalues observed, beside those of unrelated items, largest first.

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

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def _repr_html_(self) -> str:
        return as_html(f"{self.suggested} pass the quantile", [self.table], ())


@dataclass(frozen=True, repr=False, eq=False)
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
    correlation: Kind
    items: tuple[str, ...]
    n_used: int
    warnings: tuple[str, ...]
    converged: bool = True

    @property
    def suggested(self) -> int:
        """The number by `components`."""
        return self.components.suggested

    @property
    def largest(self) -> int:
        """The larger number of the two kinds."""
        return max(self.components.suggested, self.factors.suggested)

    @property
    def table(self) -> pd.DataFrame:
        """Rows 1 … p; columns of `components`, then of `factors`."""
        return self.components.table.join(self.factors.table.add_prefix("factors_"))

    def to_dict(self) -> dict[str, Any]:
        """The fields and `suggested` as plain values."""
        return {**plain(self), "suggested": self.suggested}

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)

    @property
    def _head(self) -> str:
        return (
            f"ParallelAnalysis: {self.components.suggested} by components, "
            f"{self.factors.suggested} by factors, n = {self.n_used}, "
            f"{self.replicates} replicates, quantile {self.level}"
        )


def parallel_analysis(
    data: Any,
    *,
    replicates: int | None = None,
    quantile: float = 0.95,
    correlation: Kind = "pearson",
    rng: np.random.Generator | None = None,
    cov: Any = None,
    n: int | None = None,
) -> ParallelAnalysis:
    """Horn's parallel analysis, listwise.

    Eigenvalues of the correlations of unrelated items are simulated and compared with those
    observed. Horn 1965, 10.1007/BF02289447; 95 % quantile: Glorfeld 1995,
    10.1177/0013164495055003002. Agrees within Monte Carlo error with
    ``psych::fa.parallel(cor(x), n.obs=n, fa="both", SMC=TRUE, quant=.95)``.

    Pearson correlations are compared with those of n normal interviews, drawn from their Wishart
    distribution. Polychoric ones scatter more, so they are compared with polychoric correlations
    of the answers themselves, each item's shuffled among the interviews: margins stay, relations
    go. On polychoric correlations in parallel analysis: Garrido, Abad & Ponsoda 2013,
    10.1037/a0030005.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    replicates : simulated samples, at least 20; by default 1000, for polychoric 200.
    quantile : of the simulated eigenvalues, between 0 and 1.
    correlation : "pearson" or "polychoric"; the latter needs data.
    rng : source of chance; without it a fixed one, so that results can be repeated.
    cov, n : covariances or correlations (p, p) and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed, `cov` without `n`, or a setting out of range.
    """
    with one_thread():
        found = correlations(data, cov, n, correlation)
        return parallel_of(found, replicates, quantile, rng)


def parallel_of(
    found: Correlations, replicates: int | None, quantile: float, rng: np.random.Generator | None
) -> ParallelAnalysis:
    """`parallel_analysis` of correlations that are already there."""
    n = found.require_n("Parallel analysis")
    count = _REPLICATES[found.kind] if replicates is None else replicates
    if count < 20 or not 0 < quantile < 1:
        raise EfaError(
            f"Parallel analysis with {count} replicates at quantile {quantile}: give at "
            f"least 20 replicates and a quantile between 0 and 1."
        )
    generator = np.random.default_rng(0) if rng is None else rng
    whole, parts, said = _simulated(found, n, count, generator)
    own = np.linalg.eigvalsh(reduced(found.matrix))[::-1].astype(np.float64)
    return ParallelAnalysis(
        components=_compare(found.eigenvalues, whole, quantile),
        factors=_compare(own, parts, quantile),
        replicates=count,
        level=quantile,
        correlation=found.kind,
        items=found.items,
        n_used=n,
        warnings=(*found.warnings, *said),
    )


def _simulated(
    found: Correlations, n: int, replicates: int, rng: np.random.Generator
) -> tuple[Array, Array, tuple[str, ...]]:
    """Eigenvalues of both kinds by chance alone, and what must be said of them."""
    if found.kind == "pearson":
        return *random_roots(n, found.p, replicates, rng), ()
    if found.answers is None:
        raise EfaError(
            "Parallel analysis of polychoric correlations shuffles the answers; give data, not cov."
        )
    whole, parts = permuted_roots(found.answers, found.items, replicates, rng)
    if len(parts) == 0:
        raise EfaError(
            f"None of {replicates} shuffled samples has positive definite polychoric "
            f"correlations: {n} interviews are too few for {found.p} items; use Pearson."
        )
    if len(parts) == len(whole):
        return whole, parts, ()
    lost = len(whole) - len(parts)
    said = f"{lost} of {len(whole)} shuffled samples are not positive definite and left out of "
    return whole, parts, (f"{said}the comparison of factors.",)


def _compare(observed: Array, simulated: Array, level: float) -> RootComparison:
    limit = _quantile(simulated, level)
    below = np.flatnonzero(~(observed > limit))
    suggested = int(below[0]) if len(below) else len(observed)
    return RootComparison(observed, simulated.mean(axis=0), limit, suggested)


def _quantile(simulated: Array, level: float) -> Array:
    """``np.quantile(simulated, level, axis=0)``, in a tenth of its time for a few columns."""
    ranked = np.sort(simulated, axis=0)
    place = level * (len(ranked) - 1)
    under = int(place)
    over = min(under + 1, len(ranked) - 1)
    between: Array = ranked[under] + (place - under) * (ranked[over] - ranked[under])
    return between
