"""Where the search for a graded model begins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from psychometrics.irt._probabilities import ItemParameters, item_parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers

    Array = NDArray[np.float64]

SUBSAMPLE = 1000
"""Patterns on which the search begins when there are many, at least."""

FEW = 20
"""A category chosen less often than this in the subsample is taken whole."""

NORMAL = 1.702
"""Logistic slopes are this much larger than those of a normal ogive."""

LONGEST = 0.9
"""Loadings of the start are kept below this, so that slopes stay finite."""


def subsample(answers: GradedAnswers, dimensions: int, rng: np.random.Generator) -> GradedAnswers:
    """Some patterns, weighted to stand for all; those with a rare answer are all kept."""
    m = len(answers.counts)
    free = int((answers.categories - 1).sum()) + dimensions * answers.p
    size = max(SUBSAMPLE, 10 * free, round(12 * m**0.5))
    if m <= 1.5 * size:
        return answers
    chance = np.minimum(1.0, size * answers.counts / answers.weight)
    for j in range(answers.p):
        told = answers.codes[:, j] >= 0
        often = np.bincount(answers.codes[told, j], chance[told])
        rare = np.append(often < FEW, False)
        chance[rare[answers.codes[:, j]]] = 1.0
    kept = np.flatnonzero(rng.random(m) < chance)
    part = answers.take(kept)
    return replace(part, counts=part.counts / chance[kept])


def start(answers: GradedAnswers, dimensions: int = 1) -> ItemParameters:
    """Slopes from the principal axes of the correlations, intercepts from the margins."""
    loadings = _loadings(answers, dimensions)
    scale = NORMAL / np.sqrt(1 - (loadings**2).sum(axis=1))
    intercepts = []
    for j, K in enumerate(answers.categories):
        column = answers.codes[:, j]
        told = column >= 0
        share = np.bincount(column[told], answers.counts[told], minlength=K)
        above = share[::-1].cumsum()[::-1][1:] / share.sum()
        intercepts.append(scale[j] * ndtri(above))
    return item_parameters(loadings * scale[:, None], intercepts)


def _loadings(answers: GradedAnswers, dimensions: int) -> Array:
    """Principal axes of the correlations, each item's largest correlation on the diagonal."""
    R = _correlations(answers)
    np.fill_diagonal(R, 0.0)
    np.fill_diagonal(R, np.abs(R).max(axis=0))
    values, vectors = np.linalg.eigh(R)
    roots = np.sqrt(np.maximum(values[::-1][:dimensions], 0.05))
    loadings = vectors[:, ::-1][:, :dimensions] * roots
    loadings *= np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    shortened: Array = loadings * np.minimum(1.0, LONGEST / np.maximum(length, 1e-6))
    return shortened


def _correlations(answers: GradedAnswers) -> Array:
    """Pairwise correlations of the category numbers."""
    told = (answers.codes >= 0).astype(np.float64)
    weighted = told * answers.counts[:, None]
    total = weighted.sum(axis=0)
    mean = (weighted * answers.codes).sum(axis=0) / total
    centred = (answers.codes - mean) * told
    centred /= np.sqrt((weighted * centred**2).sum(axis=0) / total)
    together = (centred * answers.counts[:, None]).T @ centred
    correlations: Array = together / np.maximum(weighted.T @ told, 1.0)
    return correlations
