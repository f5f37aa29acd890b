"""Power of the tests of a model's RMSEA, and the interviews they need, without simulation.

Under a population RMSEA ε, chi2 has a noncentral distribution with noncentrality
(n − 1) · df · ε² / groups (MacCallum, Browne & Sugawara 1996, 10.1037/1082-989X.1.2.130). Exact
fit tests ε₀ = 0, close fit ε₀ = .05 against a larger ε, not-close fit ε₀ = .05 against a smaller
one.
"""

from __future__ import annotations

from psychometrics._population import SimulationError

FEWEST, MOST = 5, 10_000_000


def rmsea_power(
    rmsea0: float, rmsea: float, df: int, n: int, *, alpha: float = 0.05, groups: int = 1
) -> float:
    """Probability to reject that the RMSEA is `rmsea0` when it is `rmsea`.

    With `rmsea` above `rmsea0` a large chi2 rejects, with `rmsea` below a small one.
    R: ``semTools::findRMSEApower(rmsea0, rmsea, df, n, alpha, groups)``.

    Parameters
    ----------
    n : interviews in all groups.

    Raises
    ------
    SimulationError
        a number out of its range, or `rmsea` the same as `rmsea0`.
    """
    _check(rmsea0, rmsea, df, alpha, groups)
    if n < 2:
        raise SimulationError(f"n is {n}; at least 2 interviews are needed.")
    return rejection_share(rmsea0, rmsea, df, n, alpha, groups, large=rmsea > rmsea0)


def rejection_share(
    rmsea0: float, rmsea: float, df: int, n: int, alpha: float, groups: int, *, large: bool
) -> float:
    """Probability of a chi2 beyond the level-alpha point under `rmsea0`, when it is `rmsea`.

    `large`: that large chi2 reject, else small ones. NaN without degrees of freedom.
    """
    from scipy.special import chndtr, chndtrix

    if not df:
        return float("nan")
    before, after = ((n - 1) * df * each**2 / groups for each in (rmsea0, rmsea))
    if large:
        return 1 - float(chndtr(chndtrix(1 - alpha, df, before), df, after))
    return float(chndtr(chndtrix(alpha, df, before), df, after))


def rmsea_minimum_n(
    rmsea0: float,
    rmsea: float,
    df: int,
    *,
    power: float = 0.80,
    alpha: float = 0.05,
    groups: int = 1,
) -> int:
    """The fewest interviews, in all groups together, with which `rmsea_power` reaches `power`.

    R: ``groups * semTools::findRMSEAsamplesize(rmsea0, rmsea, df, power, alpha, groups)``. Both
    look from 5 interviews on; semTools 0.5-6 leaves out 501 to 504, 1001 to 1004 and so on, where
    its answer is up to 4 too large.

    Raises
    ------
    SimulationError
        a number out of its range, or more than ten million interviews are needed.
    """
    if not 0 < power < 1:
        raise SimulationError(f"power is {power:g}; give a probability between 0 and 1.")

    def enough(n: int) -> bool:
        return rmsea_power(rmsea0, rmsea, df, n, alpha=alpha, groups=groups) > power

    low, high = FEWEST - 1, FEWEST
    while not enough(high):
        if high > MOST:
            raise SimulationError(
                f"More than {MOST} interviews are needed to tell an RMSEA of {rmsea:g} from "
                f"{rmsea0:g} with {df} degrees of freedom."
            )
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _check(rmsea0: float, rmsea: float, df: int, alpha: float, groups: int) -> None:
    if not (rmsea0 >= 0 and rmsea >= 0 and rmsea0 != rmsea):
        raise SimulationError(
            f"rmsea0 is {rmsea0:g} and rmsea is {rmsea:g}; give two different values from 0."
        )
    if df < 1 or groups < 1:
        raise SimulationError(f"df is {df} and groups is {groups}; both must be at least 1.")
    if not 0 < alpha < 1:
        raise SimulationError(f"alpha is {alpha:g}; give a probability between 0 and 1.")
