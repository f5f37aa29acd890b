"""How uncertain residual moments are: the sample's own error less what the model has taken up.

With s the sample moments of all groups, acov their covariance, Δ the derivatives of the implied
moments and V the weight of the discrepancy, the estimates follow the sample as
dθ = (ΔᵀVΔ)⁻¹ΔᵀV ds, so that the residuals have the covariance (I − P) acov (I − P)ᵀ with
P = Δ(ΔᵀVΔ)⁻¹ΔᵀV.

Source: Ogasawara 2001, 10.1007/BF02296195; Maydeu-Olivares 2017, 10.1007/s11336-016-9552-7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics._threads import one_thread
from psychometrics.cfa.discrepancy import LeastSquares, MaximumLikelihood, normal_weight
from psychometrics.cfa.full_information import (
    FullInformation,
    duplication_matrix,
    moment_derivatives,
)
from psychometrics.cfa.information import covariance_of
from psychometrics.cfa.patterns import Patterns, pattern_terms
from psychometrics.cfa.uncertainty import gammas, weights_and_jacobian
from psychometrics.cfa.unrestricted import information_of, slope_products_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


def sample_covariance(fit: ModelFit) -> Array:
    """(groups, m, m) covariance of the sample moments, by the estimator's idea of the answers.

    Normal theory for plain maximum likelihood, GLS and ULS, else from the answers themselves.
    """
    n = fit.sample.n[:, None, None]
    with one_thread():
        if isinstance(fit.discrepancy, FullInformation):
            return _incomplete(fit) / n
        if fit.sample.ordinal or fit.estimator.needs_fourth:
            return gammas(fit) / n
        return np.stack([_inverse(V) for V in _own(fit, _normal(fit.sample.cov, fit))]) / n


def residual_covariance(fit: ModelFit) -> Array:
    """(groups, m, m) covariance of the residual moments.

    Where parameters are shared, a group's residuals also carry the errors of the other groups.
    """
    with one_thread():
        weight, jacobian = _weights(fit)
        share = fit.sample.share
        weighted = share[:, None, None] * weight @ jacobian
        information = (np.swapaxes(jacobian, -1, -2) @ weighted).sum(axis=0)
        bread = covariance_of(information, fit.minimum.jacobian)
        acov = sample_covariance(fit)
        found = np.zeros_like(acov)
        groups, m = weight.shape[:2]
        for g in range(groups):
            for h in range(groups):
                left = -jacobian[g] @ bread @ weighted[h].T
                if g == h:
                    left += np.eye(m)
                if left.any():
                    found[g] += left @ acov[h] @ left.T
        return found


def _weights(fit: ModelFit) -> tuple[Array, Array]:
    """V (groups, m, m), where the estimator asks for it with observed information, and Δ."""
    weight, jacobian = weights_and_jacobian(fit)
    if fit.estimator.information == "observed":
        skip = 0 if fit.table.options.means else fit.structure.p
        weight = _observed(fit)[:, skip:, skip:]
    if isinstance(fit.discrepancy, LeastSquares):
        return weight, jacobian
    return _own(fit, weight), jacobian


def _observed(fit: ModelFit) -> Array:
    """(groups, p + p*, p + p*) observed information about the moments where the model has them."""
    D = duplication_matrix(fit.structure.p)
    found = []
    for patterns, mean, cov in zip(_patterns(fit), fit.implied.mu, fit.implied.cov, strict=True):
        terms = pattern_terms(patterns, mean, cov)
        assert terms is not None  # noqa: S101
        part = moment_derivatives(patterns, terms, observed=True)
        cross = part.mean_cov @ D
        found.append(np.block([[part.mean_mean, cross], [cross.T, D.T @ part.cov_cov @ D]]))
    return np.stack(found)


def _patterns(fit: ModelFit) -> list[Patterns]:
    """Of complete answers a single one in each group."""
    if isinstance(fit.discrepancy, FullInformation):
        return list(fit.discrepancy.patterns)
    assert isinstance(fit.discrepancy, MaximumLikelihood)  # noqa: S101
    p, nobody = fit.structure.p, np.zeros(0, np.intp)
    seen, whole = np.ones((1, p), bool), np.ones(1)
    mean = fit.implied.mu if fit.discrepancy.mean is None else fit.discrepancy.mean
    return [
        Patterns(seen, np.ones(1, np.intp), whole, mean[g][None], cov[None], nobody, nobody)
        for g, cov in enumerate(fit.discrepancy.cov)
    ]


def _incomplete(fit: ModelFit) -> Array:
    """(groups, m, m) covariance of √n times the moments of the unrestricted model."""
    bread = np.stack([_inverse(part) for part in _own(fit, information_of(fit))])
    if fit.estimator.errors == "standard":
        return bread
    found: Array = bread @ slope_products_of(fit) @ bread
    return found


def _normal(cov: Array, fit: ModelFit) -> Array:
    skip = 0 if fit.table.options.means else fit.structure.p
    return normal_weight(np.linalg.inv(cov))[:, skip:, skip:]


def _own(fit: ModelFit, weight: Array) -> Array:
    """Information (groups, m, m) with 0 for the moments of observed predictors, which are given."""
    if not fit.table.given:
        return weight
    given = np.array([name in fit.table.given for name in fit.items])
    i, j = np.triu_indices(len(given))
    alone = given[i] & given[j]
    alone = np.concatenate([given, alone]) if fit.table.options.means else alone
    found = weight.copy()
    found[:, alone, :] = 0.0
    found[:, :, alone] = 0.0
    return found


def _inverse(matrix: Array) -> Array:
    """The inverse over the rows that are not empty."""
    at = np.flatnonzero(np.diag(matrix))
    found = np.zeros_like(matrix)
    found[np.ix_(at, at)] = np.linalg.inv(matrix[np.ix_(at, at)])
    return found
