"""Maximum likelihood from every answer that was given (FIML), by patterns of missing answers.

With patterns r of n_r interviews, Ω_r the inverse of Σ over the items seen and S̃_r the scatter
about μ, the log-likelihood is −½ Σ n_r [log|Σ_r| + tr(Ω_r S̃_r) + p_r log 2π]. All its derivatives
are sums over patterns of products of Ω_r and Ω_r S̃_r Ω_r, worked out by one matrix product each.

Source: Arbuckle 1996; Yuan & Bentler 2000, 10.1111/0081-1750.00078. It holds where answers are
missing at random. R: ``cfa(model, data, missing = "fiml")``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.discrepancy import Point, nowhere
from psychometrics.cfa.patterns import pattern_terms, patterns_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.implied import Structure
    from psychometrics.cfa.patterns import Patterns, PatternTerms
    from psychometrics.cfa.sample import Answers

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class MomentDerivatives:
    """A group's discrepancy by μ and by all p² entries of Σ.

    `value`; `slope_cov` (p, p), `slope_mean` (p,); second derivatives `cov_cov` (p², p²),
    `mean_cov` (p, p²), `mean_mean` (p, p), expected or observed.
    """

    value: float
    slope_cov: Array
    slope_mean: Array
    cov_cov: Array
    mean_cov: Array
    mean_mean: Array


@dataclass(frozen=True)
class FullInformation:
    """½ Σ share · Σ_r (n_r / n) [log|Σ_r| + tr(Ω_r S̃_r)], without the constant p log 2π."""

    structure: Structure
    patterns: tuple[Patterns, ...]
    share: Array

    def point(self, x: Array) -> Point:
        """Value, slope and curvature at x (groups, rows)."""
        found = self.parts(x, observed=False)
        if found is None:
            return nowhere(x)
        implied = self.structure.implied(x)
        dcov, dmu = self.structure.derivatives(implied)
        slope, curvature = by_row(found, dcov, dmu)
        value = float(self.share @ [part.value for part in found])
        share = self.share
        return Point(value, slope * share[:, None], curvature * share[:, None, None])

    @property
    def unit(self) -> float:
        """A likelihood has no units."""
        return 1.0

    def observed(self, x: Array) -> Array:
        """The exact curvature. R: ``lavInspect(fit, "information.observed")``."""
        implied = self.structure.implied(x)
        parts = self.parts(x, observed=True)
        if parts is None:
            return np.full((*x.shape, x.shape[1]), np.nan)
        _, curvature = by_row(parts, *self.structure.derivatives(implied))
        G = np.stack([part.slope_cov for part in parts])
        g = np.stack([part.slope_mean for part in parts])
        found: Array = curvature + self.structure.curvature(implied, G, g)
        return found * self.share[:, None, None]

    def parts(self, x: Array, *, observed: bool) -> list[MomentDerivatives] | None:
        """The derivatives of each group by its moments; None where Σ is not positive definite."""
        implied = self.structure.implied(x)
        found = []
        for group, patterns in enumerate(self.patterns):
            terms = pattern_terms(patterns, implied.mu[group], implied.cov[group])
            if terms is None:
                return None
            found.append(moment_derivatives(patterns, terms, observed=observed))
        return found


def by_row(parts: list[MomentDerivatives], dcov: Array, dmu: Array) -> tuple[Array, Array]:
    """Slope (groups, rows) and curvature (groups, rows, rows) from those by moment."""
    groups, rows, p, _ = dcov.shape
    flat = dcov.reshape(groups, rows, p * p)
    slope, curvature = np.empty((groups, rows)), np.empty((groups, rows, rows))
    for k, part in enumerate(parts):
        slope[k] = flat[k] @ part.slope_cov.ravel() + dmu[k] @ part.slope_mean
        cross = dmu[k] @ part.mean_cov @ flat[k].T
        curvature[k] = flat[k] @ part.cov_cov @ flat[k].T + dmu[k] @ part.mean_mean @ dmu[k].T
        curvature[k] += cross + cross.T
    return slope, curvature


def moment_derivatives(
    patterns: Patterns, terms: PatternTerms, *, observed: bool
) -> MomentDerivatives:
    """Value and derivatives of one group."""
    omega, d, weight = terms.inverse, terms.distance, patterns.weight
    r, p = d.shape
    about = patterns.cov + d[:, :, None] * d[:, None, :]
    middle = omega @ about @ omega
    value = 0.5 * weight @ (terms.log + (omega * about).sum(axis=(1, 2)))
    pull = (omega @ d[..., None])[..., 0]
    flat = omega.reshape(r, p * p)
    weighted = flat * weight[:, None]
    mean_mean = weighted.sum(axis=0).reshape(p, p)
    inner = 0.5 * omega
    mean_cov = np.zeros((p, p * p))
    if observed:
        inner = middle - inner
        crossed = (weighted.T @ pull).reshape(p, p, p)
        mean_cov = (0.5 * (crossed + np.swapaxes(crossed, 1, 2))).reshape(p, p * p)
    product = (weighted.T @ inner.reshape(r, p * p)).reshape(p, p, p, p)
    cov_cov = product.transpose(0, 2, 1, 3)
    cov_cov = 0.5 * (cov_cov + cov_cov.transpose(1, 0, 3, 2))
    return MomentDerivatives(
        value=float(value),
        slope_cov=0.5 * (weight @ (flat - middle.reshape(r, p * p))).reshape(p, p),
        slope_mean=-(weight @ pull),
        cov_cov=cov_cov.reshape(p * p, p * p),
        mean_cov=mean_cov,
        mean_mean=mean_mean,
    )


def saturated(patterns: Patterns, mean: Array, cov: Array) -> tuple[Array, Array, float, bool]:
    """The unrestricted μ and Σ of one group, with its value and whether the search converged.

    Scoring on the p + p* moments themselves from `mean` and `cov`.
    R: ``lavInspect(fit, "sampstat")`` with ``missing = "fiml"``.
    """
    p = len(mean)
    rows, columns = np.triu_indices(p)
    duplication = duplication_matrix(p)
    terms = pattern_terms(patterns, mean, cov)
    while terms is None:
        cov = 0.7 * cov + 0.3 * np.diag(np.diag(cov))
        terms = pattern_terms(patterns, mean, cov)
    for _ in range(200):
        part = moment_derivatives(patterns, terms, observed=False)
        slope = np.concatenate([part.slope_mean, duplication.T @ part.slope_cov.ravel()])
        block = duplication.T @ part.cov_cov @ duplication
        try:
            step_mean: NDArray[Any] = -np.linalg.solve(part.mean_mean, part.slope_mean)
            step_cov: NDArray[Any] = -np.linalg.solve(block, slope[p:])
        except np.linalg.LinAlgError:
            return mean, cov, part.value, False
        decrement = -float(slope @ np.concatenate([step_mean, step_cov]))
        if decrement < 1e-16:
            return mean, cov, part.value, True
        turn = np.zeros((p, p))
        turn[rows, columns] = turn[columns, rows] = step_cov
        moved = _moved(patterns, mean, cov, step_mean, turn, part.value)
        if moved is None:
            return mean, cov, part.value, decrement < 1e-9
        mean, cov, terms = moved
    return mean, cov, part.value, False


def _moved(
    patterns: Patterns, mean: Array, cov: Array, step_mean: Array, turn: Array, here: float
) -> tuple[Array, Array, PatternTerms] | None:
    size = 1.0
    while size > 1e-6:
        there = mean + size * step_mean, cov + size * turn
        terms = pattern_terms(patterns, *there)
        if terms is not None and _value(patterns, terms) <= here + 1e-14 * abs(here):
            return *there, terms
        size /= 2
    return None


def _value(patterns: Patterns, terms: PatternTerms) -> float:
    d = terms.distance
    about = patterns.cov + d[:, :, None] * d[:, None, :]
    fit = (terms.inverse * about).sum(axis=(1, 2))
    return float(0.5 * patterns.weight @ (terms.log + fit))


def duplication_matrix(p: int) -> Array:
    """(p², p*) matrix that turns vech into vec: vec(Σ) = D vech(Σ)."""
    rows, columns = np.triu_indices(p)
    found = np.zeros((p, p, len(rows)))
    found[rows, columns, np.arange(len(rows))] = 1
    found[columns, rows, np.arange(len(rows))] = 1
    return found.reshape(p * p, len(rows))


def case_scores(matrix: Array, patterns: Patterns, terms: PatternTerms, mean: Array) -> Array:
    """(n, p + p²) slopes of each interview's log-likelihood by μ and by all entries of Σ.

    In the order of `patterns.order`, half of the symmetric entry's slope at each of its places.
    """
    n, p = matrix.shape
    distance = np.where(np.isnan(matrix), 0.0, matrix - mean)[patterns.order]
    found = np.empty((n, p + p * p))
    for r, (a, b) in enumerate(zip(patterns.starts[:-1], patterns.starts[1:], strict=True)):
        pull = distance[a:b] @ terms.inverse[r]
        found[a:b, :p] = pull
        outer = pull[:, :, None] * pull[:, None, :] - terms.inverse[r]
        found[a:b, p:] = 0.5 * outer.reshape(b - a, p * p)
    return found


def group_patterns(answers: tuple[Answers, ...]) -> tuple[Patterns, ...]:
    """The patterns of each group's answers."""
    return tuple(patterns_of(part.matrix, part.weights) for part in answers)
