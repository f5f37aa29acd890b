"""The fit measures to report: corrected where the estimator corrects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psychometrics.cfa.fit import ModelFit


@dataclass(frozen=True, slots=True)
class RobustFit:
    """The measures to report: corrected where the estimator corrects.

    `chi2`, `p`: scaled. `cfi`, `tli`, `rmsea` and its 90 % interval: the robust ones; with ordered
    items whose polychoric correlations allow none, the scaled ones. `variant` says which.
    """

    chi2: float
    df: int
    p: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_interval: tuple[float, float]
    rmsea_close_p: float
    variant: str


def robust_fit(fit: ModelFit) -> RobustFit:
    """The corrected measures of a fit, the plain ones where its estimator has no others."""
    measures, test = fit.fit_measures(), fit.test
    variant = next((s for s in (".robust", ".scaled") if f"cfi{s}" in measures), "")
    p = test.p if test.scaled_p is None else test.scaled_p
    return RobustFit(
        test.chi2 if test.scaled is None else test.scaled,
        test.df,
        p,
        measures[f"cfi{variant}"],
        measures[f"tli{variant}"],
        measures[f"rmsea{variant}"],
        (measures[f"rmsea.ci.lower{variant}"], measures[f"rmsea.ci.upper{variant}"]),
        measures[f"rmsea.pvalue{variant}"],
        variant.removeprefix(".") or "plain",
    )
