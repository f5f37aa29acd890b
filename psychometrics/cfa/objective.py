"""What is minimised: an estimator, the structure of a model and a sample put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.discrepancy import (
    ContinuousMoments,
    LeastSquares,
    MaximumLikelihood,
    OrdinalMomentVector,
    normal_weight,
)
from psychometrics.cfa.full_information import FullInformation, group_patterns
from psychometrics.cfa.sample import ordinal_gamma

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from psychometrics.cfa.discrepancy import Discrepancy
    from psychometrics.cfa.estimators import Estimator
    from psychometrics.cfa.implied import Structure
    from psychometrics.cfa.partable import ParameterTable
    from psychometrics.cfa.sample import Sample

    Array = NDArray[np.float64]


def discrepancy_of(
    chosen: Estimator, structure: Structure, sample: Sample, *, means: bool
) -> Discrepancy:
    """The discrepancy of an estimator from a sample."""
    share = sample.share if chosen.likelihood else sample.free_share
    if chosen.discrepancy == "fiml":
        return FullInformation(structure, group_patterns(sample.answers), share)
    if chosen.discrepancy == "ml":
        return MaximumLikelihood(structure, sample.cov, sample.mean if means else None, share)
    if sample.ordinal:
        target = np.stack([part.thresholds_and_correlations for part in sample.ordinal])
        weight = np.ones(target.shape)
        if chosen.discrepancy == "dwls":
            weight = 1 / np.diagonal(ordinal_gamma(sample), axis1=1, axis2=2)
        return LeastSquares(OrdinalMomentVector(structure), target, weight, share)
    vector = ContinuousMoments(structure, means)
    target = vector.stacked(sample.cov, sample.mean)
    return LeastSquares(vector, target, _continuous_weight(chosen, sample, means), share)


def _continuous_weight(chosen: Estimator, sample: Sample, means: bool) -> Array:
    """V of the least squares discrepancies: (groups, m) where diagonal, else (groups, m, m)."""
    p = len(sample.items)
    skip = 0 if means else p
    if chosen.discrepancy == "gls":
        found: Array = normal_weight(np.linalg.inv(sample.cov))[:, skip:, skip:]
        return found
    if chosen.discrepancy == "dwls":
        diagonal: Array = 1 / np.diagonal(sample.gamma, axis1=1, axis2=2)[:, skip:]
        return diagonal
    return np.ones((len(sample.n), p + p * (p + 1) // 2 - skip))


def predictor_moments(table: ParameterTable, structure: Structure, sample: Sample) -> Array | None:
    """(groups, rows) sample values of the rows that stand for observed predictors, else 0."""
    if not table.given:
        return None
    found = np.zeros((table.options.groups, table.per_group))
    cells, p = structure.covariances, structure.p
    both = (cells.i < p) & (cells.j < p)
    seen = structure.means.i < p
    for g, (mean, cov) in enumerate(_complete_moments(sample, table.given)):
        found[g, cells.row[both]] = cov[cells.i[both], cells.j[both]]
        found[g, structure.means.row[seen]] = mean[structure.means.i[seen]]
    return found


def _complete_moments(sample: Sample, given: tuple[str, ...]) -> Iterator[tuple[Array, Array]]:
    """Mean and covariance of each group, exact at the predictors where others have gaps."""
    at = [sample.items.index(name) for name in given]
    for g, (mean, cov) in enumerate(zip(sample.mean, sample.cov, strict=True)):
        if sample.moments or not sample.answers:
            yield mean, cov
            continue
        part = sample.answers[g]
        mean, cov = mean.copy(), cov.copy()
        values = part.matrix[:, at]
        mean[at] = np.average(values, axis=0, weights=part.weights)
        cov[np.ix_(at, at)] = np.cov(values.T, ddof=0, aweights=part.weights)
        yield mean, cov
