"""Measures by name as one matrix, from a mapping or from a matrix with names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

Columns: TypeAlias = "Mapping[str, ArrayLike] | ArrayLike"


class ColumnsError(ValueError):
    """Measures that do not fit their names or one another. Says what, where and how to mend."""


def named_columns(values: Columns, names: Sequence[str] | None) -> tuple[tuple[str, ...], Array]:
    """Names and the (n, p) matrix of float, NaN for missing.

    Raises
    ------
    ColumnsError
        names missing, too many or twice, columns of different lengths, or infinite values.
    """
    if isinstance(values, Mapping):
        if names is not None:
            raise ColumnsError("Names are known from the mapping; leave them out.")
        found = tuple(str(name) for name in values)
        columns = [np.asarray(column, np.float64) for column in values.values()]
        shapes = sorted({column.shape for column in columns})
        if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
            raise ColumnsError(
                f"Columns have the shapes {', '.join(map(str, shapes))}; give each as many values, "
                f"NaN for missing ones."
            )
        matrix = np.column_stack(columns) if columns else np.empty((0, 0))
    else:
        matrix = np.asarray(values, np.float64)
        found = tuple(str(name) for name in names or ())
        if matrix.ndim != 2 or matrix.shape[1] != len(found):
            raise ColumnsError(
                f"The matrix has shape {matrix.shape} and there are {len(found)} names; give a "
                f"column and a name for each measure."
            )
    if len(set(found)) < len(found):
        raise ColumnsError(f"A name is there twice: {', '.join(found)}.")
    if np.isinf(matrix).any():
        raise ColumnsError("A value is infinite; give NaN where it is not known.")
    return found, matrix
