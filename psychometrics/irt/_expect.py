"""What the answers say about the trait of each interview: the expectation step and its kin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers

    Array = NDArray[np.float64]

BLOCK = 1024
"""Patterns handled at once: their tables stay in the cache of a processor, and as neighbours on the
trait they share the nodes on which their posteriors lie."""

NEGLIGIBLE = 1e-9
"""A share of a posterior that may be left out."""

PROBES, MARGIN = 8, 4
"""Rows of a block that show where its posteriors lie, and nodes added on either side."""

VANISHING = {4: 1e-30, 8: 1e-250}
"""By bytes of a number: a likelihood below this may have lost digits to underflow."""


@dataclass(frozen=True)
class Expectation:
    """Expected answers (p, K, Q) in every category and interviews (Q,) at every node; ln L."""

    counts: Array
    present: Array
    loglik: float


class OneHot:
    """Blocks of patterns as rows of zeros and ones, (block, p · K), made when they are needed."""

    def __init__(
        self, answers: GradedAnswers, most: int = BLOCK, precision: type = np.float64
    ) -> None:
        m, p = answers.codes.shape
        self.width = p * answers.width
        self._codes = answers.codes
        self._first = np.arange(p) * answers.width
        self._complete = bool((answers.codes >= 0).all())
        size = min(most, m)
        self._rows = np.zeros((size, self.width), precision)
        self._begin = (np.arange(size) * self.width)[:, None]

    def __iter__(self) -> Iterator[tuple[slice, Array]]:
        """Which patterns, and their rows; the rows are overwritten by the next block."""
        size = len(self._rows)
        for start in range(0, len(self._codes), size):
            codes = self._codes[start : start + size]
            rows = self._rows[: len(codes)]
            rows.fill(0.0)
            place = codes + (self._begin[: len(codes)] + self._first)
            rows.ravel()[place.ravel() if self._complete else place[codes >= 0]] = 1.0
            yield slice(start, start + len(codes)), rows


@dataclass(frozen=True)
class Likelihoods:
    """Category log-probabilities as a table (p · K, Q), every row scaled to a largest value of 1.

    `offsets` (p · K,) are the logarithms that were taken out: products of many answers stay far
    from underflow, and the exponential needs no search for each interview's largest value.
    """

    table: Array
    offsets: Array

    @classmethod
    def of(cls, log_probabilities: Array, precision: type = np.float64) -> Likelihoods:
        """From ln P (p, K, Q)."""
        flat = log_probabilities.reshape(-1, log_probabilities.shape[-1])
        offsets = flat.max(axis=1)
        return cls((flat - offsets[:, None]).astype(precision, copy=False), offsets)

    def posterior(self, rows: Array, prior: Array, one: bool) -> Posterior:
        """Of a block of rows; with `one` trait only where on the grid it lies."""
        nodes = self._window(rows, prior) if one else slice(0, len(prior))
        found = self._on(rows, prior, nodes)
        if one and found.edge > NEGLIGIBLE:
            return self._on(rows, prior, slice(0, len(prior)))
        return found

    def _window(self, rows: Array, prior: Array) -> slice:
        """Nodes on which the posteriors of a few of the rows lie, and some more on either side."""
        few = rows[:: max(1, len(rows) // PROBES)]
        whole = self._on(few, prior, slice(0, len(prior)))
        likely = (whole.values / whole.means[:, None]).max(axis=0) * prior
        active = np.flatnonzero(likely > NEGLIGIBLE)
        return slice(max(0, active[0] - MARGIN), min(len(prior), active[-1] + 1 + MARGIN))

    def _on(self, rows: Array, prior: Array, nodes: slice) -> Posterior:
        table, shares = self.table[:, nodes], prior[nodes]
        values = rows @ table
        raised: Array = np.zeros(len(rows))
        np.exp(values, out=values)
        means = values @ shares
        if means.min() < VANISHING[means.itemsize]:
            values = rows @ table
            raised = values.max(axis=1)
            np.exp(values - raised[:, None], out=values)
            means = values @ shares
        low = float((values[:, 0] / means).max() * shares[0]) if nodes.start > 0 else 0.0
        within = nodes.stop < len(prior)
        high = float((values[:, -1] / means).max() * shares[-1]) if within else 0.0
        return Posterior(nodes, values, means, raised, max(low, high))


@dataclass(frozen=True)
class Posterior:
    """Likelihoods (block, window) up to a factor, their means over the prior, the factor's log.

    `nodes` is the window; `edge` the largest posterior share on its outermost nodes. Posteriors on
    one trait fall from a single peak, so that little lies outside when the edge is low.
    """

    nodes: slice
    values: Array
    means: Array
    raised: Array
    edge: float


def expect(
    answers: GradedAnswers,
    log_probabilities: Array,
    prior: Array,
    precision: type = np.float64,
    one: bool = True,
) -> Expectation:
    """One pass over the patterns: r = Σ counts · posterior, and Σ counts · ln likelihood."""
    likelihoods = Likelihoods.of(log_probabilities, precision)
    shares: Array = prior.astype(precision)
    counts: Array = answers.counts.astype(precision)
    one = one and len(counts) > BLOCK
    totals, present = np.zeros(likelihoods.table.shape), np.zeros(len(prior))
    loglik = 0.0
    for block, rows in OneHot(answers, precision=precision):
        found = likelihoods.posterior(rows, shares, one)
        loglik += float(answers.counts[block] @ (np.log(found.means) + found.raised))
        share = counts[block] / found.means
        present[found.nodes] += share @ found.values
        rows *= share[:, None]
        totals[:, found.nodes] += rows.T @ found.values
    totals *= prior
    loglik += float(totals.sum(axis=1) @ likelihoods.offsets)
    return Expectation(totals.reshape(log_probabilities.shape), present * prior, loglik)


def posteriors(
    hot: OneHot, log_probabilities: Array, prior: Array, one: bool = True
) -> Iterator[tuple[slice, Array, slice, Array]]:
    """Block by block: patterns, their rows, nodes, and the posterior on them, rows of sum 1."""
    likelihoods = Likelihoods.of(log_probabilities)
    for block, rows in hot:
        found = likelihoods.posterior(rows, prior, one)
        values = found.values
        values *= prior[found.nodes]
        values /= found.means[:, None]
        yield block, rows, found.nodes, values


def posterior_moments(
    hot: OneHot, log_probabilities: Array, prior: Array, nodes: Array
) -> tuple[Array, Array]:
    """Posterior means (m, D) and variances (m, D) of the patterns."""
    means, variances = [], []
    for _, _, on, posterior in posteriors(hot, log_probabilities, prior, nodes.shape[1] == 1):
        mean = posterior @ nodes[on]
        means.append(mean)
        variances.append(np.maximum(posterior @ nodes[on] ** 2 - mean**2, 0.0))
    return np.concatenate(means), np.concatenate(variances)
