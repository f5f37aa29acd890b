"""What one interview's answers add to each threshold and polychoric correlation.

The influence of an answer a on threshold t of its item is (1[a ≤ t] − Φ(τ_t)) / (N φ(τ_t)); the
influence of the answers (a, b) on a correlation is the score ∂ ln π_ab / ∂ρ less what the
thresholds' own errors bring in, over the information of ρ. Sums of squares and products of these
over the interviews are the asymptotic covariance of the two-step estimates (Muthén 1984,
10.1007/BF02294210; Muthén & Satorra 1995, 10.1007/BF02294386), as in ``lavaan:::muthen1984``.
Each is a table over the pair of answers, so that nothing is computed twice for equal answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from psychometrics._bivariate_normal import bivariate_density
from psychometrics._count_tables import blocks
from psychometrics._polychoric_fit import BOUND, LEAST_PROBABILITY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._polychoric_fit import Margins, Pairs

    Array = NDArray[np.float64]

BLOCK = 2**18
"""Influences held at once while their products are summed."""


@dataclass(frozen=True)
class Influence:
    """Tables of the influences on m estimates: thresholds in item order, then correlations.

    Parameters
    ----------
    values : (m, K + 1, K + 1) influence by the answers to two items, K: not answered.
    first, second : (m,) which two items; one and the same for a threshold.
    """

    values: Array
    first: NDArray[np.intp]
    second: NDArray[np.intp]

    def products(self, codes: NDArray[np.uint8]) -> Array:
        """(m, m) sums of products over interviews with answers coded (p, n); parts add up."""
        m, width = len(self.values), self.values.shape[1]
        flat, begin = self.values.ravel(), np.arange(m)[:, None] * width**2
        total = np.zeros((m, m))
        for rows in blocks(codes.shape[1], max(BLOCK // m, 64)):
            part = codes[:, rows].astype(np.intp)
            index = (part * width)[self.first]
            index += part[self.second]
            index += begin
            influences = flat.take(index)
            total += influences @ influences.T
        return total


def influence(pairs: Pairs, rho: Array, margins: Margins) -> Influence:
    """Influences on thresholds and on the correlations ρ (P,).

    At the bound of a correlation there is no influence on it to speak of: NaN.
    """
    first, second = np.triu_indices(len(margins.limits), 1)
    of_thresholds = _threshold_influence(margins)
    of_pairs = _correlation_influence(pairs, rho, of_thresholds[first], of_thresholds[second])
    item, number = np.nonzero(margins.real)
    width = of_pairs.shape[1]
    by_item = np.zeros((len(item), width, width))
    by_item[:, np.arange(width), np.arange(width)] = of_thresholds[item, number]
    return Influence(
        np.concatenate([by_item, of_pairs]),
        np.concatenate([item, first]),
        np.concatenate([item, second]),
    )


def correlation_variances(pairs: Pairs, found: Influence, counts: Array) -> Array:
    """(P,) asymptotic variances of the correlations, which the count tables alone decide.

    `counts` : (p, K) how often each answer was given, whether or not others were.
    """
    first, second = np.triu_indices(len(counts), 1)
    complete = np.pad(pairs.counts, ((0, 0), (0, 1), (0, 1)))
    complete[:, :-1, -1] = counts[first] - pairs.counts.sum(axis=2)
    complete[:, -1, :-1] = counts[second] - pairs.counts.sum(axis=1)
    variances: Array = np.einsum("qab,qab->q", complete, found.values[-len(first) :] ** 2)
    return variances


def _threshold_influence(margins: Margins) -> Array:
    """(p, K − 1, K + 1) by item, threshold and answer; zero for what was not answered."""
    width = margins.limits.shape[1] + 1
    low = np.arange(width) <= np.arange(width - 1)[:, None]
    density = np.exp(-(margins.limits**2) / 2) / np.sqrt(2 * np.pi)
    scale = margins.answered[:, None] * np.where(margins.real, density, np.inf)
    values = (low - margins.below[:, 1:-1, None]) / scale[:, :, None]
    return np.pad(values, ((0, 0), (0, 0), (0, 1)))


def _correlation_influence(pairs: Pairs, rho: Array, by_first: Array, by_second: Array) -> Array:
    """(P, K + 1, K + 1) by the answers to both items."""
    inside = np.clip(rho, -BOUND, BOUND)
    probability = pairs.probabilities(inside)
    counted = probability > LEAST_PROBABILITY
    inverse = counted / np.maximum(probability, LEAST_PROBABILITY)
    score = pairs.slopes(bivariate_density(pairs.first, pairs.second, inside)) * inverse
    weight = pairs.counts * score * inverse
    information = np.einsum("qab,qab->q", pairs.counts, score * score)
    information[np.abs(rho) >= BOUND] = np.nan
    over_first = _crossed(weight, pairs.first, pairs.second, inside)
    over_second = _crossed(weight.transpose(0, 2, 1), pairs.second, pairs.first, inside)
    values = np.pad(score, ((0, 0), (0, 1), (0, 1)))
    values -= np.einsum("qt,qta->qa", over_first, by_first)[:, :, None]
    values -= np.einsum("qt,qtb->qb", over_second, by_second)[:, None, :]
    influences: Array = values / information[:, None, None]
    return influences


def _crossed(weight: Array, own: Array, other: Array, rho: Array) -> Array:
    """(P, K − 1) products of the scores of ρ and of each threshold of one item, summed."""
    r = rho[:, None, None]
    root = np.sqrt((1 - r) * (1 + r))
    conditional = ndtr((other[:, None, :] - r * own[:, :, None]) / root)
    density = np.exp(-own * own / 2) / np.sqrt(2 * np.pi)
    share = np.diff(np.pad(conditional, ((0, 0), (0, 0), (1, 0))), axis=2, append=1.0)
    change = weight[:, :-1] - weight[:, 1:]
    products: Array = np.einsum("qtb,qtb->qt", share, change) * density
    return products
