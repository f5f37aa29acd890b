"""How far the implied moments are from those of the sample, and in which direction to go.

Every discrepancy gives at once its value, its slope and its expected curvature by row of the table,
halved as in lavaan (``fmin``), so that 2 N times the value is chi2 and the curvature is the
information of one interview.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.implied import Implied, Structure

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """A discrepancy at one place: value, slope (groups, rows), curvature (groups, rows, rows)."""

    value: float
    slope: Array
    curvature: Array


def nowhere(x: Array) -> Point:
    """A place where the discrepancy does not exist."""
    groups, rows = x.shape
    return Point(np.inf, np.zeros((groups, rows)), np.zeros((groups, rows, rows)))


class Discrepancy(Protocol):
    """What the search for a minimum needs."""

    def point(self, x: Array) -> Point:
        """Value, slope and expected curvature at x (groups, rows)."""
        ...

    def observed(self, x: Array) -> Array:
        """The exact curvature (groups, rows, rows) at x."""
        ...

    @property
    def unit(self) -> float:
        """What a large value is: 1, but for least squares in the units of the items."""
        ...


@dataclass(frozen=True)
class MaximumLikelihood:
    """½ Σ share · [log|Σ| + tr(S̃ Σ⁻¹) − log|S| − p], S̃ = S + (ȳ − μ)(ȳ − μ)ᵀ.

    Source: Jöreskog 1971, 10.1007/BF02291366. `mean` None: covariances alone.
    """

    structure: Structure
    cov: Array
    mean: Array | None
    share: Array

    def point(self, x: Array) -> Point:
        """Value, slope and curvature at x (groups, rows); infinite without a proper Σ."""
        implied = self.structure.implied(x)
        rows, p, share = self.structure.size, self.structure.p, self.share
        try:
            root = np.linalg.cholesky(implied.cov)
        except np.linalg.LinAlgError:
            return nowhere(x)
        W = np.linalg.inv(implied.cov)
        log = 2 * np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
        fit = (self.about(implied) * W).sum(axis=(-1, -2))
        dcov, dmu = self.structure.derivatives(implied)
        G, g = self.by_moment(implied, W)
        slope = (dcov.reshape(-1, rows, p * p) @ G.reshape(-1, p * p, 1))[..., 0]
        A = W[:, None] @ dcov
        flat = A.reshape(-1, rows, p * p)
        turned = np.swapaxes(A, -1, -2).reshape(-1, rows, p * p)
        curvature = 0.5 * flat @ np.swapaxes(turned, -1, -2)
        if self.mean is not None:
            slope = slope + (dmu @ g[..., None])[..., 0]
            curvature = curvature + dmu @ W @ np.swapaxes(dmu, -1, -2)
        return Point(
            float(0.5 * share @ (log + fit - self._least)),
            slope * share[:, None],
            curvature * share[:, None, None],
        )

    def observed(self, x: Array) -> Array:
        """The exact curvature. R: ``lavInspect(fit, "information.observed")``."""
        implied = self.structure.implied(x)
        dcov, dmu = self.structure.derivatives(implied)
        rows, p = self.structure.size, self.structure.p
        W = np.linalg.inv(implied.cov)
        A = W[:, None] @ dcov
        turned = np.swapaxes(np.swapaxes(A, -1, -2).reshape(-1, rows, p * p), -1, -2)
        B = A @ (W @ self.about(implied))[:, None]
        product = B.reshape(-1, rows, p * p) @ turned
        found = 0.5 * (product + np.swapaxes(product, -1, -2))
        found -= 0.5 * A.reshape(-1, rows, p * p) @ turned
        G, g = self.by_moment(implied, W)
        if self.mean is not None:
            found += dmu @ W @ np.swapaxes(dmu, -1, -2)
            cross = dmu @ np.swapaxes((A @ -g[:, None, :, None])[..., 0], -1, -2)
            found += cross + np.swapaxes(cross, -1, -2)
        found += self.structure.curvature(implied, G, g)
        return found * self.share[:, None, None]

    @property
    def unit(self) -> float:
        """A likelihood has no units."""
        return 1.0

    @cached_property
    def _least(self) -> Array:
        """(groups,) what log|Σ| + tr(S̃ Σ⁻¹) is where the model fits perfectly."""
        least: Array = np.linalg.slogdet(self.cov)[1] + self.structure.p
        return least

    def by_moment(self, implied: Implied, W: Array) -> tuple[Array, Array]:
        """Derivatives of a group's value by its Σ (groups, p, p) and μ (groups, p)."""
        G = 0.5 * (W - W @ self.about(implied) @ W)
        if self.mean is None:
            return G, np.zeros(implied.mu.shape)
        return G, -(W @ (self.mean - implied.mu)[..., None])[..., 0]

    def about(self, implied: Implied) -> Array:
        if self.mean is None:
            return self.cov
        d = self.mean - implied.mu
        found: Array = self.cov + d[:, :, None] * d[:, None, :]
        return found


@dataclass(frozen=True)
class LeastSquares:
    """½ Σ share · (s − σ)ᵀ V (s − σ) over the moments of each group.

    `target` (groups, m) sample moments; `weight` (groups, m) a diagonal V, or (groups, m, m).
    Source: Browne 1984, 10.1111/j.2044-8317.1984.tb00789.x.
    """

    vector: MomentVector
    target: Array
    weight: Array
    share: Array

    def point(self, x: Array) -> Point:
        """Value, slope and curvature at x (groups, rows); infinite where moments overflow."""
        moments, jacobian = self.vector.jacobian(x)
        if not np.isfinite(moments).all():
            return nowhere(x)
        residual = self.target - moments
        weighted = self._weighted(residual)
        value = float(0.5 * self.share @ (residual * weighted).sum(axis=-1))
        turned = np.swapaxes(jacobian, -1, -2)
        slope = -(turned @ weighted[..., None])[..., 0]
        if self.weight.ndim == 2:
            curvature = turned @ (self.weight[..., None] * jacobian)
        else:
            curvature = turned @ self.weight @ jacobian
        return Point(value, slope * self.share[:, None], curvature * self.share[:, None, None])

    def observed(self, x: Array) -> Array:
        """The expected curvature: Gauss and Newton's, close enough where the model is."""
        return self.point(x).curvature

    @property
    def unit(self) -> float:
        """The value of a model that implies no moments at all; at most 1 where V takes the units
        of the items away."""
        whole = float(0.5 * self.share @ (self.target * self._weighted(self.target)).sum(axis=-1))
        return whole if (self.weight == 1).all() else min(1.0, whole)

    def _weighted(self, residual: Array) -> Array:
        if self.weight.ndim == 2:
            return self.weight * residual
        found: Array = (self.weight @ residual[..., None])[..., 0]
        return found


class MomentVector(Protocol):
    """The moments of each group as one vector, in the order of lavaan's WLS.obs."""

    def moments(self, x: Array) -> Array:
        """(groups, m) at x (groups, rows)."""
        ...

    def jacobian(self, x: Array) -> tuple[Array, Array]:
        """The moments and their derivatives (groups, m, rows)."""
        ...


@dataclass(frozen=True)
class ContinuousMoments:
    """Means where the model has them, then the covariances in order of ``np.triu_indices``."""

    structure: Structure
    means: bool

    def moments(self, x: Array) -> Array:
        implied = self.structure.implied(x)
        return self.stacked(implied.cov, implied.mu)

    def stacked(self, cov: Array, mean: Array) -> Array:
        """(groups, m) from covariances (groups, p, p) and means (groups, p)."""
        rows, columns = np.triu_indices(self.structure.p)
        parts = [mean, cov[:, rows, columns]] if self.means else [cov[:, rows, columns]]
        return np.concatenate(parts, axis=1)

    def jacobian(self, x: Array) -> tuple[Array, Array]:
        implied = self.structure.implied(x)
        dcov, dmu = self.structure.derivatives(implied)
        rows, columns = np.triu_indices(self.structure.p)
        parts = [dmu, dcov[..., rows, columns]] if self.means else [dcov[..., rows, columns]]
        stacked = np.concatenate(parts, axis=-1)
        return self.stacked(implied.cov, implied.mu), np.swapaxes(stacked, -1, -2)


@dataclass(frozen=True)
class OrdinalMomentVector:
    """Thresholds δ(τ − μ) by item, then correlations δ_i δ_j Σ_ij in order of the item pairs."""

    structure: Structure

    def moments(self, x: Array) -> Array:
        return self._parts(x)[0]

    def _parts(self, x: Array) -> tuple[Array, Implied, Array]:
        s = self.structure
        implied = s.implied(x)
        scale = np.ones((*x.shape[:-1], s.p))
        scale[..., s.scales.i] = x[..., s.scales.row]
        item = s.thresholds.i
        thresholds = scale[..., item] * (x[..., s.thresholds.row] - implied.mu[..., item])
        i, j = np.triu_indices(s.p, 1)
        correlations = scale[..., i] * scale[..., j] * implied.cov[..., i, j]
        return np.concatenate([thresholds, correlations], axis=-1), implied, scale

    def jacobian(self, x: Array) -> tuple[Array, Array]:
        s = self.structure
        moments, implied, scale = self._parts(x)
        dcov, dmu = s.derivatives(implied)
        item, row = s.thresholds.i, s.thresholds.row
        count = len(item)
        i, j = np.triu_indices(s.p, 1)
        found = np.zeros((*x.shape[:-1], moments.shape[-1], s.size))
        found[..., :count, :] = -scale[..., item, None] * np.swapaxes(dmu[..., item], -1, -2)
        found[..., np.arange(count), row] += scale[..., item]
        product = (scale[..., i] * scale[..., j])[..., None]
        found[..., count:, :] = product * np.swapaxes(dcov[..., i, j], -1, -2)
        of_item = np.full(s.p, -1)
        of_item[s.scales.i] = s.scales.row
        known = x[..., row] - implied.mu[..., item]
        found[..., np.arange(count), of_item[item]] += known
        pairs = count + np.arange(len(i))
        found[..., pairs, of_item[i]] += scale[..., j] * implied.cov[..., i, j]
        found[..., pairs, of_item[j]] += scale[..., i] * implied.cov[..., i, j]
        return moments, found


def normal_weight(inverse: NDArray[Any]) -> Array:
    """(groups, p + p*, p + p*) information of one normal answer about its means and covariances.

    From Σ⁻¹ (groups, p, p): Σ⁻¹ for the means, ½ Dᵀ (Σ⁻¹ ⊗ Σ⁻¹) D for vech Σ.
    """
    p = inverse.shape[-1]
    i, j = np.triu_indices(p)
    found = np.zeros((len(inverse), p + len(i), p + len(i)))
    found[:, :p, :p] = inverse
    straight = inverse[:, i[:, None], i] * inverse[:, j[:, None], j]
    crossed = inverse[:, i[:, None], j] * inverse[:, j[:, None], i]
    twice = np.where(i == j, 0.5, 1.0)
    found[:, p:, p:] = (straight + crossed) * twice[:, None] * twice
    return found
