"""What is said of each interview beside its answers: group, cluster and weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.errors import ModelError
from psychometrics.dataset import Dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def column_of(data: Any, given: Any, n: int, what: str) -> NDArray[Any] | None:
    """A column by name, or values as given, one for each interview."""
    if given is None:
        return None
    if isinstance(given, str):
        values = _named(data, given)
        if values is None:
            raise ModelError(f"{what}={given!r}: there is no such column in the data.")
    else:
        values = np.asarray(given)
    if values.ndim != 1:
        raise ModelError(f"{what} has shape {values.shape}; give one value for each interview.")
    if len(values) != n:
        raise ModelError(f"{what} has {len(values)} values for {n} interviews.")
    return values


def _named(data: Any, name: str) -> NDArray[Any] | None:
    """The column of a DataFrame, or what a Dataset says of each interview; None without one."""
    if isinstance(data, Dataset):
        found = getattr(data, name, None)
        return found if isinstance(found, np.ndarray) else None
    return np.asarray(data[name]) if name in getattr(data, "columns", ()) else None


def checked_clusters(cluster: NDArray[Any], used: NDArray[np.bool_]) -> NDArray[Any]:
    """(n,) clusters. Raises ModelError where that of an interview that is `used` is not known."""
    codes, values = _distinct(cluster[used])
    absent = [k for k, value in enumerate(values) if _absent(value)]
    lost = int((codes < 0).sum() + np.isin(codes, absent).sum())
    if lost:
        raise ModelError(
            f"The cluster of {lost} interviews is not known; leave them out, or give each a "
            f"cluster of its own."
        )
    return cluster


def group_codes(member: NDArray[Any] | None, keep: NDArray[Any]) -> tuple[tuple[str, ...], Any]:
    """Group names in order of first appearance, and the group of each interview, −1 for none."""
    if member is None:
        return ("",), np.zeros(len(keep), np.intp)
    codes, values = _distinct(member)
    text = ["" if _absent(value) else str(value) for value in values]
    names = tuple(dict.fromkeys(name for name in text if name))
    if len(names) < 2:
        raise ModelError("There is only one group in the data; leave group out.")
    place = {name: k for k, name in enumerate(names)}
    return names, np.array([*(place.get(name, -1) for name in text), -1])[codes]


def _distinct(member: NDArray[Any]) -> tuple[NDArray[np.intp], list[Any]]:
    """(n,) place of each value among the distinct ones, −1 for none, and those in order of first
    appearance."""
    import pandas as pd

    codes, values = pd.factorize(member)
    return codes, values.tolist()


def _absent(value: Any) -> bool:
    return value is None or value != value or value == ""


def checked_weights(weight: NDArray[Any]) -> Array:
    """(n,) weights as numbers. Raises ModelError for one that is not positive."""
    try:
        values = weight.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ModelError(f"Weights must be numbers ({error}); name another column.") from error
    if not (values > 0).all() or np.isinf(values).any():
        raise ModelError("Weights must be positive numbers; leave out interviews that weigh 0.")
    return values


def few_clusters(count: int | None) -> float:
    """C / (C − 1), by which sums over C clusters are corrected; 1 without clusters.

    Raises ModelError for a single cluster.
    """
    if count is None:
        return 1.0
    if count < 2:
        raise ModelError("There is only one cluster; errors need several. Leave cluster out.")
    return count / (count - 1)
