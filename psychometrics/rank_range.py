"""Rank ranges: between which places a brand could stand had other people been asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics.means import ComparisonError, check_level, sort_codes
from psychometrics.resample import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from psychometrics.resample import BootstrapResult

    Array = NDArray[np.float64]
    Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RankRange:
    """One brand's place and how far it is from certain.

    Parameters
    ----------
    n, mean : its values; mean_lower, mean_upper : percentile interval of the mean.
    rank : 1 + brands with a better mean. lower, upper : best and worst place in the range.
    first : share of the samples in which no brand had a better mean.
    """

    brand: str
    n: int
    mean: float
    mean_lower: float
    mean_upper: float
    rank: int
    lower: int
    upper: int
    first: float


@dataclass(frozen=True, repr=False)
class RankRanges:
    """Places of all brands, best first.

    Parameters
    ----------
    ranges : one a brand. Those left out are named in `warnings`.
    better : (k, k) share of the samples in which the row's mean is better than the column's, ties
        counting half, brands in the order of `ranges`; NaN on the diagonal.
    level : of each range by itself, not of all together.
    replicates, failed : samples drawn, and those in which a brand had no value.
    """

    ranges: tuple[RankRange, ...]
    better: Array
    level: float
    replicates: int
    failed: int
    n_used: int
    n_units: int
    method: str
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """A row a brand, best first; columns as `RankRange`."""
        import pandas as pd

        return pd.DataFrame([plain_fields(row) for row in self.ranges]).set_index("brand")

    def of(self, brand: str) -> RankRange | None:
        """The range of one brand; None when it was left out."""
        return next((row for row in self.ranges if row.brand == brand), None)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return f"<RankRanges: {len(self.ranges)} brands, level {self.level:g}>\n{self.table}"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(float_format="{:.3f}".format))


def rank_ranges(
    values: ArrayLike,
    brands: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    highest_first: bool = True,
    replicates: int = 2000,
    level: float = 0.95,
    n_jobs: int | None = 1,
    on_progress: Callable[[int, int], None] | None = None,
    rng: np.random.Generator | None = None,
) -> RankRanges:
    """Range of places that each brand's mean takes in bootstrap samples.

    Interviews are drawn anew within each brand, or whole clusters across brands, the means are
    ranked in every sample, and the range runs from the (1 − level)/2 to the (1 + level)/2 quantile
    of a brand's places. Brands that tie in a sample take the best of their places for the lower
    end and the worst for the upper. Of brands whose true means are equal or nearly so, ranges from
    a bootstrap are too narrow (Hall & Miller 2009): two ranges that do not overlap are no test;
    for that see `psychometrics.compare`.

    Source: Goldstein & Spiegelhalter 1996, 10.2307/2983325; Hall & Miller 2009, Annals of
    Statistics 37, 3929–3959.
    R: ``b <- boot::boot(x, function(d, i) rank(-tapply(d$y[i], d$brand[i], mean)), R,
    strata = x$brand)``; ``apply(b$t, 2, quantile, c(.025, .975), type = 1)``.

    Parameters
    ----------
    values, brands : (n,) each; missing values and unknown brands (``""``) are left out.
    cluster : (n,) labels of respondents who rate several brands.
    weights : (n,) positive weights.
    highest_first : whether a high mean is good.

    Raises
    ------
    ComparisonError
        fewer than two brands have two different values, lengths that differ, or a level out of
        range.
    ResampleError
        weights or clusters that do not fit, or a brand so small that a fifth of the samples of
        clusters lack it.
    """
    check_level(level)
    numbers, names = np.asarray(values, np.float64), np.asarray(brands, np.str_)
    if numbers.ndim != 1 or names.shape != numbers.shape:
        raise ComparisonError(
            f"values have shape {numbers.shape} and brands {names.shape}; give one of each for "
            f"every interview."
        )
    kept, found, warnings = _comparable(numbers, names)
    statistic = _Means(numbers[kept], names[kept], found)
    result = bootstrap(
        statistic,
        numbers[kept],
        replicates,
        interval="percentile",
        level=level,
        cluster=None if cluster is None else np.asarray(cluster)[kept],
        strata=names[kept] if cluster is None else None,
        weights=None if weights is None else np.asarray(weights, np.float64)[kept],
        n_jobs=n_jobs,
        on_progress=on_progress,
        rng=rng,
    )
    rows, better = _rows(statistic, result, 1.0 if highest_first else -1.0, level)
    drawn = "interviews within brands" if cluster is None else "clusters"
    return RankRanges(
        ranges=rows,
        better=better,
        level=level,
        replicates=replicates,
        failed=result.failed,
        n_used=result.n_used,
        n_units=result.n_units,
        method=f"bootstrap of {drawn}, quantiles of the places of means",
        warnings=(*warnings, *result.warnings),
    )


def _rows(
    statistic: _Means, result: BootstrapResult, sign: float, level: float
) -> tuple[tuple[RankRange, ...], Array]:
    """The ranges, best first, and `RankRanges.better` in that order."""
    samples = result.replicates[np.isfinite(result.replicates).all(axis=1)]
    means = np.column_stack([result.estimate, result.lower, result.upper])
    places, better = _ranked(sign * means[:, 0], sign * samples, level)
    order = np.argsort(places[:, 0], kind="stable")
    n = np.bincount(statistic.of_interview, minlength=len(means))
    rows = tuple(
        RankRange(
            statistic.names[i],
            int(n[i]),
            float(means[i, 0]),
            float(means[i, 1]),
            float(means[i, 2]),
            int(places[i, 0]),
            int(places[i, 1]),
            int(places[i, 2]),
            float(places[i, 3]),
        )
        for i in order
    )
    return rows, better[np.ix_(order, order)]


class _Means:
    """Means of brands as a `psychometrics.resample.CountStatistic`."""

    def __init__(self, values: Array, brands: NDArray[np.str_], names: list[str]) -> None:
        self.names = names
        place = {name: i for i, name in enumerate(names)}
        self.of_interview = np.array([place[brand] for brand in brands.tolist()])
        self.order = np.argsort(self.of_interview, kind="stable")
        size = np.bincount(self.of_interview, minlength=len(names))
        self.start = np.cumsum(size) - size
        self.values = values[self.order]

    def from_counts(self, counts: Array) -> Array:
        """(B, n) counts → (B, k) means; NaN for a brand without interviews."""
        sorted_counts = counts[:, self.order]
        total = np.add.reduceat(sorted_counts, self.start, axis=1)
        summed = np.add.reduceat(sorted_counts * self.values, self.start, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            means: Array = summed / total
        return means


def _comparable(values: Array, brands: NDArray[np.str_]) -> tuple[Rows, list[str], list[str]]:
    """Which interviews take part, the brands they are about, and a warning for each left out."""
    known = ~np.isnan(values) & (brands != "")
    names, warnings = [], []
    for name in sort_codes(np.unique(brands[brands != ""]).tolist()):
        own = values[known & (brands == name)]
        if len(own) > 1 and np.ptp(own) > 0:
            names.append(name)
        else:
            why = f"has {len(own)} values" if len(own) < 2 else "gave the same value throughout"
            warnings.append(f"Brand {name} {why} and is not ranked.")
    if len(names) < 2:
        raise ComparisonError(
            " ".join([*warnings, "Ranking needs two brands with two different values each."])
        )
    return known & np.isin(brands, names), names, warnings


def _ranked(means: Array, samples: Array, level: float) -> tuple[Array, Array]:
    """(k, 4) rank, lower, upper, share first; and (k, k) share of samples with a better mean."""
    k = len(means)
    # The same mean summed in another order differs in its last digits: that is a tie, too.
    scale = max(float(np.abs(means).max()), 1e-300)
    means, samples = np.round(means / scale, 12), np.round(samples / scale, 12)
    ahead = np.zeros((len(samples), k), np.intp)
    level_with = np.zeros_like(ahead)
    better = np.full((k, k), np.nan)
    for i in range(k):
        own = samples[:, i : i + 1]
        higher, equal = samples > own, samples == own
        ahead[:, i], level_with[:, i] = higher.sum(axis=1), equal.sum(axis=1)
        others = np.arange(k) != i
        better[i, others] = 1 - (higher.mean(axis=0) + equal.mean(axis=0) / 2)[others]
    sides = ((1 - level) / 2, (1 + level) / 2)
    lower = np.quantile(1 + ahead, sides[0], axis=0, method="inverted_cdf")
    upper = np.quantile(ahead + level_with, sides[1], axis=0, method="inverted_cdf")
    rank = 1 + (means[None, :] > means[:, None]).sum(axis=1)
    return np.column_stack([rank, lower, upper, (ahead == 0).mean(axis=0)]), better
