"""Item parameters as tables that can be read without the questionnaire beside them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.irt._probabilities import ItemParameters

    Array = NDArray[np.float64]

NORMAL_95 = 1.959963984540054


def wide(
    items: Sequence[str],
    categories: Sequence[Sequence[int]],
    parameters: ItemParameters,
    covariance: Array,
) -> pd.DataFrame:
    """One row per item; ``a b1 … d1 …`` with ``_se``; no b when there are several traits."""
    import pandas as pd

    D = parameters.slopes.shape[1]
    blocks = _blocks(parameters, covariance)
    width = max(found[-1] - found[0] for found in categories)
    names = ["a"] if D == 1 else [f"a{k + 1}" for k in range(D)]
    names += [f"b{k + 1}" for k in range(width)] * (D == 1) + [f"d{k + 1}" for k in range(width)]
    rows: list[dict[str, Any]] = []
    for j, (item, found) in enumerate(zip(items, categories, strict=True)):
        row: dict[str, Any] = dict.fromkeys([*names, *(f"{name}_se" for name in names)], np.nan)
        a, d = parameters.slopes[j], parameters.intercepts[j, : len(found) - 1]
        errors = np.sqrt(np.diag(blocks[j]))
        place = [value - found[0] for value in found[1:]]
        _put(row, names[:D], a, errors[:D] if D == 1 else np.full(D, np.nan))
        _put(row, [f"d{k}" for k in place], d, errors[D:])
        if D == 1:
            _put(row, [f"b{k}" for k in place], -d / a, _location_errors(a[0], d, blocks[j]))
        rows.append({"item": item, **row})
    return pd.DataFrame(rows)


def long(
    items: Sequence[str],
    categories: Sequence[Sequence[int]],
    parameters: ItemParameters,
    covariance: Array,
) -> pd.DataFrame:
    """One row per boundary: item, boundary, b, se, ci_lower, ci_upper."""
    import pandas as pd

    blocks = _blocks(parameters, covariance)
    parts = []
    for j, (item, found) in enumerate(zip(items, categories, strict=True)):
        a, d = parameters.slopes[j, 0], parameters.intercepts[j, : len(found) - 1]
        b, errors = -d / a, _location_errors(a, d, blocks[j])
        columns = {
            "item": item,
            "boundary": [f"{low}|{high}" for low, high in pairwise(found)],
            "b": b,
            "se": errors,
            "ci_lower": b - NORMAL_95 * errors,
            "ci_upper": b + NORMAL_95 * errors,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def estimates(table: pd.DataFrame) -> pd.DataFrame:
    """The wide table by item, estimates of slopes and locations alone."""
    kept = [name for name in table.columns if not name.endswith("_se")]
    if "a" in kept:
        kept = [name for name in kept if not name.startswith("d")]
    return table[kept].set_index("item")


def _blocks(parameters: ItemParameters, covariance: Array) -> list[Array]:
    ends = parameters.free.sum(axis=1).cumsum()
    begins = [0, *ends[:-1]]
    return [covariance[i:k, i:k] for i, k in zip(begins, ends, strict=True)]


def _location_errors(a: float, d: Array, block: Array) -> Array:
    """Standard errors of b = −d/a by the delta method."""
    by_a, by_d = d / a**2, -1 / a
    variances = (
        by_a**2 * block[0, 0] + 2 * by_a * by_d * block[0, 1:] + by_d**2 * np.diag(block)[1:]
    )
    errors: Array = np.sqrt(variances)
    return errors


def _put(row: dict[str, Any], names: Sequence[str], values: Array, errors: Array) -> None:
    row.update(zip(names, values.tolist(), strict=True))
    row.update(zip([f"{name}_se" for name in names], errors.tolist(), strict=True))
