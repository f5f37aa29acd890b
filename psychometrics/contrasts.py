"""One group's mean against the mean of other groups' means, from n, mean and standard deviation.

Every comparison of a group with others is this one contrast: with all the others, with the best of
them, with itself a wave earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics.means import ComparisonError, check_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics.mean_covariance import MeanCovariance
    from psychometrics.means import GroupMean

    Array = NDArray[np.float64]

__all__ = [
    "ComparisonError",
    "Contrast",
    "Summaries",
    "change",
    "contrast_to_reference",
    "contrasts_to_the_rest",
    "top_quarter",
]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One group's mean against the unweighted mean of other groups' means.

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

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


class Summaries(NamedTuple):
    """Groups that have a standard error: names and (k,) counts, means, standard deviations."""

    names: tuple[str, ...]
    n: Array
    mean: Array
    sd: Array


class _Sides(NamedTuple):
    """Figures of m contrasts: the gap, its error variance, degrees of freedom, and Σ c²/n.

    `people` where some gave several values: how many gave those of all groups of the contrasts.
    """

    others: Array
    gap: Array
    error: Array
    df: Array
    inverse_n: Array
    people: float | None = None


def contrasts_to_the_rest(
    groups: Summaries, *, level: float = 0.95, joint: MeanCovariance | None = None
) -> tuple[Contrast, ...]:
    """Every group's mean against the unweighted mean of the other groups' means.

    The formula is that of `contrast_to_reference`, the standard deviations being pooled over all k
    groups. Sums over the others come from running sums, so that the cost grows with k, not with k².

    Parameters
    ----------
    groups : at least two, each with n ≥ 2 and sd > 0.
    joint : covariance of the same groups' means where people gave values in several of them.
    """
    k = len(groups.names)
    if joint is not None:
        weights = np.full((k, k), -1 / (k - 1))
        np.fill_diagonal(weights, 1.0)
        theirs = _rest(groups.mean) / (k - 1)
        return _contrasts(groups, _joint_sides(theirs, groups.mean, joint, weights), groups, level)
    error = groups.sd**2 / groups.n
    parts = error**2 / (groups.n - 1)
    others = _rest(groups.mean) / (k - 1)
    total = error + _rest(error) / (k - 1) ** 2
    sides = _Sides(
        others=others,
        gap=groups.mean - others,
        error=total,
        df=total**2 / (parts + _rest(parts) / (k - 1) ** 4),
        inverse_n=1 / groups.n + _rest(1 / groups.n) / (k - 1) ** 2,
    )
    return _contrasts(groups, sides, groups, level)


def contrast_to_reference(
    own: GroupMean,
    others: Sequence[GroupMean],
    *,
    level: float = 0.95,
    pool: Iterable[GroupMean] | None = None,
    joint: MeanCovariance | None = None,
) -> Contrast:
    """One group's mean against the unweighted mean of the means of m other groups.

    gap = mean − Σ others / m; se² = sd²/n + Σ (sd²/n of the others) / m²; degrees of freedom by
    Welch–Satterthwaite; t interval and two-sided p. g = J·gap/s, with s pooled within the groups of
    `pool`, J exact, and variance J²·(Σ c²/n + d²/(2N)): see `psychometrics._effect_size.hedges_g`.

    Source: Welch 1947, 10.1093/biomet/34.1-2.28; Hedges 1981, 10.3102/10769986006002107.
    R: ``t.test(own, other)`` for one other group; written out in the golden script for more.

    Parameters
    ----------
    own, others : groups from `psychometrics.means`; independent ones without `joint`.
    pool : groups within which the standard deviation for g is pooled; by default own and others.
        With all groups of a study, g means the same whatever the reference.
    joint : covariance of the means of groups by these names, where people gave values in several
        of them; then se² = L V Lᵀ, see `psychometrics.mean_covariance`.

    Raises
    ------
    ComparisonError
        no other group, own among the others, a group without spread or not in `joint`, or `level`
        out of range.
    """
    if own in others:
        raise ComparisonError(
            f"Group {own.group} is compared with itself; leave it out of the others."
        )
    if joint is not None:
        joint = joint.of([own.group, *(row.group for row in others)])
    return _against(own, others, [own, *others] if pool is None else list(pool), level, joint)


def change(
    before: GroupMean, after: GroupMean, *, level: float = 0.95, joint: MeanCovariance | None = None
) -> Contrast:
    """A group's change between two waves: after less before.

    The contrast of `contrast_to_reference` with the wave before as the only other group; `mean` is
    that of the wave after, `others` that of the wave before. R: ``t.test(after, before)``; with
    the same people in both waves ``t.test(after, before, paired = TRUE)``.

    Parameters
    ----------
    joint : covariance of both means, the wave after first, where the same people were asked. Left
        out, they count as other people, and the error is too large as a rule.

    Raises
    ------
    ComparisonError
        a wave without spread, or `level` out of range.
    """
    return _against(after, [before], [before, after], level, joint)


def top_quarter(
    means: Mapping[str, GroupMean], own: str, *, share: float = 0.25, least_groups: int = 8
) -> tuple[str, ...]:
    """The groups to look up to: the top quarter of the other groups' means, highest first.

    The best groups were chosen for being high, which is partly luck: asked again, their means would
    as a rule be lower. So a gap to their mean is partly chance, wider than the true one, and its
    interval and p value do not know of it. Say what it is; do not call a group worse for it alone.

    Parameters
    ----------
    means : group → its mean. Groups without a standard error are passed over.
    own : the group that looks; never among those returned.
    share : of the other groups, rounded up, and at least two. Those that tie with the last one are
        returned as well.
    least_groups : with fewer groups, own included, there is no top quarter: ``()``.

    Raises
    ------
    ComparisonError
        `share` is not above 0 and at most 1.
    """
    if not 0 < share <= 1:
        raise ComparisonError(f"The share is {share}; give one above 0 and at most 1.")
    known = {name: row.mean for name, row in means.items() if row.mean is not None and row.sd}
    others = [name for name in known if name != own]
    if len(known) < least_groups or len(others) < 2:
        return ()
    ordered = sorted(others, key=lambda name: (-known[name], name))
    wanted = max(2, ceil(share * len(ordered) - 1e-9))
    last = known[ordered[wanted - 1]]
    return tuple(name for name in ordered if known[name] >= last)


def _against(
    own: GroupMean,
    others: Sequence[GroupMean],
    pool: Sequence[GroupMean],
    level: float,
    joint: MeanCovariance | None,
) -> Contrast:
    """`joint` holds own and the others, in this order."""
    if not others:
        raise ComparisonError(f"There is no group to compare {own.group} with; give at least one.")
    mine, theirs, m = _summaries([own]), _summaries(others), len(others)
    if joint is not None:
        weights = np.array([[1.0, *[-1 / m] * m]])
        sides = _joint_sides(theirs.mean.mean(keepdims=True), mine.mean, joint, weights)
        return _contrasts(mine, sides, _summaries(pool), level)[0]
    error = np.array([*mine.sd**2 / mine.n, *theirs.sd**2 / theirs.n / m**2])
    spare = np.array([*mine.n - 1, *theirs.n - 1])
    sides = _Sides(
        others=theirs.mean.mean(keepdims=True),
        gap=mine.mean - theirs.mean.mean(),
        error=error.sum(keepdims=True),
        df=error.sum(keepdims=True) ** 2 / (error**2 / spare).sum(),
        inverse_n=1 / mine.n + (1 / theirs.n).sum() / m**2,
    )
    return _contrasts(mine, sides, _summaries(pool), level)[0]


def _joint_sides(others: Array, own: Array, joint: MeanCovariance, weights: Array) -> _Sides:
    """Contrasts of means that move together, `weights` (m, k) over the groups of `joint`."""
    people = float(joint.people_in(joint.groups))
    return _Sides(others, own - others, *joint.error(weights), np.empty(0), people)


def _summaries(rows: Sequence[GroupMean]) -> Summaries:
    for row in rows:
        if row.mean is None or not row.sd:
            raise ComparisonError(
                f"Group {row.group} has {row.n} values and no standard error; leave groups out "
                f"that have fewer than two different values."
            )
    n, mean, sd = np.array([(row.n, row.mean, row.sd) for row in rows], np.float64).T
    return Summaries(tuple(row.group for row in rows), n, mean, sd)


def _contrasts(
    groups: Summaries, sides: _Sides, pool: Summaries, level: float
) -> tuple[Contrast, ...]:
    from scipy.special import stdtr, stdtrit

    from psychometrics._effect_size import hedges_g

    check_level(level)
    se = np.sqrt(sides.error)
    reach = stdtrit(sides.df, 0.5 + level / 2) * se
    p = 2 * stdtr(sides.df, -np.abs(sides.gap) / se)
    ends = sides.gap - reach, sides.gap + reach
    error = None if sides.people is None else sides.error
    g = hedges_g(
        sides.gap, sides.inverse_n, pool.sd, pool.n, level, error=error, people=sides.people
    )
    columns = (groups.mean, sides.others, sides.gap, se, sides.df, *ends, p, *g)
    table = np.column_stack(columns).tolist()
    sizes = groups.n.astype(int).tolist()
    return tuple(
        Contrast(name, n, *figures)
        for name, n, figures in zip(groups.names, sizes, table, strict=True)
    )


def _rest(values: Array) -> Array:
    """(k,) the sum of all values but one's own, without the cancellation of a difference."""
    before, after = np.zeros_like(values), np.zeros_like(values)
    before[1:] = np.cumsum(values[:-1])
    after[:-1] = np.cumsum(values[:0:-1])[::-1]
    return before + after
