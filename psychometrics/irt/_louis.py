"""Observed information of the marginal likelihood, exact, by the missing-information principle.

I = Σᵢ { E[Bᵢ] − E[sᵢsᵢ'] + E[sᵢ] E[sᵢ]' }, expectations over the posterior of interview i; s and B
are first and minus second derivatives of the log-likelihood as if the trait were known. Louis 1982,
10.1111/j.2517-6161.1982.tb01203.x.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.blas import dsyrk

from psychometrics.irt._expect import OneHot, expect, posterior_moments, posteriors
from psychometrics.irt._probabilities import (
    ItemParameters,
    boundaries,
    curvature,
    log_probabilities,
    score_curves,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers
    from psychometrics.irt._quadrature import Grid

    Array = NDArray[np.float64]

NEGLIGIBLE = 1e-10


def observed_covariance(answers: GradedAnswers, parameters: ItemParameters, grid: Grid) -> Array:
    """Inverse of the observed information, (q, q); NaN when that is not positive definite."""
    eta = boundaries(parameters, grid.nodes)
    found = expect(answers, OneHot(answers), log_probabilities(parameters, eta), grid.prior)
    information = complete_information(parameters, found.counts, grid)
    information -= missing_information(answers, parameters, grid)
    try:
        factor = cho_factor(information)
    except np.linalg.LinAlgError:
        return np.full(information.shape, np.nan)
    return np.asarray(cho_solve(factor, np.eye(len(information))), np.float64)


def complete_information(parameters: ItemParameters, counts: Array, grid: Grid) -> Array:
    """ΣE[B], (q, q), from the expected answers in every category at every node."""
    eta = boundaries(parameters, grid.nodes)
    blocks = curvature(parameters, counts, eta, grid.nodes)
    p, m, _ = blocks.shape
    whole = np.zeros((p, m, p, m))
    whole[np.arange(p), :, np.arange(p), :] = blocks
    free = parameters.free.ravel()
    return whole.reshape(p * m, p * m)[np.ix_(free, free)]


def missing_information(answers: GradedAnswers, parameters: ItemParameters, grid: Grid) -> Array:
    """Σ posterior covariance of the scores, (q, q): what not knowing the trait costs.

    Patterns are taken in the order of their posterior means, so that a block of them needs few
    nodes: elsewhere all its posterior weights are below `NEGLIGIBLE`.
    """
    eta = boundaries(parameters, grid.nodes)
    log_p = log_probabilities(parameters, eta)
    curves = _derivatives(parameters, eta, grid.nodes)
    together = np.zeros((len(grid.nodes), log_p[..., 0].size, log_p[..., 0].size))
    between = np.zeros((curves.shape[0] * curves.shape[2],) * 2)
    ranked = _by_trait(answers, log_p, grid)
    for block, rows, posterior in posteriors(OneHot(ranked), log_p, grid.prior):
        weight = ranked.counts[block]
        active = np.flatnonzero(posterior.max(axis=0) > NEGLIGIBLE)
        likely = posterior[:, active]
        means = _mean_scores(rows, likely, curves[..., active])
        between += (means * weight[:, None]).T @ means
        _add_products(together, rows, np.sqrt(likely * weight[:, None]), active)
    whole = _contract(together, curves) - between
    free = parameters.free.ravel()
    return whole[np.ix_(free, free)]


def _derivatives(parameters: ItemParameters, eta: Array, nodes: Array) -> Array:
    """Derivatives of ln P of category k by the m parameters of its item: (p, K, m, Q)."""
    lower, upper = score_curves(parameters, eta)
    p, K, Q = lower.shape
    D = nodes.shape[1]
    out = np.zeros((p, K, D + K - 1, Q))
    out[:, :, :D] = (lower + upper)[:, :, None, :] * nodes.T
    k = np.arange(K - 1)
    out[:, k + 1, D + k] = lower[:, 1:]
    out[:, k, D + k] = upper[:, :-1]
    return out


def _by_trait(answers: GradedAnswers, log_p: Array, grid: Grid) -> GradedAnswers:
    means, _ = posterior_moments(OneHot(answers), log_p, grid.prior, grid.nodes)
    return answers.take(np.argsort(means[:, 0], kind="stable"))


def _mean_scores(rows: Array, posterior: Array, curves: Array) -> Array:
    """E[s] of every pattern, (block, p · m)."""
    p, K, m, _ = curves.shape
    chosen = rows.reshape(len(rows), p, K)
    out = np.zeros((len(rows), p, m))
    for parameter in range(m):
        touched = np.flatnonzero(np.any(curves[:, :, parameter], axis=(0, 2)))
        part = curves[:, touched, parameter].reshape(p * len(touched), -1)
        values = (posterior @ part.T).reshape(len(rows), p, len(touched))
        out[:, :, parameter] = (values * chosen[:, :, touched]).sum(axis=2)
    return out.reshape(len(rows), p * m)


def _add_products(together: Array, rows: Array, roots: Array, active: NDArray[np.intp]) -> None:
    """Add Σ weight · z z' of the block to the table of every active node, lower triangles."""
    for column, node in enumerate(active):
        scaled = rows * roots[:, column, None]
        dsyrk(1.0, scaled.T, 1.0, together[node].T, overwrite_c=1)


def _contract(together: Array, curves: Array) -> Array:
    """Σ over nodes of G' T G, G the derivatives of each answer by each parameter."""
    p, K, m, Q = curves.shape
    out = np.zeros((p * m, p * m))
    G = np.zeros((p, K, p, m))
    items = np.arange(p)
    for node in range(Q):
        table = np.tril(together[node])
        table += np.tril(table, -1).T
        G[items, :, items, :] = curves[..., node]
        flat = G.reshape(p * K, p * m)
        out += flat.T @ table @ flat
    return out
