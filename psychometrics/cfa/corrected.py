"""chi2 as if answers were complete and numeric, for fit indices of what they stand for.

Indices of a model with gaps (FIML) or ordered items depend on how much is missing or how items were
cut. These are the likelihood ratios of the estimates against complete or uncut answers, with what
each is expected to be for a degree of freedom where the model holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.baseline import baseline_moments, unrelated
from psychometrics.cfa.discrepancy import (
    ContinuousMoments,
    LeastSquares,
    MaximumLikelihood,
    normal_weight,
)
from psychometrics.cfa.information import covariance_of
from psychometrics.cfa.unrestricted import (
    information_of,
    moments_of,
    own_moments,
    slope_products_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Corrected:
    """chi2 of the model and of its baseline, with what they are expected to be for each df."""

    chi2: float
    df: int
    expected: float
    baseline_chi2: float
    baseline_df: int
    baseline_expected: float

    @property
    def scaled(self) -> float:
        """chi2 divided by what it is expected to be for each degree of freedom."""
        return self.chi2 / self.expected


def corrected(fit: ModelFit) -> Corrected | None:
    """The corrected statistics of a fit with gaps or ordered items; None for any other.

    None too where polychoric correlations are not positive definite, where thresholds are held
    equal across groups (the correction is for correlations alone), or without degrees of freedom.
    Source: Zhang & Savalei 2023, 10.1080/10705511.2022.2152460 (gaps); Savalei 2021,
    10.1080/00273171.2020.1717922 (ordered items).
    R: ``fitMeasures(fit, c("cfi.robust", "tli.robust", "rmsea.robust"))``.
    """
    if fit.df <= 0:
        return None
    if fit.unrestricted:
        return _incomplete(fit)
    if fit.sample.ordinal and fit.estimator.robust:
        return _ordered(fit)
    return None


def _incomplete(fit: ModelFit) -> Corrected:
    mean, cov = moments_of(fit)
    share, keep = fit.sample.share, own_moments(fit)
    A = information_of(fit)[:, keep][:, :, keep]
    meat = slope_products_of(fit)[:, keep][:, :, keep] if fit.estimator.robust else None
    complete = normal_weight(np.linalg.inv(cov))[:, keep][:, :, keep]
    middle = _Middle(A, meat, complete, share)
    _, by_row = ContinuousMoments(fit.structure, True).jacobian(fit.x)
    delta = (by_row @ fit.parameter_map.spread)[:, keep]
    model = MaximumLikelihood(fit.structure, cov, mean, share)
    trace = middle.trace(delta, fit.minimum.jacobian)
    apart = unrelated(fit)
    zero = np.concatenate([np.zeros(fit.structure.p, bool), apart])[keep]
    select = _selected(np.flatnonzero(~zero), len(keep), len(share))
    own_mean, own_cov = baseline_moments(fit)
    below = middle.trace(select, np.zeros((0, select.shape[-1])))
    n, df0 = fit.sample.total, len(share) * int(apart.sum())
    return Corrected(
        chi2=2 * n * model.point(fit.x).value,
        df=fit.df,
        expected=trace / fit.df,
        baseline_chi2=n * float(share @ _apart(mean, cov, own_mean, own_cov)),
        baseline_df=df0,
        baseline_expected=below / df0,
    )


@dataclass(frozen=True)
class _Middle:
    """Information A of the moments from the answers given (groups, m, m) and from complete ones.

    `meat`: mean product of slopes, None where answers are taken as normal.
    """

    A: Array
    meat: Array | None
    complete: Array
    share: Array

    def trace(self, delta: Array, constraints: Array) -> float:
        """What the complete statistic is expected to be under a model with Jacobian (groups, m, q).

        tr(Q W Qᵀ Γ) with Q = I − A Δ (ΔᵀAΔ)⁻¹ Δᵀ, W the complete information and Γ the covariance
        of the unrestricted moments, A⁻¹ where answers are taken as normal.
        """
        groups, m, _ = self.A.shape
        share = self.share[:, None, None]
        lifted = share * self.A @ delta
        information = (np.swapaxes(delta, 1, 2) @ lifted).sum(axis=0)
        bread = covariance_of(information, constraints)
        flat, turned = lifted.reshape(groups * m, -1), delta.reshape(groups * m, -1)
        Q = np.eye(groups * m) - flat @ bread @ turned.T
        W = _blocks(share * self.complete)
        inverse = np.linalg.inv(self.A)
        if self.meat is None:
            return float((W * (_blocks(inverse / share) @ Q).T).sum())
        gamma = _blocks(inverse @ self.meat @ inverse / share)
        return float(((Q @ W @ Q.T) * gamma).sum())


def _blocks(matrices: Array) -> Array:
    """(groups m, groups m) with the matrices (groups, m, m) along its diagonal."""
    groups, m, _ = matrices.shape
    found = np.zeros((groups, m, groups, m))
    found[np.arange(groups), :, np.arange(groups), :] = matrices
    return found.reshape(groups * m, groups * m)


def _selected(columns: NDArray[np.intp], m: int, groups: int) -> Array:
    """(groups, m, groups k) Jacobian of k moments of each group that are parameters themselves."""
    k = len(columns)
    found = np.zeros((groups, m, groups, k))
    for g in range(groups):
        found[g, columns, g, np.arange(k)] = 1
    return found.reshape(groups, m, groups * k)


def _apart(mean: Array, cov: Array, own_mean: Array, own_cov: Array) -> Array:
    """(groups,) discrepancy of one normal distribution from another."""
    W = np.linalg.inv(own_cov)
    d = mean - own_mean
    fit = (W * (cov + d[:, :, None] * d[:, None, :])).sum(axis=(1, 2))
    logs = np.linalg.slogdet(own_cov)[1] - np.linalg.slogdet(cov)[1]
    found: Array = logs + fit - cov.shape[-1]
    return found


def _ordered(fit: ModelFit) -> Corrected | None:
    from psychometrics.cfa.uncertainty import gammas, weights_and_jacobian

    R = fit.sample.cov
    if np.linalg.eigvalsh(R).min() < 1.5e-8 or not _free_thresholds(fit):
        return None
    assert isinstance(fit.discrepancy, LeastSquares)  # noqa: S101
    p, share = fit.structure.p, fit.sample.share
    skip = len(fit.structure.thresholds.row)
    implied = _correlations(fit.discrepancy.vector.moments(fit.x)[:, skip:], p)
    i, j = np.triu_indices(p)
    off = p + np.flatnonzero(i != j)
    V = normal_weight(np.linalg.inv(implied))[:, off][:, :, off]
    weight, delta = weights_and_jacobian(fit)
    gamma = gammas(fit)[:, skip:, skip:]
    weight, delta = weight[:, skip:, skip:], delta[:, skip:]
    groups, m, _ = gamma.shape
    by = share[:, None, None]
    flat, lifted = delta.reshape(groups * m, -1), (by * weight @ delta).reshape(groups * m, -1)
    left = np.eye(groups * m) - flat @ fit.uncertainty.bread @ lifted.T
    trace = float(((left.T @ _blocks(by * V) @ left) * _blocks(gamma / by)).sum())
    n, df0 = fit.sample.total, groups * m
    zero = np.zeros((groups, p))
    return Corrected(
        chi2=n * float(share @ _apart(zero, R, zero, implied)),
        df=fit.df,
        expected=trace / fit.df,
        baseline_chi2=-n * float(share @ np.linalg.slogdet(R)[1]),
        baseline_df=df0,
        baseline_expected=float((np.trace(gamma, axis1=1, axis2=2) / share).sum()) / df0,
    )


def _free_thresholds(fit: ModelFit) -> bool:
    """Whether each threshold is a parameter of its own."""
    index = fit.parameter_map.index[:, fit.structure.thresholds.row]
    return bool((index >= 0).all()) and len(np.unique(index)) == index.size


def _correlations(values: Array, p: int) -> Array:
    """(groups, p, p) from the upper triangles (groups, p (p − 1) / 2)."""
    found: Array = np.tile(np.eye(p), (len(values), 1, 1))
    i, j = np.triu_indices(p, 1)
    found[:, i, j] = found[:, j, i] = values
    return found
