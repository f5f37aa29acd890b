"""How well a factor model reproduces the correlations: the figures of ``psych::fa``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_CONFIDENCE = 0.90


@dataclass(frozen=True)
class FactorFit:
    """Fit of an exploratory factor model; NaN where a figure does not exist.

    With M = ΛΦΛ' and ones on its diagonal, p items, m factors and n interviews, as
    ``psych::fa`` (2.2.9) computes them:

    - `objective` = tr(M⁻¹R) − log|M⁻¹R| − p, for minres as for ml
    - `chi2` = objective · (n − 1 − (2p + 5)/6 − 2m/3) (Bartlett 1951), not below 0;
      `df` = ((p − m)² − p − m)/2; `p` upper tail
    - `null_chi2`, `null_df`: the same without factors
    - `rmsea` = sqrt(max(chi2/(df n) − 1/(n − 1), 0)); `rmsea_interval` 90 % by noncentral chi2
    - `tli` = (F0/df0 − F/df) / (F0/df0 − 1/(n − 1 − (2p + 5)/6 − 2m/3))
    - `rmsr`: root mean square of the off-diagonal residuals
    - `bic` = chi2 − df log n

    Without n all but `objective`, `df`, `null_df` and `rmsr` are NaN; without degrees of
    freedom there is no p, RMSEA or TLI.
    """

    objective: float
    chi2: float
    df: int
    p: float
    null_chi2: float
    null_df: int
    rmsea: float
    rmsea_interval: tuple[float, float]
    tli: float
    rmsr: float
    bic: float

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain values; None where a figure does not exist."""
        values: dict[str, Any] = plain(self)
        return values


def degrees_of_freedom(items: int, factors: int) -> int:
    """((p − m)² − p − m)/2; negative when the model is not identified."""
    return ((items - factors) ** 2 - items - factors) // 2


def factor_fit(correlations: Array, pattern: Array, phi: Array, n: int | None) -> FactorFit:
    """Fit of loadings (p, m) with factor correlations (m, m) to correlations (p, p)."""
    p, m = pattern.shape
    model = pattern @ phi @ pattern.T
    residuals = (correlations - model)[~np.eye(p, dtype=bool)]
    np.fill_diagonal(model, 1.0)
    objective, null = _objective(correlations, model), _objective(correlations, np.eye(p))
    df, null_df = degrees_of_freedom(p, m), p * (p - 1) // 2
    cases = float("nan") if n is None else float(n)
    null_factor = cases - 1 - (2 * p + 5) / 6
    factor = null_factor - 2 * m / 3
    chi2 = _not_below_zero(objective * factor)
    return FactorFit(
        objective=objective,
        chi2=chi2,
        df=df,
        p=_upper_tail(chi2, df),
        null_chi2=null * null_factor,
        null_df=null_df,
        rmsea=_rmsea(chi2, df, cases),
        rmsea_interval=_rmsea_interval(chi2, df, cases),
        tli=_tli(objective, df, null, null_df, factor),
        rmsr=float(np.sqrt(np.mean(residuals**2))),
        bic=chi2 - df * float(np.log(cases)),
    )


def _objective(correlations: Array, model: Array) -> float:
    """NaN where the model, with ones on its diagonal, is not positive definite."""
    if np.linalg.eigvalsh(model)[0] <= 0:
        return float("nan")
    ratio = np.linalg.solve(model, correlations)
    return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(model))


def _not_below_zero(value: float) -> float:
    return 0.0 if value < 0 else value


def _upper_tail(chi2: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, chi2)) if df > 0 else float("nan")


def _rmsea(chi2: float, df: int, n: float) -> float:
    if df <= 0:
        return float("nan")
    return float(np.sqrt(_not_below_zero(chi2 / (df * n) - 1 / (n - 1))))


def _rmsea_interval(chi2: float, df: int, n: float) -> tuple[float, float]:
    """Noncentralities at which the observed chi2 has the tail probabilities, as RMSEA."""
    from scipy.special import chdtr, chndtrinc

    if df <= 0 or np.isnan(chi2):
        return float("nan"), float("nan")
    tail = (1 - _CONFIDENCE) / 2

    def bound(probability: float) -> float:
        if chdtr(df, chi2) <= probability:
            return 0.0
        return float(np.sqrt(chndtrinc(chi2, df, probability) / (df * (n - 1))))

    return bound(1 - tail), bound(tail)


def _tli(objective: float, df: int, null: float, null_df: int, factor: float) -> float:
    if df <= 0:
        return float("nan")
    base = null / null_df
    return (base - objective / df) / (base - 1 / factor)
