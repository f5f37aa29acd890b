"""How sharply the answers determine the parameters: expected, observed and from single interviews.

All are of one interview on average, by row of the table and group, shares of the groups included;
`Parameters.gathered_square` sums them up to θ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.full_information import case_scores
from psychometrics.cfa.membership import few_clusters
from psychometrics.cfa.patterns import pattern_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.discrepancy import MaximumLikelihood
    from psychometrics.cfa.full_information import FullInformation
    from psychometrics.cfa.sample import Answers, Sample

    Array = NDArray[np.float64]


def first_order(ml: MaximumLikelihood, x: Array, fourth: Array) -> Array:
    """(groups, rows, rows) mean product of the slopes of single interviews' log-likelihoods.

    From fourth moments (groups, 1 + p + p*, 1 + p + p*) alone: an interview's slope is linear in
    1, c and vech(cc'). R: ``lavInspect(fit, "information.first.order")``.
    """
    linear = score_weights(ml, x)
    found: Array = linear @ fourth @ np.swapaxes(linear, -1, -2)
    return found * ml.share[:, None, None]


def score_weights(ml: MaximumLikelihood, x: Array) -> Array:
    """(groups, rows, 1 + p + p*) an interview's slopes by (1, c, vech(cc'))."""
    structure = ml.structure
    implied = structure.implied(x)
    dcov, dmu = structure.derivatives(implied)
    W = np.linalg.inv(implied.cov)
    p = structure.p
    i, j = np.triu_indices(p)
    B = W[:, None] @ dcov @ W[:, None]
    d = np.zeros(implied.mu.shape) if ml.mean is None else ml.mean - implied.mu
    pull = (B @ d[:, None, :, None])[..., 0]
    linear = pull
    constant = 0.5 * (
        (pull * d[:, None, :]).sum(axis=-1) - (B * implied.cov[:, None]).sum((-1, -2))
    )
    if ml.mean is not None:
        Wdmu = dmu @ W
        linear = linear + Wdmu
        constant = constant + (Wdmu * d[:, None, :]).sum(axis=-1)
    square = B[..., i, j] * np.where(i == j, 0.5, 1.0)
    return np.concatenate([constant[..., None], linear, square], axis=-1)


def first_order_incomplete(fi: FullInformation, x: Array, sample: Sample) -> Array:
    """`first_order` for answers with gaps; with clusters, of the clusters' sums."""
    implied = fi.structure.implied(x)
    dcov, dmu = fi.structure.derivatives(implied)
    rows, p = fi.structure.size, fi.structure.p
    found = np.empty((*x.shape, rows))
    for k, (patterns, answers) in enumerate(zip(fi.patterns, sample.answers, strict=True)):
        terms = pattern_terms(patterns, implied.mu[k], implied.cov[k])
        if terms is None:
            found[k] = np.nan
            continue
        by_moment = case_scores(answers.matrix, patterns, terms, implied.mu[k])
        turn = np.concatenate([dmu[k], dcov[k].reshape(rows, p * p)], axis=1)
        found[k] = turn @ score_products(by_moment, answers, patterns.order) @ turn.T
    total: Array = found * fi.share[:, None, None]
    return total


def score_products(scores: Array, answers: Answers, order: NDArray[np.intp]) -> Array:
    """(m, m) mean product of the slopes (n, m) of interviews, given in `order`.

    Slopes count with their weights; with clusters, their totals over each cluster do.
    """
    mass = float(len(scores))
    if answers.weights is not None:
        scores = scores * answers.weights[order, None]
        mass = float(answers.weights.sum())
    if answers.cluster is not None:
        names, codes = np.unique(answers.cluster[order], return_inverse=True)
        totals = np.zeros((len(names), scores.shape[1]))
        np.add.at(totals, codes, scores)
        scores, mass = totals, mass / few_clusters(len(names))
    found: Array = scores.T @ scores / mass
    return found


def covariance_of(information: Array, jacobian: Array) -> Array:
    """(q, q) inverse of an information matrix under constraints (c, q) that hold with equality.

    The upper left block of the inverse of [I Jᵀ; J 0] (Aitchison & Silvey 1958,
    10.1214/aoms/1177706538).
    """
    q, c = len(information), len(jacobian)
    size = np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    bordered = np.zeros((q + c, q + c))
    bordered[:q, :q] = information / np.outer(size, size)
    scaled = jacobian / size
    bordered[q:, :q], bordered[:q, q:] = scaled, scaled.T
    found: Array = np.linalg.inv(bordered)[:q, :q] / np.outer(size, size)
    return found
