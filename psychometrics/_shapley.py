"""How R² is divided among predictors: Shapley values over all subsets, and Johnson's weights.

Both take correlations of many samples at once, (B, p + 1, p + 1) with the outcome last, and return
(B, p) weights that add up to R², NaN for samples whose predictors repeat one another.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_PREDICTORS = 12
"""2¹² subsets; beyond that, Johnson's weights say nearly the same."""

SINGULAR = 1e-10


def lmg(correlations: Array) -> Array:
    """(B, p) mean gain in R² from adding each predictor, over all orders of adding them."""
    p = correlations.shape[1] - 1
    explained = r2_of_subsets(correlations)
    subsets = np.arange(2**p)
    size = np.array([int(subset).bit_count() for subset in subsets])
    weights = np.empty((len(correlations), p))
    for j in range(p):
        without = subsets[(subsets >> j) & 1 == 0]
        share = np.array([factorial(k) * factorial(p - k - 1) for k in range(p)]) / factorial(p)
        gain = explained[without | (1 << j)] - explained[without]
        weights[:, j] = share[size[without]] @ gain
    return weights


def r2_of_subsets(correlations: Array) -> Array:
    """(2ᵖ, B) R² of every subset of the predictors; bit j of the row says that j is in it.

    Each subset is swept from the one without its last predictor, and what is left is the
    covariance, given the subset, of the later predictors and the outcome alone. So all subsets
    together cost about 2ᵖ · 12 multiplications a sample.
    """
    p = correlations.shape[1] - 1
    explained = np.zeros((2**p, len(correlations)))
    waiting = [(0, 0, np.ascontiguousarray(_usable(correlations).transpose(1, 2, 0)))]
    while waiting:
        subset, first, left = waiting.pop()
        explained[subset] = 1 - left[-1, -1]
        for i in range(p - first):
            column = left[i + 1 :, i]
            swept = left[i + 1 :, i + 1 :] - column[:, None] * (column / left[i, i])
            waiting.append((subset | 1 << (first + i), first + i + 1, swept))
    return explained


def johnson(correlations: Array) -> Array:
    """(B, p) Johnson's relative weights, ε = (Λ∘Λ)(β∘β) with Λ = R^½ and β = R^−½ r."""
    usable = _usable(correlations)
    bad = np.isnan(usable[:, 0, 0])
    usable[bad] = np.eye(usable.shape[1])
    values, vectors = np.linalg.eigh(usable[:, :-1, :-1])
    root = np.sqrt(values)
    half = np.einsum("bik,bk,bjk->bij", vectors, root, vectors)
    turned = np.einsum("bki,bk->bi", vectors, usable[:, :-1, -1]) / root
    slopes = np.einsum("bik,bk->bi", vectors, turned)
    weights: Array = np.einsum("bij,bj->bi", half**2, slopes**2)
    weights[bad] = np.nan
    return weights


def _usable(correlations: Array) -> Array:
    """A copy with NaN for samples whose predictors are singular or not known."""
    copies = correlations.copy()
    bad = np.isnan(copies).any(axis=(1, 2))
    copies[bad] = np.eye(copies.shape[1])
    smallest = np.linalg.eigvalsh(copies[:, :-1, :-1])[:, 0]
    copies[bad | (smallest < SINGULAR)] = np.nan
    return copies
