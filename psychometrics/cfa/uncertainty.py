"""How uncertain the estimates are: their covariances, by the estimator's own rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.discrepancy import (
    ContinuousMoments,
    LeastSquares,
    MaximumLikelihood,
    normal_weight,
)
from psychometrics.cfa.full_information import FullInformation
from psychometrics.cfa.information import (
    covariance_of,
    first_order,
    first_order_incomplete,
)
from psychometrics.cfa.sample import ordinal_gamma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Uncertainty:
    """Covariances of the estimates and what they were made of, all by θ and of one interview.

    `covariance` (q, q) of θ̂, already divided by n. `bread`: the inverse information under the
    constraints. `meat`: mean product of slopes, None for plain errors.
    """

    covariance: Array
    bread: Array
    meat: Array | None


def uncertainty(fit: ModelFit) -> Uncertainty:
    """Standard, Huber–White or sandwich errors, whichever the estimator of a fit takes."""
    information = information_matrix(fit)
    bread = covariance_of(information, fit.minimum.jacobian)
    meat = slope_products(fit) if fit.estimator.errors != "standard" else None
    covariance = bread if meat is None else bread @ meat @ bread
    return Uncertainty(covariance / _size(fit), bread, meat)


def information_matrix(fit: ModelFit) -> Array:
    """(q, q) information about θ of one interview, expected or observed as the estimator asks.

    Groups weigh by their interviews, also where the discrepancy weighs them by n − 1.
    """
    if fit.estimator.information == "observed":
        return fit.parameter_map.gathered_square(fit.discrepancy.observed(fit.x))
    if isinstance(fit.discrepancy, LeastSquares) and len(fit.sample.n) > 1:
        by_size = replace(fit.discrepancy, share=fit.sample.share)
        return fit.parameter_map.gathered_square(by_size.point(fit.x).curvature)
    return fit.minimum.curvature


def slope_products(fit: ModelFit) -> Array:
    """(q, q) mean product of the interviews' (or clusters') slopes: the middle of the sandwich."""
    discrepancy = fit.discrepancy
    if fit.estimator.errors == "huber_white":
        if isinstance(discrepancy, FullInformation):
            by_row = first_order_incomplete(discrepancy, fit.x, fit.sample)
            return fit.parameter_map.gathered_square(by_row)
        assert isinstance(discrepancy, MaximumLikelihood)  # noqa: S101
        by_row = first_order(discrepancy, fit.x, fit.sample.fourth)
        return fit.parameter_map.gathered_square(by_row)
    return _sandwich_meat(fit, gammas(fit))


def gammas(fit: ModelFit) -> Array:
    """(groups, m, m) covariance of √n times the moments that the model was fitted to.

    R: ``lavInspect(fit, "gamma")``.
    """
    if fit.sample.ordinal:
        return ordinal_gamma(fit.sample)
    skip = 0 if fit.table.options.means else fit.structure.p
    gamma = fit.sample.gamma
    if fit.table.given:
        at = np.array([name in fit.table.given for name in fit.structure.observed])
        turn = np.stack([given_predictors(cov, at) for cov in fit.sample.cov])
        gamma = turn @ gamma @ np.swapaxes(turn, 1, 2)
    return gamma[:, skip:, skip:]


def given_predictors(cov: Array, given: NDArray[np.bool_]) -> Array:
    """(p + p*, p + p*) turn of means and covariances to what predictors `given` (p,) leave open.

    From each moment, that of the answers as the predictors foretell them is taken away.
    """
    p = len(given)
    B = np.diag(given.astype(np.float64))
    B[np.ix_(~given, given)] = np.linalg.solve(
        cov[np.ix_(given, given)], cov[np.ix_(given, ~given)]
    ).T
    i, j = np.triu_indices(p)
    straight, crossed = B[i][:, i] * B[j][:, j], B[i][:, j] * B[j][:, i]
    pairs = straight + np.where(i == j, 0.0, crossed)
    found = np.eye(p + len(i))
    found[:p, :p] -= B
    found[p:, p:] -= pairs
    return found


def weights_and_jacobian(fit: ModelFit) -> tuple[Array, Array]:
    """V (groups, m, m) and the Jacobian (groups, m, q) of the moments by θ."""
    discrepancy = fit.discrepancy
    if isinstance(discrepancy, LeastSquares):
        _, by_row = discrepancy.vector.jacobian(fit.x)
        weight = discrepancy.weight
        if weight.ndim == 2:
            weight = weight[:, :, None] * np.eye(weight.shape[1])
    else:
        means = fit.table.options.means
        _, by_row = ContinuousMoments(fit.structure, means).jacobian(fit.x)
        skip = 0 if means else fit.structure.p
        weight = normal_weight(np.linalg.inv(fit.implied.cov))[:, skip:, skip:]
    return weight, by_row @ fit.parameter_map.spread


def _sandwich_meat(fit: ModelFit, gamma: Array) -> Array:
    weight, jacobian = weights_and_jacobian(fit)
    weighted = weight @ jacobian
    by_group = np.swapaxes(weighted, -1, -2) @ gamma @ weighted
    found: Array = np.einsum("g,gij->ij", fit.sample.share, by_group)
    return found


def _size(fit: ModelFit) -> int:
    """Interviews, less one a group where covariances are divided by n − 1."""
    total = fit.sample.total
    unbiased = fit.settings.wishart or not fit.estimator.likelihood
    return total - len(fit.sample.n) if unbiased else total
