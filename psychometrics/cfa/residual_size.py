"""How large the differences between sample and model moments are, in several units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.unrestricted import moments_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ResidualSize:
    """Root mean squares of residuals, groups weighted by their interviews.

    `rmr` of raw residuals; `srmr` with covariances divided by the sample's standard deviations
    (Bentler 1995); `crmr` of correlations of either side (Bollen 1989), variances left out;
    `srmr_mplus` of correlations, variances relative to the sample's, and standardised means, None
    with ordered items. Those without `_nomean` count means (of ordered items, thresholds) too where
    the model has them. R: ``fitMeasures(fit)``.
    """

    rmr: float
    rmr_nomean: float
    srmr: float
    srmr_nomean: float
    crmr: float
    crmr_nomean: float
    srmr_mplus: float | None = None
    srmr_mplus_nomean: float | None = None


@dataclass(frozen=True)
class _Residuals:
    """Sample and model moments of all groups; `means` None where the model has none."""

    cov: Array
    implied: Array
    means: Array | None
    implied_means: Array
    share: Array

    def root(self, squares: Array, count: int) -> float:
        return float(self.share @ np.sqrt(squares / count))


def residual_size(fit: ModelFit) -> ResidualSize:
    """The root mean square residuals of a fit."""
    return _ordered(fit) if fit.sample.ordinal else _continuous(fit)


def _continuous(fit: ModelFit) -> ResidualSize:
    means, cov = moments_of(fit)
    has_means = fit.table.options.means
    parts = _Residuals(
        cov, fit.implied.cov, means if has_means else None, fit.implied.mu, fit.sample.share
    )
    raw = _pair(parts, cov - parts.implied, np.ones_like(means), diagonal=True)
    spread = np.sqrt(np.diagonal(cov, axis1=1, axis2=2))
    by_sample = (cov - parts.implied) / (spread[:, :, None] * spread[:, None, :])
    standard = _pair(parts, by_sample, 1 / spread, diagonal=True)
    model = np.sqrt(np.diagonal(parts.implied, axis1=1, axis2=2))
    correlations = cov / (spread[:, :, None] * spread[:, None, :])
    correlations = correlations - parts.implied / (model[:, :, None] * model[:, None, :])
    bollen = _pair(parts, correlations, 1 / spread, diagonal=False)
    mplus = _mplus(parts, correlations, spread, model)
    return ResidualSize(*raw, *standard, *bollen, *mplus)


def _pair(
    parts: _Residuals, residuals: Array, unit: Array, *, diagonal: bool
) -> tuple[float, float]:
    """With and without means."""
    p = residuals.shape[-1]
    i, j = np.triu_indices(p, 0 if diagonal else 1)
    squares = (residuals[:, i, j] ** 2).sum(axis=1)
    alone = parts.root(squares, len(i))
    if parts.means is None:
        return alone, alone
    of_means = (((parts.means - parts.implied_means) * unit) ** 2).sum(axis=1)
    return parts.root(squares + of_means, len(i) + p), alone


def _mplus(
    parts: _Residuals, correlations: Array, spread: Array, model: Array
) -> tuple[float, float]:
    p = spread.shape[-1]
    i, j = np.triu_indices(p, 1)
    squares = (correlations[:, i, j] ** 2).sum(axis=1)
    squares = squares + ((1 - model**2 / spread**2) ** 2).sum(axis=1)
    count = p * (p + 1) // 2
    alone = parts.root(squares, count)
    if parts.means is None:
        return alone, alone
    apart = parts.means / spread - parts.implied_means / model
    return parts.root(squares + (apart**2).sum(axis=1), count + p), alone


def _ordered(fit: ModelFit) -> ResidualSize:
    from psychometrics.cfa.discrepancy import LeastSquares

    assert isinstance(fit.discrepancy, LeastSquares)  # noqa: S101
    p, cuts = fit.structure.p, len(fit.structure.thresholds.row)
    squares = (fit.discrepancy.target - fit.discrepancy.vector.moments(fit.x)) ** 2
    pairs = squares.shape[1] - cuts
    alone, both = squares[:, cuts:].sum(axis=1), squares.sum(axis=1)

    def root(total: Array, count: int) -> float:
        return float(fit.sample.share @ np.sqrt(total / max(count, 1)))

    with_variances = root(both, pairs + cuts + p), root(alone, pairs + p)
    return ResidualSize(
        *with_variances, *with_variances, root(both, pairs + cuts), root(alone, pairs)
    )
