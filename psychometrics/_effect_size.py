"""Hedges g of a contrast between independent means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import gammaln, ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray


def small_sample_correction(df: NDArray[np.float64] | float) -> Any:
    """J, which turns a standardised difference into Hedges g: exact, from the degrees of freedom
    of the standard deviation. Γ(f/2) / (√(f/2) Γ((f−1)/2)); Hedges 1981."""
    return np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)


def hedges_g_of_pairs(
    difference: NDArray[np.float64],
    sds: tuple[NDArray[np.float64], NDArray[np.float64]],
    ns: tuple[NDArray[np.float64], NDArray[np.float64]],
    level: float,
    *,
    error: NDArray[np.float64] | None = None,
    people: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """g and the ends of its interval for many differences of two means at once, as `hedges_g`.

    Every array is (m,); `sds` and `ns` are those of the first and of the second group. `error` and
    `people` as in `hedges_g`.
    """
    df = ns[0] + ns[1] - 2
    pooled = np.sqrt(((ns[0] - 1) * sds[0] ** 2 + (ns[1] - 1) * sds[1] ** 2) / df)
    correction = small_sample_correction(df)
    d = difference / pooled
    inverse_n = 1 / ns[0] + 1 / ns[1] if error is None else error / pooled**2
    variance = inverse_n + d**2 / (2 * (ns[0] + ns[1] if people is None else people))
    reach = ndtri(0.5 + level / 2) * correction * np.sqrt(variance)
    g = correction * d
    return g, g - reach, g + reach


def hedges_g(
    gap: NDArray[np.float64],
    inverse_n: NDArray[np.float64],
    sds: NDArray[np.float64],
    ns: NDArray[np.float64],
    level: float,
    *,
    error: NDArray[np.float64] | None = None,
    people: float | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """g and the ends of its interval for m contrasts Σ c·mean: `gap` (m,), `inverse_n` (m,) Σ c²/n.

    d = Σ c·mean / s, with s the standard deviation pooled within k groups, `sds` and `ns` (k,)
    (N − k degrees of freedom); g = J·d with the exact J = Γ(f/2) / (√(f/2) Γ((f−1)/2)), f = N − k;
    the variance of g is J²·(Σ c²/n + d²/(2N)) and the interval normal. For two groups this is the
    variant of Borenstein, Hedges, Higgins & Rothstein 2009, Introduction to Meta-Analysis,
    chapter 4, with the exact J of Hedges 1981 (10.3102/10769986006002107); for more groups it is
    written out from the same argument. It takes equal variances and normal scores for granted.

    Where people gave several values, `error` (m,) is the variance of the gap, which over s² stands
    for Σ c²/n, and `people` stands for N in the second part.
    """
    df = ns.sum() - len(ns)
    pooled = np.sqrt(((ns - 1) * sds**2).sum() / df)
    correction = small_sample_correction(df)
    d = gap / pooled
    inverse_n = inverse_n if error is None else error / pooled**2
    count = ns.sum() if people is None else people
    reach = ndtri(0.5 + level / 2) * correction * np.sqrt(inverse_n + d**2 / (2 * count))
    g = correction * d
    return g, g - reach, g + reach
