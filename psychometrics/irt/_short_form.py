"""How far shorter forms agree with the full one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.irt._replay import Replay
    from psychometrics.irt._stopping import Metric, StoppingRule

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Estimates of n people beside a reference, in its units.

    Parameters
    ----------
    bias : mean of estimate − reference. rmse : root of its mean square.
    correlation : of both; NaN where one does not vary.
    expected_rmse : what the model promises for rmse, √mean(error² − error of the reference²); NaN
        beside what was observed. A much larger rmse shows answers that hang together beyond the
        trait, so that standard errors of short forms are too small.
    lowest_bias, highest_bias : the bias among the fifth with the lowest and with the highest
        reference; estimates from fewer items lie nearer to the middle.
    n : people with both.
    """

    bias: float
    rmse: float
    expected_rmse: float
    correlation: float
    lowest_bias: float
    highest_bias: float
    n: int


@dataclass(frozen=True)
class ShortForm:
    """A form with fewer items beside the full form, on the same people.

    Parameters
    ----------
    method : ``"adaptive"`` or ``"fixed"``.
    mean_items, median_items : asked. saved : share of the full form's items not asked, 0–1.
    error, score_error : mean standard error of the trait, and of the score 0–100.
    trait : EAP beside that of the full form, in standard deviations of the trait.
    score : expected true score beside that of the full form, 0–100.
    observed : expected true score beside the score from all answers (POMP), 0–100, of those who
        answered every item.
    """

    method: str
    mean_items: float
    median_items: float
    saved: float
    error: float
    score_error: float
    trait: Agreement
    score: Agreement
    observed: Agreement


@dataclass(frozen=True)
class BoundResult:
    """An adaptive form at one bound, and a fixed form as long on average.

    Parameters
    ----------
    standard_error, metric : the bound.
    reached : share of people whose standard error came under it.
    reachable : share for whom all items together come under it.
    """

    standard_error: float
    metric: Metric
    reached: float
    reachable: float
    adaptive: ShortForm
    fixed: ShortForm


def bound_result(
    adaptive: Replay, fixed: Replay, observed: Array, rule: StoppingRule
) -> BoundResult:
    """Both forms under one rule; `observed` (n,) scores from all answers, NaN where incomplete."""
    errors = adaptive.error if rule.metric == "trait" else adaptive.score_error
    asked, bound = rule.asked(errors), rule.standard_error
    return BoundResult(
        standard_error=bound,
        metric=rule.metric,
        reached=float((errors[np.arange(adaptive.n), asked - 1] <= bound).mean()),
        reachable=float((errors[:, -1] <= bound).mean()),
        adaptive=_short_form("adaptive", adaptive, observed, asked),
        fixed=_short_form("fixed", fixed, observed, equal_lengths(asked)),
    )


def equal_lengths(asked: NDArray[np.intp]) -> NDArray[np.intp]:
    """(n,) whole lengths next to the mean of `asked`, with the same sum, spread over the rows."""
    n, total = len(asked), int(asked.sum())
    ends: NDArray[np.intp] = np.arange(n + 1) * total // n
    return np.diff(ends)


def agreement(values: Array, reference: Array, expected_rmse: float = np.nan) -> Agreement:
    """Estimates beside a reference, (n,) each; rows with NaN in either are left out."""
    both = ~(np.isnan(values) | np.isnan(reference))
    values, reference = values[both], reference[both]
    n = len(values)
    if n == 0:
        return Agreement(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, n=0)
    off = values - reference
    order = np.argsort(reference, kind="stable")
    fifth = max(1, n // 5)
    return Agreement(
        bias=float(off.mean()),
        rmse=float(np.sqrt((off**2).mean())),
        expected_rmse=expected_rmse,
        correlation=_correlation(values, reference),
        lowest_bias=float(off[order[:fifth]].mean()),
        highest_bias=float(off[order[-fifth:]].mean()),
        n=n,
    )


def _short_form(method: str, replay: Replay, observed: Array, asked: NDArray[np.intp]) -> ShortForm:
    here, full = replay.at(asked), replay.full
    return ShortForm(
        method=method,
        mean_items=float(asked.mean()),
        median_items=float(np.median(asked)),
        saved=float(1 - asked.mean() / replay.theta.shape[1]),
        error=float(here.error.mean()),
        score_error=float(here.score_error.mean()),
        trait=agreement(here.theta, full.theta, _promised(here.error, full.error)),
        score=agreement(here.score, full.score, _promised(here.score_error, full.score_error)),
        observed=agreement(here.score, observed),
    )


def _promised(error: Array, full: Array) -> float:
    return float(np.sqrt(max(float((error**2 - full**2).mean()), 0.0)))


def _correlation(values: Array, reference: Array) -> float:
    a, b = values - values.mean(), reference - reference.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else float("nan")
