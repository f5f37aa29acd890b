"""Means and covariances of answers as numbers 1, 2, …, cut from responses that are not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._population import Population
    from psychometrics.simulate import Answering

    Array = NDArray[np.float64]

LARGE, SEED = 500_000, 7


def cut_moments(answering: Answering) -> tuple[Array, Array]:
    """Means (groups, p) and covariances (groups, p, p) of the answers of a population.

    Those of the responses where nothing is cut; exact for normal responses, from half a million
    draws where they are not normal.
    """
    people = answering.population
    if not people.cut:
        return people.mean, people.cov
    if answering.nonnormal is not None:
        return _drawn(answering)
    found = [_normal(people, g) for g in range(len(people.groups))]
    return np.stack([mean for mean, _ in found]), np.stack([cov for _, cov in found])


def _drawn(answering: Answering) -> tuple[Array, Array]:
    rng = np.random.default_rng(SEED)
    groups = range(len(answering.population.groups))
    parts = [answering.drawn(g, LARGE, rng) for g in groups]
    whole = [part[~np.isnan(part).any(axis=1)] for part in parts]
    return np.stack([p.mean(axis=0) for p in whole]), np.stack([np.cov(p.T) for p in whole])


def _normal(people: Population, group: int) -> tuple[Array, Array]:
    """An answer is 1 plus the thresholds passed, so that Cov(X, Y) = Σ_i Σ_j [P(X* > a_i, Y* > b_j)
    − P(X* > a_i) P(Y* > b_j)]; with a response that is not cut, Cov = Cov(X*, Y*) Σ φ(a_i) / σ."""
    from scipy.special import ndtr

    from psychometrics._bivariate_normal import bivariate_cdf

    mean, cov = people.mean[group].copy(), people.cov[group].copy()
    sd = np.sqrt(np.diag(cov))
    R = cov / np.outer(sd, sd)
    limits = [(cut - m) / s for cut, m, s in zip(people.cuts[group], mean, sd, strict=True)]
    density = [np.exp(-0.5 * cut**2).sum() / np.sqrt(2 * np.pi) for cut in limits]
    for i, a in enumerate(limits):
        if not len(a):
            continue
        below = ndtr(a)
        mean[i] = 1 + (1 - below).sum()
        above = 1 - np.maximum.outer(below, below)
        cov[i, i] = (above - np.outer(1 - below, 1 - below)).sum()
        for j, b in enumerate(limits):
            if not len(b):
                cov[i, j] = cov[j, i] = R[i, j] * density[i] * sd[j]
            elif j > i:
                both = bivariate_cdf(a[None], b[None], np.array([R[i, j]]))[0]
                cov[i, j] = cov[j, i] = (both - np.outer(below, ndtr(b))).sum()
    return mean, cov
