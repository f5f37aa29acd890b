"""Answers with gaps, summed up by which items are missing; a fit need not see them again."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Patterns:
    """The interviews of one group by pattern of missing answers.

    Parameters
    ----------
    seen : (r, p) which items a pattern has. n : (r,) its interviews.
    weight : (r,) its share of the group's interviews, or of their weights.
    mean : (r, p) means, 0 where missing. cov : (r, p, p) covariances with divisor n, 0 where
    missing.
    order : the interviews sorted by pattern. starts : (r + 1,) where each pattern begins in it.
    """

    seen: NDArray[np.bool_]
    n: NDArray[np.intp]
    weight: Array
    mean: Array
    cov: Array
    order: NDArray[np.intp]
    starts: NDArray[np.intp]


@dataclass(frozen=True)
class PatternTerms:
    """What each pattern contributes at some μ and Σ.

    `inverse` (r, p, p): Ω, the inverse of Σ over the items seen, 0 elsewhere. `log`: (r,) log|Σ|
    over them. `distance` (r, p): ȳ − μ, 0 where missing.
    """

    inverse: Array
    log: Array
    distance: Array


def patterns_of(matrix: Array, weights: Array | None = None) -> Patterns:
    """The patterns of answers (n, p) with NaN where missing, weighted by (n,) where given."""
    seen = ~np.isnan(matrix)
    p = matrix.shape[1]
    words = [seen[:, k : k + 60] @ (1 << np.arange(min(60, p - k))) for k in range(0, p, 60)]
    order = np.lexsort(words)
    sorted_words = np.stack(words)[:, order]
    changes = np.flatnonzero((np.diff(sorted_words, axis=1) != 0).any(axis=0)) + 1
    starts = np.concatenate([[0], changes, [len(matrix)]])
    n = np.diff(starts)
    masks = seen[order[starts[:-1]]]
    filled = np.where(seen, matrix, 0.0)[order]
    each = np.ones((len(matrix), 1)) if weights is None else weights[order, None]
    mass = np.add.reduceat(each, starts[:-1], axis=0)
    mean = np.add.reduceat(filled * each, starts[:-1], axis=0) / mass
    centred = (filled - np.repeat(mean, n, axis=0)) * np.repeat(masks, n, axis=0)
    weighted = centred if weights is None else centred * each
    cov = np.empty((len(n), p, p))
    for r, (a, b) in enumerate(itertools.pairwise(starts)):
        cov[r] = weighted[a:b].T @ centred[a:b]
    cov /= mass[:, :, None]
    return Patterns(masks, n, mass[:, 0] / mass.sum(), mean, cov, order, starts)


def pairwise_start(matrix: Array) -> tuple[Array, Array]:
    """Means (p,) and a positive definite covariance matrix (p, p) to begin from."""
    seen = ~np.isnan(matrix)
    count = seen.sum(axis=0)
    if (count < 2).any():
        return np.nanmean(np.where(seen, matrix, 0.0), axis=0), np.eye(matrix.shape[1])
    mean = np.where(seen, matrix, 0.0).sum(axis=0) / count
    centred = np.where(seen, matrix - mean, 0.0)
    both = seen.astype(np.float64).T @ seen
    cov = centred.T @ centred / np.maximum(both, 1)
    spread = np.diag(cov).copy()
    for _ in range(60):
        root = np.sqrt(np.maximum(spread, 1e-12))
        if np.linalg.eigvalsh(cov / np.outer(root, root))[0] > 0.01:
            break
        cov = 0.8 * cov
        np.fill_diagonal(cov, spread)
    return mean, cov


def pattern_terms(patterns: Patterns, mean: Array, cov: Array) -> PatternTerms | None:
    """The terms at μ and Σ; None where Σ is not positive definite over some pattern."""
    both = patterns.seen[:, :, None] & patterns.seen[:, None, :]
    _r, p = patterns.seen.shape
    matrices = np.where(both, cov, 0.0)
    matrices[:, np.arange(p), np.arange(p)] += ~patterns.seen
    inverse, log = swept_inverse(matrices)
    if not np.isfinite(log).all():
        return None
    inverse = np.where(both, inverse, 0.0)
    distance = np.where(patterns.seen, patterns.mean - mean, 0.0)
    return PatternTerms(inverse, log, distance)


def swept_inverse(matrices: Array) -> tuple[Array, Array]:
    """Inverses and log determinants of many small positive definite matrices (r, p, p) at once.

    Gauss–Jordan without pivoting, all matrices in each step, which is some eight times as fast as
    one call of LAPACK for each. The log determinant is NaN where a matrix is not positive definite.
    """
    a = np.ascontiguousarray(np.moveaxis(matrices, 0, -1))
    p = a.shape[0]
    log = np.zeros(a.shape[-1])
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for k in range(p):
            pivot = a[k, k].copy()
            log += np.log(np.where(pivot > 1e-300, pivot, np.nan))
            row = a[k] / pivot
            column = a[:, k].copy()
            column[k] = 0.0
            a -= column[:, None] * row[None]
            a[:, k] = -column / pivot
            a[k] = row
            a[k, k] = 1.0 / pivot
    return np.moveaxis(a, -1, 0), log
