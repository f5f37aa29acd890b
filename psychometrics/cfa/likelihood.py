"""The likelihood of the answers, and criteria made of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Log-likelihoods of the model and of the unrestricted model, given observed predictors.

    `parameters`: free ones, each equality constraint taking one away; `n`: interviews.
    """

    model: float
    unrestricted: float
    parameters: int
    n: int

    @property
    def aic(self) -> float:
        """−2 ln L + 2 q (Akaike 1974, 10.1109/TAC.1974.1100705)."""
        return -2 * self.model + 2 * self.parameters

    @property
    def bic(self) -> float:
        """−2 ln L + q ln n (Schwarz 1978, 10.1214/aos/1176344136)."""
        return -2 * self.model + log(self.n) * self.parameters

    @property
    def adjusted_bic(self) -> float:
        """BIC with (n + 2) / 24 for n (Sclove 1987, 10.1007/BF02294360)."""
        return -2 * self.model + log((self.n + 2) / 24) * self.parameters


def likelihood(fit: ModelFit) -> Likelihood | None:
    """The likelihood of a fit; None where the estimator is not maximum likelihood.

    R: ``fitMeasures(fit, c("logl", "unrestricted.logl", "aic", "bic", "bic2"))``.
    """
    if not fit.estimator.likelihood:
        return None
    n = fit.sample.total
    if fit.unrestricted:
        free = float(fit.sample.share @ [value for _, _, value, _ in fit.unrestricted])
        best = -n * (free + 0.5 * log(2 * pi) * _answered(fit))
        model = best - n * (fit.minimum.value - free)
    else:
        best = -0.5 * n * float(fit.sample.share @ _unrestricted(fit.sample.cov))
        model = best - n * fit.minimum.value
    given = _of_predictors(fit)
    return Likelihood(model - given, best - given, free_parameters(fit), n)


def free_parameters(fit: ModelFit) -> int:
    """Number of free parameters, less one for each equality that holds between them."""
    held = fit.minimum.jacobian[: len(fit.parameter_map.equalities)]
    return fit.parameter_map.q - (int(np.linalg.matrix_rank(held)) if held.size else 0)


def _unrestricted(cov: Array) -> Array:
    """(groups,) −2 / n times the log-likelihood where the model equals the sample."""
    p = cov.shape[-1]
    found: Array = np.linalg.slogdet(cov)[1] + p * (1 + log(2 * pi))
    return found


def _answered(fit: ModelFit) -> float:
    """Answers given by an interview on average."""
    from psychometrics.cfa.full_information import FullInformation

    assert isinstance(fit.discrepancy, FullInformation)  # noqa: S101
    seen = [patterns.weight @ patterns.seen.sum(axis=1) for patterns in fit.discrepancy.patterns]
    return float(fit.sample.share @ seen)


def _of_predictors(fit: ModelFit) -> float:
    """The part of both log-likelihoods that is of the observed predictors alone."""
    if not fit.table.given:
        return 0.0
    at = [fit.structure.observed.index(name) for name in fit.table.given]
    cov = fit.implied.cov[:, at][:, :, at]
    return -0.5 * fit.sample.total * float(fit.sample.share @ _unrestricted(cov))
