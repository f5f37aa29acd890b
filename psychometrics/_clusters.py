"""Who gave which value, where some people gave several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.means import ComparisonError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from psychometrics.dataset import Dataset

    Array = NDArray[np.float64]
    Clusters = Mapping[str, ArrayLike]


def known_values(values: ArrayLike, labels: ArrayLike, group: str) -> tuple[Array, NDArray[Any]]:
    """The values that are not missing, and who gave each.

    Raises
    ------
    ComparisonError
        more or fewer labels than values.
    """
    numbers, names = np.asarray(values, np.float64), np.asarray(labels)
    if numbers.shape != names.shape:
        raise ComparisonError(
            f"Group {group} has {len(numbers)} values and {len(names)} labels of clusters; give "
            f"one label for each value."
        )
    known = ~np.isnan(numbers)
    return numbers[known], names[known]


def known_labels(groups: Mapping[str, ArrayLike], clusters: Clusters) -> dict[str, NDArray[Any]]:
    """Who gave the values of each group that are not missing. Raises ComparisonError."""
    absent = [str(name) for name in groups if name not in clusters]
    if absent:
        raise ComparisonError(f"The clusters of group {', '.join(absent)} are not given.")
    return {name: known_values(values, clusters[name], name)[1] for name, values in groups.items()}


def several_values(groups: Mapping[str, ArrayLike], clusters: Clusters | None) -> bool:
    """Whether anybody gave two values or more, in one group or in several."""
    if clusters is None:
        return False
    labels = list(known_labels(groups, clusters).values())
    found = np.concatenate(labels) if labels else np.empty(0)
    return len(np.unique(found)) < len(found)


def people_of(values: ArrayLike, labels: ArrayLike, group: str) -> int:
    """How many people gave the values that are not missing."""
    return len(np.unique(known_values(values, labels, group)[1]))


def person_codes(cluster: NDArray[np.str_]) -> NDArray[np.intp]:
    """(n,) labels as numbers, which are faster to compare."""
    codes: NDArray[np.intp] = np.unique(cluster, return_inverse=True)[1]
    return codes


def clusters_if_any(dataset: Dataset) -> NDArray[np.str_] | None:
    """(n,) who gave each interview; None where nobody gave several."""
    cluster = dataset.cluster
    return None if cluster is None or len(np.unique(cluster)) == len(cluster) else cluster
