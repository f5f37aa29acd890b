"""The root mean square error of approximation: misfit for each degree of freedom."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan, sqrt

INTERVAL = 0.90
CLOSE, NOT_CLOSE = 0.05, 0.08


@dataclass(frozen=True, slots=True)
class Rmsea:
    """The error of approximation with its 90 % interval and two tests.

    `close_p`: probability of such a chi2 or a larger one if RMSEA is 0.05; `not_close_p`: of such
    or a smaller one if it is 0.08.
    """

    value: float
    lower: float
    upper: float
    close_p: float
    not_close_p: float


@dataclass(frozen=True, slots=True)
class Misfit:
    """What RMSEA is made of: n interviews in `groups`, chi2 with df.

    `scale`: what chi2 is expected to be for each degree of freedom where the model holds. `tested`
    is chi2 divided by it (or shifted too), which follows a noncentral chi2 distribution.
    """

    chi2: float
    df: float
    n: int
    groups: int
    scale: float = 1.0
    tested: float | None = None
    test_scale: float | None = None


def rmsea(misfit: Misfit) -> Rmsea:
    """√((χ² − c df) / (df n)) · √groups, 0 where negative, with its interval.

    Source: Steiger 1990, 10.1207/s15327906mbr2502_4; interval and test by the noncentral chi2
    distribution: Browne & Cudeck 1992, 10.1177/0049124192021002005; c ≠ 1: Brosseau-Liard,
    Savalei & Li 2012, 10.1080/00273171.2012.715252.
    R: ``fitMeasures(fit)``, whose interval is found only to four digits.
    """
    x, df = misfit.chi2, misfit.df
    if not (isfinite(x) and isfinite(df)):
        return Rmsea(nan, nan, nan, nan, nan)
    if df <= 0:
        return Rmsea(0.0, 0.0, 0.0, nan, nan)
    unit = misfit.groups / (misfit.n * df)
    scale = misfit.scale if misfit.test_scale is None else misfit.test_scale
    tested = x if misfit.tested is None else misfit.tested
    low, high = (
        sqrt(unit * scale * noncentrality(tested, df, share))
        for share in (0.5 + INTERVAL / 2, 0.5 - INTERVAL / 2)
    )
    value = sqrt(max(x - misfit.scale * df, 0.0) * unit)
    close = _below(tested, df, CLOSE**2 / (unit * scale))
    not_close = _below(tested, df, NOT_CLOSE**2 / (unit * scale))
    return Rmsea(value, low, high, 1 - close, not_close)


def noncentrality(x: float, df: float, share: float) -> float:
    """λ at which the noncentral chi2 distribution lies with `share` below x; 0 where none does."""
    from scipy.special import chdtr, chndtrinc

    if chdtr(df, x) <= share:
        return 0.0
    return float(chndtrinc(x, df, share))


def _below(x: float, df: float, noncentral: float) -> float:
    from scipy.special import chndtr

    return float(chndtr(x, df, noncentral))
