"""Relative importance: how the variance that predictors share with an outcome divides among them.

Predictors are associated with the outcome; nothing here shows that they cause it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from psychometrics._count_moments import CountMoments
from psychometrics._importance_data import (
    RelativeImportanceError,
    columns,
    require_apart,
    require_number,
    require_solvable,
)
from psychometrics._plain import plain_fields
from psychometrics._resampling import labels_of
from psychometrics._shapley import johnson, lmg
from psychometrics._threads import one_thread
from psychometrics.resample import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from psychometrics._matrix import Answers
    from psychometrics.resample import BootstrapResult, Interval

    Array = NDArray[np.float64]

__all__ = [
    "Importance",
    "PredictorImportance",
    "RelativeImportance",
    "RelativeImportanceError",
    "relative_importance",
]

Importance: TypeAlias = Literal["lmg", "johnson"]

_SHARES = {"lmg": lmg, "johnson": johnson}
_METHODS = {
    "lmg": "LMG: mean gain in R² over all orders of the predictors (Shapley value)",
    "johnson": "Johnson's relative weights",
}
HIGH_VIF = 10


@dataclass(frozen=True, slots=True)
class PredictorImportance:
    """One predictor's part in the association with the outcome.

    Parameters
    ----------
    r : correlation with the outcome.
    beta : standardised regression weight beside all others.
    vif : variance inflation, 1/(1 − R² from the other predictors).
    weight, weight_lower, weight_upper : its part of R², 0 or more, with interval.
    share, share_lower, share_upper : the same as a share of R², 0–1.
    first : share of the samples in which its weight is the largest.
    """

    predictor: str
    r: float
    beta: float
    vif: float
    weight: float
    weight_lower: float
    weight_upper: float
    share: float
    share_lower: float
    share_upper: float
    first: float


@dataclass(frozen=True, repr=False)
class RelativeImportance:
    """What each predictor is associated with, and how sure its place among the others is.

    Parameters
    ----------
    predictors : one each, in the order given.
    order : (p, p) share of the samples in which the row's weight exceeds the column's, ties
        counting half; NaN on the diagonal.
    r2, r2_lower, r2_upper, adjusted_r2 : of all predictors together.
    bootstrap : its samples, of R², the weights and the shares.
    n_used, n_dropped : interviews with every value, and those left out.
    """

    outcome: str
    predictors: tuple[PredictorImportance, ...]
    order: Array
    r2: float
    r2_lower: float
    r2_upper: float
    adjusted_r2: float
    bootstrap: BootstrapResult
    n_used: int
    n_dropped: int
    method: str
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """A row a predictor; columns as `PredictorImportance`."""
        import pandas as pd

        return pd.DataFrame([plain_fields(row) for row in self.predictors]).set_index("predictor")

    @property
    def order_table(self) -> pd.DataFrame:
        """`order` with the names of the predictors."""
        import pandas as pd

        names = [row.predictor for row in self.predictors]
        return pd.DataFrame(self.order, index=names, columns=names)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return (
            f"<RelativeImportance: what {self.outcome} is associated with, {self.method}; "
            f"R² = {self.r2:.3f}, n = {self.n_used}>\n{self.table}"
        )

    def _repr_html_(self) -> str:
        return str(self.table.to_html(float_format="{:.3f}".format))


def relative_importance(
    data: Answers,
    outcome: str,
    predictors: Sequence[str],
    *,
    method: Importance = "lmg",
    parts: Mapping[str, Sequence[str]] | None = None,
    replicates: int = 1000,
    interval: Interval = "bca",
    level: float = 0.95,
    cluster: ArrayLike | str | None = None,
    weights: ArrayLike | None = None,
    n_jobs: int | None = 1,
    on_progress: Callable[[int, int], None] | None = None,
    rng: np.random.Generator | None = None,
) -> RelativeImportance:
    """Divide R² among predictors that are correlated with one another.

    - ``"lmg"``: the gain in R² when a predictor is added, averaged over all orders of adding;
      exact, from all 2ᵖ subsets, so for at most 12 predictors.
    - ``"johnson"``: R^½ is the orthogonal set nearest to the predictors; with Λ = R^½ and
      β = R^−½ r the weights are (Λ∘Λ)(β∘β). Nearly LMG's, at a cost of p³.

    Both add up to R² and are never negative, so that an interval above 0 is no test of an
    association. Neither says what would happen to the outcome if a predictor were changed.

    Source: Lindeman, Merenda & Gold 1980, Introduction to Bivariate and Multivariate Analysis;
    Grömping 2007, 10.1198/000313007X188252; Johnson 2000, 10.1207/S15327906MBR3501_1.
    R: ``relaimpo::calc.relimp(lm(y ~ ., x), type = "lmg")``; ``summary(lm())$r.squared`` of every
    subset; ``v <- eigen(cor(x)); v$vectors %*% diag(sqrt(v$values)) %*% t(v$vectors)`` for R^½.

    Parameters
    ----------
    data : DataFrame or array with the named columns, or a Dataset, in which a name is a scale
        (scored as `psychometrics.scoring.score` does) or an item of one (after reversal).
    outcome, predictors : names; at least two predictors.
    parts : name → the items it is made of, to refuse an outcome that contains a predictor. Known
        already for the scales of a Dataset.
    replicates, interval, level, cluster, weights, n_jobs, on_progress, rng : as in
        `psychometrics.resample.bootstrap`; `cluster` and `weights` are of all interviews in `data`.

    Raises
    ------
    RelativeImportanceError
        a predictor that is the outcome or a part of it, predictors that repeat one another, fewer
        than two or (LMG) more than 12 of them, too few interviews, or a column that is constant.
    DatasetError, ResampleError
        unknown names; settings of the bootstrap out of range.
    """
    names = (*predictors, outcome)
    require_number(predictors, method)
    require_apart(data, outcome, predictors, parts or {})
    matrix = columns(data, names)
    complete = ~np.isnan(matrix).any(axis=1)
    kept = matrix[complete]
    require_solvable(kept, names)
    statistic = _Shares(kept, method)
    labels = labels_of(data, cluster)
    factors = None if weights is None else np.asarray(weights, np.float64)[complete]
    found = bootstrap(
        statistic,
        kept,
        replicates,
        interval=interval,
        level=level,
        cluster=None if labels is None else np.asarray(labels)[complete],
        weights=factors,
        n_jobs=n_jobs,
        on_progress=on_progress,
        rng=rng,
    )
    whole = np.ones((1, len(kept))) if factors is None else factors[None, :]
    correlations = statistic.moments.correlations(whole)[0]
    return _result(outcome, tuple(predictors), method, found, correlations, len(matrix))


class _Shares:
    """R², weights and shares as a `psychometrics.resample.CountStatistic`."""

    def __init__(self, matrix: Array, method: Importance) -> None:
        self.moments = CountMoments(matrix)
        self.method = method

    def from_counts(self, counts: Array) -> Array:
        """(B, n) counts → (B, 1 + 2p): R², the weights, the weights as shares of R²."""
        weights = _SHARES[self.method](self.moments.correlations(counts))
        total = weights.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.hstack([total, weights, weights / total])


def _result(
    outcome: str,
    predictors: tuple[str, ...],
    method: Importance,
    found: BootstrapResult,
    correlations: Array,
    n: int,
) -> RelativeImportance:
    p, n_used = len(predictors), found.n_used
    with one_thread():
        inverse = np.linalg.inv(correlations[:p, :p])
    r = correlations[:p, p]
    beta, vif = inverse @ r, np.diag(inverse)
    samples = found.replicates[np.isfinite(found.replicates).all(axis=1), 1 : p + 1]
    above = (samples[:, :, None] > samples[:, None, :]).mean(axis=0)
    order = (above + 1 - above.T) / 2
    np.fill_diagonal(order, np.nan)
    first = np.bincount(samples.argmax(axis=1), minlength=p) / len(samples)
    ends = np.column_stack([found.estimate, found.lower, found.upper])
    columns = [r, beta, vif, *ends[1 : p + 1].T, *ends[p + 1 :].T, first]
    rows = zip(predictors, *(column.tolist() for column in columns), strict=True)
    r2 = float(ends[0, 0])
    return RelativeImportance(
        outcome=outcome,
        predictors=tuple(PredictorImportance(*row) for row in rows),
        order=order,
        r2=r2,
        r2_lower=float(ends[0, 1]),
        r2_upper=float(ends[0, 2]),
        adjusted_r2=1 - (1 - r2) * (n_used - 1) / (n_used - p - 1),
        bootstrap=found,
        n_used=n_used,
        n_dropped=n - n_used,
        method=_METHODS[method],
        warnings=(*_warnings(predictors, r, beta, vif, n - n_used), *found.warnings),
    )


def _warnings(
    predictors: tuple[str, ...], r: Array, beta: Array, vif: Array, dropped: int
) -> tuple[str, ...]:
    found = []
    if dropped:
        found.append(f"{dropped} interviews lack a value of the outcome or a predictor.")
    high = [name for name, value in zip(predictors, vif, strict=True) if value > HIGH_VIF]
    if high:
        found.append(
            f"{', '.join(high)}: variance inflation above {HIGH_VIF}. These predictors hardly "
            f"differ, and how R² divides between them is a matter of the method."
        )
    turned = [name for name, a, b in zip(predictors, r, beta, strict=True) if a * b < 0]
    if turned:
        found.append(
            f"{', '.join(turned)}: correlation and regression weight have opposite signs "
            f"(suppression), which a part of R² does not show."
        )
    return tuple(found)
