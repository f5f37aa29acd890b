"""Marginal maximum likelihood of the graded model.

Expectation–maximisation, accelerated by SQUAREM (Varadhan & Roland 2008,
10.1111/j.1467-9469.2007.00585.x), leads near the maximum; quasi-Newton steps end there. Bock &
Aitkin 1981, 10.1007/BF02293801.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.irt._expect import expect
from psychometrics.irt._louis import complete_information, trait_cost
from psychometrics.irt._probabilities import (
    STEEPEST,
    ItemParameters,
    boundaries,
    curvature,
    gradient,
    information_curves,
    log_probabilities,
)
from psychometrics.irt._quadrature import Grid, fewest_points, grid, points_for
from psychometrics.irt._search import MOST_PASSES, refine
from psychometrics.irt._start import start, subsample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers
    from psychometrics.irt._expect import Expectation
    from psychometrics.irt._search import Memory

    Array = NDArray[np.float64]

NEAR = 0.1
"""EM hands over to quasi-Newton once no parameter moves further than this in a cycle."""

MANY = 3000
"""From here on passes far from the maximum are made in single precision."""

COARSE = 0.01
"""A gain in log-likelihood that single precision tells from rounding."""


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
    """The likelihood at some parameters: boundaries η, expectation, slope by what is free."""

    parameters: ItemParameters
    eta: Array
    found: Expectation
    by: Array

    @property
    def loglik(self) -> float:
        """The log-likelihood."""
        return self.found.loglik

    @property
    def vector(self) -> Array:
        """The free parameters."""
        return self.parameters.vector


class Marginal:
    """The marginal log-likelihood of the answers on one grid; counts its passes."""

    def __init__(self, answers: GradedAnswers, on: Grid, shape: ItemParameters) -> None:
        self.answers, self.grid, self._shape = answers, on, shape
        self.passes, self.exact = 0, True
        self._many = len(answers.counts) > MANY

    def at(self, vector: Array, coming: float = 0.0) -> Place:
        """One pass over the answers; the slope by Fisher's identity.

        In single precision when there are many and a gain as large as `coming` lies ahead.
        """
        self.passes += 1
        self.exact = not (self._many and coming > COARSE)
        precision = np.float64 if self.exact else np.float32
        parameters = self._shape.replaced(vector)
        eta = boundaries(parameters, self.grid.nodes)
        log_p = log_probabilities(parameters, eta)
        one = self.grid.nodes.shape[1] == 1
        found = expect(self.answers, log_p, self.grid.prior, precision, one)
        by = gradient(parameters, found.counts, eta, self.grid.nodes)[parameters.free]
        return Place(parameters, eta, found, by)

    def curvature(self, here: Place) -> tuple[Array, Array]:
        """Complete information, and to first order what is missing of it."""
        complete = complete_information(here.parameters, here.found.counts, self.grid)
        return complete, trait_cost(here.parameters, here.eta, self.grid.nodes, here.found)

    def allowed(self, vector: Array) -> bool:
        """Boundaries in order."""
        return self._shape.replaced(vector).tenable()


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
    part = subsample(answers, dimensions, rng)
    begin = start(part, dimensions)
    on = grid(points or fewest_points(dimensions), dimensions)
    near = Marginal(part, on, begin)
    parameters, reached = approach(near, begin, NEAR)
    past: Memory = []
    if part is not answers and reached:
        parameters = begin.replaced(refine(near, parameters.vector, tolerance, past)[0])
    if points is None and (wanted := points_for(_sharpest(parameters, on))) > on.points:
        on = grid(wanted, dimensions)
    return _finish(Marginal(answers, on, begin), parameters, tolerance, past)


def _finish(
    marginal: Marginal, parameters: ItemParameters, tolerance: float, past: Memory
) -> Estimate:
    """Quasi-Newton, and more EM wherever it cannot go on."""
    near = NEAR
    while True:
        vector, loglik, converged = refine(marginal, parameters.vector, tolerance, past)
        parameters = parameters.replaced(vector)
        if converged or marginal.passes >= MOST_PASSES or _near_edge(parameters):
            return Estimate(parameters, loglik, marginal.grid, marginal.passes, converged)
        near, past = near / 10, []
        parameters, _ = approach(marginal, parameters, near)


def _near_edge(parameters: ItemParameters) -> bool:
    """A slope has all but run away: no maximum will be found."""
    return bool(np.abs(parameters.slopes).max() > 0.9 * STEEPEST)


def _sharpest(parameters: ItemParameters, on: Grid) -> float:
    """Largest test information on any node within four standard deviations."""
    eta = boundaries(parameters, on.nodes)
    curves = information_curves(eta)
    inside = np.abs(on.nodes).max(axis=1) <= 4
    return float((curves * (parameters.slopes**2).sum(axis=1)[:, None]).sum(axis=0)[inside].max())


def approach(
    marginal: Marginal, parameters: ItemParameters, near: float
) -> tuple[ItemParameters, bool]:
    """SQUAREM cycles until no parameter moves further than `near`; whether that was reached."""
    best, safe = -np.inf, parameters
    while marginal.passes < MOST_PASSES and parameters.tenable():
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
    here = marginal.at(parameters.vector)
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
    return far if far.tenable() else second


def maximise_items(here: Place, on: Grid) -> ItemParameters:
    """One Newton step of every item on its expected answers, shortened where boundaries meet."""
    parameters = here.parameters
    by = gradient(parameters, here.found.counts, here.eta, on.nodes)
    bend = curvature(parameters, here.found.counts, here.eta, on.nodes)
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
