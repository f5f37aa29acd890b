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
from scipy.special import ndtri

from psychometrics._bivariate_normal import FAR
from psychometrics._count_tables import CountTables, OrdinalError, coded
from psychometrics._ordinal_influence import Influence, correlation_variances, influence
from psychometrics._ordinal_warnings import moment_warnings
from psychometrics._polychoric_fit import PairEstimates, Pairs, estimate
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
        ``lavInspect(fit, "gamma")``.
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
        tables = CountTables.from_matrix(matrix, categories, items)
        found = TableMoments.of(tables)
        if not gamma:
            return found.moments
        codes = coded(matrix, tables.categories, tables.items)
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
        answered = tables.margins.sum(axis=1).astype(np.float64)
        real = np.arange(1, tables.width) < _category_counts(tables)[:, None]
        pairs = _pairs(tables, answered, real)
        first, second = np.triu_indices(len(tables.items), 1)
        small = _category_counts(tables) == 2
        estimates = estimate(pairs, small[first] & small[second])
        found = influence(pairs, estimates.rho, answered, real)
        counts = tables.margins.astype(np.float64)
        margins = counts[first], counts[second]
        variances = correlation_variances(pairs, found, margins)
        moments = _moments(tables, pairs, real, estimates)
        return cls(moments, _square(variances, 0.0), found)

    def with_gamma(self, products: Array) -> OrdinalMoments:
        """The moments with Γ from the sum of products of all interviews' influences."""
        return replace(self.moments, gamma=products * self.moments.n)


def _category_counts(tables: CountTables) -> NDArray[np.intp]:
    return np.array([len(values) for values in tables.categories])


def _pairs(tables: CountTables, answered: Array, real: NDArray[np.bool_]) -> Pairs:
    below = np.cumsum(tables.margins, axis=1)[:, :-1] / answered[:, None]
    limits = np.full(below.shape, FAR)
    limits[real] = ndtri(below[real])
    margin = np.pad(below, ((0, 0), (1, 1)))
    margin[:, -1] = 1.0
    first, second = np.triu_indices(len(tables.items), 1)
    counts = tables.pairs.astype(np.float64)
    return Pairs(counts, limits[first], limits[second], margin[first], margin[second])


def _moments(
    tables: CountTables, pairs: Pairs, real: NDArray[np.bool_], found: PairEstimates
) -> OrdinalMoments:
    correlations = _square(found.rho, 1.0)
    limits = np.concatenate([pairs.first[:1], pairs.second[: len(tables.items) - 1]])
    return OrdinalMoments(
        items=tables.items,
        categories=tables.categories,
        thresholds=tuple(row[kept] for row, kept in zip(limits, real, strict=True)),
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
    if not (together := tables.pairs.sum(axis=(1, 2))).all():
        first, second = (
            side[int(together.argmin())] for side in np.triu_indices(len(tables.items), 1)
        )
        raise OrdinalError(
            f"Nobody answered both {tables.items[first]} and {tables.items[second]}; "
            f"leave one of the two out."
        )
