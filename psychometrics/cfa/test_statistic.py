"""The test of a model's fit: chi2, plain and corrected for answers that are not normal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.discrepancy import LeastSquares, MaximumLikelihood, normal_weight
from psychometrics.cfa.full_information import (
    FullInformation,
    case_scores,
    duplication_matrix,
    moment_derivatives,
)
from psychometrics.cfa.information import score_products
from psychometrics.cfa.patterns import pattern_terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class TestStatistic:
    """chi2 with its degrees of freedom.

    `chi2`, `df`, `p`: plain; p is NaN for ULS, whose chi2 has no known distribution. `scaled`,
    `scaled_p`: corrected, None for plain estimators; scaled = chi2 / `scaling` + `shift`.
    """

    __test__ = False

    chi2: float
    df: int
    p: float
    scaled: float | None = None
    scaled_p: float | None = None
    scaling: float | None = None
    shift: float = 0.0


def test_statistic(fit: ModelFit) -> TestStatistic:
    """The statistic of a fit by the rule of its estimator."""
    chi2, df = plain_chi2(fit), degrees_of_freedom(fit)
    p = float("nan") if fit.estimator.discrepancy == "uls" else upper_tail(chi2, df)
    if not fit.estimator.robust:
        return TestStatistic(chi2, df, p)
    scaling, shift = (1.0, 0.0) if df == 0 else _correction(fit, df)
    scaled = chi2 / scaling + shift
    if fit.sample.ordinal and df == 0:
        scaled = chi2
    return TestStatistic(chi2, df, p, scaled, upper_tail(scaled, df), scaling, shift)


test_statistic.__test__ = False  # type: ignore[attr-defined]


def plain_chi2(fit: ModelFit) -> float:
    """2 n times the discrepancy above that of the unrestricted model."""
    if isinstance(fit.discrepancy, FullInformation):
        free = fit.sample.share @ [value for _, _, value, _ in fit.unrestricted]
        return max(2 * fit.sample.total * (fit.minimum.value - float(free)), 0.0)
    if isinstance(fit.discrepancy, LeastSquares):
        return 2 * (fit.sample.total - len(fit.sample.n)) * fit.minimum.value
    if fit.settings.wishart:
        assert isinstance(fit.discrepancy, MaximumLikelihood)  # noqa: S101
        apart = replace(fit.discrepancy, share=fit.sample.free_share).point(fit.x)
        return 2 * (fit.sample.total - len(fit.sample.n)) * apart.value
    return 2 * fit.sample.total * fit.minimum.value


def degrees_of_freedom(fit: ModelFit) -> int:
    """Sample moments less free parameters, each equality adding one; inequalities do not count."""
    held = fit.minimum.jacobian[: len(fit.parameter_map.equalities)]
    constraints = int(np.linalg.matrix_rank(held)) if held.size else 0
    return moment_count(fit) - fit.parameter_map.q + constraints


def moment_count(fit: ModelFit) -> int:
    """Sample moments that the model is about, those of observed predictors left out."""
    p, means = fit.structure.p, fit.table.options.means
    groups = len(fit.sample.n)
    if fit.sample.ordinal:
        return groups * (len(fit.structure.thresholds.row) + p * (p - 1) // 2)
    fixed = len(fit.table.given)
    count = p * (p + 1) // 2 - fixed * (fixed + 1) // 2
    return groups * (count + (p - fixed if means else 0))


def upper_tail(chi2: float, df: int) -> float:
    """Probability of a larger chi2; NaN without degrees of freedom."""
    from scipy.special import chdtrc

    return float(chdtrc(df, chi2)) if df > 0 else float("nan")


def _correction(fit: ModelFit, df: int) -> tuple[float, float]:
    if fit.estimator.test == "yuan_bentler":
        return _yuan_bentler(fit) / df, 0.0
    UG = scaling_matrix(fit)
    trace = float(np.trace(UG))
    if fit.estimator.test == "satorra_bentler":
        return trace / df, 0.0
    square = float((UG * UG.T).sum())
    stretch = float(np.sqrt(df / square))
    return 1 / stretch, df - stretch * trace


def scaling_matrix(fit: ModelFit) -> Array:
    """UΓ over the moments of all groups, (groups m, groups m).

    U = V − VΔ(ΔᵀVΔ)⁻¹ΔᵀV with V and Δ weighted by the shares of the groups, Γ divided by them.
    R: ``lavInspect(fit, "UGamma")``.
    """
    from psychometrics.cfa.uncertainty import gammas, weights_and_jacobian

    weight, jacobian = weights_and_jacobian(fit)
    share, gamma = fit.sample.share, gammas(fit)
    weighted = weight @ jacobian
    bread = fit.uncertainty.bread if fit.estimator.information == "expected" else None
    groups, m = weight.shape[:2]
    found = np.zeros((groups, m, groups, m))
    for a in range(groups):
        found[a, :, a, :] = weight[a] @ gamma[a]
        for b in range(groups):
            assert bread is not None  # noqa: S101
            found[a, :, b, :] -= share[a] * weighted[a] @ bread @ weighted[b].T @ gamma[b]
    return found.reshape(groups * m, groups * m)


def _yuan_bentler(fit: ModelFit) -> float:
    """Trace of the unrestricted model less that of the model, times one interview."""
    bread, meat = fit.uncertainty.bread, fit.uncertainty.meat
    assert meat is not None  # noqa: S101
    return float(_unrestricted_trace(fit) - np.trace(bread @ meat))


def _unrestricted_trace(fit: ModelFit) -> float:
    """tr(B A⁻¹) of the unrestricted model: A observed information, B mean product of slopes.

    Moments of observed predictors are not parameters of it.
    """
    keep = _own_moments(fit)
    total = 0.0
    for A, B in unrestricted_information(fit):
        at = np.ix_(keep, keep)
        total += float(np.trace(np.linalg.solve(A[at], B[at])))
    return total


def _own_moments(fit: ModelFit) -> NDArray[np.intp]:
    """Positions among means and covariances of what the model is about."""
    names, fixed = fit.structure.observed, fit.table.given
    given = np.array([name in fixed for name in names])
    i, j = np.triu_indices(len(names))
    of_means = ~given if fit.table.options.means else np.zeros(len(names), bool)
    return np.flatnonzero(np.concatenate([of_means, ~(given[i] & given[j])]))


def unrestricted_information(fit: ModelFit) -> Iterator[tuple[Array, Array]]:
    """A and B (p + p*, p + p*) of each group."""
    if isinstance(fit.discrepancy, MaximumLikelihood):
        weights = normal_weight(np.linalg.inv(fit.sample.cov))
        for V, gamma in zip(weights, fit.sample.gamma, strict=True):
            yield V, V @ gamma @ V
        return
    assert isinstance(fit.discrepancy, FullInformation)  # noqa: S101
    p = fit.structure.p
    D = duplication_matrix(p)
    triples = zip(fit.discrepancy.patterns, fit.sample.answers, fit.unrestricted, strict=True)
    for patterns, answers, (mean, cov, _, _) in triples:
        terms = pattern_terms(patterns, mean, cov)
        assert terms is not None  # noqa: S101
        part = moment_derivatives(patterns, terms, observed=True)
        cross = part.mean_cov @ D
        A = np.block([[part.mean_mean, cross], [cross.T, D.T @ part.cov_cov @ D]])
        scores = case_scores(answers.matrix, patterns, terms, mean)
        slopes = np.hstack([scores[:, :p], scores[:, p:] @ D])
        yield A, score_products(slopes, answers, patterns.order)
