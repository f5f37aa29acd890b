"""A sample given by its moments, as publications print them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.checks import check_spread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.sample import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def given_sample(items: tuple[str, ...], cov: Any, mean: Any, n: Any) -> Sample:
    """The sample of moments that are given: one matrix, or a list with one for each group.

    `cov` has divisor n − 1, as programs print it. Raises ModelError for shapes that do not fit.
    """
    covs = _list(cov)
    sizes = np.atleast_1d(np.asarray(n if n is not None else [], np.int64))
    if len(sizes) != len(covs) or (sizes < 2).any():
        raise ModelError("Give n, the number of interviews behind each covariance matrix.")
    matrices = np.stack([_named(part, items) for part in covs])
    matrices = matrices * ((sizes - 1) / sizes)[:, None, None]
    means = np.zeros(matrices.shape[:2])
    if mean is not None:
        parts = _list(mean, vector=True)
        if len(parts) != len(covs):
            raise ModelError("Give one vector of means for each covariance matrix.")
        means = np.stack([_named_vector(part, items) for part in parts])
    names = tuple(str(k + 1) for k in range(len(covs))) if len(covs) > 1 else ("",)
    check_spread(matrices, items, names)
    return Sample(items, names, sizes, means, matrices, has_means=mean is not None)


def _list(value: Any, *, vector: bool = False) -> list[Any]:
    if isinstance(value, (list, tuple)) and not np.isscalar(value[0]):
        first = np.asarray(value[0])
        if first.ndim == (1 if vector else 2):
            return list(value)
    return [value]


def _named(matrix: Any, items: Sequence[str]) -> Array:
    if hasattr(matrix, "columns"):
        names = [str(name) for name in matrix.columns]
        absent = [item for item in items if item not in names]
        if absent:
            raise ModelError(f"The covariance matrix has no {', '.join(absent)}.")
        place = [names.index(item) for item in items]
        values = np.asarray(matrix, np.float64)[np.ix_(place, place)]
    else:
        values = np.asarray(matrix, np.float64)
    if values.shape != (len(items), len(items)):
        raise ModelError(
            f"The covariance matrix has shape {values.shape} for {len(items)} items; name its rows "
            f"and columns in a DataFrame, or give the items in the order of the model."
        )
    if not np.isfinite(values).all():
        raise ModelError(
            "The covariance matrix holds missing or infinite values; give all of them."
        )
    if not (np.diag(values) > 0).all():
        low = [item for item, v in zip(items, np.diag(values), strict=True) if not v > 0]
        raise ModelError(f"The variance of {', '.join(low)} is not positive; is it a covariance?")
    if not np.allclose(values, values.T, rtol=1e-8):
        raise ModelError("The covariance matrix is not symmetric.")
    return values


def _named_vector(vector: Any, items: Sequence[str]) -> Array:
    values = (
        vector[list(items)] if hasattr(vector, "index") and not isinstance(vector, list) else vector
    )
    found = np.asarray(values, np.float64)
    if found.shape != (len(items),):
        raise ModelError(f"There are {found.size} means for {len(items)} items.")
    return found
