"""How much better a model fits than one in which nothing is related."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan


@dataclass(frozen=True, slots=True)
class Pair:
    """chi2 and degrees of freedom of a model and of its baseline.

    `scale`, `baseline_scale`: what a chi2 is expected to be for each degree of freedom where the
    model holds; 1 for the plain statistics and for those that are scaled already.
    """

    chi2: float
    df: int
    baseline_chi2: float
    baseline_df: int
    scale: float = 1.0
    baseline_scale: float = 1.0

    @property
    def excess(self) -> float:
        """chi2 of the model above what is expected."""
        return self.chi2 - (self.scale if self.df > 0 else 1.0) * self.df

    @property
    def baseline_excess(self) -> float:
        """chi2 of the baseline above what is expected."""
        return self.baseline_chi2 - (self.baseline_scale if self.df > 0 else 1) * self.baseline_df


def cfi(pair: Pair) -> float:
    """1 − max(χ² − df, 0) / max(χ² − df, χ₀² − df₀, 0).

    Source: Bentler 1990, 10.1037/0033-2909.107.2.238.
    """
    lack = max(pair.excess, 0.0)
    most = max(pair.excess, pair.baseline_excess, 0.0)
    return 1.0 if most == 0 else 1 - lack / most


def tli(pair: Pair) -> float:
    """1 − (χ² − df) df₀ / ((χ₀² − df₀) df), the Tucker–Lewis or non-normed fit index.

    Source: Tucker & Lewis 1973, 10.1007/BF02291170. 1 without degrees of freedom.
    """
    if pair.df <= 0 or pair.baseline_excess == 0:
        return 1.0
    return 1 - pair.excess * pair.baseline_df / (pair.baseline_excess * pair.df)


def rni(pair: Pair) -> float:
    """1 − (χ² − df) / (χ₀² − df₀), CFI without its bounds (McDonald & Marsh 1990)."""
    return _ratio(-pair.excess, pair.baseline_excess) + 1


def nfi(pair: Pair) -> float:
    """(χ₀² − χ²) / χ₀² (Bentler & Bonett 1980, 10.1037/0033-2909.88.3.588)."""
    if pair.df > pair.baseline_df:
        return nan
    return 1.0 if pair.df <= 0 else _ratio(pair.baseline_chi2 - pair.chi2, pair.baseline_chi2)


def pnfi(pair: Pair) -> float:
    """NFI times df / df₀, which favours models with few parameters."""
    gain = _ratio(pair.baseline_chi2 - pair.chi2, pair.baseline_chi2)
    return nan if pair.baseline_df <= 0 else pair.df / pair.baseline_df * gain


def rfi(pair: Pair) -> float:
    """(χ₀²/df₀ − χ²/df) / (χ₀²/df₀) (Bollen 1986)."""
    if pair.df > pair.baseline_df:
        return nan
    if pair.df <= 0 or pair.baseline_df <= 0:
        return 1.0
    least = pair.baseline_chi2 / pair.baseline_df
    gain = least - pair.chi2 / pair.df
    return 1.0 if gain < 0 else _ratio(gain, least)


def ifi(pair: Pair) -> float:
    """(χ₀² − χ²) / (χ₀² − df) (Bollen 1989, 10.1177/0049124189017003004)."""
    room = pair.baseline_chi2 - pair.df
    return 1.0 if room < 0 else _ratio(pair.baseline_chi2 - pair.chi2, room)


def _ratio(above: float, below: float) -> float:
    return nan if below == 0 else above / below
