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
"""Patterns handled at once: their tables stay in the cache of a processor."""

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

    def at_nodes(self, rows: Array, prior: Array) -> tuple[Array, Array, Array]:
        """Likelihood (block, Q) up to a factor, its mean over the prior, and that factor's log."""
        values = rows @ self.table
        raised: Array = np.zeros(len(rows))
        np.exp(values, out=values)
        means = values @ prior
        if means.min() < VANISHING[means.itemsize]:
            values = rows @ self.table
            raised = values.max(axis=1)
            np.exp(values - raised[:, None], out=values)
            means = values @ prior
        return values, means, raised


def expect(
    answers: GradedAnswers, log_probabilities: Array, prior: Array, precision: type = np.float64
) -> Expectation:
    """One pass over the patterns: r = Σ counts · posterior, and Σ counts · ln likelihood."""
    likelihoods = Likelihoods.of(log_probabilities, precision)
    shares: Array = prior.astype(precision)
    counts: Array = answers.counts.astype(precision)
    totals, present = np.zeros(likelihoods.table.shape), np.zeros(len(prior))
    loglik = 0.0
    for block, rows in OneHot(answers, precision=precision):
        values, means, raised = likelihoods.at_nodes(rows, shares)
        loglik += float(answers.counts[block] @ (np.log(means) + raised))
        share = counts[block] / means
        present += share @ values
        rows *= share[:, None]
        totals += rows.T @ values
    totals *= prior
    loglik += float(totals.sum(axis=1) @ likelihoods.offsets)
    return Expectation(totals.reshape(log_probabilities.shape), present * prior, loglik)


def posteriors(
    hot: OneHot, log_probabilities: Array, prior: Array
) -> Iterator[tuple[slice, Array, Array]]:
    """Block by block: which patterns, their rows, and the posterior (block, Q), rows of sum 1."""
    likelihoods = Likelihoods.of(log_probabilities)
    for block, rows in hot:
        values, means, _ = likelihoods.at_nodes(rows, prior)
        values *= prior
        values /= means[:, None]
        yield block, rows, values


def posterior_moments(
    hot: OneHot, log_probabilities: Array, prior: Array, nodes: Array
) -> tuple[Array, Array]:
    """Posterior means (m, D) and variances (m, D) of the patterns."""
    means, variances = [], []
    for _, _, posterior in posteriors(hot, log_probabilities, prior):
        mean = posterior @ nodes
        means.append(mean)
        variances.append(np.maximum(posterior @ nodes**2 - mean**2, 0.0))
    return np.concatenate(means), np.concatenate(variances)
