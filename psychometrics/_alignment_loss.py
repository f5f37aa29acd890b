"""The simplicity function of alignment, with its exact derivatives, for one factor.

Groups g have loadings λ⁰ and intercepts ν⁰ under a factor of mean 0 and variance 1. Under a factor
of mean α_g and standard deviation exp(s_g) they are λ = λ⁰ exp(−s) and ν = ν⁰ − α λ. Over items p
and pairs of groups, F = Σ √(n_g n_h) [f(λ_pg − λ_ph) + f(ν_pg − ν_ph)], f(x) = (x² + ε)^¼, which
prefers a few large differences to many middling ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Loss:
    """`loadings`, `intercepts` (items, groups), configural; `n` (groups,) interviews; `epsilon`.

    Parameters are stacked as (α, s), (2 groups,).
    """

    loadings: Array
    intercepts: Array
    n: Array
    epsilon: float

    @cached_property
    def weight(self) -> Array:
        """(groups, groups) √(n_g n_h), scaled to mean 1 so that F does not grow with n; 0 on the
        diagonal."""
        found = np.sqrt(np.outer(self.n, self.n))
        np.fill_diagonal(found, 0.0)
        scaled: Array = found / found.sum()
        return scaled

    def aligned(self, at: Array) -> tuple[Array, Array]:
        """Loadings and intercepts (items, groups) under the factor's means and deviations."""
        groups = len(self.n)
        loadings = self.loadings * np.exp(-at[groups:])
        return loadings, self.intercepts - at[:groups] * loadings

    def value(self, at: Array) -> tuple[float, Array]:
        """F and its slope (2 groups,)."""
        loadings, intercepts = self.aligned(at)
        F, slope = self._component(np.concatenate([loadings, intercepts]))
        p = len(loadings)
        toward = loadings * slope[p:]
        by_s = at[: len(self.n)] * toward - loadings * slope[:p]
        return F, np.concatenate([-toward.sum(axis=0), by_s.sum(axis=0)])

    def curvature(self, at: Array) -> Array:
        """(2 groups, 2 groups) second derivatives of F."""
        loadings, intercepts = self.aligned(at)
        alpha = np.split(at, 2)[0]
        by_loading, by_intercept = self._component(loadings)[1], self._component(intercepts)[1]
        H, K = self._second(loadings), self._second(intercepts)
        pulled = alpha * loadings
        s_s = _between(loadings, H, loadings) + _between(pulled, K, pulled)
        a_a = _between(loadings, K, loadings)
        a_s = -_between(loadings, K, pulled)
        s_s += np.diag((loadings * by_loading - pulled * by_intercept).sum(axis=0))
        a_s += np.diag((loadings * by_intercept).sum(axis=0))
        return np.block([[a_a, a_s], [a_s.T, s_s]])

    def sensitivity(self, at: Array) -> Array:
        """(2 groups, 2, items, groups) how the slope moves with λ⁰ [0] and ν⁰ [1]."""
        loadings, intercepts = self.aligned(at)
        alpha, s = np.split(at, 2)
        by_loading, by_intercept = self._component(loadings)[1], self._component(intercepts)[1]
        H, K = self._second(loadings), self._second(intercepts)
        p, groups = loadings.shape
        diagonal = np.arange(groups)
        load = np.zeros((2, groups, p, groups))
        cut = np.zeros((2, groups, p, groups))
        across = np.swapaxes(loadings[:, :, None] * K, 0, 1)
        cut[0] = -across
        cut[1] = alpha[:, None, None] * across
        load[1] = -np.swapaxes(loadings[:, :, None] * H, 0, 1)
        load[0, diagonal, :, diagonal] -= by_intercept.T
        load[1, diagonal, :, diagonal] += (alpha * by_intercept - by_loading).T
        by_first = np.exp(-s) * (load - alpha * cut)
        stacked = np.stack([by_first, cut], axis=2)
        return stacked.reshape(2 * groups, 2, p, groups)

    def _component(self, values: Array) -> tuple[float, Array]:
        """Σ f over pairs of groups and its slope by the values (parameters, groups)."""
        apart = values[:, :, None] - values[:, None, :]
        square = apart * apart
        square += self.epsilon
        root = np.sqrt(square)
        np.sqrt(root, out=root)
        root *= self.weight
        total = 0.5 * float(root.sum())
        root /= square
        root *= apart
        return total, 0.5 * root.sum(axis=2)

    def _second(self, values: Array) -> Array:
        """(items, groups, groups) second derivatives of the component by the values."""
        apart = values[:, :, None] - values[:, None, :]
        square = apart * apart + self.epsilon
        bend = self.weight * square**-0.75 * (0.5 - 0.75 * apart * apart / square)
        found: Array = -bend
        k = np.arange(values.shape[1])
        found[:, k, k] += bend.sum(axis=2)
        return found


def _between(left: Array, H: Array, right: Array) -> Array:
    """(groups, groups) Σ_p left_pg H_pgh right_ph."""
    found: Array = (left[:, :, None] * H * right[:, None, :]).sum(axis=0)
    return found
