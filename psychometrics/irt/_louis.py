"""Observed information of the marginal likelihood, exact, by the missing-information principle.

I = Σᵢ { E[Bᵢ] − E[sᵢsᵢ'] + E[sᵢ] E[sᵢ]' }, expectations over the posterior of interview i; s and B
are first and minus second derivatives of the log-likelihood as if the trait were known. Louis 1982,
10.1111/j.2517-6161.1982.tb01203.x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.linalg.blas import dsyrk, ssyrk

from psychometrics.irt._expect import OneHot, posteriors
from psychometrics.irt._probabilities import (
    ItemParameters,
    boundaries,
    curvature,
    densities,
    line_curves,
    log_probabilities,
    score_curves,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers
    from psychometrics.irt._expect import Expectation
    from psychometrics.irt._quadrature import Grid

    Array = NDArray[np.float64]

NEGLIGIBLE = 1e-7
"""Posterior weights below this are left out of the products of scores."""

SINGULAR = 1e-12
"""An eigenvalue of the information in proportion to the largest; below it there is no maximum."""

ROWS = 256
"""Neighbouring patterns whose products are summed at once: enough for speed, few enough to share
the nodes on which their posteriors lie."""

MANY = 2000
"""From here on products are summed in single precision: an error of 1e-6 in the information."""


@dataclass(frozen=True)
class Own:
    """Free parameters of one trait's distribution: its `precision`, and `second` (r, Q), their
    derivatives of the log-density once more by the trait."""

    precision: float
    second: Array


def observed_covariance(answers: GradedAnswers, parameters: ItemParameters, grid: Grid) -> Array:
    """Inverse of the observed information, (q, q); NaN when that is not positive definite.

    With two traits the likelihood is the same after any rotation. The inverse is then taken over
    what a rotation does not move, right for intercepts and meaningless for slopes.
    """
    missing, counts = missing_information(answers, parameters, grid)
    information = complete_information(parameters, counts, grid) - missing
    values, vectors = np.linalg.eigh(information)
    D = parameters.slopes.shape[1]
    kept = slice(D * (D - 1) // 2, None)
    if values[kept].min() <= SINGULAR * values.max():
        return np.full(information.shape, np.nan)
    covariance: Array = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    return covariance


def complete_information(parameters: ItemParameters, counts: Array, grid: Grid) -> Array:
    """ΣE[B], (q, q), from the expected answers in every category at every node."""
    eta = boundaries(parameters, grid.nodes)
    blocks = curvature(parameters, counts, eta, grid.nodes)
    p, m, _ = blocks.shape
    whole = np.zeros((p, m, p, m))
    whole[np.arange(p), :, np.arange(p), :] = blocks
    return _free(whole.reshape(p * m, p * m), parameters)


def trait_cost(
    parameters: ItemParameters, eta: Array, nodes: Array, found: Expectation, own: Own | None = None
) -> Array:
    """`missing_information` to first order in the trait's error, (q, q), without the answers.

    Scores vary over a posterior by H (θ − θ̂), H the second derivatives by parameters and trait:
    the cost is ∫ n(θ) E[H Σ H'], Σ = (1 + I)⁻¹ with I the test information. Answers are
    independent given the trait, so that E[H Σ H'] needs H by item only. `own` are the parameters
    of the trait's distribution where they are free; they come last.
    """
    second = _second_derivatives(parameters, eta, nodes)
    p, K, m, Q, D = second.shape
    counts, present = found.counts, np.maximum(found.present, 1e-12)
    precision = 1.0 if own is None else own.precision
    roots = _trait_errors(parameters, eta, counts / present, precision)
    turned = np.einsum("jkmqd,qde->jkmqe", second, roots)
    each = turned * np.sqrt(counts)[:, :, None, :, None]
    flat = each.transpose(0, 2, 1, 3, 4).reshape(p, m, K * Q * D)
    mean = np.einsum("jkmqe,jkq->jmqe", turned, counts) / np.sqrt(present)[:, None]
    means = mean.reshape(p, m, Q * D)
    kept = np.flatnonzero(parameters.free.ravel())
    rows = means.reshape(p * m, -1)[kept]
    if own is not None:
        roots_own = (roots[:, 0, 0] * np.sqrt(present))[None, :]
        rows = np.concatenate([rows, own.second * roots_own])
    whole: Array = rows @ rows.T
    within = np.zeros((p, m, p, m))
    items = np.arange(p)
    within[items, :, items, :] = flat @ flat.swapaxes(1, 2) - means @ means.swapaxes(1, 2)
    whole[: len(kept), : len(kept)] += within.reshape(p * m, p * m)[np.ix_(kept, kept)]
    return whole


def _trait_errors(parameters: ItemParameters, eta: Array, shares: Array, precision: float) -> Array:
    """(Q, D, D) roots R of the trait's error covariance at every node, R R' = (1 + I)⁻¹."""
    slopes = parameters.slopes
    D = slopes.shape[1]
    line = line_curves(eta)
    each = (shares * line**2).sum(axis=1)
    information = np.einsum("jq,jc,jd->qcd", each, slopes, slopes)
    lower = np.linalg.cholesky(information + precision * np.eye(D))
    roots: Array = np.linalg.inv(lower).swapaxes(1, 2)
    return roots


def _second_derivatives(parameters: ItemParameters, eta: Array, nodes: Array) -> Array:
    """Second derivatives of ln P by the m parameters and by the D traits: (p, K, m, Q, D)."""
    p, width, Q = eta.shape
    D = nodes.shape[1]
    slope = -densities(eta)[..., None] * parameters.slopes[:, None, None, :]
    out = np.zeros((p, width + 1, D + width, Q, D))
    k = np.arange(width)
    out[:, k + 1, D + k] = slope
    out[:, k, D + k] = slope
    both = out[:, :, D:].sum(axis=2)
    out[:, :, :D] = both[:, :, None] * nodes.T[:, :, None]
    line = line_curves(eta)
    for d in range(D):
        out[:, :, d, :, d] += line
    return out


def missing_information(
    answers: GradedAnswers, parameters: ItemParameters, grid: Grid
) -> tuple[Array, Array]:
    """Σ posterior covariance of the scores, (q, q): what not knowing the trait costs.

    Beside it the expected answers (p, K, Q). Patterns come about in the order of the trait, so
    that a block of them needs few nodes.
    """
    eta = boundaries(parameters, grid.nodes)
    log_p = log_probabilities(parameters, eta)
    p, K, Q = log_p.shape
    means = MeanScores(parameters, eta, grid.nodes)
    single = len(answers.counts) > MANY
    together = np.zeros((Q, p * K, p * K), np.float32 if single else np.float64)
    between = np.zeros((means.width, means.width))
    counts = np.zeros((p * K, Q))
    one = grid.nodes.shape[1] == 1
    for block, rows, on, posterior in posteriors(OneHot(answers, ROWS), log_p, grid.prior, one):
        scores = means.of(rows, posterior, on)
        weight = answers.counts[block, None]
        between += (scores * weight).T @ scores
        active = np.flatnonzero(posterior.max(axis=0) > NEGLIGIBLE)
        posterior *= weight
        counts[:, on] += rows.T @ posterior
        _add_products(together, rows, np.sqrt(posterior[:, active]), active + on.start)
    within = _contract(together, _derivatives(parameters, eta, grid.nodes))
    return _free(within - between, parameters), counts.reshape(log_p.shape)


class MeanScores:
    """E[s] of patterns: derivatives of ln P by the parameters, averaged over the posterior."""

    def __init__(self, parameters: ItemParameters, eta: Array, nodes: Array) -> None:
        lower, upper = score_curves(parameters, eta)
        line = line_curves(eta)
        kinds = [line * nodes[:, d] for d in range(nodes.shape[1])] + [lower, upper]
        self.p, self.K, Q = lower.shape
        self.D = nodes.shape[1]
        self.width = self.p * (self.D + self.K - 1)
        self._table = np.stack(kinds).reshape(-1, Q).T

    def of(self, rows: Array, posterior: Array, on: slice) -> Array:
        """(block, p · m) for rows of zeros and ones and their posterior on some nodes."""
        values = (posterior @ self._table[on]).reshape(len(rows), self.D + 2, -1)
        values *= rows[:, None, :]
        by_item = values.reshape(len(rows), self.D + 2, self.p, self.K)
        out = np.empty((len(rows), self.p, self.D + self.K - 1))
        out[:, :, : self.D] = by_item[:, : self.D].sum(axis=3).swapaxes(1, 2)
        np.add(by_item[:, -2, :, 1:], by_item[:, -1, :, :-1], out=out[:, :, self.D :])
        return out.reshape(len(rows), self.width)


def _derivatives(parameters: ItemParameters, eta: Array, nodes: Array) -> Array:
    """Derivatives of ln P of category k by the m parameters of its item: (p, K, m, Q)."""
    lower, upper = score_curves(parameters, eta)
    p, K, Q = lower.shape
    D = nodes.shape[1]
    out = np.zeros((p, K, D + K - 1, Q))
    out[:, :, :D] = line_curves(eta)[:, :, None, :] * nodes.T
    k = np.arange(K - 1)
    out[:, k + 1, D + k] = lower[:, 1:]
    out[:, k, D + k] = upper[:, :-1]
    return out


def _add_products(
    together: NDArray[Any], rows: Array, roots: Array, active: NDArray[np.intp]
) -> None:
    """Add Σ weight · z z' of the block to the table of every active node, one triangle."""
    add = ssyrk if together.dtype == np.float32 else dsyrk
    rows, roots = rows.astype(together.dtype, copy=False), roots.astype(together.dtype, copy=False)
    for column, node in enumerate(active):
        scaled = rows * roots[:, column, None]
        add(1.0, scaled.T, 1.0, together[node].T, overwrite_c=1)


def _contract(together: NDArray[Any], curves: Array) -> Array:
    """Σ over nodes of G' T G, G the derivatives of each answer by each parameter.

    G is zero but for blocks of each item's own. T comes as one triangle: with its diagonal halved,
    G' T G is the sum of two transposes.
    """
    p, K, m, Q = curves.shape
    diagonal = np.arange(p * K)
    together[:, diagonal, diagonal] /= 2
    own = np.ascontiguousarray(curves.transpose(0, 3, 1, 2))
    out = np.zeros((p, m, p * m))
    for begin in range(0, Q, 64):
        tables = together[begin : begin + 64].reshape(-1, p * K, p, K)
        G = own[:, begin : begin + 64]
        right = np.stack([tables[:, :, j] @ G[j] for j in range(p)], axis=2)
        left = right.reshape(-1, p, K, p * m)
        for j in range(p):
            out[j] += G[j].reshape(-1, m).T @ left[:, j].reshape(-1, p * m)
    whole = out.reshape(p * m, p * m)
    return whole + whole.T


def _free(whole: Array, parameters: ItemParameters) -> Array:
    kept = np.flatnonzero(parameters.free.ravel())
    return whole[np.ix_(kept, kept)]
