"""How two measures of the same people, or of the same brands, go together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._ranks import mean_ranks
from psychometrics.means import ComparisonError, check_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["Association", "AssociationMethod", "ComparisonError", "association"]

AssociationMethod: TypeAlias = Literal["pearson", "spearman"]

FEWEST_PAIRS = 4
"""Fisher's interval divides by n − 3."""

_EXACT_BELOW = 10
"""Below so many pairs, t is too coarse for ranks and all orders can be gone through."""

_METHODS = {
    "pearson": "Pearson correlation; Fisher's interval",
    "spearman": "Spearman rank correlation; Fisher's interval with Bonett and Wright's error",
}


@dataclass(frozen=True, slots=True)
class Association:
    """A correlation with its interval. NaN where `warnings` says why.

    Parameters
    ----------
    r : −1 to 1. lower, upper : ends of the interval. p : two-sided, that there is none.
    n : pairs of which both values are known.
    """

    r: float
    lower: float
    upper: float
    p: float
    n: int
    level: float
    method: str
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values; NaN becomes None."""
        return plain_fields(self)


def association(
    x: ArrayLike,
    y: ArrayLike,
    *,
    method: AssociationMethod = "spearman",
    level: float = 0.95,
) -> Association:
    """Correlation of two measures with Fisher's interval.

    tanh(artanh(r) ± z·s): s² = 1/(n − 3) for Pearson's r, (1 + r²/2)/(n − 3) for Spearman's, which
    is Pearson's of the ranks. p: t = r √((n − 2)/(1 − r²)) on n − 2 degrees of freedom; for
    Spearman's of fewer than 10 pairs the share of all orders of y in which |r| is as large. Neither
    says that one measure makes the other what it is.

    Source: Bonett & Wright 2000, 10.1007/BF02294183; Fisher 1921, Metron 1, 3–32.
    R: ``cor.test(x, y, conf.level = level)``; ``cor.test(x, y, method = "spearman",
    exact = n < 10)``, which has no exact p where ranks tie, and no interval.

    Parameters
    ----------
    x, y : (n,) each; pairs in which a value is missing are left out.

    Raises
    ------
    ComparisonError
        lengths that differ, an unknown method, or `level` out of range.
    """
    check_level(level)
    if method not in _METHODS:
        raise ComparisonError(f"There is no method {method!r}; choose from {', '.join(_METHODS)}.")
    first, second = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise ComparisonError(
            f"x has shape {first.shape} and y {second.shape}; give one of each for every unit."
        )
    known = np.isfinite(first) & np.isfinite(second)
    pair, n = (first[known], second[known]), int(known.sum())
    flaw = _flaw(pair, n)
    if flaw:
        nan = float(np.nan)
        return Association(nan, nan, nan, nan, n, level, _METHODS[method], (flaw,))
    if method == "spearman":
        pair = mean_ranks(pair[0]), mean_ranks(pair[1])
    r = _correlation(*pair)
    exact = method == "spearman" and n < _EXACT_BELOW
    p = _share_of_orders(*pair) if exact else _t_probability(r, n)
    lower, upper = _interval(r, n, method, level)
    perfect = "All pairs lie on one line, so the interval has no width; it feigns certainty."
    return Association(
        r, lower, upper, p, n, level, _METHODS[method], (perfect,) if abs(r) == 1 else ()
    )


def _flaw(pair: tuple[Array, Array], n: int) -> str | None:
    if n < FEWEST_PAIRS:
        return f"There are {n} pairs of values; a correlation needs {FEWEST_PAIRS}."
    if min(np.ptp(values) for values in pair) == 0:
        return "One of the measures is the same throughout, so nothing can go with it."
    return None


def _correlation(x: Array, y: Array) -> float:
    # Scaled first, so that squares of very large or very small values stay numbers.
    x, y = x - x.mean(), y - y.mean()
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    r = float((x @ y) / np.sqrt((x @ x) * (y @ y)))
    return float(np.sign(r)) if abs(r) > 1 - 1e-12 else r


def _t_probability(r: float, n: int) -> float:
    from scipy.special import stdtr

    if abs(r) == 1:
        return 0.0
    return float(2 * stdtr(n - 2, -abs(r) * np.sqrt((n - 2) / ((1 - r) * (1 + r)))))


def _share_of_orders(x: Array, y: Array) -> float:
    """Share of all orders of y in which its ranks go with those of x as strongly."""
    x, y = x - x.mean(), y - y.mean()
    orders = np.array(list(permutations(range(len(y)))), np.intp)
    strength = np.abs(y[orders] @ x)
    return float((strength >= abs(x @ y) - 1e-9).mean())


def _interval(r: float, n: int, method: AssociationMethod, level: float) -> tuple[float, float]:
    from scipy.special import ndtri

    if abs(r) == 1:
        return r, r
    spread = 1 + r**2 / 2 if method == "spearman" else 1.0
    reach = float(ndtri(0.5 + level / 2)) * np.sqrt(spread / (n - 3))
    centre = np.arctanh(r)
    return float(np.tanh(centre - reach)), float(np.tanh(centre + reach))
