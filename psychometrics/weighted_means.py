"""Weighted means with errors that know of weights, clusters, strata and raking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._margins import Margins, checked_weights, raking_of
from psychometrics._plain import plain_fields
from psychometrics._resampling import Units, units
from psychometrics.resample import BootstrapResult, bootstrap
from psychometrics.weights import RakedWeights, WeightsError, kish, rake

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from psychometrics.resample import Interval

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """A mean with its linearised standard error and t interval."""

    mean: float
    se: float
    df: int
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A mean with and without weights, side by side.

    Parameters
    ----------
    weighted, unweighted : both with errors by linearisation over the same clusters and strata.
    n_eff, design_effect : Kish's, of the weights.
    n_used, n_units : interviews with a value, and clusters (or interviews) among them.
    """

    weighted: MeanEstimate
    unweighted: MeanEstimate
    level: float
    n_eff: float
    design_effect: float
    n_used: int
    n_units: int
    method: str
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


@dataclass(frozen=True, slots=True)
class RakedMean:
    """A mean after raking, with the error that raking anew in every sample shows.

    Parameters
    ----------
    bootstrap : of the raked mean; its `estimate`, `se`, `lower` and `upper` are to be reported.
    linearised : the weights taken as given, beside the mean without weights.
    raked : the weights.
    """

    bootstrap: BootstrapResult
    linearised: WeightedMean
    raked: RakedWeights
    n_used: int
    converged: bool
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


def weighted_mean(
    values: ArrayLike,
    weights: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    level: float = 0.95,
) -> WeightedMean:
    """Weighted mean with its standard error by Taylor linearisation.

    ȳ = Σwy / Σw; with zᵢ = wᵢ(yᵢ − ȳ) / Σw added up in each cluster, the variance is
    Σ over strata of m/(m − 1) · Σ (z − mean z)², for m clusters in a stratum; t interval on
    clusters − strata degrees of freedom. The population is taken as large. Weights are taken as
    given: for weights from raking this mostly overstates the error; see `raked_mean`.

    Source: Binder 1983, International Statistical Review 51, 279–292.
    R: ``d <- survey::svydesign(ids = ~cluster, strata = ~strata, weights = ~w, data = x)``,
    ``survey::svymean(~y, d)`` and ``confint(..., df = survey::degf(d))``; without strata
    ``sandwich::vcovCL(lm(y ~ 1, x, weights = w), x$cluster, type = "HC0")``.

    Parameters
    ----------
    values : (n,) NaN where missing; such interviews are left out.
    weights : (n,) positive.
    cluster, strata : (n,) labels; without them every interview is its own cluster.

    Raises
    ------
    WeightsError
        weights that are not positive, fewer than two values, a stratum of one cluster, or a level
        out of range.
    ResampleError
        cluster or strata labels that do not fit.
    """
    numbers = np.asarray(values, np.float64)
    known = ~np.isnan(numbers)
    factors = checked_weights(weights, len(numbers))[known]
    if known.sum() < 2 or not 0 < level < 1:
        raise WeightsError(
            f"{int(known.sum())} values at level {level}; give at least two values, and a level "
            f"between 0 and 1."
        )
    design = units(
        int(known.sum()),
        None if cluster is None else np.asarray(cluster)[known],
        None if strata is None else np.asarray(strata)[known],
    )
    if (design.size < 2).any():
        raise WeightsError("A stratum holds one cluster only; merge it with another stratum.")
    precision = kish(factors)
    kept = numbers[known]
    return WeightedMean(
        weighted=_linearised(kept, factors, design, level),
        unweighted=_linearised(kept, np.ones(len(kept)), design, level),
        level=level,
        n_eff=precision.n_eff,
        design_effect=precision.design_effect,
        n_used=len(kept),
        n_units=design.m,
        method="weighted mean, error by Taylor linearisation, t interval",
    )


def raked_mean(
    values: ArrayLike,
    data: Any,
    margins: Margins,
    *,
    base: ArrayLike | None = None,
    trim: float | None = None,
    replicates: int = 1000,
    interval: Interval = "bca",
    level: float = 0.95,
    cluster: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    n_jobs: int | None = 1,
    on_progress: Callable[[int, int], None] | None = None,
    rng: np.random.Generator | None = None,
) -> RakedMean:
    """Mean after raking, its error by a bootstrap that rakes every sample anew.

    So the error holds what raking gains (values that go with the margins) and what it costs.
    Samples in which a category is empty have no raked mean; they are counted as failed.

    Source: Kolenikov 2010, Resampling variance estimation for complex survey data,
    10.1177/1536867X1001000201.
    R: ``boot::boot`` of a function that calls ``survey::rake`` and ``survey::svymean``.

    Parameters
    ----------
    values : (n,) NaN where missing: raking uses the interview, the mean does not.
    data, margins, base, trim : as in `psychometrics.weights.rake`.
    replicates, interval, level, cluster, strata, n_jobs, on_progress, rng : as in
        `psychometrics.resample.bootstrap`.

    Raises
    ------
    WeightsError
        as `psychometrics.weights.rake` and `weighted_mean`.
    ResampleError
        as `psychometrics.resample.bootstrap`, e.g. a category so rare that a fifth of the samples
        lack it.
    """
    raked = rake(data, margins, base=base, trim=trim)
    numbers = np.asarray(values, np.float64)
    if numbers.shape != (raked.n_used,):
        raise WeightsError(f"values have shape {numbers.shape} for {raked.n_used} interviews.")
    linearised = weighted_mean(numbers, raked.weights, cluster=cluster, strata=strata, level=level)
    start = np.ones(raked.n_used) if base is None else checked_weights(base)
    found = bootstrap(
        _RakedMean(numbers, data, margins, start, trim),
        numbers,
        replicates,
        interval=interval,
        level=level,
        cluster=cluster,
        strata=strata,
        n_jobs=n_jobs,
        on_progress=on_progress,
        rng=rng,
    )
    warnings = (*raked.warnings, *found.warnings)
    return RakedMean(found, linearised, raked, linearised.n_used, raked.converged, warnings)


class _RakedMean:
    """The raked mean as a `psychometrics.resample.CountStatistic`."""

    def __init__(
        self, values: Array, data: Any, margins: Margins, base: Array, trim: float | None
    ) -> None:
        self.known = (~np.isnan(values)).astype(np.float64)
        self.values = np.nan_to_num(values)
        self.raking, _ = raking_of(data, margins, base, trim)

    def from_counts(self, counts: Array) -> Array:
        """(B, n) counts → (B,) raked means; NaN where the margins cannot hold."""
        fit = self.raking.fit(counts)
        weights = counts * fit.factors[:, self.raking.group_of]
        weights[~fit.converged] = np.nan
        with np.errstate(invalid="ignore", divide="ignore"):
            means: Array = (weights @ self.values) / (weights @ self.known)
        return means


def _linearised(values: Array, weights: Array, design: Units, level: float) -> MeanEstimate:
    from scipy.special import stdtrit

    mean = float(weights @ values / weights.sum())
    z = np.bincount(design.unit_of, weights * (values - mean) / weights.sum(), design.m)
    centre = np.bincount(design.stratum_of, z) / design.size
    squares = np.bincount(design.stratum_of, (z - centre[design.stratum_of]) ** 2)
    se = float(np.sqrt((design.size / (design.size - 1) * squares).sum()))
    df = design.m - len(design.size)
    reach = float(stdtrit(df, 0.5 + level / 2)) * se
    return MeanEstimate(mean, se, df, mean - reach, mean + reach)
