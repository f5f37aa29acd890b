"""The result of a fit: everything a researcher may ask, worked out when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from psychometrics._threads import one_thread
from psychometrics.cfa._results import Results

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.corrected import Corrected
    from psychometrics.cfa.discrepancy import Discrepancy
    from psychometrics.cfa.estimators import Estimator
    from psychometrics.cfa.implied import Implied, Structure
    from psychometrics.cfa.likelihood import Likelihood
    from psychometrics.cfa.model import Settings
    from psychometrics.cfa.optimise import Minimum
    from psychometrics.cfa.parameters import Parameters
    from psychometrics.cfa.partable import ParameterTable
    from psychometrics.cfa.residual_size import ResidualSize
    from psychometrics.cfa.rmsea import Rmsea
    from psychometrics.cfa.robust_fit import RobustFit
    from psychometrics.cfa.sample import Sample
    from psychometrics.cfa.syntax import ParsedModel
    from psychometrics.cfa.test_statistic import TestStatistic
    from psychometrics.cfa.uncertainty import Uncertainty

    Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class ModelFit(Results):
    """A fitted model.

    `model` its text; `table` its rows, `structure` their matrix cells, `parameter_map` which rows
    are estimated; `sample` the moments it was fitted to; `minimum` where the search ended.
    """

    model: str
    parsed: ParsedModel
    table: ParameterTable
    structure: Structure
    parameter_map: Parameters
    sample: Sample
    settings: Settings
    estimator: Estimator
    discrepancy: Discrepancy = field(compare=False)
    minimum: Minimum

    @property
    def n_used(self) -> int:
        """Interviews used, over all groups."""
        return self.sample.total

    @property
    def n_dropped(self) -> int:
        """Interviews left out as incomplete or without a group."""
        return self.sample.n_dropped

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups in order of their numbers; one empty name without groups."""
        return self.sample.groups

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the observed variables."""
        return self.structure.observed

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors."""
        return self.structure.latent

    @property
    def converged(self) -> bool:
        """Whether the search ended at a minimum."""
        return self.minimum.converged

    @cached_property
    def x(self) -> Array:
        """(groups, rows) values of all rows of the table."""
        return self.structure.completed(self.parameter_map.rows(self.minimum.theta))

    @cached_property
    def implied(self) -> Implied:
        """Moments that the model implies, (groups, p, p) and (groups, p)."""
        return self.structure.implied(self.x)

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """Covariances of the estimates."""
        from psychometrics.cfa.uncertainty import uncertainty

        with one_thread():
            return uncertainty(self)

    @cached_property
    def unrestricted(self) -> list[tuple[Array, Array, float, bool]]:
        """μ, Σ, value and convergence of each group's unrestricted model, with FIML.

        Raises ModelError where nobody answered some two items both.
        """
        from psychometrics.cfa.errors import ModelError
        from psychometrics.cfa.full_information import FullInformation, saturated
        from psychometrics.cfa.unrestricted import never_together

        if not isinstance(self.discrepancy, FullInformation):
            return []
        lacking = never_together(self)
        if lacking:
            raise ModelError(lacking[0])
        with one_thread():
            return [
                saturated(patterns, mean, cov)
                for patterns, mean, cov in zip(
                    self.discrepancy.patterns, self.sample.mean, self.sample.cov, strict=True
                )
            ]

    @cached_property
    def unrestricted_trace(self) -> float:
        """tr(B A⁻¹) of the unrestricted model; see `psychometrics.cfa.unrestricted.trace_of`."""
        from psychometrics.cfa.unrestricted import trace_of

        with one_thread():
            return trace_of(self)

    @cached_property
    def test(self) -> TestStatistic:
        """chi2, plain and scaled."""
        from psychometrics.cfa.test_statistic import test_statistic

        with one_thread():
            return test_statistic(self)

    @property
    def chi2(self) -> float:
        """The plain chi2 of the model against the unrestricted one."""
        return self.test.chi2

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.test.df

    @property
    def p(self) -> float:
        """Probability of a larger chi2 if the model holds; NaN without degrees of freedom."""
        return self.test.p

    @cached_property
    def baseline(self) -> TestStatistic:
        """chi2 of the model in which nothing is related."""
        from psychometrics.cfa.baseline import baseline

        with one_thread():
            return baseline(self)

    @cached_property
    def corrected(self) -> Corrected | None:
        """chi2 as if answers were complete and numeric; None where they are, or without df."""
        from psychometrics.cfa.corrected import corrected

        with one_thread():
            return corrected(self)

    @cached_property
    def likelihood(self) -> Likelihood | None:
        """Log-likelihood and criteria made of it; None for least squares."""
        from psychometrics.cfa.likelihood import likelihood

        with one_thread():
            return likelihood(self)

    @cached_property
    def residual_size(self) -> ResidualSize:
        """SRMR and its variants."""
        from psychometrics.cfa.residual_size import residual_size

        with one_thread():
            return residual_size(self)

    @cached_property
    def rmsea_result(self) -> Rmsea:
        """RMSEA of the plain chi2 with interval and tests."""
        from psychometrics.cfa.fit_measures import plain_rmsea

        return plain_rmsea(self)

    @property
    def cfi(self) -> float:
        """Comparative fit index of the plain chi2; see `robust` for the corrected one."""
        from psychometrics.cfa.fit_measures import plain_pair
        from psychometrics.cfa.incremental import cfi

        return cfi(plain_pair(self))

    @property
    def tli(self) -> float:
        """Tucker–Lewis index of the plain chi2."""
        from psychometrics.cfa.fit_measures import plain_pair
        from psychometrics.cfa.incremental import tli

        return tli(plain_pair(self))

    @property
    def rmsea(self) -> float:
        """Root mean square error of approximation of the plain chi2."""
        return self.rmsea_result.value

    @property
    def rmsea_interval(self) -> tuple[float, float]:
        """90 % interval of `rmsea`."""
        return self.rmsea_result.lower, self.rmsea_result.upper

    @property
    def rmsea_close_p(self) -> float:
        """Probability of so large a chi2 or a larger one if RMSEA is 0.05."""
        return self.rmsea_result.close_p

    @property
    def srmr(self) -> float:
        """Standardised root mean square residual, means included where the model has them.

        With ordered items of correlations alone. R: ``fitMeasures(fit, "srmr")``.
        """
        size = self.residual_size
        return size.srmr_nomean if self.sample.ordinal else size.srmr

    @property
    def loglik(self) -> float:
        """Log-likelihood, given observed predictors; NaN for least squares."""
        return self.likelihood.model if self.likelihood else float("nan")

    @property
    def aic(self) -> float:
        """Akaike's criterion; NaN for least squares."""
        return self.likelihood.aic if self.likelihood else float("nan")

    @property
    def bic(self) -> float:
        """Bayesian criterion with the number of interviews; NaN for least squares."""
        return self.likelihood.bic if self.likelihood else float("nan")

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know before trusting the figures; see `psychometrics.cfa.warnings`."""
        from psychometrics.cfa.warnings import fit_warnings

        with one_thread():
            return fit_warnings(self)

    @cached_property
    def robust(self) -> RobustFit:
        """chi2, CFI, TLI and RMSEA as the estimator corrects them; plain ones for plain ones."""
        from psychometrics.cfa.robust_fit import robust_fit

        with one_thread():
            return robust_fit(self)

    def fit_measures(self) -> dict[str, float]:
        """All fit measures; see `psychometrics.cfa.fit_measures.fit_measures`."""
        from psychometrics.cfa.fit_measures import fit_measures

        with one_thread():
            return fit_measures(self)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row for each parameter; see `psychometrics.cfa.estimates.parameter_frame`."""
        from psychometrics.cfa.estimates import parameter_frame

        with one_thread():
            return parameter_frame(self)
