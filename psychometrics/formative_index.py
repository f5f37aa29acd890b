"""Indices of behaviour and outcome metrics.

Such an index is formative: its metrics make it what it is. They need not go together, leaving one
out changes what is meant, and the weights are somebody's choice, not an estimate. So no reliability
and no factor model can vouch for it; what can be shown is how it turns out under other weights
(`psychometrics.weight_sensitivity`). Nor may it be averaged with a survey score. That one estimates
an attitude, with a known error, on the scale of its answers; the index places units among those at
hand and knows no error. A mean of both would be neither, and would hide where words and deeds part.
Set them beside each other and correlate them (`psychometrics.association`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._formative import (
    Direction,
    FormativeIndexError,
    normalised,
    standardised,
    weighted,
)
from psychometrics._plain import plain_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics._named_columns import Columns

    Array = NDArray[np.float64]

__all__ = [
    "Direction",
    "FormativeIndex",
    "FormativeIndexError",
    "formative_index",
]


@dataclass(frozen=True)
class FormativeIndex:
    """An index of u units (brands, brands in waves, or people) from m metrics.

    Parameters
    ----------
    weights : (m,) adding up to 1; 0 for a metric that is no part of the index.
    standardised : (u, m) z scores over the units, high being good; NaN where unknown.
    index : (u,) weighted mean of the z scores; 0 is a unit that is average in all. NaN where too
        little is known.
    contributions : (u, m) each metric's part of the index, to which they add up; NaN where unknown.
    known : (u,) share of the weight whose metrics are known, 0–1.
    n_used : units that have an index.
    """

    groups: tuple[str, ...]
    metrics: tuple[str, ...]
    weights: Array
    standardised: Array
    index: Array
    contributions: Array
    known: Array
    known_share: float
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    def of(self, group: str) -> float | None:
        """The index of one unit; None where too little is known. Raises KeyError for no unit."""
        if group not in self.groups:
            raise KeyError(group)
        found = float(self.index[self.groups.index(group)])
        return None if np.isnan(found) else found

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values; NaN becomes None."""
        return plain_fields(self)


def formative_index(
    values: Columns,
    weights: Mapping[str, float],
    *,
    directions: Mapping[str, Direction],
    groups: Sequence[str],
    metrics: Sequence[str] | None = None,
    known_share: float = 0.8,
) -> FormativeIndex:
    """Weighted mean of metrics in standard scores; the head of this module says what it is not.

    z = ±(x − mean)/sd (n − 1) over the units that have the metric, minus where lower is better;
    index = Σ w·z / Σ w over the metrics known of a unit, which must hold at least `known_share` of
    the weight. A unit whose metric is unknown is thereby taken to do as well on it as on the
    others. A metric on which all units are the same has z = 0; one known of fewer than two units
    counts as unknown of all.

    Source: OECD & JRC 2008, Handbook on Constructing Composite Indicators,
    10.1787/9789264043466-en; Diamantopoulos & Winklhofer 2001, 10.1509/jmkr.38.2.269.18845, on
    formative measurement.
    R: ``z <- scale(x)``; ``weighted.mean(z[i, ], w, na.rm = TRUE)``.

    Parameters
    ----------
    values : metric → (u,) values, NaN for missing; or (u, m) with the names in `metrics`.
    weights : metric → weight, 0 or more; a metric without one is no part of the index.
    directions : metric → ``"higher"`` or ``"lower"``, whichever is good.
    groups : names of the u units.

    Raises
    ------
    FormativeIndexError
        names, lengths, weights, directions or a share that do not fit.
    """
    if not 0 < known_share <= 1:
        raise FormativeIndexError(
            f"The share that must be known is {known_share}; give one above 0 and at most 1."
        )
    data = standardised(values, metrics, directions, groups)
    share = normalised(weights, data)
    index, known = (row[0] for row in weighted(data.z, share[None, :]))
    enough = known >= known_share - 1e-12
    with np.errstate(invalid="ignore", divide="ignore"):
        contributions = share * data.z / known[:, None]
    contributions[~enough] = np.nan
    lacking = [name for name, kept in zip(data.groups, enough.tolist(), strict=True) if not kept]
    warnings = [*data.warnings]
    if lacking:
        warnings.append(
            f"Under {known_share:.0%} of the weight is known of {', '.join(lacking)}: no index."
        )
    return FormativeIndex(
        groups=data.groups,
        metrics=data.metrics,
        weights=share,
        standardised=data.z,
        index=np.where(enough, index, np.nan),
        contributions=contributions,
        known=known,
        known_share=known_share,
        n_used=int(enough.sum()),
        method="formative: weighted mean of metrics standardised over the units",
        warnings=tuple(warnings),
    )
