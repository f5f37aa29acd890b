"""Expected ranges: where a group's mean would lie were it no different from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics.means import ComparisonError, check_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["ComparisonError", "ExpectedRange", "ExpectedRanges", "Place", "expected_ranges"]

Place: TypeAlias = Literal["above", "within", "below"]


@dataclass(frozen=True, slots=True)
class ExpectedRange:
    """The range of one group, in the units of the means, and where its mean lies."""

    group: str
    lower: float
    upper: float
    place: Place


@dataclass(frozen=True, slots=True)
class ExpectedRanges:
    """The ranges of all groups.

    Parameters
    ----------
    centre : unweighted mean of the groups' means.
    tau2 : variance between groups beyond that of sampling; None with too few groups to tell.
    ranges : one a group, in the order given; empty with too few groups, see `warnings`.
    n_groups : groups that have a mean and a standard error.
    """

    centre: float
    tau2: float | None
    ranges: tuple[ExpectedRange, ...]
    n_groups: int
    level: float
    method: str
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


def expected_ranges(
    groups: Sequence[str],
    means: ArrayLike,
    ses: ArrayLike,
    *,
    level: float = 0.95,
    winsorised: float = 0.1,
    least_groups: int = 10,
) -> ExpectedRanges:
    """Range of means to expect of each group, given its precision and how groups differ anyway.

    centre ± z √(se² + τ²), z the normal quantile of `level`. With z scores (mean − centre)/se, the
    lowest and the highest `winsorised` share of them set to that quantile (R's type 7),
    Q = Σ z², w = 1/se²: τ² = max(0, (Q − (k − 1)) / (Σw − Σw²/Σw)), DerSimonian and Laird's. Groups
    differ for reasons that no group stands out by; τ² allows for those, and winsorising keeps the
    groups that do stand out from widening everybody's range. It also makes τ² too small: of groups
    that differ by a normal distribution, about 10 % lie outside of a 95 % range, not 5 %; without
    winsorising, 5 %. So a place outside is a reason to look, not a test. A group's own mean is part
    of the centre, which draws it inwards by 1/k.

    Source: Spiegelhalter 2005, 10.1136/qshc.2005.013755; Spiegelhalter et al. 2012,
    10.1111/j.1467-985X.2011.01010.x; DerSimonian & Laird 1986, 10.1016/0197-2456(86)90046-2.
    R: ``psych::winsor(z, trim = .1)`` and the formula; where all standard errors are the same and
    nothing is winsorised, ``metafor::rma(means, ses^2, method = "DL")$tau2``.

    Parameters
    ----------
    groups, means, ses : k each, names, means and standard errors. A group whose mean or error is
        missing, or whose error is 0, is left out and named in `warnings`.
    winsorised : share at each end, 0 to below .5.
    least_groups : with fewer groups there are no ranges, since τ² would be a guess.

    Raises
    ------
    ComparisonError
        lengths that differ, a name twice, no group at all, or a setting out of its range.
    """
    check_level(level)
    names = [str(name) for name in groups]
    centres, errors = np.asarray(means, np.float64), np.asarray(ses, np.float64)
    _require(names, centres, errors, winsorised)
    kept = np.isfinite(centres) & np.isfinite(errors) & (np.nan_to_num(errors) > 0)
    mean, se, k = centres[kept], errors[kept], int(kept.sum())
    present = [name for name, known in zip(names, kept.tolist(), strict=True) if known]
    warnings = [
        f"Group {name} has no mean with a standard error and has no expected range."
        for name, known in zip(names, kept.tolist(), strict=True)
        if not known
    ]
    if not k:
        raise ComparisonError(" ".join([*warnings, "There is no group; a range needs ten."]))
    centre = float(mean.mean())
    tau2 = None if k < max(least_groups, 2) else _tau2((mean - centre) / se, se, winsorised)
    if tau2 is None:
        warnings.append(
            f"There are {k} groups, fewer than {max(least_groups, 2)}: too few to tell how much "
            f"groups differ anyway, so there are no expected ranges."
        )
    spread = np.sqrt(se**2 + (tau2 or 0.0))
    return ExpectedRanges(
        centre=centre,
        tau2=tau2,
        ranges=() if tau2 is None else _ranges(present, mean, centre, spread, level),
        n_groups=k,
        level=level,
        method=f"funnel limits, τ² by DerSimonian–Laird from z winsorised at {winsorised:.0%}",
        warnings=tuple(warnings),
    )


def _tau2(z: Array, se: Array, winsorised: float) -> float:
    low, high = np.quantile(z, [winsorised, 1 - winsorised])
    spread = float((np.clip(z, low, high) ** 2).sum())
    # Only the proportions of the weights matter; errors near 0 would overflow otherwise.
    least = se.min()
    weight = (least / se) ** 2
    unevenness = weight.sum() - (weight**2).sum() / weight.sum()
    beyond = spread - (len(z) - 1)
    return float(beyond / unevenness * least**2) if beyond > 0 and unevenness > 0 else 0.0


def _ranges(
    names: list[str], mean: Array, centre: float, spread: Array, level: float
) -> tuple[ExpectedRange, ...]:
    from scipy.special import ndtri

    reach = float(ndtri(0.5 + level / 2)) * spread
    lower, upper = centre - reach, centre + reach
    places: list[Place] = ["below", "within", "above"]
    where = 1 + (mean > upper).astype(int) - (mean < lower)
    table = zip(names, lower.tolist(), upper.tolist(), where.tolist(), strict=True)
    return tuple(ExpectedRange(name, low, high, places[place]) for name, low, high, place in table)


def _require(names: list[str], means: Array, ses: Array, winsorised: float) -> None:
    if not means.shape == ses.shape == (len(names),):
        raise ComparisonError(
            f"There are {len(names)} groups, means of shape {means.shape} and standard errors of "
            f"shape {ses.shape}; give one of each for every group."
        )
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ComparisonError(f"Groups are named twice: {', '.join(twice)}; give each one mean.")
    if not 0 <= winsorised < 0.5:
        raise ComparisonError(
            f"The share winsorised at each end is {winsorised}; give one from 0 to below 0.5."
        )
