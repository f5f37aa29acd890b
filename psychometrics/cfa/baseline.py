"""The baseline of the fit indices: items that are related to nothing.

Variances, means and thresholds are as in the sample, covariances are 0 except among observed
predictors. Its chi2 and corrections need no search.
R: ``lavaan:::lav_object_independence(fit)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.discrepancy import LeastSquares, normal_weight
from psychometrics.cfa.full_information import FullInformation
from psychometrics.cfa.test_statistic import (
    TestStatistic,
    scaled_by_traces,
    upper_tail,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


def baseline(fit: ModelFit) -> TestStatistic:
    """chi2 of the baseline model, plain and corrected as that of the fit is."""
    df = len(fit.sample.n) * int(unrelated(fit).sum())
    chi2 = _chi2(fit)
    p = float("nan") if fit.estimator.discrepancy == "uls" else upper_tail(chi2, df)
    if not fit.estimator.robust or df == 0:
        return TestStatistic(chi2, df, p)
    if fit.estimator.test == "yuan_bentler":
        trace, square = fit.unrestricted_trace - _own_trace(fit), 0.0
    else:
        trace, square = _traces(fit)
    return scaled_by_traces(fit.estimator, chi2, df, trace, square)


def unrelated(fit: ModelFit) -> NDArray[np.bool_]:
    """(p (p + 1) / 2,) which covariances are 0, in order of ``np.triu_indices``.

    Of ordered items (p (p − 1) / 2,) correlations.
    """
    p = fit.structure.p
    if fit.sample.ordinal:
        return np.ones(p * (p - 1) // 2, bool)
    i, j = np.triu_indices(p)
    given = _given(fit)
    found: NDArray[np.bool_] = (i != j) & ~(given[i] & given[j])
    return found


def baseline_moments(fit: ModelFit) -> tuple[Array, Array]:
    """(groups, p) means and (groups, p, p) covariances of the baseline, maximum likelihood."""
    given = _given(fit)
    mean, cov = fit.sample.mean.copy(), np.zeros_like(fit.sample.cov)
    for g in range(len(cov)):
        mean[g], spread = _margins(fit, g)
        cov[g] = np.diag(spread)
        cov[g][np.ix_(given, given)] = fit.implied.cov[g][np.ix_(given, given)]
    return mean, cov


def _given(fit: ModelFit) -> NDArray[np.bool_]:
    """(p,) which items are observed predictors; their own covariances stay as they are."""
    predictors = fit.table.variables.exogenous
    return np.array([name in predictors for name in fit.structure.observed])


def _margins(fit: ModelFit, group: int) -> tuple[Array, Array]:
    """Means and variances of each item over those who answered it."""
    if not isinstance(fit.discrepancy, FullInformation):
        return fit.sample.mean[group], np.diag(fit.sample.cov[group])
    part = fit.discrepancy.patterns[group]
    answered = part.weight @ part.seen
    mean = (part.weight @ (part.mean * part.seen)) / answered
    apart = np.where(part.seen, part.mean - mean, 0.0)
    square = np.diagonal(part.cov, axis1=1, axis2=2) + apart**2
    return mean, (part.weight @ (square * part.seen)) / answered


def _chi2(fit: ModelFit) -> float:
    if isinstance(fit.discrepancy, LeastSquares):
        return _least_squares(fit, fit.discrepancy)
    n, share = fit.sample.total, fit.sample.share
    _, cov = baseline_moments(fit)
    if isinstance(fit.discrepancy, FullInformation):
        values = [_incomplete(fit, cov[g], g) for g in range(len(cov))]
        free = [value for _, _, value, _ in fit.unrestricted]
        return 2 * n * float(share @ (np.array(values) - free))
    if fit.settings.wishart:
        n, share = n - len(share), fit.sample.free_share
    apart = np.linalg.slogdet(cov)[1] - np.linalg.slogdet(fit.sample.cov)[1]
    return n * float(share @ apart)


def _incomplete(fit: ModelFit, cov: Array, group: int) -> float:
    """Half of Σ (n_r / n) [log|Σ_r| + tr(…)] at the baseline, where each trace is its rank."""
    assert isinstance(fit.discrepancy, FullInformation)  # noqa: S101
    part, given = fit.discrepancy.patterns[group], _given(fit)
    answered = part.weight @ part.seen
    own = answered * (np.log(np.diag(cov)) + 1)
    joint = np.linalg.slogdet(cov[np.ix_(given, given)])[1] + given.sum() if given.any() else 0.0
    return 0.5 * float(own[~given].sum() + joint)


def _least_squares(fit: ModelFit, discrepancy: LeastSquares) -> float:
    """The weighted square of what no variance, mean or threshold can explain."""
    rest, free = _rest(fit, discrepancy.target.shape[1])
    apart, weight = discrepancy.target[:, rest], discrepancy.weight
    if weight.ndim == 2:
        squares = (apart**2 * weight[:, rest]).sum(axis=1)
    else:
        across = weight[:, rest][:, :, free]
        own = np.linalg.solve(weight[:, free][:, :, free], np.swapaxes(across, 1, 2))
        left = weight[:, rest][:, :, rest] - across @ own
        squares = (apart * (left @ apart[..., None])[..., 0]).sum(axis=1)
    n = fit.sample.total - len(fit.sample.n)
    return n * float(discrepancy.share @ squares)


def _rest(fit: ModelFit, m: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions among m moments of those that the baseline sets to 0, and of the others."""
    at = unrelated(fit)
    zero = np.concatenate([np.zeros(m - len(at), bool), at])
    return np.flatnonzero(zero), np.flatnonzero(~zero)


def _traces(fit: ModelFit) -> tuple[float, float]:
    """tr(UΓ) and tr(UΓUΓ); U is V over the moments that are 0, and 0 elsewhere."""
    from psychometrics.cfa.uncertainty import gammas

    gamma = gammas(fit)
    rest, _ = _rest(fit, gamma.shape[1])
    if isinstance(fit.discrepancy, LeastSquares):
        weight = fit.discrepancy.weight[:, rest]
        product = weight[:, :, None] * gamma[:, rest][:, :, rest]
    else:
        _, cov = baseline_moments(fit)
        skip = 0 if fit.table.options.means else fit.structure.p
        weight = normal_weight(np.linalg.inv(cov))[:, skip:, skip:]
        product = weight[:, rest][:, :, rest] @ gamma[:, rest][:, :, rest]
    trace = float(np.trace(product, axis1=1, axis2=2).sum())
    return trace, float((product * np.swapaxes(product, 1, 2)).sum())


def _own_trace(fit: ModelFit) -> float:
    """tr(B A⁻¹) of the means and variances of the baseline, where A is diagonal."""
    if isinstance(fit.discrepancy, FullInformation):
        return sum(_incomplete_trace(fit, g) for g in range(len(fit.sample.n)))
    p, kept = fit.structure.p, ~_given(fit)
    i, j = np.triu_indices(p)
    gamma = np.diagonal(fit.sample.gamma, axis1=1, axis2=2)
    spread = np.diagonal(fit.sample.cov, axis1=1, axis2=2)
    found = gamma[:, p:][:, i == j] / (2 * spread**2)
    if fit.table.options.means:
        found = found + gamma[:, :p] / spread
    return float(found[:, kept].sum())


def _incomplete_trace(fit: ModelFit, group: int) -> float:
    """The same from the answers given, item by item."""
    from psychometrics.cfa.information import score_products

    assert isinstance(fit.discrepancy, FullInformation)  # noqa: S101
    answers, part = fit.sample.answers[group], fit.discrepancy.patterns[group]
    mean, spread = _margins(fit, group)
    answered = part.weight @ part.seen
    apart = np.nan_to_num(answers.matrix - mean)[part.order]
    seen = ~np.isnan(answers.matrix)[part.order]
    slopes = np.hstack([apart / spread, np.where(seen, apart**2 - spread, 0) / (2 * spread**2)])
    B = np.diag(score_products(slopes, answers, part.order))
    A = np.concatenate([answered / spread, answered / (2 * spread**2)])
    kept = np.tile(~_given(fit), 2)
    return float((B / A)[kept].sum())
