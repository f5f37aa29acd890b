"""Eigenvalues of the correlations of unrelated items.

Normal items need no answers to be drawn: the scatter matrix of n normal interviews has a Wishart
distribution with n − 1 degrees of freedom, and its Cholesky factor can be drawn directly (Bartlett
1933): chi variates on the diagonal, normal ones below. So the cost does not depend on n, and all
replicates are handled at once. Ordered answers are shuffled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_NUMBERS_AT_ONCE = 4_000_000


def random_roots(
    n: int, items: int, replicates: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Eigenvalues, largest first, of `replicates` random correlation matrices.

    Returns two arrays (replicates, items): of the matrices themselves, and of the matrices with
    squared multiple correlations on the diagonal. Needs n > items.
    """
    size = max(1, _NUMBERS_AT_ONCE // items**2)
    whole, parts = [], []
    for first in range(0, replicates, size):
        drawn = random_correlations(n, items, min(size, replicates - first), rng)
        whole.append(np.linalg.eigvalsh(drawn)[:, ::-1])
        parts.append(np.linalg.eigvalsh(reduced(drawn))[:, ::-1])
    return np.concatenate(whole), np.concatenate(parts)


def permuted_roots(
    answers: Array, items: Sequence[str], replicates: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Eigenvalues of polychoric correlations of answers shuffled item by item, largest first.

    Returns what `random_roots` does; the second array leaves out replicates whose correlations
    are not positive definite, which have no squared multiple correlations.
    """
    from psychometrics._ordinal import ordinal_moments

    whole, parts = [], []
    for _ in range(replicates):
        shuffled = rng.permuted(answers, axis=0)
        drawn = np.array(ordinal_moments(shuffled, items, gamma=False).correlations)
        roots = np.linalg.eigvalsh(drawn)[::-1]
        whole.append(roots)
        if roots[-1] > 0:
            parts.append(np.linalg.eigvalsh(reduced(drawn))[::-1])
    return np.array(whole), np.array(parts)


def random_correlations(n: int, items: int, replicates: int, rng: np.random.Generator) -> Array:
    """(replicates, items, items) correlations of n uncorrelated normal interviews each."""
    factor = np.zeros((replicates, items, items))
    rows, columns = np.tril_indices(items, -1)
    factor[:, rows, columns] = rng.standard_normal((replicates, len(rows)))
    diagonal = np.arange(items)
    factor[:, diagonal, diagonal] = np.sqrt(rng.chisquare(n - 1 - diagonal, (replicates, items)))
    # Rows of unit length make the product a correlation matrix at once.
    factor /= np.sqrt(np.einsum("rij,rij->ri", factor, factor))[..., None]
    product: Array = factor @ factor.transpose(0, 2, 1)
    return product


def reduced(matrices: Array) -> Array:
    """Correlations with squared multiple correlations, 1 − 1/(R⁻¹)ᵢᵢ, on the diagonal."""
    copies = matrices.copy()
    diagonal = np.arange(matrices.shape[-1])
    inverse = np.linalg.inv(matrices)
    copies[..., diagonal, diagonal] = 1 - 1 / inverse[..., diagonal, diagonal]
    return copies
