"""Marginal maximum likelihood of the graded model.

Expectation–maximisation, accelerated by SQUAREM (Varadhan & Roland 2008,
10.1111/j.1467-9469.2007.00585.x), leads near the maximum; quasi-Newton steps that start from the
observed information end there. Bock & Aitkin 1981, 10.1007/BF02293801.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtri

from psychometrics.irt._expect import Expectation, OneHot, expect
from psychometrics.irt._louis import complete_information, missing_information
from psychometrics.irt._probabilities import (
    ItemParameters,
    boundaries,
    curvature,
    gradient,
    information_curves,
    log_probabilities,
    padded,
)
from psychometrics.irt._quadrature import FEWEST, Grid, grid, points_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers

    Array = NDArray[np.float64]

NEAR = 0.05
"""EM hands over to quasi-Newton once no parameter moves further than this in a cycle."""

SUBSAMPLE = 4000
"""Patterns on which the search begins, and from which the first information is taken."""

MOST_PASSES = 500
"""Passes over the answers before the search is given up."""

RUNAWAY = 40.0
"""A slope beyond this has no end."""

FEW = 20
"""A category chosen less often than this in the subsample is taken whole."""

NORMAL = 1.702
"""Logistic slopes are this much larger than those of a normal ogive."""


@dataclass(frozen=True)
class Estimate:
    """Where the search ended: parameters, log-likelihood, grid, passes over the answers."""

    parameters: ItemParameters
    loglik: float
    grid: Grid
    passes: int
    converged: bool


class Marginal:
    """The marginal log-likelihood of the answers on one grid; counts its passes."""

    def __init__(self, answers: GradedAnswers, on: Grid) -> None:
        self.answers, self.grid = answers, on
        self.passes = 0
        self._hot = OneHot(answers)

    def __call__(self, parameters: ItemParameters) -> tuple[Expectation, Array]:
        """Expectation at the parameters, and boundaries η there."""
        self.passes += 1
        eta = boundaries(parameters, self.grid.nodes)
        found = expect(self.answers, self._hot, log_probabilities(parameters, eta), self.grid.prior)
        return found, eta

    def slope(self, parameters: ItemParameters) -> tuple[float, Array]:
        """Log-likelihood and its derivative by the free parameters."""
        found, eta = self(parameters)
        return found.loglik, self.by_free(parameters, found, eta)

    def by_free(self, parameters: ItemParameters, found: Expectation, eta: Array) -> Array:
        """Derivative of the log-likelihood by the free parameters (Fisher's identity)."""
        by: Array = gradient(parameters, found.counts, eta, self.grid.nodes)[parameters.free]
        return by


def estimate(
    answers: GradedAnswers,
    dimensions: int,
    points: int | None,
    tolerance: float,
    rng: np.random.Generator,
) -> Estimate:
    """The maximum of the marginal likelihood, from a subsample on when there are many patterns.

    A subsample stands for all answers by its weights, so that few passes over all of them remain.
    """
    part = subsample(answers, SUBSAMPLE, rng)
    parameters = start(part, dimensions)
    near = Marginal(part, grid(points or FEWEST, dimensions))
    parameters, reached = approach(near, parameters, NEAR, MOST_PASSES)
    if part is not answers and reached:
        parameters, _, reached = refine(near, parameters, 0.01, MOST_PASSES, part)
    on = near.grid
    if points is None and (wanted := points_for(_sharpest(parameters, on))) > FEWEST:
        on = grid(wanted, dimensions)
    return _finish(Marginal(answers, on), parameters, tolerance, part)


def _finish(
    marginal: Marginal, parameters: ItemParameters, tolerance: float, part: GradedAnswers
) -> Estimate:
    """Quasi-Newton, and more EM wherever it cannot go on."""
    near = NEAR
    while True:
        parameters, loglik, converged = refine(marginal, parameters, tolerance, MOST_PASSES, part)
        if converged or marginal.passes >= MOST_PASSES or _runaway(parameters):
            return Estimate(parameters, loglik, marginal.grid, marginal.passes, converged)
        near /= 10
        parameters, _ = approach(marginal, parameters, near, MOST_PASSES)


def _runaway(parameters: ItemParameters) -> bool:
    return bool(np.abs(parameters.slopes).max() > RUNAWAY)


def _sharpest(parameters: ItemParameters, on: Grid) -> float:
    """Largest test information on any node within four standard deviations."""
    eta = boundaries(parameters, on.nodes)
    curves = information_curves(parameters, eta)
    inside = np.abs(on.nodes).max(axis=1) <= 4
    return float((curves * (parameters.slopes**2).sum(axis=1)[:, None]).sum(axis=0)[inside].max())


def subsample(answers: GradedAnswers, size: int, rng: np.random.Generator) -> GradedAnswers:
    """About `size` patterns, weighted to stand for all; those with a rare answer are all kept."""
    m = len(answers.counts)
    if m <= 1.5 * size:
        return answers
    chance = np.minimum(1.0, size * answers.counts / answers.weight)
    for j in range(answers.p):
        told = answers.codes[:, j] >= 0
        often = np.bincount(answers.codes[told, j], chance[told])
        rare = np.append(often < FEW, False)
        chance[rare[answers.codes[:, j]]] = 1.0
    kept = np.flatnonzero(rng.random(m) < chance)
    part = answers.take(kept)
    return replace(part, counts=part.counts / chance[kept])


def start(answers: GradedAnswers, dimensions: int = 1) -> ItemParameters:
    """Slopes from the principal axes of the correlations, intercepts from the margins."""
    loadings = _loadings(answers, dimensions)
    scale = NORMAL / np.sqrt(1 - (loadings**2).sum(axis=1))
    intercepts = []
    for j, K in enumerate(answers.categories):
        column = answers.codes[:, j]
        told = column >= 0
        share = np.bincount(column[told], answers.counts[told], minlength=K)
        above = share[::-1].cumsum()[::-1][1:] / share.sum()
        intercepts.append(scale[j] * ndtri(above))
    return ItemParameters(loadings * scale[:, None], padded(intercepts))


def _loadings(answers: GradedAnswers, dimensions: int) -> Array:
    told = answers.codes >= 0
    weight = answers.counts[:, None]
    sums = (weight * told).sum(axis=0)
    centred = np.where(
        told, answers.codes - (weight * np.where(told, answers.codes, 0)).sum(0) / sums, 0.0
    )
    spread = np.sqrt((weight * centred**2).sum(axis=0) / sums)
    centred /= spread
    pairs = (told * weight).T.astype(np.float64) @ told
    R = (centred * weight).T @ centred / np.maximum(pairs, 1.0)
    np.fill_diagonal(R, 0.0)
    np.fill_diagonal(R, np.abs(R).max(axis=0))
    values, vectors = np.linalg.eigh(R)
    loadings = vectors[:, ::-1][:, :dimensions] * np.sqrt(
        np.maximum(values[::-1][:dimensions], 0.05)
    )
    loadings *= np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    shortened: Array = loadings * np.minimum(1.0, 0.9 / np.maximum(length, 1e-6))
    return shortened


def maximise_items(
    parameters: ItemParameters, counts: Array, eta: Array, on: Grid
) -> ItemParameters:
    """One Newton step of every item on its expected answers, shortened where boundaries meet."""
    by = gradient(parameters, counts, eta, on.nodes)
    bend = curvature(parameters, counts, eta, on.nodes)
    idle = ~parameters.free
    bend[:, np.arange(bend.shape[1]), np.arange(bend.shape[1])] += np.where(idle, 1.0, 1e-9)
    by[idle] = 0.0
    step = np.linalg.solve(bend, by[:, :, None])[:, :, 0]
    step *= np.minimum(1.0, 2.0 / np.maximum(np.abs(step).max(axis=1), 1e-12))[:, None]
    D = parameters.slopes.shape[1]
    length = _room(parameters.gaps, step[:, D:-1] - step[:, D + 1 :], axis=1)
    both = np.concatenate([parameters.slopes, parameters.intercepts], axis=1)
    return parameters.split(both + step * length[:, None])


def _room(gaps: Array, change: Array, axis: int | None = None) -> Array:
    """How much of a step may be taken so that no gap loses more than 80 percent."""
    if gaps.size == 0:
        return np.ones(gaps.shape[0] if axis == 1 else ())
    share = np.where(change < -0.8 * gaps, 0.8 * gaps / np.maximum(-change, 1e-300), 1.0)
    room: Array = share.min(axis=axis)
    return room


def approach(
    marginal: Marginal, parameters: ItemParameters, near: float, most: int
) -> tuple[ItemParameters, bool]:
    """SQUAREM cycles until no parameter moves further than `near`; whether that was reached."""
    best, safe = -np.inf, parameters
    while marginal.passes < most and not _runaway(parameters):
        first, moved, found = _cycle(marginal, parameters)
        if moved < near:
            return first, True
        if found.loglik < best - 1e-6 * abs(best):
            parameters, best = safe, -np.inf
            continue
        best = found.loglik
        second, moved, _ = _cycle(marginal, first)
        if moved < near:
            return second, True
        safe = second
        parameters = _extrapolate(parameters, first, second)
    return parameters, False


def _cycle(
    marginal: Marginal, parameters: ItemParameters
) -> tuple[ItemParameters, float, Expectation]:
    found, eta = marginal(parameters)
    after = maximise_items(parameters, found.counts, eta, marginal.grid)
    moved = float(np.abs(after.vector - parameters.vector).max())
    return after, moved, found


def _extrapolate(
    before: ItemParameters, first: ItemParameters, second: ItemParameters
) -> ItemParameters:
    r = first.vector - before.vector
    v = second.vector - first.vector - r
    ratio = float(r @ r) / max(float(v @ v), 1e-300)
    length = -min(max(ratio**0.5, 1.0), 16.0)
    far = before.replaced(before.vector - 2 * length * r + length**2 * v)
    return far if far.ordered() else second


def refine(
    marginal: Marginal,
    parameters: ItemParameters,
    tolerance: float,
    most: int,
    informed: GradedAnswers,
) -> tuple[ItemParameters, float, bool]:
    """Quasi-Newton from the observed information; ends when it promises less than `tolerance`."""
    found, eta = marginal(parameters)
    loglik, by = found.loglik, marginal.by_free(parameters, found, eta)
    solve = _metric(marginal, parameters, found, informed)
    if solve is None:
        return parameters, loglik, False
    past: list[tuple[Array, Array]] = []
    while marginal.passes < most:
        step = _direction(by, past, solve)
        gain = float(by @ step)
        trial, length = _inside(parameters, step)
        if gain < tolerance:
            return trial, loglik + gain / 2, True
        higher = _ascend(marginal, parameters, step, length, loglik)
        if higher is None:
            return parameters, loglik, False
        trial, better, new = higher
        past.append((trial.vector - parameters.vector, by - new))
        parameters, loglik, by = trial, better, new
    return parameters, loglik, False


def _metric(
    marginal: Marginal, parameters: ItemParameters, found: Expectation, informed: GradedAnswers
) -> Callable[[Array], Array] | None:
    whole = complete_information(parameters, found.counts, marginal.grid)
    whole -= missing_information(informed, parameters, marginal.grid)
    try:
        factor = cho_factor(whole)
    except np.linalg.LinAlgError:
        return None
    return lambda b: np.asarray(cho_solve(factor, b), np.float64)


def _direction(
    by: Array, past: list[tuple[Array, Array]], solve: Callable[[Array], Array]
) -> Array:
    """Two-loop recursion of limited-memory BFGS around the information."""
    q = by.copy()
    kept = []
    for s, y in reversed(past):
        if s @ y <= 0:
            continue
        alpha = (s @ q) / (s @ y)
        q -= alpha * y
        kept.append((alpha, s, y))
    step = solve(q)
    for alpha, s, y in reversed(kept):
        step += s * (alpha - (y @ step) / (s @ y))
    return step


def _inside(parameters: ItemParameters, step: Array) -> tuple[ItemParameters, float]:
    length = 1.0
    for _ in range(40):
        trial = parameters.replaced(parameters.vector + length * step)
        if trial.ordered():
            break
        length /= 2
    return trial, length


def _ascend(
    marginal: Marginal, parameters: ItemParameters, step: Array, length: float, loglik: float
) -> tuple[ItemParameters, float, Array] | None:
    for _ in range(6):
        trial = parameters.replaced(parameters.vector + length * step)
        better, by = marginal.slope(trial)
        if better > loglik - 1e-9 * abs(loglik):
            return trial, better, by
        length /= 4
    return None
