"""Graded models of several groups at once: some items shared, some free, the trait's own mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.irt._expect import Expectation, expect
from psychometrics.irt._louis import Own, complete_information, trait_cost
from psychometrics.irt._probabilities import (
    ItemParameters,
    boundaries,
    gradient,
    item_parameters,
    log_probabilities,
)
from psychometrics.irt._quadrature import BEYOND, REACH, Grid, grid, normal_shares
from psychometrics.irt._search import refine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers

    Array = NDArray[np.float64]

WIDEST = 3.0
"""Deviations are looked for between 1/20 and 3, means within 5."""


@dataclass(frozen=True)
class GroupAnswers:
    """Patterns of every group, coded alike. `origin` names the item behind each column."""

    parts: tuple[GradedAnswers, ...]
    origin: NDArray[np.intp]


@dataclass(frozen=True)
class GroupEstimate:
    """Parameters of the columns, means and deviations (G,), log-likelihood, free parameters."""

    parameters: ItemParameters
    means: Array
    deviations: Array
    loglik: float
    free: int
    converged: bool


@dataclass(frozen=True)
class GroupPlace:
    """The likelihood at some parameters: expectation and prior of every group."""

    vector: Array
    parameters: ItemParameters
    eta: Array
    found: tuple[Expectation, ...]
    by: Array

    @property
    def loglik(self) -> float:
        """The log-likelihood of all groups."""
        return float(sum(found.loglik for found in self.found))


class GroupMarginal:
    """The marginal log-likelihood of all groups. A vector holds the items' free parameters, then
    mean and ln deviation of every group but the first."""

    def __init__(self, answers: GroupAnswers, on: Grid, shape: ItemParameters) -> None:
        self.answers, self.grid, self._shape = answers, on, shape
        self._items = int(shape.free.sum())
        self.passes, self.exact = 0, True

    def split(self, vector: Array) -> tuple[ItemParameters, Array, Array]:
        """Item parameters, means and deviations, the reference at 0 and 1."""
        latent = vector[self._items :].reshape(-1, 2)
        means = np.concatenate([[0.0], latent[:, 0]])
        deviations = np.concatenate([[1.0], np.exp(latent[:, 1])])
        return self._shape.replaced(vector[: self._items]), means, deviations

    def at(self, vector: Array, coming: float = 0.0) -> GroupPlace:  # noqa: ARG002 - always exact
        """One pass over the answers of every group."""
        self.passes += 1
        parameters, means, deviations = self.split(vector)
        eta = boundaries(parameters, self.grid.nodes)
        log_p = log_probabilities(parameters, eta)
        theta, found, latent = self.grid.nodes[:, 0], [], []
        for part, mean, deviation in zip(self.answers.parts, means, deviations, strict=True):
            prior = normal_shares(self.grid.nodes, mean, deviation)
            one = expect(part, log_p, prior)
            z = (theta - mean) / deviation
            more = one.present - one.present.sum() * prior
            latent.append([more @ z / deviation, more @ z**2])
            found.append(one)
        counts = np.sum([one.counts for one in found], axis=0)
        by = gradient(parameters, counts, eta, self.grid.nodes)[parameters.free]
        whole = np.concatenate([by, np.ravel(latent[1:])])
        return GroupPlace(vector, parameters, eta, tuple(found), whole)

    def curvature(self, here: GroupPlace) -> tuple[Array, Array]:
        """Complete information, and to first order what is missing of it."""
        _, means, deviations = self.split(here.vector)
        n = self._items
        complete, missing = np.zeros((2, len(here.vector), len(here.vector)))
        counts = np.sum([one.counts for one in here.found], axis=0)
        complete[:n, :n] = complete_information(here.parameters, counts, self.grid)
        theta = self.grid.nodes[:, 0]
        for g, one in enumerate(here.found):
            precision = deviations[g] ** -2
            second = np.stack([np.full(len(theta), precision), 2 * precision * (theta - means[g])])
            own = Own(precision, second if g else second[:0])
            cost = trait_cost(here.parameters, here.eta, self.grid.nodes, one, own)
            places = np.concatenate([np.arange(n), n + 2 * (g - 1) + np.arange(2 * (g > 0))])
            missing[np.ix_(places, places)] += cost
            if g:
                size = one.present.sum()
                complete[places[n:], places[n:]] = size * precision, 2 * size
        return complete, missing

    def allowed(self, vector: Array) -> bool:
        """Boundaries in order, groups on the grid."""
        parameters, means, deviations = self.split(vector)
        wide = deviations.min() > 1 / 20 and deviations.max() < WIDEST
        return parameters.tenable() and bool(wide and np.abs(means).max() < 5)


def group_grid(points: int) -> Grid:
    """Nodes as far apart as `points` of the usual grid, but out to `BEYOND`."""
    return grid(ceil((points - 1) * BEYOND / REACH) + 1, reach=BEYOND)


def freed(parts: tuple[GradedAnswers, ...], free: NDArray[np.bool_]) -> GroupAnswers:
    """Patterns in which every free item has a column of its own for each group.

    In such a column categories that the group never chose are dropped.
    """
    first = parts[0]
    columns: list[list[NDArray[np.int8]]] = [[] for _ in parts]
    items, values, origin = [], [], []
    for j, item in enumerate(first.items):
        owners = [[g] for g in range(len(parts))] if free[j] else [list(range(len(parts)))]
        for owner in owners:
            given = [part.codes[:, j] for part in parts]
            used = _used(given, owner, len(first.values[j]))
            table = np.append(np.cumsum(used) - 1, -1).astype(np.int8)
            table[:-1][~used] = -1
            for g, codes in enumerate(given):
                columns[g].append(table[codes] if g in owner else np.full(len(codes), -1, np.int8))
            items.append(item)
            values.append(tuple(np.array(first.values[j])[used].tolist()))
            origin.append(j)
    coded = [
        replace(part, items=tuple(items), values=tuple(values), codes=np.column_stack(own))
        for part, own in zip(parts, columns, strict=True)
    ]
    return GroupAnswers(tuple(coded), np.array(origin, np.intp))


def _used(given: list[NDArray[np.int8]], owner: list[int], K: int) -> NDArray[np.bool_]:
    seen = np.concatenate([given[g] for g in owner])
    used: NDArray[np.bool_] = np.bincount(seen[seen >= 0], minlength=K) > 0
    return used


def begin_from(
    base: ItemParameters, answers: GroupAnswers, values: list[tuple[int, ...]]
) -> ItemParameters:
    """Columns begin at the parameters of their items (`base`, with the categories `values`)."""
    slopes, intercepts = [], []
    for column, j in enumerate(answers.origin):
        whole = values[j]
        kept = [whole.index(value) - 1 for value in answers.parts[0].values[column][1:]]
        slopes.append(base.slopes[j])
        intercepts.append(base.intercepts[j, kept])
    return item_parameters(np.array(slopes), intercepts)


def fit_groups(
    answers: GroupAnswers, on: Grid, begin: ItemParameters, latent: Array, tolerance: float
) -> GroupEstimate:
    """The maximum for all groups; `latent` (G − 1, 2) means and ln deviations to begin with."""
    marginal = GroupMarginal(answers, on, begin)
    vector, loglik, converged = refine(
        marginal, np.concatenate([begin.vector, latent.ravel()]), tolerance, []
    )
    parameters, means, deviations = marginal.split(vector)
    return GroupEstimate(parameters, means, deviations, loglik, len(vector), converged)
