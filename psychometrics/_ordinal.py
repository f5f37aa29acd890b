"""Thresholds and polychoric correlations of ordered answers, with their asymptotic covariance.

Two steps (Olsson 1979, 10.1007/BF02296207): thresholds from the margins, then each correlation
from its own table with the thresholds held. The tables alone decide both; the covariance of all
estimates takes a second pass over the answers. Equal, in R's lavaan,
``lavCor(x, ordered = names(x))`` to 1e-7 and ``lavInspect(fit, "gamma")`` to 1e-6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._count_tables import (
    CountTables,
    OrdinalError,
    coded,
    fixed,
    item_names,
    observed_categories,
)
from psychometrics._ordinal_influence import Influence, correlation_variances, influence
from psychometrics._ordinal_warnings import moment_warnings
from psychometrics._polychoric_fit import Margins, PairEstimates, Pairs, estimate
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["CountTables", "OrdinalError", "OrdinalMoments", "TableMoments", "ordinal_moments"]


@dataclass(frozen=True, eq=False)
class OrdinalMoments:
    """Sample statistics of p ordered items, what a categorical factor model is fitted to.

    Parameters
    ----------
    items : the p names. categories : answers of each item that count, ascending.
    thresholds : per item its K_j − 1 thresholds, standard normal quantiles of the cumulative
        proportions. correlations : (p, p) polychoric.
    n : interviews.
    gamma : (m, m) asymptotic covariance of √n times `thresholds_and_correlations`, or None;
        ``lavInspect(fit, "gamma")``. NaN in the row and column of a correlation at its bound
        (±.999, or ±1 for two categories), which a warning names.
    warnings : what a reader must know before trusting the figures.
    converged : every correlation was found.
    """

    items: tuple[str, ...]
    categories: tuple[tuple[float, ...], ...]
    thresholds: tuple[Array, ...]
    correlations: Array
    n: int
    gamma: Array | None
    warnings: tuple[str, ...]
    converged: bool = True

    @property
    def thresholds_and_correlations(self) -> Array:
        """(m,) all thresholds in item order, then the correlations as ``np.triu_indices(p, 1)``."""
        upper = np.triu_indices(len(self.items), 1)
        return np.concatenate([*self.thresholds, self.correlations[upper]])


def ordinal_moments(
    matrix: NDArray[Any],
    items: Sequence[str] | None = None,
    *,
    gamma: bool = True,
    categories: Sequence[Sequence[float]] | None = None,
) -> OrdinalMoments:
    """Thresholds, polychoric correlations and their asymptotic covariance.

    Parameters
    ----------
    matrix : (n, p) answers. NaN: not answered; each statistic then uses the interviews that
        have its answers, as ``missing = "pairwise"`` in lavaan.
    gamma : whether the covariance is wanted, by far the most costly part.
    categories : per item the answers that count; those seen when not given.

    Raises
    ------
    OrdinalError
        an item with one category, with a category that nobody chose, or with too many of them;
        an answer that is none of the categories; two items never answered together.
    """
    with one_thread():
        names = item_names(matrix, items)
        known = observed_categories(matrix, names) if categories is None else fixed(categories)
        codes = coded(matrix, known, names)
        found = TableMoments.of(CountTables.from_codes(codes, known, names))
        if not gamma:
            return found.moments
        return found.with_gamma(found.influence.products(codes))


@dataclass(frozen=True, eq=False)
class TableMoments:
    """All that count tables alone tell: moments without Γ, variances, and the way to Γ.

    For answers that do not fit into memory: add up the tables of their parts, then the
    ``influence.products(coded(part, categories, items))`` of the parts, and give the sum to
    `with_gamma`.

    Parameters
    ----------
    variances : (p, p) asymptotic variances of the correlations, their squared standard errors.
    influence : influence of answers on all estimates.
    """

    moments: OrdinalMoments
    variances: Array
    influence: Influence

    @classmethod
    def of(cls, tables: CountTables) -> TableMoments:
        """Estimate from tables. Raises OrdinalError as `ordinal_moments` does."""
        _require_answers(tables)
        sizes = np.array([len(values) for values in tables.categories])
        counts = tables.margins.astype(np.float64)
        margins = Margins.of(counts, np.arange(1, tables.width) < sizes[:, None])
        pairs = Pairs.of(tables.pairs.astype(np.float64), margins)
        first, second = np.triu_indices(len(sizes), 1)
        estimates = estimate(pairs, (sizes[first] == 2) & (sizes[second] == 2))
        found = influence(pairs, estimates.rho, margins)
        variances = correlation_variances(pairs, found, counts)
        moments = _moments(tables, margins, estimates)
        return cls(moments, _square(variances, 0.0), found)

    def with_gamma(self, products: Array) -> OrdinalMoments:
        """The moments with Γ from the sum of products of all interviews' influences."""
        return replace(self.moments, gamma=products * self.moments.n)


def _moments(tables: CountTables, margins: Margins, found: PairEstimates) -> OrdinalMoments:
    correlations = _square(found.rho, 1.0)
    rows = zip(margins.limits, margins.real, strict=True)
    return OrdinalMoments(
        items=tables.items,
        categories=tables.categories,
        thresholds=tuple(limits[real] for limits, real in rows),
        correlations=correlations,
        n=tables.n,
        gamma=None,
        warnings=moment_warnings(tables, correlations, found),
        converged=bool(found.converged.all()),
    )


def _square(values: Array, diagonal: float) -> Array:
    p = int((1 + np.sqrt(1 + 8 * len(values))) / 2)
    matrix = np.full((p, p), diagonal)
    upper = np.triu_indices(p, 1)
    matrix[upper] = values
    matrix.T[upper] = values
    return matrix


def _require_answers(tables: CountTables) -> None:
    for item, values, counts in zip(tables.items, tables.categories, tables.margins, strict=True):
        if len(values) == 1:
            raise OrdinalError(f"Everybody gave the same answer to item {item}; leave it out.")
        empty = [f"{v:g}" for v, count in zip(values, counts, strict=False) if count == 0]
        if empty:
            raise OrdinalError(
                f"Nobody of {tables.n} gave the answer {', '.join(empty)} to item {item}; join it "
                f"with a neighbouring answer, in every group alike, or leave the item out."
            )
    _require_overlap(tables)


def _require_overlap(tables: CountTables) -> None:
    """Those who answered both items of a pair must differ in both."""
    together = tables.pairs.sum(axis=(1, 2))
    chosen = [(tables.pairs.sum(axis=side) > 0).sum(axis=1) for side in (2, 1)]
    pairs = zip(*np.triu_indices(len(tables.items), 1), together, *chosen, strict=True)
    for first, second, n, of_first, of_second in pairs:
        a, b = tables.items[first], tables.items[second]
        if n == 0:
            raise OrdinalError(f"Nobody answered both {a} and {b}; leave one of the two out.")
        if min(of_first, of_second) == 1:
            raise OrdinalError(
                f"The {n} interviews with both {a} and {b} all gave the same answer to "
                f"{a if of_first == 1 else b}; leave one of the two out."
            )
