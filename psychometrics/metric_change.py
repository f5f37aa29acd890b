"""How a mean changed between two waves in which some people may have been measured both times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.means import check_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class MeanChange:
    """The later mean less the earlier one.

    Parameters
    ----------
    n, n_before, n_both : people measured later, earlier, and both times.
    se, df, lower, upper, p : None where they cannot be told: fewer than two people in a wave, or
        no spread.
    """

    difference: float
    n: int
    n_before: int
    n_both: int
    level: float
    method: str
    se: float | None = None
    df: float | None = None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    warnings: tuple[str, ...] = ()


def mean_change(
    later: ArrayLike,
    later_people: ArrayLike,
    earlier: ArrayLike,
    earlier_people: ArrayLike,
    *,
    level: float = 0.95,
) -> MeanChange:
    """Change of a mean with the t test for partially overlapping samples, variances not equal.

    SE² = s₁²/n₁ + s₂²/n₂ − 2·r·s₁·s₂·n_c/(n₁·n₂), r over the n_c people of both waves;
    df = (n_c − 1) + (γ − n_c + 1)·(n_a + n_b)/(n_a + n_b + 2·n_c), γ Welch's, n_a and n_b the
    people of one wave only. Nobody twice: Welch's test. Everybody twice: the paired test. With
    fewer than three people twice, they count as different people.

    Source: Derrick, Russ, Toher & White 2017, 10.22237/jmasm/1493597280.
    R: ``Partiallyoverlapping::Partover.test(…, var.equal=FALSE)``; at the ends ``t.test(x, y)`` and
    ``t.test(x, y, paired=TRUE)``.

    Parameters
    ----------
    later, earlier : (n,) values, finite.
    later_people, earlier_people : (n,) identifiers, unique within a wave.

    Raises
    ------
    ValueError
        a wave has nobody.
    ComparisonError
        `level` is not between 0 and 1.
    """
    check_level(level)
    x, y = np.asarray(later, np.float64), np.asarray(earlier, np.float64)
    if not len(x) or not len(y):
        raise ValueError("A change needs at least one person in each wave.")
    names_x, names_y = np.asarray(later_people, np.str_), np.asarray(earlier_people, np.str_)
    _, at_x, at_y = np.intersect1d(names_x, names_y, assume_unique=True, return_indices=True)
    both = len(at_x) if len(at_x) > 2 else 0
    change = MeanChange(
        difference=float(x.mean() - y.mean()),
        n=len(x),
        n_before=len(y),
        n_both=len(at_x),
        level=level,
        method="t test for partially overlapping samples, unequal variances (Derrick et al. 2017)",
    )
    return _with_error(change, x, y, (x[at_x], y[at_y]) if both else None)


def _with_error(
    change: MeanChange,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    pairs: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
) -> MeanChange:
    from scipy.special import stdtr, stdtrit

    if len(x) < 2 or len(y) < 2:
        return replace(change, warnings=("A wave has one person, so there is no interval.",))
    a, b = float(x.var(ddof=1)) / len(x), float(y.var(ddof=1)) / len(y)
    both = 0 if pairs is None else len(pairs[0])
    shared = 2 * _correlation(pairs) * sqrt(a * b) * both / sqrt(len(x) * len(y))
    variance = a + b - shared
    if not variance > 1e-15 * (a + b):
        return replace(change, warnings=("The change does not vary, so there is no interval.",))
    welch = (a + b) ** 2 / (a**2 / (len(x) - 1) + b**2 / (len(y) - 1))
    alone = len(x) + len(y) - 2 * both
    df = welch
    if both:
        df = (both - 1) + (welch - both + 1) * alone / (alone + 2 * both)
    se = sqrt(variance)
    reach = float(stdtrit(df, 0.5 + change.level / 2)) * se
    return replace(
        change,
        se=se,
        df=df,
        lower=change.difference - reach,
        upper=change.difference + reach,
        p=2 * float(stdtr(df, -abs(change.difference) / se)),
    )


def _correlation(pairs: tuple[NDArray[np.float64], NDArray[np.float64]] | None) -> float:
    if pairs is None or np.ptp(pairs[0]) == 0 or np.ptp(pairs[1]) == 0:
        return 0.0
    return float(np.corrcoef(*pairs)[0, 1])
