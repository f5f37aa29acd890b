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

    from psychometrics.cfa.discrepancy import Discrepancy
    from psychometrics.cfa.estimators import Estimator
    from psychometrics.cfa.implied import Implied, Structure
    from psychometrics.cfa.model import Settings
    from psychometrics.cfa.optimise import Minimum
    from psychometrics.cfa.parameters import Parameters
    from psychometrics.cfa.partable import ParameterTable
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
        """μ, Σ, value and convergence of each group's unrestricted model, with FIML."""
        from psychometrics.cfa.full_information import FullInformation, saturated

        if not isinstance(self.discrepancy, FullInformation):
            return []
        with one_thread():
            return [
                saturated(patterns, mean, cov)
                for patterns, mean, cov in zip(
                    self.discrepancy.patterns, self.sample.mean, self.sample.cov, strict=True
                )
            ]

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
    def parameters(self) -> pd.DataFrame:
        """One row for each parameter; see `psychometrics.cfa.estimates.parameter_frame`."""
        from psychometrics.cfa.estimates import parameter_frame

        with one_thread():
            return parameter_frame(self)
