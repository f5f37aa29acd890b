"""The test of a model's fit: chi2, plain and corrected for answers that are not normal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.discrepancy import LeastSquares, MaximumLikelihood
from psychometrics.cfa.full_information import FullInformation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.estimators import Estimator
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

    @property
    def expected(self) -> float:
        """What plain chi2 is expected to be for each degree of freedom where the model holds."""
        if self.scaling is None or self.df == 0:
            return 1.0
        return self.scaling * (self.df - self.shift) / self.df


def test_statistic(fit: ModelFit) -> TestStatistic:
    """The statistic of a fit by the rule of its estimator."""
    chi2, df = plain_chi2(fit), degrees_of_freedom(fit)
    if not fit.estimator.robust:
        p = float("nan") if fit.estimator.discrepancy == "uls" else upper_tail(chi2, df)
        return TestStatistic(chi2, df, p)
    trace, square = (0.0, 0.0) if df == 0 else _traces(fit)
    return scaled_by_traces(fit.estimator, chi2, df, trace, square)


def scaled_by_traces(
    estimator: Estimator, chi2: float, df: int, trace: float, square: float
) -> TestStatistic:
    """The plain and the corrected statistic, from tr(UΓ) and tr(UΓUΓ).

    Divided by tr(UΓ) / df (Satorra & Bentler 1994; Yuan & Bentler 2000), or so scaled and shifted
    that mean and variance are right (Asparouhov & Muthén 2010).
    """
    p = float("nan") if estimator.discrepancy == "uls" else upper_tail(chi2, df)
    if df == 0:
        return TestStatistic(chi2, df, p, chi2, p, 1.0, 0.0)
    scaling, shift = trace / df, 0.0
    if estimator.test == "scaled_shifted":
        scaling = float(np.sqrt(square / df))
        shift = df - trace / scaling
    scaled = chi2 / scaling + shift
    return TestStatistic(chi2, df, p, scaled, upper_tail(scaled, df), scaling, shift)


test_statistic.__test__ = False  # type: ignore[attr-defined]


def plain_chi2(fit: ModelFit) -> float:
    """2 n times the discrepancy above that of the unrestricted model."""
    if isinstance(fit.discrepancy, FullInformation):
        free = fit.sample.share @ [value for _, _, value, _ in fit.unrestricted]
        return max(2 * fit.sample.total * (fit.minimum.value - float(free)), 0.0)
    n = fit.sample.total - len(fit.sample.n)
    if isinstance(fit.discrepancy, LeastSquares):
        return 2 * n * fit.minimum.value
    if fit.settings.wishart:
        assert isinstance(fit.discrepancy, MaximumLikelihood)  # noqa: S101
        apart = replace(fit.discrepancy, share=fit.sample.free_share).point(fit.x)
        return max(2 * n * apart.value, 0.0)
    return max(2 * fit.sample.total * fit.minimum.value, 0.0)


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


def _traces(fit: ModelFit) -> tuple[float, float]:
    """tr(UΓ) and tr(UΓUΓ), the latter 0 where it is not needed."""
    if fit.estimator.test == "yuan_bentler":
        return _yuan_bentler(fit), 0.0
    UG = scaling_matrix(fit)
    return float(np.trace(UG)), float((UG * UG.T).sum())


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
    return float(fit.unrestricted_trace - np.trace(bread @ meat))
