"""Means of groups (brands), how precise each is, and how much of the variance lies between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

_WANTED_RELIABILITY = 0.70


class ComparisonError(ValueError):
    """Groups cannot be compared. The message says why and what to change."""


@dataclass(frozen=True, slots=True)
class GroupMean:
    """Mean of one group with its precision. None where the group is too small to tell.

    Parameters
    ----------
    group : code of the group.
    n : values in it.
    mean, sd, se : mean, standard deviation (n − 1), standard error sd / √n.
    lower, upper : ends of the t interval, n − 1 degrees of freedom; None where all values are
        alike, since an interval without width would feign certainty.
    reliability : of the group's mean, n·ICC / (1 + (n − 1)·ICC); None where ICC is not positive.
    raters : people who gave the values, where some gave several; None where each gave one.
    """

    group: str
    n: int
    mean: float | None
    sd: float | None
    se: float | None
    lower: float | None
    upper: float | None
    reliability: float | None = None
    raters: int | None = None

    @property
    def people(self) -> int:
        """How many people gave the values."""
        return self.n if self.raters is None else self.raters


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


def split_groups(values: ArrayLike, labels: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """Values by label, without missing values; labels sorted, numbers by value; ``""`` left out.

    Parameters
    ----------
    values, labels : (n,) each. A label all of whose values are missing keeps an empty group.
    """
    numbers, names = np.asarray(values, np.float64), np.asarray(labels, np.str_)
    known = sort_codes(name for name in np.unique(names).tolist() if name)
    present = ~np.isnan(numbers)
    return {name: numbers[present & (names == name)] for name in known}


def sort_codes(codes: Iterable[str]) -> list[str]:
    """Codes without repeats, in a stable order: numbers by value, then text by letter."""
    return sorted(
        set(codes), key=lambda code: (0, int(code), code) if code.isdecimal() else (1, 0, code)
    )


def group_mean(
    values: ArrayLike,
    group: str = "",
    *,
    level: float = 0.95,
    clusters: ArrayLike | None = None,
) -> GroupMean:
    """Mean of one group of values, missing ones left out, with its t interval.

    R: ``t.test(x)$conf.int``, which refuses values that are all alike, too. With clusters see
    `psychometrics.mean_covariance.mean_covariance`.

    Parameters
    ----------
    clusters : (n,) labels of the people who gave the values, where some gave several.

    Raises
    ------
    ComparisonError
        `level` is not between 0 and 1, or labels that do not fit.
    """
    check_level(level)
    if clusters is not None:
        from psychometrics._clusters import several_values

        if several_values({group: values}, {group: clusters}):
            return _clustered_mean(values, group, level, clusters)
    numbers = np.asarray(values, np.float64)
    numbers = numbers[~np.isnan(numbers)]
    n = len(numbers)
    if n == 0:
        return GroupMean(group, 0, None, None, None, None, None)
    mean = float(numbers.mean())
    if n == 1:
        return GroupMean(group, 1, mean, None, None, None, None)
    from scipy.special import stdtrit

    if np.ptp(numbers) == 0:
        return GroupMean(group, n, mean, 0.0, 0.0, None, None)
    sd = float(numbers.std(ddof=1))
    se = sd / sqrt(n)
    reach = float(stdtrit(n - 1, 0.5 + level / 2)) * se
    return GroupMean(group, n, mean, sd, se, mean - reach, mean + reach)


def _clustered_mean(values: ArrayLike, group: str, level: float, clusters: ArrayLike) -> GroupMean:
    """The mean of values of which some come from the same people."""
    from scipy.special import stdtrit

    from psychometrics._clusters import known_values
    from psychometrics.mean_covariance import mean_covariance

    numbers, labels = known_values(values, clusters, group)
    n, people, mean = len(numbers), len(np.unique(labels)), float(numbers.mean())
    if people == 1:
        return GroupMean(group, n, mean, None, None, None, None, raters=people)
    if np.ptp(numbers) == 0:
        return GroupMean(group, n, mean, 0.0, 0.0, None, None, raters=people)
    found = mean_covariance({group: numbers}, {group: labels})
    variance, df = (float(each[0]) for each in found.error(np.ones((1, 1))))
    se, sd = sqrt(variance), float(found.sd[0])
    reach = float(stdtrit(df, 0.5 + level / 2)) * se
    return GroupMean(group, n, mean, sd, se, mean - reach, mean + reach, raters=people)


def brand_means(
    groups: Mapping[str, ArrayLike],
    *,
    level: float = 0.95,
    clusters: Mapping[str, ArrayLike] | None = None,
) -> BrandMeans:
    """Mean of every group with its t interval, ICC(1) and the reliability of each mean.

    ICC(1) = (MSB − MSW) / (MSB + (ñ − 1)·MSW) from the one-way analysis of variance, with
    ñ = (N − Σn²/N) / (k − 1) for unequal groups. Reliability of a mean of n values is
    n·ICC / (1 + (n − 1)·ICC); r = .70 needs n = .70·(1 − ICC) / (.30·ICC).

    Where people gave values in several groups, the means move together, and MSB is too small. The
    variance between groups is then (SSB − Σ w·V) / (ñ (k − 1)) with w = diag(n) − nnᵀ/N and V the
    covariance of the means, and ICC(1) its share of itself and MSW: the same figure without them.

    Source: Shrout & Fleiss 1979, 10.1037/0033-2909.86.2.420; ñ: Donner 1986, 10.2307/1403259.
    R: mean squares of ``anova(lm(x ~ group))`` put into the formula.

    Parameters
    ----------
    groups : group → values; missing values are left out. `split_groups` makes it.
    level : of the intervals.
    clusters : group → labels of the people who gave the values, where some gave several.

    Raises
    ------
    ComparisonError
        `level` is not between 0 and 1, or labels that do not fit.
    """
    from psychometrics._clusters import several_values

    several = several_values(groups, clusters)
    who = clusters if several and clusters is not None else {}
    rows = [
        group_mean(values, str(name), level=level, clusters=who.get(name))
        for name, values in groups.items()
    ]
    warnings = [_flaw(row) for row in rows if not row.sd]
    icc1 = _icc1(rows, _shared_error(rows, groups, who) if several else None)
    positive = icc1 is not None and icc1 > 0
    if len(rows) > 1 and not positive:
        warnings.append(
            "No variance between the groups can be seen beyond chance (ICC is not positive)."
        )
    if icc1 is not None and positive:
        rows = [replace(row, reliability=_mean_reliability(row.n, icc1)) for row in rows]
    return BrandMeans(
        means=tuple(rows),
        level=level,
        icc1=icc1,
        n_for_70=_n_for(icc1) if icc1 is not None and positive else None,
        n_used=sum(row.n for row in rows),
        method="t interval of each mean; ICC(1) from one-way analysis of variance"
        + ("; people who rated several groups as clusters" if several else ""),
        warnings=tuple(warnings),
    )


def check_level(level: float) -> None:
    """Raises ComparisonError unless 0 < level < 1."""
    if not 0 < level < 1:
        raise ComparisonError(f"The level is {level}; give a share between 0 and 1, such as 0.95.")


def _flaw(row: GroupMean) -> str:
    if row.sd == 0:
        return f"Group {row.group} gave the same value throughout, so its mean has no interval."
    count = "no value" if row.n == 0 else "one value"
    return f"Group {row.group} has {count}, so its mean has no interval."


def _shared_error(
    rows: list[GroupMean], groups: Mapping[str, ArrayLike], clusters: Mapping[str, ArrayLike]
) -> float | None:
    """Σ w·V: what SSB is expected to be of groups alike, where values come from the same people.
    None where a group has no error."""
    from psychometrics.mean_covariance import mean_covariance

    filled = [row for row in rows if row.n]
    if any(row.people < 2 for row in filled):
        return None
    found = mean_covariance(
        {row.group: groups[row.group] for row in filled},
        {row.group: clusters[row.group] for row in filled},
    )
    n, covariance = found.n, found.covariance
    return float(n @ np.diag(covariance) - n @ covariance @ n / n.sum())


def _icc1(rows: list[GroupMean], shared: float | None = None) -> float | None:
    filled = [row for row in rows if row.mean is not None]
    n = np.array([row.n for row in filled], np.float64)
    k, total = len(filled), n.sum()
    if k < 2 or total <= k:
        return None
    means = np.array([row.mean for row in filled], np.float64)
    sds = np.array([row.sd or 0.0 for row in filled], np.float64)
    grand = (n * means).sum() / total
    between = (n * (means - grand) ** 2).sum() / (k - 1)
    within = ((n - 1) * sds**2).sum() / (total - k)
    size = (total - (n**2).sum() / total) / (k - 1)
    error = within if shared is None else shared / (k - 1)
    spread = between - error + size * within
    if shared is None:
        spread = between + (size - 1) * within
    return float((between - error) / spread) if spread > 0 else None


def _mean_reliability(n: int, icc1: float) -> float | None:
    return n * icc1 / (1 + (n - 1) * icc1) if n else None


def _n_for(icc1: float) -> int:
    wanted = _WANTED_RELIABILITY
    return max(1, ceil(wanted * (1 - icc1) / ((1 - wanted) * icc1) - 1e-9))
