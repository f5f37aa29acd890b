"""Factor scores from ordered answers: the most likely values of the factors given all answers.

An answer to item i is category k where τ_k−1 < y* ≤ τ_k and y* = ν + λᵀη + ε. The posterior of η,
normal prior times the probabilities of the answers, is log-concave, so that Newton's method from
the prior mean finds its only mode; all interviews take each step together. With η = μ + Lu,
LLᵀ = Cov(η), the curvature in u is never below that of the prior.

Source: Skrondal & Rabe-Hesketh 2004, chapter 7; Bock & Aitkin 1981, 10.1007/BF02293801.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr

from psychometrics.cfa.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

STEPS, ARRIVED = 100, 1e-11
LEAST = 1e-300
_ROOT = float(np.sqrt(2 * np.pi))


class Modes(NamedTuple):
    """Scores and errors (n, m), and the share of the factors' variance (m,) that scores have."""

    values: Array
    errors: Array
    reliability: Array


@dataclass(frozen=True)
class ResponseModel:
    """The answers of one group given the factors.

    `loadings` (p, m), `intercepts` (p,), `deviations` (p,) of y*; `cuts` (p, K + 1) thresholds
    between −∞ and ∞, ∞ beyond an item's last; `mean` (m,) and `root` (m, m) L of the factors.
    """

    loadings: Array
    intercepts: Array
    deviations: Array
    cuts: Array
    mean: Array
    root: Array

    def terms(self, u: Array, lower: Array, upper: Array) -> tuple[Array, Array, Array]:
        """Log posterior (n,), its slope (n, m) and negative curvature (n, m, m) at u (n, m)."""
        turned = self.loadings @ self.root
        low, high, probability = self._probabilities(u, lower, upper)
        density_low, density_high = _density(low), _density(high)
        pull = (density_low - density_high) / probability
        bend = (_times(high, density_high) - _times(low, density_low)) / probability + pull**2
        value = np.log(probability).sum(axis=1) - 0.5 * (u**2).sum(axis=1)
        slope = (pull / self.deviations) @ turned - u
        weight = np.maximum(bend, 0.0) / self.deviations**2
        outer = (turned[:, :, None] * turned[:, None, :]).reshape(len(turned), -1)
        m = turned.shape[1]
        curvature = (weight @ outer).reshape(-1, m, m) + np.eye(m)
        return value, slope, curvature

    def log_posterior(self, u: Array, lower: Array, upper: Array) -> Array:
        """(n,) at u (n, m), without its constant."""
        _, _, probability = self._probabilities(u, lower, upper)
        found: Array = np.log(probability).sum(axis=1) - 0.5 * (u**2).sum(axis=1)
        return found

    def _probabilities(self, u: Array, lower: Array, upper: Array) -> tuple[Array, Array, Array]:
        """Standardised thresholds (n, p) below and above the answers, and what lies between."""
        middle = self.intercepts + (self.mean + u @ self.root.T) @ self.loadings.T
        low, high = (lower - middle) / self.deviations, (upper - middle) / self.deviations
        flip = low > 0
        between = ndtr(np.where(flip, -low, high)) - ndtr(np.where(flip, -high, low))
        return low, high, np.maximum(between, LEAST)

    def limits(self, codes: NDArray[np.intp]) -> tuple[Array, Array]:
        """Thresholds (n, p) below and above the answers, −1 for one that was not given."""
        item = np.arange(codes.shape[1])
        missing = codes < 0
        lower = np.where(missing, -np.inf, self.cuts[item, np.maximum(codes, 0)])
        upper = np.where(missing, np.inf, self.cuts[item, codes + 1])
        return lower, upper


def modal_scores(fit: ModelFit, group: int, matrix: Array) -> Modes:
    """Empirical Bayes modal scores of answers (n, p) with gaps.

    Errors come from the curvature at the mode. R: ``lavPredict(fit, method = "EBM")``, which stops
    1e-4 short of the mode and in lavaan 0.6-14 takes the loadings of group 1 in every group.
    """
    model = response_model(fit, group)
    codes = answer_codes(fit, group, matrix)
    patterns, which = np.unique(codes, axis=0, return_inverse=True)
    mode, curvature = modes(model, *model.limits(patterns))
    covariance = model.root @ np.linalg.inv(curvature) @ model.root.T
    lost = np.diagonal(covariance, axis1=1, axis2=2)
    values = (model.mean + mode @ model.root.T)[which]
    errors = np.sqrt(np.maximum(lost, 0.0))[which]
    nothing = (codes < 0).all(axis=1)
    values[nothing] = errors[nothing] = np.nan
    own = np.maximum((model.root**2).sum(axis=1), LEAST)
    left = np.mean(errors[~nothing] ** 2, axis=0) if (~nothing).any() else np.nan
    return Modes(values, errors, np.clip(1 - left / own, 0.0, 1.0))


def modes(
    model: ResponseModel, lower: Array, upper: Array, start: Array | None = None
) -> tuple[Array, Array]:
    """The mode u (n, m) for answers between thresholds (n, p), and the negative curvature there."""
    n, m = len(lower), len(model.mean)
    u = np.zeros((n, m)) if start is None else start.copy()
    value, slope, curvature = model.terms(u, lower, upper)
    moving = np.arange(n)
    for _ in range(STEPS):
        step = np.linalg.solve(curvature[moving], slope[moving][..., None])[..., 0]
        there = u[moving] + step
        found = model.terms(there, lower[moving], upper[moving])
        for _ in range(30):
            worse = found[0] < value[moving] - 1e-12 * np.abs(value[moving])
            if not worse.any():
                break
            step[worse] /= 2
            there = u[moving] + step
            found = model.terms(there, lower[moving], upper[moving])
        u[moving] = there
        value[moving], slope[moving], curvature[moving] = found
        moving = moving[np.abs(step).max(axis=1) > ARRIVED]
        if not moving.size:
            return u, curvature
    raise ModelError("The scores of some interviews were not found; check the model's estimates.")


def response_model(fit: ModelFit, group: int) -> ResponseModel:
    """The response model of a group. Raises ModelError where an item has no residual variance."""
    s, x = fit.structure, fit.x[group]
    p, total = s.p, fit.implied.total[group]
    variables = fit.table.variables
    tied = [v for v in (*variables.dependent, *variables.predictors) if v in s.observed]
    if tied:
        raise ModelError(
            f"Ordered items that stand in a regression ({', '.join(dict.fromkeys(tied))}) cannot "
            f"be scored; give the outcome a factor of its own."
        )
    A, S, M = s.matrices(x)
    residual = np.diag(S)[:p]
    if (residual <= 0).any():
        bad = [name for name, value in zip(s.observed, residual, strict=True) if value <= 0]
        raise ModelError(
            f"The residual variance of {', '.join(bad)} is not positive, so there are no scores; "
            f"take the item out or hold its loading lower."
        )
    width = int(s.thresholds.j.max())
    cuts = np.full((p, width + 2), np.inf)
    cuts[:, 0] = -np.inf
    cuts[s.thresholds.i, s.thresholds.j] = x[s.thresholds.row]
    return ResponseModel(
        loadings=A[:p, p:],
        intercepts=M[:p],
        deviations=np.sqrt(residual),
        cuts=cuts,
        mean=fit.implied.mean[group, p:],
        root=_root_of(total[p:, p:]),
    )


def answer_codes(fit: ModelFit, group: int, matrix: Array) -> NDArray[np.intp]:
    """(n, p) the category of each answer from 0, −1 where there is none."""
    codes = np.full(matrix.shape, -1, np.intp)
    for k, (item, known) in enumerate(
        zip(fit.items, fit.sample.ordinal[group].categories, strict=True)
    ):
        column, values = matrix[:, k], np.array(known)
        there = ~np.isnan(column)
        place = np.minimum(np.searchsorted(values, column[there]), len(values) - 1)
        strange = values[place] != column[there]
        if strange.any():
            raise ModelError(
                f"Item {item} has the answer {column[there][strange][0]:g}, which the model does "
                f"not know; its answers are {', '.join(f'{value:g}' for value in known)}."
            )
        codes[there, k] = place
    return codes


def _density(z: Array) -> Array:
    found: Array = np.exp(-0.5 * np.minimum(z * z, 1400.0)) / _ROOT
    return np.where(np.isinf(z), 0.0, found)


def _times(z: Array, density: Array) -> Array:
    return np.where(np.isinf(z), 0.0, z) * density


def _root_of(cov: Array) -> Array:
    """L with LLᵀ = cov, also where a factor is wholly explained by others."""
    values, vectors = np.linalg.eigh(cov)
    if values[0] < -1e-8 * max(values[-1], 1e-300):
        raise ModelError("The covariances of the factors are not positive definite; no scores.")
    found: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return found
