"""Marginal maximum likelihood of the graded model.

Expectation–maximisation, accelerated by SQUAREM (Varadhan & Roland 2008,
10.1111/j.1467-9469.2007.00585.x), leads near the maximum; quasi-Newton steps that start from the
observed information end there. Bock & Aitkin 1981, 10.1007/BF02293801.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtri

from psychometrics.irt._expect import expect
from psychometrics.irt._louis import complete_information, trait_cost
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
    Memory: TypeAlias = list[tuple[Array, Array]]

NEAR = 0.1
"""EM hands over to quasi-Newton once no parameter moves further than this in a cycle."""

SUBSAMPLE = 1500
"""Patterns on which the search begins when there are many."""

MOST_PASSES = 500
"""Passes over the answers before the search is given up."""

RUNAWAY = 40.0
"""A slope beyond this has no end."""

FEW = 20
"""A category chosen less often than this in the subsample is taken whole."""

MANY = 3000
"""From here on passes far from the maximum are made in single precision."""

COARSE = 0.01
"""A gain in log-likelihood that single precision tells from rounding."""

ROUNDING = 1e-7
"""A relative loss of log-likelihood that may be rounding."""

FAR_OFF = 0.5
"""After a step that gains more than this in log-likelihood the information is taken anew."""

NOTHING = 1e-11
"""A gain in log-likelihood too small to be told from rounding."""

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


@dataclass(frozen=True)
class Place:
    """The likelihood at some parameters: boundaries η, expected counts, slope by what is free."""

    parameters: ItemParameters
    eta: Array
    counts: Array
    loglik: float
    by: Array


class Marginal:
    """The marginal log-likelihood of the answers on one grid; counts its passes."""

    def __init__(self, answers: GradedAnswers, on: Grid) -> None:
        self.answers, self.grid = answers, on
        self.passes, self.exact = 0, True
        self._many = len(answers.counts) > MANY

    def at(self, parameters: ItemParameters, coming: float = 0.0) -> Place:
        """One pass over the answers; the slope by Fisher's identity.

        In single precision when there are many and a gain as large as `coming` lies ahead.
        """
        self.passes += 1
        self.exact = not (self._many and coming > COARSE)
        precision = np.float64 if self.exact else np.float32
        eta = boundaries(parameters, self.grid.nodes)
        log_p = log_probabilities(parameters, eta)
        found = expect(self.answers, log_p, self.grid.prior, precision)
        by = gradient(parameters, found.counts, eta, self.grid.nodes)[parameters.free]
        return Place(parameters, eta, found.counts, found.loglik, by)


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
    free = int((answers.categories - 1).sum()) + dimensions * answers.p
    size = max(SUBSAMPLE, 10 * free, round(15 * len(answers.counts) ** 0.5))
    part = subsample(answers, size, rng)
    parameters = start(part, dimensions)
    near = Marginal(part, grid(points or FEWEST, dimensions))
    parameters, reached = approach(near, parameters, NEAR)
    past: Memory = []
    if part is not answers and reached:
        parameters, _, _ = refine(near, parameters, tolerance, past)
    on = near.grid
    if points is None and (wanted := points_for(_sharpest(parameters, on))) > FEWEST:
        on = grid(wanted, dimensions)
    return _finish(Marginal(answers, on), parameters, tolerance, past)


def _finish(
    marginal: Marginal, parameters: ItemParameters, tolerance: float, past: Memory
) -> Estimate:
    """Quasi-Newton, and more EM wherever it cannot go on."""
    near = NEAR
    while True:
        parameters, loglik, converged = refine(marginal, parameters, tolerance, past)
        if converged or marginal.passes >= MOST_PASSES or _runaway(parameters):
            return Estimate(parameters, loglik, marginal.grid, marginal.passes, converged)
        near, past = near / 10, []
        parameters, _ = approach(marginal, parameters, near)


def _runaway(parameters: ItemParameters) -> bool:
    return bool(np.abs(parameters.slopes).max() > RUNAWAY)


def _sharpest(parameters: ItemParameters, on: Grid) -> float:
    """Largest test information on any node within four standard deviations."""
    eta = boundaries(parameters, on.nodes)
    curves = information_curves(eta)
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


def maximise_items(here: Place, on: Grid) -> ItemParameters:
    """One Newton step of every item on its expected answers, shortened where boundaries meet."""
    parameters = here.parameters
    by = gradient(parameters, here.counts, here.eta, on.nodes)
    bend = curvature(parameters, here.counts, here.eta, on.nodes)
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
    marginal: Marginal, parameters: ItemParameters, near: float
) -> tuple[ItemParameters, bool]:
    """SQUAREM cycles until no parameter moves further than `near`; whether that was reached."""
    best, safe = -np.inf, parameters
    while marginal.passes < MOST_PASSES and not _runaway(parameters):
        first, moved, loglik = _cycle(marginal, parameters)
        if moved < near:
            return first, True
        if loglik < best - 1e-6 * abs(best):
            parameters, best = safe, -np.inf
            continue
        best = loglik
        second, moved, _ = _cycle(marginal, first)
        if moved < near:
            return second, True
        safe = second
        parameters = _extrapolate(parameters, first, second)
    return parameters, False


def _cycle(marginal: Marginal, parameters: ItemParameters) -> tuple[ItemParameters, float, float]:
    here = marginal.at(parameters)
    after = maximise_items(here, marginal.grid)
    moved = float(np.abs(after.vector - parameters.vector).max())
    return after, moved, here.loglik


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
    marginal: Marginal, parameters: ItemParameters, tolerance: float, past: Memory
) -> tuple[ItemParameters, float, bool]:
    """Quasi-Newton steps; ends with the first that moves no parameter further than `tolerance`.

    `past` are earlier steps and how the slope changed along them; this search adds its own.
    """
    here = marginal.at(parameters, np.inf)
    solve = _metric(here, marginal.grid)
    while marginal.passes < MOST_PASSES:
        step = _direction(here.by, past, solve)
        gain = float(here.by @ step) / 2
        trial, length = _inside(here.parameters, step)
        sure = marginal.exact and length == 1
        if sure and (np.abs(step).max() < tolerance or gain < NOTHING):
            return trial, here.loglik + gain, True
        there = _ascend(marginal, here, step, length, gain)
        if there is None:
            return here.parameters, here.loglik, False
        past.append((there.parameters.vector - here.parameters.vector, here.by - there.by))
        here = there
        if gain > FAR_OFF:
            solve = _metric(here, marginal.grid)
    return here.parameters, here.loglik, False


def _metric(here: Place, on: Grid) -> Callable[[Array], Array]:
    """Solves with an approximate information that needs no further pass over the answers."""
    whole = complete_information(here.parameters, here.counts, on)
    cost = trait_cost(here.parameters, here.eta, on, here.counts)
    for share in (1.0, 0.9, 0.5, 0.0):
        try:
            factor = cho_factor(whole - share * cost)
        except np.linalg.LinAlgError:
            continue
        break
    return lambda b: np.asarray(cho_solve(factor, b), np.float64)


def _direction(by: Array, past: Memory, solve: Callable[[Array], Array]) -> Array:
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
    marginal: Marginal, here: Place, step: Array, length: float, gain: float
) -> Place | None:
    for _ in range(6):
        trial = here.parameters.replaced(here.parameters.vector + length * step)
        there = marginal.at(trial, gain)
        if there.loglik > here.loglik - ROUNDING * abs(here.loglik):
            return there
        length /= 4
    return None
