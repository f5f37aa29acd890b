"""Likelihood and information at a trait value of its own for every pattern of answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.interpolate import CubicSpline

    from psychometrics.irt._probabilities import ItemParameters

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Placed:
    """Items and answers of m patterns, ready for m trait values (one trait).

    `lower`, `upper` (m, p): intercepts below and above the category that was chosen, ±inf at the
    ends; `told` (m, p): 1.0 where an item was answered.
    """

    parameters: ItemParameters
    lower: Array
    upper: Array
    told: Array

    @property
    def m(self) -> int:
        """Number of patterns."""
        return len(self.told)

    def likelihood(self, theta: Array) -> tuple[Array, Array]:
        """First and minus second derivative (m,) of the log-likelihood at theta (m,)."""
        slopes = self.parameters.slopes[:, 0]
        line = theta[:, None] * slopes
        low, high = expit(line + self.lower), expit(line + self.upper)
        first = ((1 - low - high) * self.told) @ slopes
        second = ((low * (1 - low) + high * (1 - high)) * self.told) @ slopes**2
        return first, second


def place(parameters: ItemParameters, codes: NDArray[np.int8]) -> Placed:
    """The patterns `codes` (m, p) among the boundaries of their items."""
    p = codes.shape[1]
    ends = np.full((p, 1), np.inf)
    real = np.where(parameters.real, parameters.intercepts, -np.inf)
    edges = np.concatenate([ends, real, -ends], axis=1)
    chosen = np.maximum(codes, 0)
    items = np.arange(p)
    told = (codes >= 0).astype(np.float64)
    return Placed(parameters, edges[items, chosen], edges[items, chosen + 1], told)


def item_information(parameters: ItemParameters, theta: Array) -> tuple[Array, Array]:
    """Σₖ P'ₖ² / Pₖ and Σₖ P'ₖ P''ₖ / Pₖ of each item, (m, p) each, at theta (m,).

    With F the boundary curves, P'/P = 1 − Fₖ − Fₖ₊₁ (times a) and P'' = fₖ' − fₖ₊₁', where
    f = F (1 − F) and f' = f (1 − 2F) (times a²).
    """
    slopes = parameters.slopes[:, 0]
    above = expit((theta[:, None] * slopes)[:, :, None] + parameters.intercepts)
    m, p, width = above.shape
    whole = np.zeros((m, p, width + 2))
    whole[:, :, 0] = 1.0
    whole[:, :, 1:-1] = above
    density = whole * (1 - whole)
    relative = 1 - whole[:, :, :-1] - whole[:, :, 1:]
    change = density[:, :, :-1] - density[:, :, 1:]
    turn = density * (1 - 2 * whole)
    bend = turn[:, :, :-1] - turn[:, :, 1:]
    information = (change * relative).sum(axis=2) * slopes**2
    skew = (bend * relative).sum(axis=2) * slopes**3
    return information, skew


@dataclass(frozen=True)
class Test:
    """Information I of some items and the pull J / (2 I) of Warm's estimate, as smooth curves."""

    _information: CubicSpline
    _pull: CubicSpline

    __test__ = False

    def information(self, theta: Array) -> Array:
        """I at theta."""
        return np.asarray(np.exp(self._information(theta)), np.float64)

    def pull(self, theta: Array) -> tuple[Array, Array]:
        """J / (2 I) and its derivative at theta."""
        return np.asarray(self._pull(theta)), np.asarray(self._pull(theta, 1))


@dataclass(frozen=True)
class InformationCurves:
    """I and J of every item on fine nodes, (T, p) each, for any choice of items answered.

    Splines through nodes 0.02 apart, of ln I and of J / (2 I), err by less than 1e-7.
    """

    theta: Array
    item: Array
    skew: Array

    @classmethod
    def of(cls, parameters: ItemParameters, reach: float) -> InformationCurves:
        """Between −reach and reach."""
        theta = np.linspace(-reach, reach, round(100 * reach) + 1)
        return cls(theta, *item_information(parameters, theta))

    def of_items(self, told: NDArray[np.bool_]) -> Test:
        """Of the items answered."""
        from scipy.interpolate import CubicSpline

        information = np.maximum(self.item[:, told].sum(axis=1), 1e-280)
        pull = self.skew[:, told].sum(axis=1) / (2 * information)
        return Test(CubicSpline(self.theta, np.log(information)), CubicSpline(self.theta, pull))
