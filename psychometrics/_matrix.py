"""Answers of any accepted kind become one float matrix with item names: the only conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from psychometrics.dataset import MISSING, Dataset, DatasetError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Answers: TypeAlias = Dataset | NDArray[Any] | pd.DataFrame


def as_matrix(
    data: Answers, *, items: Sequence[str] | None = None
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Float matrix (n, p) with NaN for missing, and the p item names.

    Parameters
    ----------
    data : Dataset: answers after reversal of its scales that are not outcomes, in order of the
        keys, an item that serves two scales once. DataFrame: its columns. Array (n, p): as is;
        in an array of integers `MISSING` means not answered.
    items : which columns of a Dataset or DataFrame, in this order; names of the columns of an
        array, ``item1`` … ``itemp`` when not given.

    Raises
    ------
    DatasetError
        an unknown item, several columns of one name, a column that is not numeric, an infinite
        value, not two dimensions.
    """
    if isinstance(data, Dataset):
        matrix, names = _from_dataset(data, items)
    elif not isinstance(data, np.ndarray) and hasattr(data, "columns"):
        matrix, names = _from_frame(data, items)
    else:
        matrix, names = _from_array(np.asarray(data), items)
    if np.isinf(matrix).any():
        column = int(np.argwhere(np.isinf(matrix))[0][1])
        raise DatasetError(f"Item {names[column]} holds an infinite value; give it as missing.")
    return matrix, names


def listwise(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rows of a matrix (n, p) in which nothing is missing."""
    complete: NDArray[np.float64] = matrix[~np.isnan(matrix).any(axis=1)]
    return complete


def _from_dataset(
    data: Dataset, items: Sequence[str] | None
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    columns: dict[str, NDArray[np.float64]] = {}
    for key in data.keys:
        if key.outcome and items is None:
            continue
        for item, values in zip(key.items, data.keyed(key.scale).T, strict=True):
            columns.setdefault(item, values)
    names = tuple(columns) if items is None else tuple(items)
    _require(names, columns)
    if not names:
        return np.empty((data.n, 0)), ()
    return np.column_stack([columns[name] for name in names]), names


def _from_frame(
    data: pd.DataFrame, items: Sequence[str] | None
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    labels = [str(column) for column in data.columns]
    names = tuple(labels if items is None else items)
    _require(names, labels)
    place = {label: k for k, label in enumerate(labels)}
    if len(place) < len(labels):
        _require_single(names, labels)
    try:
        if items is None:
            return data.to_numpy(dtype=np.float64, na_value=np.nan), names
        columns = [
            data.iloc[:, place[name]].to_numpy(dtype=np.float64, na_value=np.nan) for name in names
        ]
        return np.column_stack(columns), names
    except (TypeError, ValueError) as error:
        raise DatasetError(
            f"The answers hold something that is not a number ({error}); "
            f"leave columns of text out, or name the items."
        ) from error


def _from_array(
    data: NDArray[Any], items: Sequence[str] | None
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    if data.ndim != 2:
        raise DatasetError(f"Answers have shape {data.shape}; give rows of interviews × items.")
    names = tuple(f"item{j + 1}" for j in range(data.shape[1])) if items is None else tuple(items)
    if len(names) != data.shape[1]:
        raise DatasetError(f"{len(names)} item names are given for {data.shape[1]} columns.")
    try:
        matrix = data.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DatasetError(f"The answers hold something that is not a number ({error}).") from error
    if np.issubdtype(data.dtype, np.signedinteger):
        matrix[data == MISSING] = np.nan
    return matrix, names


def _require(names: Sequence[str], known: Any) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise DatasetError(f"Items not in the data: {', '.join(unknown)}.")


def _require_single(names: Sequence[str], labels: Sequence[str]) -> None:
    twice = [name for name in dict.fromkeys(names) if labels.count(name) > 1]
    if twice:
        raise DatasetError(
            f"Several columns are named {', '.join(twice)}; rename them, or keep one of each."
        )
