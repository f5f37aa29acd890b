"""Means of brands in bootstrap samples: interviews drawn within each brand, or whole clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from psychometrics._bootstrap_interval import flaw_warnings, interval_ends
from psychometrics._resampling import positive_weights, require_replicates

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from psychometrics.resample import BootstrapResult

    Array = NDArray[np.float64]

_BLOCK = 250
"""Samples of one brand drawn at once."""

_NUMBERS_AT_ONCE = 16_000_000


class DrawnMeans(NamedTuple):
    """Means of k brands in R samples, all of them finite, and what is told of them.

    `estimate`, `lower`, `upper` (k,) the means and their percentile intervals; `samples` (R, k);
    `units` says what was drawn.
    """

    estimate: Array
    lower: Array
    upper: Array
    samples: Array
    failed: int
    n_units: int
    units: str
    warnings: tuple[str, ...]


class CountedMeans:
    """Means of brands as a `psychometrics.resample.CountStatistic`.

    `of_interview` (n,) the number of each interview's brand; `order` puts interviews brand by
    brand, where brand i begins at ``start[i]`` and has ``size[i]``.
    """

    def __init__(self, values: Array, brands: NDArray[np.str_], names: list[str]) -> None:
        self.names = names
        place = {name: i for i, name in enumerate(names)}
        self.of_interview = np.array([place[brand] for brand in brands.tolist()])
        self.order = np.argsort(self.of_interview, kind="stable")
        self.size = np.bincount(self.of_interview, minlength=len(names))
        self.start = np.cumsum(self.size) - self.size
        self.values = values[self.order]

    def from_counts(self, counts: Array) -> Array:
        """(B, n) counts → (B, k) means; NaN for a brand without interviews."""
        sorted_counts = counts[:, self.order]
        total = np.add.reduceat(sorted_counts, self.start, axis=1)
        summed = np.add.reduceat(sorted_counts * self.values, self.start, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            means: Array = summed / total
        return means


def drawn_within_brands(
    statistic: CountedMeans,
    weights: Array | None,
    replicates: int,
    level: float,
    on_progress: Callable[[int, int], None] | None,
    rng: np.random.Generator,
) -> DrawnMeans:
    """As `psychometrics.resample.bootstrap` with brands as strata, without counts of interviews.

    A mean needs the values of its own brand alone, so that brands are drawn one by one: of 1,000
    brands that takes a fraction of the time.

    Raises
    ------
    ResampleError
        too few replicates, or weights that do not fit.
    """
    n, k = len(statistic.values), len(statistic.names)
    require_replicates(replicates)
    factors = None if weights is None else positive_weights(weights, n)
    ones = np.ones((1, n)) if factors is None else factors[None, :]
    estimate = statistic.from_counts(ones)[0]
    sorted_factors = None if factors is None else factors[statistic.order]
    samples = np.empty((replicates, k))
    block = max(1, min(_BLOCK, _NUMBERS_AT_ONCE // int(statistic.size.max())))
    for first in range(0, replicates, block):
        part = samples[first : first + block]
        for i, (start, size) in enumerate(zip(statistic.start, statistic.size, strict=True)):
            own = slice(start, start + size)
            own_factors = None if sorted_factors is None else sorted_factors[own]
            part[:, i] = _means(statistic.values[own], own_factors, len(part), rng)
        if on_progress is not None:
            on_progress(first + len(part), replicates)
    pairs = zip(estimate.tolist(), samples.T, strict=True)
    ends = [interval_ends(mean, column, None, "percentile", level) for mean, column in pairs]
    return DrawnMeans(
        estimate=estimate,
        lower=np.array([end.lower for end in ends]),
        upper=np.array([end.upper for end in ends]),
        samples=samples,
        failed=0,
        n_units=n,
        units="interviews within brands",
        warnings=tuple(flaw_warnings(statistic.names, ends)),
    )


def drawn_with_clusters(result: BootstrapResult) -> DrawnMeans:
    """The result of a bootstrap of `CountedMeans`, less the samples in which a brand is missing."""
    return DrawnMeans(
        estimate=np.asarray(result.estimate),
        lower=np.asarray(result.lower),
        upper=np.asarray(result.upper),
        samples=result.replicates[np.isfinite(result.replicates).all(axis=1)],
        failed=result.failed,
        n_units=result.n_units,
        units="clusters",
        warnings=result.warnings,
    )


def _means(values: Array, weights: Array | None, samples: int, rng: np.random.Generator) -> Array:
    """(samples,) means of as many values as there are, drawn with replacement."""
    drawn = rng.integers(len(values), size=(samples, len(values)))
    if weights is None:
        return np.asarray(values[drawn].mean(axis=1), np.float64)
    factors = weights[drawn]
    return np.asarray((factors * values[drawn]).sum(axis=1) / factors.sum(axis=1), np.float64)
