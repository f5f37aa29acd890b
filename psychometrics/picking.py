"""How much of a gap to the best is there only because the best were picked for being high."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics.contrasts import Contrast
    from psychometrics.means import GroupMean


def picking_bias(groups: Sequence[GroupMean], picked: int, *, shared: float = 0.0) -> float:
    """What the mean of the highest groups' means exceeds their true mean by, if all were alike.

    With K groups of one true mean and standard error s the m highest are expected to stand at
    s·Σ z(i)/m above it, z(i) = Φ⁻¹((K − i + 1 − 3/8)/(K + 1/4)) for the i-th highest, and s² the
    mean of the groups' squared standard errors. Groups that truly differ are picked for that
    rather than by luck, so that the true excess is smaller.

    Source: Blom 1958, Statistical Estimates and Transformed Beta-Variables (3/8, 1/4).
    R: ``s * mean(qnorm(ppoints(K, 3/8))[(K - m + 1):K])``

    Parameters
    ----------
    groups : those that were picked from, K of them, each with a standard error.
    picked : how many of the highest, m; 1 to K. The result is in units of the means.
    shared : mean covariance of the groups' means, where people gave values in several: what all
        means have in common is no luck of the highest, and is taken off s².
    """
    from scipy.special import ndtri

    k = len(groups)
    highest = k - np.arange(picked)
    s = np.sqrt(max(float(np.mean([row.se**2 for row in groups if row.se])) - shared, 0.0))
    return float(s * ndtri((highest - 3 / 8) / (k + 1 / 4)).mean())


def without_picking(contrast: Contrast, bias: float) -> Contrast:
    """The contrast with the p value of its gap less what picking the others brought (`bias`).

    p = 2·T(−max(0, |gap| − bias)/se) for a gap below 0. One above 0 was made smaller by the
    picking, not wider, and keeps its p value. Gap and interval stay those of the plain means.
    """
    from scipy.special import stdtr

    if contrast.gap >= 0:
        return contrast
    rest = max(0.0, -contrast.gap - bias)
    return replace(contrast, p=float(2 * stdtr(contrast.df, -rest / contrast.se)))
