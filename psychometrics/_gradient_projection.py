"""Gradient projection over rotations, from many starts at once.

The criterion's gradient in T is projected on the directions in which T stays a rotation, and a step
is taken along it and brought back: orthogonal T by the nearest orthogonal matrix (Jennrich 2001,
10.1007/BF02294840), oblique T by columns of length one (Jennrich 2002, 10.1007/BF02294706). The
length of a step comes from the last two gradients (Barzilai & Borwein 1988,
10.1093/imanum/8.1.141), and a step may raise the criterion above its last value, though not above
the highest of the last few: a tenth or less of the steps that a monotone search takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._criteria import Criterion

    Array = NDArray[np.float64]

_STEPS = 3000
_ENOUGH = 1e-9
"""Length of the projected gradient at which a search ends."""

_REMEMBERED = 5
_HALVINGS = 20
_SHARE = 1e-4


@dataclass
class _Points:
    """Turns T (b, m, m), criterion (b,) and projected gradients (b, m, m) of b searches."""

    turns: Array
    values: Array
    slopes: Array

    def put(self, places: NDArray[np.intp], other: _Points) -> None:
        self.turns[places] = other.turns
        self.values[places] = other.values
        self.slopes[places] = other.slopes

    def take(self, places: NDArray[np.intp] | NDArray[np.bool_]) -> _Points:
        return _Points(self.turns[places], self.values[places], self.slopes[places])

    @property
    def lengths(self) -> Array:
        """(b,) squared lengths of the projected gradients."""
        squared: Array = (self.slopes**2).sum(axis=(1, 2))
        return squared


@dataclass(frozen=True)
class Ends:
    """Where searches from b starts ended.

    `turns` T (b, m, m): rotated loadings are ΛT for orthogonal rotations, Λ(T⁻¹)' with Φ = T'T for
    oblique ones. `values` (b,) of the criterion. `slopes` (b,): lengths of the projected gradient.
    """

    turns: Array
    values: Array
    slopes: Array


@dataclass(frozen=True)
class Search:
    """Loadings (p, m) to be rotated, the criterion, and whether factors may correlate."""

    loadings: Array
    criterion: Criterion
    oblique: bool

    def run(self, starts: Array) -> Ends:
        """Search from each of the starts (b, m, m), rotations of the kind asked for."""
        here = self._at(starts)
        steps = np.ones(len(starts))
        highest = np.tile(here.values[:, None], (1, _REMEMBERED))
        open_ = np.ones(len(starts), bool)
        for number in range(_STEPS):
            open_ &= here.lengths > _ENOUGH**2
            going = np.flatnonzero(open_)
            if not len(going):
                break
            before = here.take(going)
            after, moved = self._step(before, steps[going], highest[going].max(axis=1))
            steps[going] = _next_steps(before, after, number)
            here.put(going, after)
            highest[going, number % _REMEMBERED] = after.values
            open_[going[~moved]] = False
        return Ends(here.turns, here.values, np.sqrt(here.lengths))

    def _step(
        self, before: _Points, steps: Array, ceiling: Array
    ) -> tuple[_Points, NDArray[np.bool_]]:
        """One step for each search, halved until it pays; False where none does."""
        after = before.take(np.arange(len(steps)))
        waiting, steps, lengths = np.arange(len(steps)), steps.copy(), before.lengths
        for _ in range(_HALVINGS):
            size = steps[waiting, None, None]
            tried = self._at(self._back(before.turns[waiting] - size * before.slopes[waiting]))
            pays = tried.values <= ceiling[waiting] - _SHARE * steps[waiting] * lengths[waiting]
            after.put(waiting[pays], tried.take(pays))
            waiting = waiting[~pays]
            if not len(waiting):
                break
            steps[waiting] /= 3
        moved = np.ones(len(steps), bool)
        moved[waiting] = False
        return after, moved

    def _at(self, turns: Array) -> _Points:
        if self.oblique:
            inverse = np.linalg.inv(turns)
            rotated = self.loadings @ inverse.transpose(0, 2, 1)
            values, slopes = self.criterion(rotated)
            gradient = -(rotated.transpose(0, 2, 1) @ slopes @ inverse).transpose(0, 2, 1)
            along = gradient - turns * (turns * gradient).sum(axis=1, keepdims=True)
            return _Points(turns, values, along)
        values, slopes = self.criterion(self.loadings @ turns)
        gradient = self.loadings.T @ slopes
        product = turns.transpose(0, 2, 1) @ gradient
        along = gradient - turns @ (product + product.transpose(0, 2, 1)) / 2
        return _Points(turns, values, along)

    def _back(self, turns: Array) -> Array:
        """The nearest rotations of the kind asked for."""
        if self.oblique:
            scaled: Array = turns / np.linalg.norm(turns, axis=1, keepdims=True)
            return scaled
        left, _, right = np.linalg.svd(turns)
        nearest: Array = left @ right
        return nearest


def random_turns(factors: int, count: int, rng: np.random.Generator) -> Array:
    """The identity and `count` orthogonal matrices of uniform distribution, (count + 1, m, m)."""
    q, r = np.linalg.qr(rng.standard_normal((count, factors, factors)))
    signs = np.sign(np.diagonal(r, axis1=1, axis2=2))
    drawn: Array = np.concatenate([np.eye(factors)[None], q * signs[:, None, :]])
    return drawn


def _next_steps(before: _Points, after: _Points, number: int) -> Array:
    """The two step lengths of Barzilai & Borwein in turn."""
    moved, bent = after.turns - before.turns, after.slopes - before.slopes
    product = np.abs((moved * bent).sum(axis=(1, 2)))
    if number % 2:
        over, under = product, (bent**2).sum(axis=(1, 2))
    else:
        over, under = (moved**2).sum(axis=(1, 2)), product
    steps: Array = np.clip(over / np.maximum(under, 1e-300), 1e-6, 1e6)
    return steps
