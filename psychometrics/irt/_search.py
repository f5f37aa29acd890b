"""Quasi-Newton search for the maximum of a log-likelihood whose curvature is nearly known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

import numpy as np
from scipy.linalg import cho_factor, cho_solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Memory: TypeAlias = list[tuple[Array, Array]]
    Solve: TypeAlias = Callable[[Array], Array]

MOST_PASSES = 200
"""Passes over the answers before the search is given up."""

ROUNDING = 1e-7
"""A relative loss of log-likelihood that may be rounding."""

FAR_OFF = 0.5
"""After a step that gains more than this in log-likelihood the curvature is taken anew."""

NOTHING = 1e-11
"""A gain in log-likelihood too small to be told from rounding."""


class Spot(Protocol):
    """Parameters as a vector, the log-likelihood there, and its slope."""

    @property
    def vector(self) -> Array:
        """Where."""

    @property
    def loglik(self) -> float:
        """How high."""

    @property
    def by(self) -> Array:
        """How steep."""


Here = TypeVar("Here", bound=Spot)


class Surface(Protocol[Here]):
    """A log-likelihood: what it is at a vector, its approximate curvature, where it exists."""

    passes: int
    exact: bool

    def at(self, vector: Array, coming: float = 0.0) -> Here:
        """One pass over the answers; may be rough when a gain of `coming` lies ahead."""

    def curvature(self, here: Here) -> tuple[Array, Array]:
        """Information of complete data, and about what is missing of it."""

    def allowed(self, vector: Array) -> bool:
        """Whether the likelihood exists there."""


def refine(
    surface: Surface[Here], vector: Array, tolerance: float, past: Memory
) -> tuple[Array, float, bool]:
    """Steps upwards; ends with the first that moves no parameter further than `tolerance`.

    Limited-memory BFGS (Nocedal 1980, 10.1090/S0025-5718-1980-0572855-7) around the approximate
    curvature. `past` are earlier steps and how the slope changed along them; this search adds its
    own. Gives the end, its log-likelihood, and whether it is a maximum.
    """
    here = surface.at(vector, np.inf)
    solve = _metric(*surface.curvature(here))
    while surface.passes < MOST_PASSES:
        step = _direction(here.by, past, solve)
        gain = float(here.by @ step) / 2
        length = _room(surface, here.vector, step)
        sure = surface.exact and length == 1
        if sure and (np.abs(step).max() < tolerance or gain < NOTHING):
            return here.vector + step, here.loglik + gain, True
        there = _ascend(surface, here, length * step, gain)
        if there is None:
            break
        past.append((there.vector - here.vector, here.by - there.by))
        here = there
        if gain > FAR_OFF:
            solve = _metric(*surface.curvature(here))
    return here.vector, here.loglik, False


def _metric(complete: Array, missing: Array) -> Solve:
    """Solves with what is left of the information, made smaller until it is positive definite."""
    for share in (1.0, 0.9, 0.5, 0.0):
        try:
            factor = cho_factor(complete - share * missing)
        except np.linalg.LinAlgError:
            continue
        break
    return lambda b: np.asarray(cho_solve(factor, b), np.float64)


def _direction(by: Array, past: Memory, solve: Solve) -> Array:
    """Two-loop recursion."""
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


def _room(surface: Surface[Here], vector: Array, step: Array) -> float:
    length = 1.0
    while not surface.allowed(vector + length * step) and length > 1e-12:
        length /= 2
    return length


def _ascend(surface: Surface[Here], here: Here, step: Array, gain: float) -> Here | None:
    for _ in range(6):
        there = surface.at(here.vector + step, gain)
        if there.loglik > here.loglik - ROUNDING * abs(here.loglik):
            return there
        step = step / 4
    return None
