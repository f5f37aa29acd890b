"""Rank ranges: between which places a brand could stand had other people been asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._drawn_means import CountedMeans, drawn_with_clusters, drawn_within_brands
from psychometrics._plain import plain_fields
from psychometrics._ranks import places
from psychometrics.means import ComparisonError, check_level, sort_codes
from psychometrics.resample import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from psychometrics._drawn_means import DrawnMeans

    Array = NDArray[np.float64]
    Rows = NDArray[np.bool_]

MOST_BRANDS_IN_PAIRS = 40


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
        counting half, brands in the order of `ranges`; NaN on the diagonal. None of more than
        `MOST_BRANDS_IN_PAIRS` brands: nobody reads a million shares.
    level : of each range by itself, not of all together.
    replicates, failed : samples drawn, and those in which a brand had no value.
    """

    ranges: tuple[RankRange, ...]
    better: Array | None
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
    replicates, on_progress, rng : as in `psychometrics.resample.bootstrap`; so is `n_jobs`, which
        counts where clusters are drawn. Interviews of 1,000 brands need no second process.

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
    kept, found, warnings = _comparable(numbers, names)
    statistic = CountedMeans(numbers[kept], names[kept], found)
    factors = None if weights is None else np.asarray(weights, np.float64)[kept]
    if cluster is None:
        generator = np.random.default_rng(0) if rng is None else rng
        drawn = drawn_within_brands(statistic, factors, replicates, level, on_progress, generator)
    else:
        result = bootstrap(
            statistic,
            numbers[kept],
            replicates,
            interval="percentile",
            level=level,
            cluster=np.asarray(cluster)[kept],
            weights=factors,
            n_jobs=n_jobs,
            on_progress=on_progress,
            rng=rng,
        )
        drawn = drawn_with_clusters(result)
    return _result(statistic, drawn, 1.0 if highest_first else -1.0, replicates, level, warnings)


def _result(
    statistic: CountedMeans,
    drawn: DrawnMeans,
    sign: float,
    replicates: int,
    level: float,
    warnings: list[str],
) -> RankRanges:
    means = np.column_stack([drawn.estimate, drawn.lower, drawn.upper])
    own, samples = _without_noise(sign * drawn.estimate, sign * drawn.samples)
    ranked = _ranked(own, samples, level)
    order = np.argsort(ranked[:, 0], kind="stable")
    rows = tuple(
        RankRange(
            brand=statistic.names[i],
            n=int(statistic.size[i]),
            mean=float(means[i, 0]),
            mean_lower=float(means[i, 1]),
            mean_upper=float(means[i, 2]),
            rank=int(ranked[i, 0]),
            lower=int(ranked[i, 1]),
            upper=int(ranked[i, 2]),
            first=float(ranked[i, 3]),
        )
        for i in order
    )
    return RankRanges(
        ranges=rows,
        better=_better(samples[:, order]) if len(order) <= MOST_BRANDS_IN_PAIRS else None,
        level=level,
        replicates=replicates,
        failed=drawn.failed,
        n_used=len(statistic.values),
        n_units=drawn.n_units,
        method=f"bootstrap of {drawn.units}, quantiles of the places of means",
        warnings=(*warnings, *drawn.warnings),
    )


def _comparable(values: Array, brands: NDArray[np.str_]) -> tuple[Rows, list[str], list[str]]:
    """Which interviews take part, the brands they are about, and a warning for each left out."""
    if values.ndim != 1 or brands.shape != values.shape:
        raise ComparisonError(
            f"values have shape {values.shape} and brands {brands.shape}; give one of each for "
            f"every interview."
        )
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


def _without_noise(means: Array, samples: Array) -> tuple[Array, Array]:
    """Both rounded: the same mean summed in another order differs in its last digits."""
    scale = max(float(np.abs(means).max()), 1e-300)
    return np.round(means / scale, 12), np.round(samples / scale, 12)


def _ranked(means: Array, samples: Array, level: float) -> Array:
    """(k, 4) rank, lower, upper, share first."""
    best, worst = places(samples)
    sides = ((1 - level) / 2, (1 + level) / 2)
    lower = np.quantile(best, sides[0], axis=0, method="inverted_cdf")
    upper = np.quantile(worst, sides[1], axis=0, method="inverted_cdf")
    rank = places(means[None, :])[0][0]
    return np.column_stack([rank, lower, upper, (best == 1).mean(axis=0)])


def _better(samples: Array) -> Array:
    """(k, k) share of samples in which the row's mean is better than the column's."""
    above = (samples[:, :, None] > samples[:, None, :]).mean(axis=0)
    better: Array = (above + 1 - above.T) / 2
    np.fill_diagonal(better, np.nan)
    return better
