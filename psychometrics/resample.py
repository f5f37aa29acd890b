"""Bootstrap of any statistic: how far it would move had other people been asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from psychometrics._bootstrap_interval import (
    INTERVALS,
    Ends,
    Interval,
    flaw_warnings,
    interval_ends,
)
from psychometrics._plain import plain_fields
from psychometrics._replicates import Estimate, Evaluation, estimate_of, jackknife, replicate
from psychometrics._resampling import (
    ResampleError,
    labels_of,
    positive_weights,
    require_replicates,
    size_of,
    units,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["BootstrapResult", "CountStatistic", "Interval", "ResampleError", "bootstrap"]

FAILED_SHARE_NOTED = 0.01
FAILED_SHARE_REFUSED = 0.20


@runtime_checkable
class CountStatistic(Protocol):
    """A statistic that needs only how often each interview was drawn, not the interviews.

    Made from its data once, so that products of answers are worked out once; after that a
    replicate is a matrix product. `bootstrap` takes it in place of a function:

    - ``from_counts(counts)``: `counts` (B, n), a row a sample, a column an interview, in the order
      of the data it was made from. Counts are whole numbers as floats; with weights, count ×
      weight. Returns (B,) or (B, k); a row with NaN is a sample that has no value.
    - a row of ones must give the estimate itself, a row with zeros the estimate without those
      interviews: the jackknife of BCa intervals asks for that.
    - ``names`` (optional): a sequence of k names of the values.

    It must survive pickling when ``n_jobs`` is not 1.
    """

    def from_counts(self, counts: Array) -> Array:
        """(B, n) counts → (B,) or (B, k) values."""
        ...


@dataclass(frozen=True, repr=False)
class BootstrapResult:
    """An estimate with what resampling says about its uncertainty.

    Shapes are those of the statistic: floats for a number, (k,) for a vector.

    Parameters
    ----------
    estimate : the statistic of the data as they are.
    replicates : (R,) or (R, k) its values in the samples; NaN in samples where it failed.
    bias : mean of the replicates less the estimate.
    se : their standard deviation (R − 1).
    lower, upper : ends of the interval at `level`; NaN where there is none (see `warnings`).
    interval : ``"bca"``, ``"percentile"``, ``"basic"`` or ``"normal"``.
    names : of the values of a vector; None where the statistic gives none.
    failed : samples in which the statistic raised ValueError or gave no finite value.
    n_used, n_units : interviews, and units drawn (clusters, or interviews).
    """

    estimate: float | Array
    replicates: Array
    bias: float | Array
    se: float | Array
    lower: float | Array
    upper: float | Array
    level: float
    interval: Interval
    names: tuple[str, ...] | None
    failed: int
    n_used: int
    n_units: int
    method: str
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """A row a value; columns estimate, bias, se, lower, upper."""
        import pandas as pd

        columns = ("estimate", "bias", "se", "lower", "upper")
        values = {name: np.atleast_1d(getattr(self, name)) for name in columns}
        return pd.DataFrame(values, index=None if self.names is None else list(self.names))

    @property
    def converged(self) -> bool:
        """Whether the statistic could be worked out in every sample."""
        return self.failed == 0

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return (
            f"<BootstrapResult: {len(self.replicates)} replicates of {self.n_used} interviews, "
            f"{self.failed} failed, {self.interval} intervals at {self.level:g}>\n{self.table}"
        )

    def _repr_html_(self) -> str:
        return str(self.table.to_html(float_format="{:.3f}".format))


def bootstrap(
    statistic: Callable[..., ArrayLike | Mapping[str, float]] | CountStatistic,
    data: Any,
    replicates: int = 1000,
    *,
    interval: Interval = "bca",
    level: float = 0.95,
    cluster: ArrayLike | str | None = None,
    strata: ArrayLike | str | None = None,
    weights: ArrayLike | None = None,
    n_jobs: int | None = 1,
    on_progress: Callable[[int, int], None] | None = None,
    rng: np.random.Generator | None = None,
) -> BootstrapResult:
    """Nonparametric bootstrap of a statistic, with an interval for each of its values.

    n interviews are drawn from the n at hand with replacement, `replicates` times, and the
    statistic is worked out of every sample. Intervals: ``"percentile"`` [t(α), t(1 − α)];
    ``"basic"`` 2·estimate − those; ``"normal"`` estimate − bias ± z·se; ``"bca"`` percentiles at
    Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))), where z₀ = Φ⁻¹(share of replicates below the estimate, ties
    counting half) and a = Σ L³ / (6 (Σ L²)^1.5). L are jackknife values less their mean, scaled by
    (mₕ − 1)/mₕ of their stratum: each unit left out where there are at most `replicates`,
    otherwise random groups of units, as many as `replicates` (at least 200). Quantiles are order
    statistics (R + 1)α interpolated on the normal scale.

    Source: Efron 1987, 10.1080/01621459.1987.10478410; Davison & Hinkley 1997, Bootstrap Methods
    and their Application, chapters 3 and 5.
    R, where no replicate equals the estimate: ``b <- boot::boot(d, function(d, i) ..., R)``;
    ``L <- boot::empinf(b, type = "jack")``; ``boot::boot.ci(b, type = "bca", L = L - mean(L))``.

    Parameters
    ----------
    statistic : takes the data of a sample, of the same kind as `data`, and returns a number, a
        vector (k,) or a mapping name → number. Or a `CountStatistic`, which is far faster.
    data : Dataset, DataFrame, Series or array, a row an interview; a DataFrame is numbered anew in
        every sample. For a `CountStatistic`, the data it was made from.
    replicates : at least 20; 1000 or more for an interval.
    cluster : (n,) labels, or the name of a column: clusters are drawn whole, e.g. respondents who
        rate several brands.
    strata : (n,) labels, or the name of a column: drawn within each, as many as it has.
    weights : (n,) positive weights that go with their interviews: the statistic is called as
        ``statistic(data, weights)``, a `CountStatistic` gets counts × weights. To weight anew in
        every sample, see `psychometrics.weighted_means.raked_mean`.
    n_jobs : processes (joblib: −1 every core; None: as ``joblib.parallel_config`` says, whose Dask,
        Ray and Spark backends serve where one machine is not enough). The numbers do not depend
        on it.
    on_progress : called in this process with (replicates done, replicates in all).
    rng : source of chance; without it a fixed one, so that results can be repeated.

    Raises
    ------
    ResampleError
        a setting out of range, labels that do not fit, a statistic whose length changes, or one
        that fails in more than a fifth of the samples.
    """
    n = size_of(data)
    _require_settings(replicates, interval, level)
    how = Evaluation(
        statistic,
        data,
        units(n, labels_of(data, cluster), labels_of(data, strata)),
        None if weights is None else positive_weights(weights, n),
        isinstance(statistic, CountStatistic),
    )
    estimate = estimate_of(how)
    generator = np.random.default_rng(0) if rng is None else rng
    seed = np.random.SeedSequence(int(generator.integers(2**63)))
    values = replicate(how, len(estimate.values), replicates, seed, n_jobs, on_progress)
    influence, unjudged = None, 0
    if interval == "bca":
        width = len(estimate.values)
        influence, unjudged = jackknife(how, width, replicates, np.random.default_rng(seed))
    return _result(how, estimate, values, influence, unjudged, interval, level)


def _result(
    how: Evaluation,
    estimate: Estimate,
    values: Array,
    influence: Array | None,
    unjudged: int,
    interval: Interval,
    level: float,
) -> BootstrapResult:
    kept = values[np.isfinite(values).all(axis=1)]
    failed = len(values) - len(kept)
    _require_replicates(failed, len(values))
    ends = [
        interval_ends(
            centre, kept[:, j], None if influence is None else influence[:, j], interval, level
        )
        for j, centre in enumerate(estimate.values.tolist())
    ]

    def shaped(numbers: Array) -> Any:
        return float(numbers[0]) if estimate.scalar else numbers

    return BootstrapResult(
        estimate=shaped(estimate.values),
        replicates=values[:, 0] if estimate.scalar else values,
        bias=shaped(kept.mean(axis=0) - estimate.values),
        se=shaped(kept.std(axis=0, ddof=1)),
        lower=shaped(np.array([end.lower for end in ends])),
        upper=shaped(np.array([end.upper for end in ends])),
        level=level,
        interval=interval,
        names=estimate.names,
        failed=failed,
        n_used=how.units.n,
        n_units=how.units.m,
        method=_method(how, interval),
        warnings=_warnings(how, estimate, ends, failed, unjudged, len(values)),
    )


def _method(how: Evaluation, interval: Interval) -> str:
    drawn = "clusters" if how.units.clustered else "interviews"
    within = " within strata" if len(how.units.size) > 1 else ""
    return f"nonparametric bootstrap of {drawn}{within}, {interval} interval"


def _warnings(
    how: Evaluation,
    estimate: Estimate,
    ends: list[Ends],
    failed: int,
    unjudged: int,
    replicates: int,
) -> tuple[str, ...]:
    numbered = tuple(f"Value {j + 1}" for j in range(len(ends)))
    names = estimate.names or (("The statistic",) if estimate.scalar else numbered)
    found = []
    if failed > FAILED_SHARE_NOTED * replicates:
        found.append(
            f"The statistic failed in {failed} of {replicates} samples, which are left out; the "
            f"interval holds for samples in which it can be worked out."
        )
    if unjudged:
        found.append(
            f"The statistic failed {unjudged} times in the jackknife for the BCa interval."
        )
    if (how.units.size == 1).any():
        found.append("A stratum holds one unit, which every sample repeats: errors are too small.")
    return (*found, *flaw_warnings(names, ends))


def _require_settings(replicates: int, interval: str, level: float) -> None:
    require_replicates(replicates)
    if interval not in INTERVALS:
        raise ResampleError(f"interval is {interval!r}; choose one of {', '.join(INTERVALS)}.")
    if not 0 < level < 1:
        raise ResampleError(f"The level is {level}; give a share between 0 and 1, such as 0.95.")


def _require_replicates(failed: int, replicates: int) -> None:
    if failed > FAILED_SHARE_REFUSED * replicates:
        raise ResampleError(
            f"The statistic failed in {failed} of {replicates} samples, too many for an interval; "
            f"simplify the model, merge rare categories or collect more interviews."
        )
