"""Places among values, with what ties do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Places = NDArray[np.intp]


def places(values: Array) -> tuple[Places, Places]:
    """Best and worst place of every value within its row, the highest value being first.

    (R, k) without missing values → (R, k) 1 + values above it, and values above or equal to it.
    Both are the same where nothing ties. R: ``rank(-x, ties.method = "min")`` and ``"max"``.
    """
    k = values.shape[1]
    order = np.argsort(-values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    new = np.ones(values.shape, bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.arange(1, k + 1)
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    ends = np.ones(values.shape, bool)
    ends[:, :-1] = new[:, 1:]
    last = np.minimum.accumulate(np.where(ends, place, k)[:, ::-1], axis=1)[:, ::-1]
    best, worst = np.empty_like(order), np.empty_like(order)
    np.put_along_axis(best, order, first, axis=1)
    np.put_along_axis(worst, order, last, axis=1)
    return best, worst


def mean_ranks(values: Array) -> Array:
    """(k,) ranks, the lowest value being 1, ties sharing the mean of theirs. R: ``rank(x)``."""
    best, worst = places(-values[None, :])
    return np.asarray((best[0] + worst[0]) / 2, np.float64)
