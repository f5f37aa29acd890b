"""Colours that darken from neutral to either side as figures pass given bounds."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from reports.charts.errors import ChartInputError
from reports.charts.palette import PANEL, ramp

if TYPE_CHECKING:
    from collections.abc import Sequence

# Steps of the ramp on either side of its middle, by how many bounds there are.
_STEPS = {1: (3,), 2: (1, 3), 3: (1, 3, 4), 4: (0, 1, 3, 4)}


class Shades:
    """Vermillion below zero and blue above, one step darker beyond each of `bounds`.

    Raises ChartInputError when there are not one to four bounds that rise from 0.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        rising = all(low < high for low, high in pairwise((0.0, *bounds)))
        if len(bounds) not in _STEPS or not rising:
            raise ChartInputError(f"Bounds are one to four figures that rise from 0, not {bounds}.")
        self.bounds = tuple(bounds)

    def fill(self, value: float) -> str:
        """Return the colour of a figure."""
        passed = sum(abs(value) >= bound for bound in self.bounds)
        return self.at(passed if value > 0 else -passed)

    def at(self, step: int) -> str:
        """Return the colour beyond the bound at `step`, counted from 1; below zero if negative."""
        if not step:
            return PANEL
        place = _STEPS[len(self.bounds)][abs(step) - 1]
        return ramp(11)[6 + place if step > 0 else 4 - place]
