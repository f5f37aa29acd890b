"""Comparing the means of groups (brands): which differ, by how much, and how surely.

No test here assumes equal variances; only Hedges g pools them. A group with fewer than two values,
or whose values are all alike, has no standard error; it is left out and a warning names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.contrasts import Contrast, Summaries, contrasts_to_the_rest
from psychometrics.means import ComparisonError, check_level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

__all__ = [
    "ComparisonError",
    "Contrast",
    "Contrasts",
    "PairComparisons",
    "PairDifference",
    "WelchTest",
    "contrast_to_others",
    "games_howell",
    "welch",
]


@dataclass(frozen=True, slots=True)
class WelchTest:
    """Whether any group differs, without assuming equal variances."""

    statistic: float
    df_between: float
    df_within: float
    p: float
    groups: tuple[str, ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairDifference:
    """Difference first − second of two groups, in the units of the values.

    Parameters
    ----------
    difference, se, df : of the means, Welch's.
    lower, upper : simultaneous interval over all pairs.
    p : simultaneous p value over all pairs.
    g, g_lower, g_upper : Hedges g with its interval (of this pair alone).
    """

    first: str
    second: str
    difference: float
    se: float
    df: float
    lower: float
    upper: float
    p: float
    g: float
    g_lower: float
    g_upper: float


@dataclass(frozen=True, slots=True)
class PairComparisons:
    """All pairs of groups."""

    pairs: tuple[PairDifference, ...]
    level: float
    groups: tuple[str, ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Every group against the others."""

    contrasts: tuple[Contrast, ...]
    level: float
    groups: tuple[str, ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    def contrast_of(self, group: str) -> Contrast | None:
        """The contrast of one group; None when it was left out of the comparison."""
        return next((row for row in self.contrasts if row.group == group), None)


def welch(groups: Mapping[str, ArrayLike]) -> WelchTest:
    """Welch's test that all groups have one mean.

    w = n / sd²; F = Σ w (mean − Σw·mean/Σw)² / (k − 1) / (1 + 2(k − 2)Λ/(k² − 1)) with
    Λ = Σ (1 − w/Σw)² / (n − 1), on k − 1 and (k² − 1) / (3Λ) degrees of freedom.

    Source: Welch 1951, 10.1093/biomet/38.3-4.330. R: ``oneway.test(x ~ group)``.

    Raises
    ------
    ComparisonError
        fewer than two groups have two different values.
    """
    from scipy.special import fdtrc

    cells, warnings = _comparable(groups)
    k = len(cells.names)
    weight = cells.n / cells.sd**2
    share = weight / weight.sum()
    centre = (share * cells.mean).sum()
    unevenness = ((1 - share) ** 2 / (cells.n - 1)).sum()
    between = (weight * (cells.mean - centre) ** 2).sum() / (k - 1)
    statistic = float(between / (1 + 2 * (k - 2) * unevenness / (k**2 - 1)))
    df_within = float((k**2 - 1) / (3 * unevenness))
    return WelchTest(
        statistic=statistic,
        df_between=float(k - 1),
        df_within=df_within,
        p=float(fdtrc(k - 1, df_within, statistic)),
        groups=cells.names,
        n_used=int(cells.n.sum()),
        method="Welch's test of equal means, variances not assumed equal",
        warnings=warnings,
    )


def games_howell(groups: Mapping[str, ArrayLike], *, level: float = 0.95) -> PairComparisons:
    """All pairs of groups by Games and Howell, with Hedges g of each pair.

    se² = sd₁²/n₁ + sd₂²/n₂ with Welch–Satterthwaite degrees of freedom; p and interval from the
    studentized range of k groups at |difference| / (se/√2). The interval of g is of its pair alone:
    see `hedges_g` for its variant. The cost grows with k²; an analysis asks for pairs of at most
    `psychometrics._scale_result.MOST_BRANDS_IN_PAIRS` brands.

    Source: Games & Howell 1976, 10.3102/10769986001002113. R: ``ptukey(abs(t) * sqrt(2), k, df,
    lower.tail = FALSE)`` and ``qtukey(level, k, df) / sqrt(2) * se``.

    Raises
    ------
    ComparisonError
        fewer than two groups have two different values, or `level` is not between 0 and 1.
    """
    from psychometrics._effect_size import hedges_g_of_pairs
    from psychometrics._studentized_range import studentized_range_isf, studentized_range_sf

    check_level(level)
    cells, warnings = _comparable(groups)
    k = len(cells.names)
    first, second = np.array(list(combinations(range(k), 2))).T
    error = cells.sd**2 / cells.n
    se = np.sqrt(error[first] + error[second])
    df = se**4 / (
        error[first] ** 2 / (cells.n[first] - 1) + error[second] ** 2 / (cells.n[second] - 1)
    )
    difference = cells.mean[first] - cells.mean[second]
    p = studentized_range_sf(np.sqrt(2) * np.abs(difference) / se, k, df)
    reach = studentized_range_isf(1 - level, k, df) * se / np.sqrt(2)
    g = hedges_g_of_pairs(
        difference, (cells.sd[first], cells.sd[second]), (cells.n[first], cells.n[second]), level
    )
    table = np.column_stack([difference, se, df, difference - reach, difference + reach, p, *g])
    pairs = tuple(
        PairDifference(cells.names[i], cells.names[j], *figures)
        for i, j, figures in zip(first, second, table.tolist(), strict=True)
    )
    method = "Games–Howell; Hedges g, pooled within the pair"
    return PairComparisons(pairs, level, cells.names, int(cells.n.sum()), method, warnings)


def contrast_to_others(groups: Mapping[str, ArrayLike], *, level: float = 0.95) -> Contrasts:
    """Every group's mean against the unweighted mean of the other groups' means.

    gap = mean − Σ others / (k − 1); se² = sd²/n + Σ (sd²/n of the others) / (k − 1)²;
    degrees of freedom by Welch–Satterthwaite; t interval and two-sided p. g is the gap in standard
    deviations pooled within all groups: see `hedges_g`.

    Source: Welch 1947, 10.1093/biomet/34.1-2.28. R: written out in the golden script.

    Raises
    ------
    ComparisonError
        fewer than two groups have two different values, or `level` is not between 0 and 1.
    """
    check_level(level)
    cells, warnings = _comparable(groups)
    rows = contrasts_to_the_rest(cells, level=level)
    method = "Welch–Satterthwaite contrast to the unweighted mean of the others; Hedges g, pooled"
    return Contrasts(rows, level, cells.names, int(cells.n.sum()), method, warnings)


def _comparable(groups: Mapping[str, ArrayLike]) -> tuple[Summaries, tuple[str, ...]]:
    """The groups that have a standard error, and a warning for each that has none."""
    rows, warnings = [], []
    for name, raw in groups.items():
        values = np.asarray(raw, np.float64)
        values = values[~np.isnan(values)]
        if len(values) < 2:
            warnings.append(f"Group {name} has {len(values)} values and is not compared.")
        elif np.ptp(values) == 0:
            warnings.append(f"Group {name} gave the same value throughout and is not compared.")
        else:
            rows.append((str(name), float(len(values)), values.mean(), values.std(ddof=1)))
    if len(rows) < 2:
        raise ComparisonError(
            " ".join([*warnings, "A comparison needs two groups with two different values each."])
        )
    names, n, mean, sd = zip(*rows, strict=True)
    return Summaries(names, np.array(n), np.array(mean), np.array(sd)), tuple(warnings)
