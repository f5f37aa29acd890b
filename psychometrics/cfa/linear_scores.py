"""Factor scores that are weighted sums of answers, with as many weights as patterns of gaps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.patterns import patterns_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

ESTIMABLE = 1e-8


@dataclass(frozen=True)
class Factors:
    """The joint moments of factors (m) and items (p) in one group.

    `cross` (m, p) covariances of factors with items, `cov` (p, p), `own` (m, m) of the factors;
    `mean` (m,), `centre` (p,). `loadings` (p, m + d) of items on the factors and the d observed
    predictors, which stand for themselves; `joint` (m + d, m + d) covariances of these.
    """

    cross: Array
    cov: Array
    own: Array
    mean: Array
    centre: Array
    loadings: Array
    joint: Array

    @cached_property
    def m(self) -> int:
        """Number of factors."""
        return len(self.mean)

    def regression(self, seen: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Weights (m, seen) and error covariances (m, m) of the conditional expectation."""
        solved: NDArray[Any] = np.linalg.solve(self.cov[np.ix_(seen, seen)], self.cross[:, seen].T)
        weights = solved.T
        return weights, self.own - weights @ self.cross[:, seen].T

    def bartlett(self, seen: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Weights and error covariances of the generalised least squares estimate.

        NaN for a factor that the items seen do not determine.
        """
        loadings = self.loadings[seen]
        weighted = np.linalg.solve(self.cov[np.ix_(seen, seen)], loadings)
        information = loadings.T @ weighted
        size = np.sqrt(np.diag(information))
        size = np.where(size > 0, size, 1.0)
        scaled = information / np.outer(size, size)
        inverse = np.linalg.pinv(scaled, rcond=1e-12, hermitian=True)
        known = np.diag(inverse @ scaled) > 1 - ESTIMABLE
        covariance = inverse / np.outer(size, size)
        weights = np.where(known[:, None], covariance @ weighted.T, np.nan)[: self.m]
        error = np.where(known[:, None] & known, covariance - self.joint, np.nan)
        return weights, error[: self.m, : self.m]


def linear_scores(
    fit: ModelFit, group: int, matrix: Array, *, bartlett: bool
) -> tuple[Array, Array]:
    """Scores and standard errors (n, m) of answers (n, p) with gaps.

    Regression scores η̂ = E(η) + Cov(η, y) Σ⁻¹ (y − μ) (Thurstone 1935), or Bartlett's
    (ΛᵀΣ⁻¹Λ)⁻¹ΛᵀΣ⁻¹ (y − μ) + E(η) (Bartlett 1937, 10.1111/j.2044-8295.1937.tb00863.x).
    R: ``lavPredict(fit, method = , se = "standard")``.
    """
    factors = factors_of(fit, group)
    found = np.full((len(matrix), factors.m), np.nan)
    error = found.copy()
    if not len(matrix):
        return found, error
    patterns = patterns_of(matrix)
    for k, seen in enumerate(patterns.seen):
        if not seen.any():
            continue
        weights, covariance = (factors.bartlett if bartlett else factors.regression)(seen)
        rows = patterns.order[patterns.starts[k] : patterns.starts[k + 1]]
        distance = matrix[np.ix_(rows, seen)] - factors.centre[seen]
        found[rows] = factors.mean + distance @ weights.T
        error[rows] = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return found, error


def score_reliability(fit: ModelFit, *, bartlett: bool) -> Array:
    """(groups, m) squared correlation of each factor with its score from complete answers.

    Of regression scores the squared determinacy (Guttman 1955,
    10.1111/j.2044-8317.1955.tb00321.x), the most any score can have.
    """
    found = []
    for group in range(len(fit.groups)):
        factors = factors_of(fit, group)
        seen = np.ones(len(factors.centre), bool)
        own = np.diag(factors.own)
        _, error = (factors.bartlett if bartlett else factors.regression)(seen)
        lost = np.diag(error)
        found.append(own / (own + lost) if bartlett else 1 - lost / own)
    return np.clip(np.array(found), 0.0, 1.0)


def factors_of(fit: ModelFit, group: int) -> Factors:
    """The joint moments of the factors and items of a group.

    An outcome that a factor explains is an indicator of it like any item.
    """
    s = fit.structure
    p, m, total = s.p, len(s.latent), fit.implied.total[group]
    A = s.matrices(fit.x[group])[0]
    among = np.linalg.inv(np.eye(p) - A[:p, :p])
    given = np.flatnonzero([name in fit.table.variables.exogenous for name in s.observed])
    joint = np.concatenate([p + np.arange(m), given])
    means = fit.table.options.means
    mean, centre = fit.implied.mean[group, p:], fit.implied.mu[group]
    if not means:
        centre = fit.sample.mean[group]
        mean = fit.implied.effects[group][p:, given] @ centre[given]
    return Factors(
        cross=total[p:, :p],
        cov=total[:p, :p],
        own=total[p:, p:],
        mean=mean,
        centre=centre,
        loadings=np.hstack([among @ A[:p, p:], among[:, given]]),
        joint=total[np.ix_(joint, joint)],
    )
