"""Comparing the means of groups (brands): how precise each is, and which differ by how much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupMean:
    """Mean of one group with its precision. None where the group is too small to tell.

    Parameters
    ----------
    group : code of the group.
    n : values in it.
    mean, sd, se : mean, standard deviation (n − 1), standard error sd / √n.
    lower, upper : ends of the t interval, n − 1 degrees of freedom.
    reliability : of the group's mean, n·ICC / (1 + (n − 1)·ICC); None where ICC is not positive.
    """

    group: str
    n: int
    mean: float | None
    sd: float | None
    se: float | None
    lower: float | None
    upper: float | None
    reliability: float | None = None


@dataclass(frozen=True, slots=True)
class BrandMeans:
    """Means of all groups, and how much of the variance lies between them.

    Parameters
    ----------
    means : one per group, in the order given.
    icc1 : share of variance between groups, ICC(1); may be negative; None where undefined.
    n_for_70 : values per group that give its mean a reliability of .70; None where ICC ≤ 0.
    n_used : values in all groups together.
    """

    means: tuple[GroupMean, ...]
    level: float
    icc1: float | None
    n_for_70: int | None
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    def mean_of(self, group: str) -> GroupMean:
        """The row of one group. Raises KeyError when there is none."""
        for row in self.means:
            if row.group == group:
                return row
        raise KeyError(group)


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
class Contrast:
    """One group's mean against the unweighted mean of the other groups' means.

    Parameters
    ----------
    mean, others : the two sides; gap = mean − others.
    se, df, lower, upper, p : of the gap, Welch–Satterthwaite.
    q : Benjamini–Hochberg q value over the family of contrasts; None before it was worked out.
    g, g_lower, g_upper : gap in pooled within-group standard deviations, corrected, with interval.
    """

    group: str
    n: int
    mean: float
    others: float
    gap: float
    se: float
    df: float
    lower: float
    upper: float
    p: float
    g: float
    g_lower: float
    g_upper: float
    q: float | None = None


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
