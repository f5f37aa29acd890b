"""Do items share more than the trait? Correlations of what the model leaves over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics.irt._expect import OneHot, posterior_moments
from psychometrics.irt._probabilities import boundaries, log_probabilities

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers
    from psychometrics.irt._estimate import Estimate

    Array = NDArray[np.float64]

STRIKING = 0.2
"""Above the average correlation by this much: Christensen, Makransky & Horton 2017."""


@dataclass(frozen=True, repr=False)
class LocalDependence:
    """Yen's Q3: correlations of answers minus their expectation at the EAP score.

    Parameters
    ----------
    items : the p item names. q3 : (p, p) correlations, ones on the diagonal.
    mean : average over pairs; about −1 / (p − 1) when items share nothing but the trait.
    largest : Q3*, the largest minus the mean. n_used : interviews.
    """

    items: tuple[str, ...]
    q3: Array
    mean: float
    largest: float
    n_used: int
    warnings: tuple[str, ...]

    @property
    def correlations(self) -> pd.DataFrame:
        """Q3, items × items."""
        import pandas as pd

        return pd.DataFrame(self.q3, index=list(self.items), columns=list(self.items))

    @property
    def pairs(self) -> pd.DataFrame:
        """Pairs by how far their Q3 exceeds the mean: item1, item2, q3, above_mean, striking."""
        import pandas as pd

        one, other = np.triu_indices(len(self.items), 1)
        names = np.array(self.items, object)
        q3 = self.q3[one, other]
        columns = {"item1": names[one], "item2": names[other], "q3": q3}
        table = pd.DataFrame({**columns, "above_mean": q3 - self.mean})
        table["striking"] = table["above_mean"] > STRIKING
        return table.sort_values("q3", ascending=False, ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        head = (
            f"LocalDependence: Q3 of {len(self.items)} items, mean {self.mean:.3f}, "
            f"Q3* {self.largest:.3f}"
        )
        return "\n".join([head, self.pairs.head(5).round(3).to_string(index=False)])


def local_dependence_of(answers: GradedAnswers, found: Estimate) -> LocalDependence:
    """Q3 of a fitted model; see `GradedModel.local_dependence`."""
    residuals, told = _residuals(answers, found)
    q3 = _pairwise(residuals, told, answers.counts)
    one, other = np.triu_indices(answers.p, 1)
    pairs = q3[one, other]
    mean = float(pairs.mean())
    warnings = tuple(
        f"Items {answers.items[j]} and {answers.items[k]} share more than the trait "
        f"(Q3 = {value:.2f}, {value - mean:.2f} above the mean)."
        for j, k, value in zip(one, other, pairs, strict=True)
        if value - mean > STRIKING
    )
    return LocalDependence(
        answers.items, q3, mean, float(pairs.max()) - mean, answers.n_used, warnings
    )


def _residuals(answers: GradedAnswers, found: Estimate) -> tuple[Array, Array]:
    """Answers minus expectations (m, p), 0 where missing, and 1.0 where answered."""
    nodes, prior = found.grid.nodes, found.grid.prior
    log_p = log_probabilities(found.parameters, boundaries(found.parameters, nodes))
    means, _ = posterior_moments(OneHot(answers), log_p, prior, nodes)
    told = (answers.codes >= 0).astype(np.float64)
    expected = np.empty(told.shape)
    for begin in range(0, len(means), 4096):
        rows = slice(begin, begin + 4096)
        curves = np.exp(
            log_probabilities(found.parameters, boundaries(found.parameters, means[rows]))
        )
        for j, values in enumerate(answers.values):
            expected[rows, j] = np.array(values, np.float64) @ curves[j, : len(values)]
    given = np.zeros(told.shape)
    for j, values in enumerate(answers.values):
        given[:, j] = np.array(values, np.float64)[answers.codes[:, j]]
    return (given - expected) * told, told


def _pairwise(residuals: Array, told: Array, counts: Array) -> Array:
    """Correlations (p, p) over the interviews that answered both items."""
    weight = counts[:, None]
    n = told.T @ (told * weight)
    sums = (residuals * weight).T @ told
    squares = (residuals**2 * weight).T @ told
    products = (residuals * weight).T @ residuals
    covariance = products - sums * sums.T / n
    variance = squares - sums**2 / n
    correlations: Array = covariance / np.sqrt(variance * variance.T)
    return correlations
