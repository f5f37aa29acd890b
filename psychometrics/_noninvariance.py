"""Which groups share a parameter and which do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PAIR_LEVEL = 0.01
SET_LEVEL = 0.001
ROUNDS = 100


def invariant_set(values: Array, covariance: Array) -> NDArray[np.bool_]:
    """(groups,) whether a group shares the parameter, by the iterated pairwise test.

    Groups whose values do not differ (p > .01) are linked, and the largest set of linked groups
    begins. Then every group is compared with the average of the set: it belongs to the set when
    p > .001; until the set stays as it is.

    Source: Asparouhov & Muthén 2014, 10.1080/10705511.2014.919210.
    """
    own = np.diag(covariance)
    spread = own[:, None] + own - 2 * covariance
    links = _p(values[:, None] - values, spread) > PAIR_LEVEL
    inside = largest_linked(links)
    for _ in range(ROUNDS):
        mean = values[inside].mean()
        with_set = covariance[:, inside].mean(axis=1)
        variance = own - 2 * with_set + with_set[inside].mean()
        after = _p(values - mean, variance) > SET_LEVEL
        if not after.any() or (after == inside).all():
            break
        inside = after
    return inside


def largest_linked(links: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(groups,) the largest set of groups linked through others, the first of equal ones."""
    left = np.ones(len(links), bool)
    best = np.zeros(len(links), bool)
    while left.any():
        seen = np.zeros(len(links), bool)
        seen[int(left.argmax())] = True
        while True:
            wider = links[seen].any(axis=0) | seen
            if (wider == seen).all():
                break
            seen = wider
        left &= ~seen
        if seen.sum() > best.sum():
            best = seen
    return best


def explained(values: Array, predicted: Array) -> float:
    """1 − Var(values − predicted) / Var(values) over groups; NaN where nothing varies."""
    total = float(np.var(values))
    return 1 - float(np.var(values - predicted)) / total if total > 0 else float("nan")


def _p(difference: Array, variance: Array) -> Array:
    from scipy.special import ndtr

    z = np.abs(difference) / np.sqrt(np.maximum(variance, 1e-300))
    found: Array = 2 * ndtr(-np.where(difference == 0, 0.0, z))
    return found
