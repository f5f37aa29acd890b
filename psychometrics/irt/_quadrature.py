"""Nodes and weights that stand for the normal distribution of the trait."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

REACH = 6.0
"""Nodes lie between −6 and 6 standard deviations; 2e-9 of the trait lies beyond."""

BEYOND = 9.0
"""Nodes reach this far where a trait may lie off its distribution: extreme scores, other groups."""

FEWEST = {1: 41, 2: 31}
"""Nodes per dimension, by the number of dimensions, when nothing is known of the items."""

MOST = 241


@dataclass(frozen=True)
class Grid:
    """Nodes (Q, D) in equal steps, and the share (Q,) of the trait's distribution at each."""

    nodes: Array
    prior: Array

    @property
    def points(self) -> int:
        """Nodes per dimension."""
        return len(np.unique(self.nodes[:, 0]))


def grid(points: int, dimensions: int = 1, reach: float = REACH) -> Grid:
    """`points` nodes per dimension from −reach to reach, independent standard normal."""
    line = np.linspace(-reach, reach, points)
    axes = np.meshgrid(*[line] * dimensions, indexing="ij")
    nodes = np.column_stack([axis.ravel() for axis in axes])
    return Grid(nodes, normal_shares(nodes))


def normal_shares(nodes: Array, mean: float = 0.0, deviation: float = 1.0) -> Array:
    """Normal density at the nodes, scaled to sum 1."""
    density = np.exp(-0.5 * (((nodes - mean) / deviation) ** 2).sum(axis=1))
    shares: Array = density / density.sum()
    return shares


def fewest_points(dimensions: int) -> int:
    """Nodes per dimension to begin with."""
    return FEWEST[dimensions]


def points_for(information: float) -> int:
    """Nodes on one dimension when answers carry at most this test information.

    Equal steps h integrate a normal curve with standard deviation s to a relative 2 exp(−2π²s²/h²),
    1e-11 with h = 0.85 s; posteriors that are not normal need that margin.
    """
    narrowest = 1 / np.sqrt(1 + information)
    wanted = ceil(2 * REACH / (0.85 * narrowest)) + 1
    return int(min(wanted + (wanted + 1) % 2, MOST))
