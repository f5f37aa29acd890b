"""What rotations minimise: values and gradients of the criteria, for many rotations at once.

Each takes loadings Λ (b, p, m), b rotations of p items on m factors, and gives the values (b,) and
their derivatives ∂f/∂Λ (b, p, m). Constants follow GPArotation's ``vgQ`` functions, so that values
can be compared with the `Table` that package returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Criterion: TypeAlias = Callable[[Array], tuple[Array, Array]]


def oblimin(loadings: Array, gamma: float = 0.0) -> tuple[Array, Array]:
    """¼ Σ over pairs of factors of the products of squared loadings; γ = 0: quartimin.

    Products are taken about γ times the factors' means (Jennrich & Sampson 1966,
    10.1007/BF02289465). R: ``vgQ.oblimin``.
    """
    squared = loadings**2
    others = squared.sum(axis=2, keepdims=True) - squared
    if gamma:
        others = others - gamma * others.mean(axis=1, keepdims=True)
    return (squared * others).sum(axis=(1, 2)) / 4, loadings * others


def geomin(loadings: Array, delta: float) -> tuple[Array, Array]:
    """Σ over items of the geometric mean of λ² + δ (Yates 1987). R: ``vgQ.geomin``."""
    squared = loadings**2 + delta
    means = np.exp(np.log(squared).mean(axis=2))
    gradient = 2 / loadings.shape[2] * loadings / squared * means[..., None]
    return means.sum(axis=1), gradient


def varimax(loadings: Array) -> tuple[Array, Array]:
    """−¼ Σ of squared deviations of λ² from its mean over items. R: ``vgQ.varimax``."""
    squared = loadings**2
    deviations = squared - squared.mean(axis=1, keepdims=True)
    return -(deviations**2).sum(axis=(1, 2)) / 4, -loadings * deviations


def quartimax(loadings: Array) -> tuple[Array, Array]:
    """−¼ Σ λ⁴. R: ``vgQ.quartimax``."""
    return -(loadings**4).sum(axis=(1, 2)) / 4, -(loadings**3)


def crawford_ferguson(loadings: Array, kappa: float) -> tuple[Array, Array]:
    """(1 − κ) × complexity of items + κ × complexity of factors, each as `oblimin`'s products.

    Crawford & Ferguson 1970, 10.1007/BF02310792. R: ``vgQ.cf``.
    """
    squared = loadings**2
    within_items = squared.sum(axis=2, keepdims=True) - squared
    within_factors = squared.sum(axis=1, keepdims=True) - squared
    mixed = (1 - kappa) * within_items + kappa * within_factors
    return (squared * mixed).sum(axis=(1, 2)) / 4, loadings * mixed


def bifactor(loadings: Array) -> tuple[Array, Array]:
    """Quartimin of all factors but the first, which is left free: the general factor.

    Jennrich & Bentler 2011, 10.1007/s11336-011-9218-4. R: ``vgQ.bifactor``, whose value is four
    times this and whose minimum is the same.
    """
    values, gradient = oblimin(loadings[..., 1:])
    return values, np.concatenate([np.zeros_like(loadings[..., :1]), gradient], axis=2)


def target(loadings: Array, wanted: Array) -> tuple[Array, Array]:
    """Σ of squared differences from the target, over its entries that are not NaN.

    R: ``vgQ.target``.
    """
    away = np.where(np.isnan(wanted), 0.0, loadings - wanted)
    return (away**2).sum(axis=(1, 2)), 2 * away
