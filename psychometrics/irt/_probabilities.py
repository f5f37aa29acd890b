"""Category probabilities of the graded model, with the derivatives that estimation needs.

P(answer in category k or above) = F(a'θ + dₖ), F the logistic function, d₁ > d₂ > …; category k has
the difference of two neighbours. Differences are taken as
F(x) − F(y) = F(x) · F(−y) · (1 − exp(y − x)), which loses no digits in either tail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, log_expit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FAR = -700.0
"""Intercept of a boundary that an item with fewer categories does not have: F is 0 there."""

STEEPEST = 40.0
"""A slope beyond this has no end: the item orders people without error."""


@dataclass(frozen=True)
class ItemParameters:
    """Slopes a (p, D) and intercepts d (p, K − 1), descending; `real` where there is a boundary."""

    slopes: Array
    intercepts: Array
    real: NDArray[np.bool_]

    @property
    def free(self) -> NDArray[np.bool_]:
        """(p, D + K − 1) True where slopes and intercepts side by side are parameters."""
        return np.concatenate([np.ones(self.slopes.shape, bool), self.real], axis=1)

    @property
    def vector(self) -> Array:
        """Parameters, item by item: slopes, then intercepts."""
        both = np.concatenate([self.slopes, self.intercepts], axis=1)
        return both[self.free]

    def replaced(self, vector: Array) -> ItemParameters:
        """The same items with other parameters, in the order of `vector`."""
        both = np.concatenate([self.slopes, self.intercepts], axis=1)
        both[self.free] = vector
        return self.split(both)

    def split(self, both: Array) -> ItemParameters:
        """Slopes and intercepts from an array (p, D + K − 1) that holds both."""
        D = self.slopes.shape[1]
        return ItemParameters(both[:, :D].copy(), both[:, D:].copy(), self.real)

    @property
    def gaps(self) -> Array:
        """(p, K − 2) dₖ − dₖ₊₁, positive."""
        return self.intercepts[:, :-1] - self.intercepts[:, 1:]

    def tenable(self) -> bool:
        """Every intercept lies below the one before it, and no slope runs away."""
        steep = np.abs(self.slopes).max() >= STEEPEST
        far = np.abs(self.intercepts[self.real]).max() >= -FAR / 2
        return not (steep or far) and bool((self.gaps > 0).all())


def item_parameters(slopes: Array, intercepts: list[Array]) -> ItemParameters:
    """Items with different numbers of boundaries side by side."""
    width = max(len(d) for d in intercepts)
    filled = np.tile(FAR - 100.0 * np.arange(width), (len(intercepts), 1))
    real = np.zeros(filled.shape, bool)
    for j, d in enumerate(intercepts):
        filled[j, : len(d)] = d
        real[j, : len(d)] = True
    return ItemParameters(slopes, filled, real)


def boundaries(parameters: ItemParameters, nodes: Array) -> Array:
    """η = a'θ + dₖ: (p, K − 1, Q) at nodes (Q, D)."""
    lines = parameters.slopes @ nodes.T
    return lines[:, None, :] + parameters.intercepts[:, :, None]


def log_probabilities(parameters: ItemParameters, eta: Array) -> Array:
    """ln P of every category: (p, K, Q) from boundaries (p, K − 1, Q)."""
    p, width, Q = eta.shape
    out = np.zeros((p, width + 1, Q))
    out[:, 1:] = log_expit(eta)
    out[:, :-1] += log_expit(-eta)
    out[:, 1:-1] += np.log(-np.expm1(-parameters.gaps))[:, :, None]
    return out


def crowding(parameters: ItemParameters) -> Array:
    """1 / (exp(dₖ − dₖ₊₁) − 1): (p, K − 2), the pull of neighbouring boundaries on each other."""
    closeness = np.exp(-parameters.gaps)
    pull: Array = closeness / -np.expm1(-parameters.gaps)
    return pull


def gradient(parameters: ItemParameters, counts: Array, eta: Array, nodes: Array) -> Array:
    """Derivative of Σ counts · ln P by slopes and intercepts: (p, D + K − 1).

    counts : (p, K, Q) expected answers in every category at every node.
    """
    above = expit(eta)
    pairs = counts[:, 1:] + counts[:, :-1]
    left = counts[:, 1:] - pairs * above
    total = counts.sum(axis=2)
    pull = crowding(parameters)
    by_d = left.sum(axis=2)
    by_d[:, :-1] += total[:, 1:-1] * pull
    by_d[:, 1:] -= total[:, 1:-1] * pull
    return np.concatenate([left.sum(axis=1) @ nodes, by_d], axis=1)


def curvature(parameters: ItemParameters, counts: Array, eta: Array, nodes: Array) -> Array:
    """Minus the second derivative of Σ counts · ln P, item by item: (p, m, m), m = D + K − 1."""
    p, width, _ = eta.shape
    D = nodes.shape[1]
    above = expit(eta)
    slope = (counts[:, 1:] + counts[:, :-1]) * above * (1 - above)
    out = np.zeros((p, D + width, D + width))
    products = (nodes[:, :, None] * nodes[:, None, :]).reshape(len(nodes), -1)
    out[:, :D, :D] = (slope.sum(axis=1) @ products).reshape(p, D, D)
    mixed = slope @ nodes
    out[:, D:, :D] = mixed
    out[:, :D, D:] = mixed.swapaxes(1, 2)
    pull = crowding(parameters)
    stiff = counts.sum(axis=2)[:, 1:-1] * pull * (1 + pull)
    k = np.arange(width)
    diagonal = slope.sum(axis=2)
    diagonal[:, :-1] += stiff
    diagonal[:, 1:] += stiff
    out[:, D + k, D + k] = diagonal
    out[:, D + k[:-1], D + k[1:]] = -stiff
    out[:, D + k[1:], D + k[:-1]] = -stiff
    return out


def score_curves(parameters: ItemParameters, eta: Array) -> tuple[Array, Array]:
    """Derivatives of ln P of each category by its lower and by its upper boundary: (p, K, Q) each.

    The lowest category has no lower, the highest no upper boundary: 0 there. Their sum is the
    derivative by a'θ.
    """
    p, width, Q = eta.shape
    above = expit(eta)
    pull = crowding(parameters)[:, :, None]
    lower, upper = np.zeros((p, width + 1, Q)), np.zeros((p, width + 1, Q))
    lower[:, 1:] = expit(-eta)
    lower[:, 1:-1] += pull
    upper[:, :-1] = -above
    upper[:, 1:-1] -= pull
    return lower, upper


def densities(eta: Array) -> Array:
    """F (1 − F) at the boundaries, of the same shape."""
    above = expit(eta)
    density: Array = above * (1 - above)
    return density


def line_curves(eta: Array) -> Array:
    """Derivative of ln P of each category by a'θ, 1 − Fₖ − Fₖ₊₁: (p, K, Q)."""
    above = expit(eta)
    p, width, Q = eta.shape
    out = np.ones((p, width + 1, Q))
    out[:, 0] = 0.0
    out[:, 1:] -= above
    out[:, :-1] -= above
    return out


def information_curves(eta: Array) -> Array:
    """Information of each item about a'θ, Σₖ (Fₖ' − Fₖ₊₁')² / Pₖ: (p, Q)."""
    slope = densities(eta)
    p, width, Q = eta.shape
    change = np.zeros((p, width + 1, Q))
    change[:, 1:] = slope
    change[:, :-1] -= slope
    curves: Array = (change * line_curves(eta)).sum(axis=1)
    return curves
