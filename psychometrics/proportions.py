"""Shares of people with intervals that hold for small groups and for shares near 0 or 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

from psychometrics._plain import plain_fields
from psychometrics.means import ComparisonError, check_level

__all__ = [
    "ComparisonError",
    "Proportion",
    "ProportionDifference",
    "proportion",
    "proportion_difference",
]


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of people with its interval.

    Parameters
    ----------
    successes, n : people counted, and those that the share is of.
    share : successes / n, 0–1; None, as its ends, where n is 0.
    lower, upper : ends of Wilson's interval at `level`.
    """

    successes: int
    n: int
    share: float | None
    lower: float | None
    upper: float | None
    level: float

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


@dataclass(frozen=True, slots=True)
class ProportionDifference:
    """Share a − share b of two groups of people.

    Parameters
    ----------
    difference : −1 to 1. lower, upper : ends of Newcombe's interval at `level`.
    p : two-sided, that both shares are the same.
    """

    difference: float
    lower: float
    upper: float
    p: float
    level: float
    method: str

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


def proportion(successes: int, n: int, *, level: float = 0.95) -> Proportion:
    """A share with Wilson's score interval.

    The ends are the shares π at which (p − π)² = z² π(1 − π)/n:
    (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). Never below 0 or above 1, and never of no
    width, as the plain interval is for a share of 0.

    Source: Wilson 1927, 10.1080/01621459.1927.10502953.
    R: ``prop.test(successes, n, conf.level = level, correct = FALSE)$conf.int``.

    Parameters
    ----------
    successes, n : whole numbers, 0 ≤ successes ≤ n. With n = 0 there is no share.

    Raises
    ------
    ComparisonError
        counts that cannot be, or `level` is not between 0 and 1.
    """
    from scipy.special import ndtri

    check_level(level)
    if not 0 <= successes <= n or successes != int(successes) or n != int(n):
        raise ComparisonError(
            f"{successes} of {n} is no share; give whole numbers, and no more people counted than "
            f"there are."
        )
    if n == 0:
        return Proportion(0, 0, None, None, None, level)
    share, z2 = successes / n, float(ndtri(0.5 + level / 2)) ** 2
    centre = share + z2 / (2 * n)
    reach = sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n)))
    lower = (centre - reach) / (1 + z2 / n) if successes > 0 else 0.0
    upper = (centre + reach) / (1 + z2 / n) if successes < n else 1.0
    return Proportion(int(successes), int(n), share, lower, upper, level)


def proportion_difference(
    a: Proportion, b: Proportion, *, correlation: float = 0.0
) -> ProportionDifference:
    """Share a − share b with Newcombe's hybrid score interval and the score test.

    With Wilson's ends l and u of each share: difference − √((a − lₐ)² + (u_b − b)²) to
    difference + √((uₐ − a)² + (b − l_b)²). p is that of z² = difference² / (π(1 − π)(1/nₐ + 1/n_b))
    with the share π of both together; 1 where nobody, or everybody, was counted in both. Test and
    interval are different methods and may, rarely, disagree about 0.

    Source: Newcombe 1998, method 10,
    10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I. With a correlation r of the
    two shares 2 r times the product of its two terms is taken off under each root, and 2 r of the
    geometric mean of both variances off that of the test: Zou & Donner 2008, 10.1002/sim.3095;
    Newcombe 1998, 10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C.
    R: ``prop.test(c(xa, xb), c(na, nb), correct = FALSE)$p.value``, whose own interval is another,
    Wald's.

    Parameters
    ----------
    correlation : of the two shares, where the same people may be in both groups, from
        `psychometrics.mean_covariance` of 0 and 1; 0 for other people.

    Raises
    ------
    ComparisonError
        a share of nobody, two shares whose intervals have different levels, or a correlation that
        is none.
    """
    from scipy.special import ndtr

    if not -1 <= correlation <= 1:
        raise ComparisonError(f"The correlation is {correlation}; give one from -1 to 1.")

    if a.level != b.level:
        raise ComparisonError(
            f"The intervals of the shares are at {a.level:g} and {b.level:g}; give both at one "
            f"level."
        )
    share_a, lower_a, upper_a = _figures(a)
    share_b, lower_b, upper_b = _figures(b)
    difference = share_a - share_b
    pooled = (a.successes + b.successes) / (a.n + b.n)
    shared = 2 * correlation / sqrt(a.n * b.n)
    variance = pooled * (1 - pooled) * (1 / a.n + 1 / b.n - shared)
    p = float(2 * ndtr(-abs(difference) / sqrt(variance))) if variance > 0 else 1.0
    return ProportionDifference(
        difference=difference,
        lower=difference - _reach(share_a - lower_a, upper_b - share_b, correlation),
        upper=difference + _reach(upper_a - share_a, share_b - lower_b, correlation),
        p=p,
        level=a.level,
        method="Newcombe's hybrid score interval; score test of equal shares",
    )


def _reach(one: float, other: float, correlation: float) -> float:
    return sqrt(max(one**2 + other**2 - 2 * correlation * one * other, 0.0))


def _figures(row: Proportion) -> tuple[float, float, float]:
    if row.share is None or row.lower is None or row.upper is None:
        raise ComparisonError(
            "One of the shares is of nobody (n = 0), so there is no difference; leave it out."
        )
    return row.share, row.lower, row.upper
