"""The unrestricted model: means and covariances of each group, related in any way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.discrepancy import MaximumLikelihood, normal_weight
from psychometrics.cfa.full_information import (
    FullInformation,
    duplication_matrix,
    moment_derivatives,
)
from psychometrics.cfa.information import score_products
from psychometrics.cfa.patterns import pattern_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.patterns import Patterns, PatternTerms

    Array = NDArray[np.float64]


def own_moments(fit: ModelFit) -> NDArray[np.intp]:
    """Positions among means and covariances of what the model is about."""
    names, fixed = fit.structure.observed, fit.table.given
    given = np.array([name in fixed for name in names])
    i, j = np.triu_indices(len(names))
    of_means = ~given if fit.table.options.means else np.zeros(len(names), bool)
    return np.flatnonzero(np.concatenate([of_means, ~(given[i] & given[j])]))


def never_together(fit: ModelFit) -> tuple[str, ...]:
    """Of models with gaps, sentences naming items that nobody answered both of."""
    if not isinstance(fit.discrepancy, FullInformation):
        return ()
    said = []
    for patterns, group in zip(fit.discrepancy.patterns, fit.groups, strict=True):
        both = patterns.seen.T.astype(np.int64) @ patterns.seen
        pairs = [
            f"{fit.items[a]} and {fit.items[b]}" for a, b in np.argwhere(np.triu(both == 0, 1))
        ]
        if pairs:
            where = f" in group {group}" if group else ""
            said.append(
                f"Nobody answered both {', '.join(pairs[:5])}{where}, so there is no unrestricted "
                f"model to test against: no chi2 and no fit measures, while estimates and their "
                f"errors hold. Leave one of two such items out to test the model."
            )
    return tuple(said)


def moments_of(fit: ModelFit) -> tuple[Array, Array]:
    """(groups, p) means and (groups, p, p) covariances."""
    if fit.unrestricted:
        return (
            np.stack([mean for mean, _, _, _ in fit.unrestricted]),
            np.stack([cov for _, cov, _, _ in fit.unrestricted]),
        )
    return fit.sample.mean, fit.sample.cov


def information_of(fit: ModelFit) -> Array:
    """(groups, p + p*, p + p*) observed information of one interview about means and vech Σ."""
    if isinstance(fit.discrepancy, MaximumLikelihood):
        return normal_weight(np.linalg.inv(fit.sample.cov))
    assert isinstance(fit.discrepancy, FullInformation)  # noqa: S101
    D = duplication_matrix(fit.structure.p)
    found = []
    for patterns, (mean, cov, _, _) in zip(fit.discrepancy.patterns, fit.unrestricted, strict=True):
        part = moment_derivatives(patterns, _terms(patterns, mean, cov), observed=True)
        cross = part.mean_cov @ D
        found.append(np.block([[part.mean_mean, cross], [cross.T, D.T @ part.cov_cov @ D]]))
    return np.stack(found)


def slope_products_of(fit: ModelFit) -> Array:
    """(groups, p + p*, p + p*) mean product of the interviews' slopes."""
    if isinstance(fit.discrepancy, MaximumLikelihood):
        V = information_of(fit)
        found: Array = V @ fit.sample.gamma @ V
        return found
    assert isinstance(fit.discrepancy, FullInformation)  # noqa: S101
    parts = zip(fit.discrepancy.patterns, fit.sample.answers, fit.unrestricted, strict=True)
    products = []
    for patterns, answers, (mean, cov, _, _) in parts:
        slopes = _slopes(answers.matrix, patterns, _terms(patterns, mean, cov), mean)
        products.append(score_products(slopes, answers, patterns.order))
    return np.stack(products)


def trace_of(fit: ModelFit) -> float:
    """tr(B A⁻¹), A the information and B the mean product of slopes.

    Moments of observed predictors are not parameters of the unrestricted model.
    """
    keep = own_moments(fit)
    A = information_of(fit)[:, keep][:, :, keep]
    B = slope_products_of(fit)[:, keep][:, :, keep]
    return float(np.trace(np.linalg.solve(A, B), axis1=1, axis2=2).sum())


def _terms(patterns: Patterns, mean: Array, cov: Array) -> PatternTerms:
    terms = pattern_terms(patterns, mean, cov)
    assert terms is not None  # noqa: S101
    return terms


def _slopes(matrix: Array, patterns: Patterns, terms: PatternTerms, mean: Array) -> Array:
    """(n, p + p*) slopes of each interview's log-likelihood, in the order of `patterns.order`."""
    n, p = matrix.shape
    i, j = np.triu_indices(p)
    distance = np.where(np.isnan(matrix), 0.0, matrix - mean)[patterns.order]
    found = np.empty((n, p + len(i)))
    half = np.where(i == j, 0.5, 1.0)
    for r, (a, b) in enumerate(zip(patterns.starts[:-1], patterns.starts[1:], strict=True)):
        pull = distance[a:b] @ terms.inverse[r]
        found[a:b, :p] = pull
        found[a:b, p:] = (pull[:, i] * pull[:, j] - terms.inverse[r][i, j]) * half
    return found
