"""Iterative proportional fitting of many samples at once, on groups of interviews that are alike.

Interviews that agree in every margin and in their base weight keep one factor, so that raking a
sample costs what its groups cost, however many interviews it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]

TOLERANCE = 1e-10
"""Shares of every category agree with their targets to this."""

MOST_SWEEPS = 1000
MOST_TRIMS = 500
CAP_TOLERANCE = 1e-6
"""A weight may exceed the cap by this share of it, so that the margins hold exactly."""


class Fit(NamedTuple):
    """`factors` (B, c) so that each sample's shares are the targets; `sweeps` of all together.

    `converged` (B,): every margin holds; `capped` (B,): no weight exceeds the cap.
    """

    factors: Array
    sweeps: int
    converged: NDArray[np.bool_]
    capped: NDArray[np.bool_]


@dataclass(frozen=True)
class Raking:
    """What is raked: c groups of interviews, and the share that each category is to have.

    `group_of` (n,) the group of each interview; `base` (c,) base weight of an interview in a
    group; `categories` for each margin (c,) the category of each group; `targets` for each margin
    (k,) shares that add up to one; `cap`: largest weight, the mean weight being 1; None: no limit.
    """

    group_of: Numbers
    base: Array
    categories: tuple[Numbers, ...]
    targets: tuple[Array, ...]
    cap: float | None

    @classmethod
    def of(
        cls,
        categories: Sequence[Numbers],
        targets: Sequence[Array],
        base: Array,
        cap: float | None,
    ) -> Raking:
        """From the category of each interview, (n,) for each margin."""
        weights, weight_of = np.unique(base, return_inverse=True)
        alike = np.column_stack([*categories, weight_of])
        groups, group_of = np.unique(alike, axis=0, return_inverse=True)
        return cls(
            group_of=group_of.ravel(),
            base=weights[groups[:, -1]],
            categories=tuple(groups[:, j] for j in range(len(categories))),
            targets=tuple(targets),
            cap=cap,
        )

    def group_counts(self, counts: Array) -> Array:
        """(B, n) counts of interviews → (B, c) counts of groups."""
        order = np.argsort(self.group_of, kind="stable")
        size = np.bincount(self.group_of, minlength=len(self.base))
        grouped: Array = np.add.reduceat(counts[:, order], np.cumsum(size) - size, axis=1)
        return grouped

    def fit(self, counts: Array) -> Fit:
        """(B, n) counts of interviews → weight of an interview in each group, mean 1.

        Rakes, cuts weights above the cap down to it, and rakes again until both hold. A sample
        without a category of the targets gets NaN.
        """
        grouped = self.group_counts(counts)
        totals = grouped * self.base
        factors, sweeps, converged = self._rake(totals, np.ones_like(totals))
        size = grouped.sum(axis=1, keepdims=True)
        capped = np.ones(len(counts), np.bool_)
        if self.cap is not None:
            for _ in range(MOST_TRIMS):
                most = self.cap / (self.base * size)
                above = (factors > most * (1 + CAP_TOLERANCE)) & (grouped > 0)
                capped = ~above.any(axis=1)
                if capped.all():
                    break
                factors, more, converged = self._rake(totals, np.minimum(factors, most))
                sweeps += more
        return Fit(factors * self.base * size, sweeps, converged, capped)

    def _rake(self, totals: Array, factors: Array) -> tuple[Array, int, NDArray[np.bool_]]:
        sides = [
            np.eye(len(t))[code] for code, t in zip(self.categories, self.targets, strict=True)
        ]
        margins = list(zip(self.categories, self.targets, sides, strict=True))
        sweep, worst = 0, np.full(len(totals), np.inf)
        while sweep < MOST_SWEEPS and (worst > TOLERANCE).any():
            sweep += 1
            worst = np.zeros(len(totals))
            for code, target, side in margins:
                share = (totals * factors) @ side
                worst = np.maximum(worst, np.abs(share - target).max(axis=1))
                with np.errstate(divide="ignore", invalid="ignore"):
                    ratio = np.where(share > 0, target / share, np.nan)
                factors = factors * ratio[:, code]
        return factors, sweep, np.asarray(worst <= TOLERANCE, np.bool_)
