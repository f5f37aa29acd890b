"""Principal axes and principal components: loadings from eigenvectors alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics._extraction import Extraction, upright

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_STEPS = 10_000
_ENOUGH = 1e-11


def principal_axis(correlations: Array, factors: int) -> Extraction:
    """Iterated principal axes: communalities from loadings, loadings from communalities.

    Begins at squared multiple correlations and ends where no communality moves any more. Its end
    is a stationary point of minres; unlike there, a communality is free to pass 1. Equals
    ``psych::fa(R, m, fm="pa", min.err=1e-11, max.iter=10000)``; R's default ends where their sum
    moves by less than .001, after 50 steps at most.
    """
    reduced = correlations.copy()
    diagonal = np.diag_indices_from(reduced)
    communalities = 1 - 1 / np.diag(np.linalg.inv(correlations))
    converged = False
    for _ in range(_STEPS):
        reduced[diagonal] = communalities
        loadings = _axes(reduced, factors)
        explained = np.sum(loadings**2, axis=1)
        converged = bool(np.abs(explained - communalities).max() < _ENOUGH)
        communalities = explained
        if converged:
            break
    return Extraction(upright(loadings), 1 - communalities, converged)


def principal_components(correlations: Array, factors: int) -> Extraction:
    """The first principal components, eigenvectors times the roots of their eigenvalues.

    Equals ``psych::principal(R, m, rotate="none")``.
    """
    loadings = upright(_axes(correlations, factors))
    return Extraction(loadings, 1 - np.sum(loadings**2, axis=1), converged=True)


def _axes(matrix: Array, factors: int) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    axes: Array = vectors[:, ::-1][:, :factors] * np.sqrt(np.maximum(values[::-1][:factors], 0))
    return axes
