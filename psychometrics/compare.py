"""Comparing the means of groups (brands): which differ, by how much, and how surely.

No test here assumes equal variances; only Hedges g pools them. A group with fewer than two values,
or whose values are all alike, has no standard error; it is left out and a warning names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._clusters import people_of, several_values
from psychometrics.contrasts import Contrast, Summaries, contrasts_to_the_rest
from psychometrics.mean_covariance import covariance_if_any
from psychometrics.means import ComparisonError, check_level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from psychometrics._clusters import Clusters
    from psychometrics.mean_covariance import MeanCovariance

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]

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


def welch(groups: Mapping[str, ArrayLike], *, clusters: Clusters | None = None) -> WelchTest:
    """Welch's test that all groups have one mean.

    w = n / sd²; F = Σ w (mean − Σw·mean/Σw)² / (k − 1) / (1 + 2(k − 2)Λ/(k² − 1)) with
    Λ = Σ (1 − w/Σw)² / (n − 1), on k − 1 and (k² − 1) / (3Λ) degrees of freedom.

    With clusters Hotelling's approximation for cluster-robust errors instead, on k − 1 and
    η − k + 2 degrees of freedom: see `psychometrics.mean_covariance.MeanCovariance.equality`.

    Source: Welch 1951, 10.1093/biomet/38.3-4.330. R: ``oneway.test(x ~ group)``; with clusters
    ``clubSandwich::Wald_test(fit, constrain_equal(1:k), vcov, test = "HTZ")``.

    Parameters
    ----------
    clusters : group → labels of the people who gave the values, where some gave several.

    Raises
    ------
    ComparisonError
        fewer than two groups have two different values, or labels that do not fit.
    """
    from scipy.special import fdtrc

    cells, joint, warnings = _comparable(groups, clusters)
    k = len(cells.names)
    if joint is not None:
        f, df_between, df_within = joint.equality()
        return WelchTest(
            statistic=f,
            df_between=df_between,
            df_within=df_within,
            p=float(fdtrc(df_between, df_within, f)),
            groups=cells.names,
            n_used=int(cells.n.sum()),
            method="Hotelling's approximation for cluster-robust errors (CR2)",
            warnings=warnings,
        )
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


def games_howell(
    groups: Mapping[str, ArrayLike], *, level: float = 0.95, clusters: Clusters | None = None
) -> PairComparisons:
    """All pairs of groups by Games and Howell, with Hedges g of each pair.

    se² = sd₁²/n₁ + sd₂²/n₂ with Welch–Satterthwaite degrees of freedom; p and interval from the
    studentized range of k groups at |difference| / (se/√2). The interval of g is of its pair alone:
    see `hedges_g` for its variant. The cost grows with k²; an analysis asks for pairs of at most
    `psychometrics._scale_result.MOST_BRANDS_IN_PAIRS` brands.

    Source: Games & Howell 1976, 10.3102/10769986001002113. R: ``ptukey(abs(t) * sqrt(2), k, df,
    lower.tail = FALSE)`` and ``qtukey(level, k, df) / sqrt(2) * se``.

    Parameters
    ----------
    clusters : group → labels of the people who gave the values, where some gave several. se² then
        has the covariance of the two means subtracted twice, and df is Satterthwaite's: see
        `psychometrics.mean_covariance`.

    Raises
    ------
    ComparisonError
        fewer than two groups have two different values, labels that do not fit, or `level` is not
        between 0 and 1.
    """
    from psychometrics._effect_size import hedges_g_of_pairs
    from psychometrics._studentized_range import studentized_range_isf, studentized_range_sf

    check_level(level)
    cells, joint, warnings = _comparable(groups, clusters)
    k = len(cells.names)
    first, second = np.array(list(combinations(range(k), 2))).T
    se, df, people = _pair_errors(cells, joint, (first, second))
    difference = cells.mean[first] - cells.mean[second]
    p = studentized_range_sf(np.sqrt(2) * np.abs(difference) / se, k, df)
    reach = studentized_range_isf(1 - level, k, df) * se / np.sqrt(2)
    g = hedges_g_of_pairs(
        difference,
        (cells.sd[first], cells.sd[second]),
        (cells.n[first], cells.n[second]),
        level,
        error=None if people is None else se**2,
        people=people,
    )
    table = np.column_stack([difference, se, df, difference - reach, difference + reach, p, *g])
    pairs = tuple(
        PairDifference(cells.names[i], cells.names[j], *figures)
        for i, j, figures in zip(first, second, table.tolist(), strict=True)
    )
    method = "Games–Howell; Hedges g, pooled within the pair" + _clustered(joint)
    return PairComparisons(pairs, level, cells.names, int(cells.n.sum()), method, warnings)


def contrast_to_others(
    groups: Mapping[str, ArrayLike], *, level: float = 0.95, clusters: Clusters | None = None
) -> Contrasts:
    """Every group's mean against the unweighted mean of the other groups' means.

    gap = mean − Σ others / (k − 1); se² = sd²/n + Σ (sd²/n of the others) / (k − 1)²;
    degrees of freedom by Welch–Satterthwaite; t interval and two-sided p. g is the gap in standard
    deviations pooled within all groups: see `hedges_g`.

    Source: Welch 1947, 10.1093/biomet/34.1-2.28. R: written out in the golden script.

    Parameters
    ----------
    clusters : group → labels of the people who gave the values, where some gave several: see
        `psychometrics.mean_covariance`.

    Raises
    ------
    ComparisonError
        fewer than two groups have two different values, labels that do not fit, or `level` is not
        between 0 and 1.
    """
    check_level(level)
    cells, joint, warnings = _comparable(groups, clusters)
    rows = contrasts_to_the_rest(cells, level=level, joint=joint)
    method = "Welch–Satterthwaite contrast to the unweighted mean of the others; Hedges g, pooled"
    method += _clustered(joint)
    return Contrasts(rows, level, cells.names, int(cells.n.sum()), method, warnings)


def _clustered(joint: MeanCovariance | None) -> str:
    return "" if joint is None else "; cluster-robust errors (CR2), Bell–McCaffrey df"


def _pair_errors(
    cells: Summaries, joint: MeanCovariance | None, pairs: tuple[Numbers, Numbers]
) -> tuple[Array, Array, Array | None]:
    """Standard error, degrees of freedom and people behind each pair; None where all gave one."""
    first, second = pairs
    if joint is not None:
        weights = np.zeros((len(first), len(cells.names)))
        row = np.arange(len(first))
        weights[row, first], weights[row, second] = 1.0, -1.0
        variance, df = joint.error(weights)
        names = [(cells.names[i], cells.names[j]) for i, j in zip(first, second, strict=True)]
        return np.sqrt(variance), df, np.array([joint.people_in(pair) for pair in names], float)
    error = cells.sd**2 / cells.n
    se = np.sqrt(error[first] + error[second])
    df = se**4 / (
        error[first] ** 2 / (cells.n[first] - 1) + error[second] ** 2 / (cells.n[second] - 1)
    )
    return se, df, None


def _comparable(
    groups: Mapping[str, ArrayLike], clusters: Clusters | None
) -> tuple[Summaries, MeanCovariance | None, tuple[str, ...]]:
    """The groups that have a standard error, how their means move together where people gave
    several values, and a warning for each group that has no error."""
    named = {str(name): raw for name, raw in groups.items()}
    who = clusters if clusters is not None and several_values(named, clusters) else None
    rows, warnings = [], []
    for name, raw in named.items():
        values = np.asarray(raw, np.float64)
        values = values[~np.isnan(values)]
        if len(values) < 2:
            warnings.append(f"Group {name} has {len(values)} values and is not compared.")
        elif np.ptp(values) == 0:
            warnings.append(f"Group {name} gave the same value throughout and is not compared.")
        elif who is not None and people_of(raw, who[name], name) < 2:
            warnings.append(f"Group {name} has values of one person and is not compared.")
        else:
            rows.append((name, float(len(values)), values.mean(), values.std(ddof=1)))
    if len(rows) < 2:
        raise ComparisonError(
            " ".join([*warnings, "A comparison needs two groups with two different values each."])
        )
    names, n, mean, sd = zip(*rows, strict=True)
    cells = Summaries(names, np.array(n), np.array(mean), np.array(sd))
    joint = None if who is None else covariance_if_any({name: named[name] for name in names}, who)
    return cells, joint, tuple(warnings)
