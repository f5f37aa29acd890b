"""Moments of many bootstrap samples at once, from how often each interview is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class CountMoments:
    """Moments of samples of n complete answers (n, p), as a product of counts and answers.

    The products of centred answers are worked out once; after that a sample costs
    n · (p + p(p + 1)/2) multiplications.
    """

    def __init__(self, answers: Array) -> None:
        self.p = answers.shape[1]
        self.centre = answers.mean(axis=0)
        self._first, self._second = np.triu_indices(self.p)
        centred = answers - self.centre
        self._products = np.hstack([centred, centred[:, self._first] * centred[:, self._second]])

    def moments(self, counts: Array) -> tuple[Array, Array, Array]:
        """(B, n) counts → sums of counts (B,), means (B, p), covariances (B, p, p).

        The covariances divide by the sum of the counts. Samples without anybody are NaN.
        """
        total = counts.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = (counts @ self._products) / total[:, None]
        first = mean[:, : self.p]
        covariance = np.empty((len(counts), self.p, self.p))
        covariance[:, self._first, self._second] = mean[:, self.p :]
        covariance[:, self._second, self._first] = mean[:, self.p :]
        covariance -= first[:, :, None] * first[:, None, :]
        return total, first + self.centre, covariance

    def correlations(self, counts: Array) -> Array:
        """(B, n) counts → correlations (B, p, p); NaN for samples in which an item is constant."""
        _, _, covariance = self.moments(counts)
        variance = np.einsum("bii->bi", covariance)
        floor = 1e-12 * np.maximum(np.nanmax(variance, axis=0, initial=0), 1e-300)
        sd = np.sqrt(np.where(variance > floor, variance, np.nan))
        found: Array = covariance / (sd[:, :, None] * sd[:, None, :])
        return found
