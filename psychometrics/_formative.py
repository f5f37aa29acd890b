"""What formative indices are made of: metrics in standard scores, and weights that fit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from psychometrics._named_columns import ColumnsError, named_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics._named_columns import Columns

    Array = NDArray[np.float64]

Direction: TypeAlias = Literal["higher", "lower"]

_SIGNS = {"higher": 1.0, "lower": -1.0}


class FormativeIndexError(ValueError):
    """An index cannot be made of these metrics. Says what, where and how to mend."""


class Standardised(NamedTuple):
    """Metrics as z scores over the units (u, m), high being good; NaN where unknown."""

    groups: tuple[str, ...]
    metrics: tuple[str, ...]
    z: Array
    warnings: tuple[str, ...]


def standardised(
    values: Columns,
    metrics: Sequence[str] | None,
    directions: Mapping[str, Direction],
    groups: Sequence[str],
) -> Standardised:
    """Each metric less its mean, over its standard deviation (n − 1), turned where low is good.

    0 where all units are the same; a metric known of fewer than two units is unknown of all.

    Raises
    ------
    FormativeIndexError
        lengths, names or directions that do not fit.
    """
    try:
        names, matrix = named_columns(values, metrics)
    except ColumnsError as error:
        raise FormativeIndexError(str(error)) from error
    units = tuple(str(group) for group in groups)
    _require(names, matrix, directions, units)
    z = np.full(matrix.shape, np.nan)
    warnings = []
    for j, name in enumerate(names):
        rows = ~np.isnan(matrix[:, j])
        known = matrix[rows, j]
        if len(known) < 2:
            warnings.append(
                f"Metric {name} is known of {len(known)} units, too few to compare any; it counts "
                f"as unknown."
            )
        elif np.ptp(known) == 0:
            z[rows, j] = 0.0
            warnings.append(f"Metric {name} is the same of all units and tells none apart.")
        else:
            apart = (known - known.mean()) / known.std(ddof=1)
            z[rows, j] = _SIGNS[directions[name]] * apart
    return Standardised(units, names, z, tuple(warnings))


def normalised(weights: Mapping[str, float], data: Standardised) -> Array:
    """(m,) weights that add up to 1; metrics not named weigh 0.

    Raises
    ------
    FormativeIndexError
        an unknown metric, a weight that is negative or no number, or none above 0.
    """
    unknown = [name for name in weights if name not in data.metrics]
    if unknown:
        raise FormativeIndexError(
            f"There are weights for {', '.join(unknown)} and no values; the metrics are "
            f"{', '.join(data.metrics)}. Give values, NaN where they are not known."
        )
    raw = np.array([weights.get(name, 0.0) for name in data.metrics], np.float64)
    if not (np.isfinite(raw) & (raw >= 0)).all():
        raise FormativeIndexError(
            "A weight is negative or not a number; give 0 or more, and say by the direction of a "
            "metric that less of it is better."
        )
    if raw.sum() == 0:
        raise FormativeIndexError("No metric has a weight above 0; give one at least.")
    return np.asarray(raw / raw.sum(), np.float64)


def weighted(z: Array, weights: Array) -> tuple[Array, Array]:
    """Indices under R sets of weights, and the share of the weight that is known of each unit.

    z (u, m), weights (R, m) → (R, u) Σ w·z / Σ w over the metrics known of the unit, NaN where
    there is none, and (R, u) Σ w.
    """
    present = ~np.isnan(z)
    known = weights @ present.T.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        index = weights @ np.where(present, z, 0.0).T / known
    return index, known


def _require(
    names: tuple[str, ...],
    matrix: Array,
    directions: Mapping[str, Direction],
    units: tuple[str, ...],
) -> None:
    if not names:
        raise FormativeIndexError("There is no metric; give at least one.")
    if len(matrix) != len(units) or len(set(units)) < len(units):
        raise FormativeIndexError(
            f"There are {len(units)} units and {len(matrix)} rows of values; name each row once."
        )
    wrong = [name for name in names if directions.get(name) not in _SIGNS]
    if wrong:
        raise FormativeIndexError(
            f'Of {", ".join(wrong)} it is not known which way is good; give "higher" or "lower".'
        )
