"""Which interviews a bootstrap sample holds: drawn singly or by whole clusters, within strata."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.dataset import Dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]


FEWEST_REPLICATES = 20


class ResampleError(ValueError):
    """A bootstrap cannot be done with these data or settings. Says what, where and how to mend."""


@dataclass(frozen=True)
class Units:
    """What is drawn: m units, each an interview or a cluster of interviews, in k strata.

    `unit_of` (n,) the unit of each interview, 0 … m − 1; units are numbered so that those of one
    stratum follow one another. `stratum_of` (m,) the stratum of each unit, `first` and `size`
    (k,) where its units begin and how many they are.
    """

    unit_of: Numbers
    stratum_of: Numbers
    first: Numbers
    size: Numbers
    clustered: bool

    @property
    def n(self) -> int:
        """Number of interviews."""
        return len(self.unit_of)

    @property
    def m(self) -> int:
        """Number of units."""
        return len(self.stratum_of)

    def draw(self, rng: np.random.Generator) -> Numbers:
        """(m,) units drawn with replacement, in each stratum as many as it has."""
        size = self.size[self.stratum_of]
        return self.first[self.stratum_of] + (rng.random(self.m) * size).astype(np.intp)

    def rows(self, drawn: Numbers) -> Numbers:
        """Numbers of the interviews of these units, with repeats."""
        order, first, size = self._members
        sizes = size[drawn]
        ends = np.cumsum(sizes)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
        numbers: Numbers = order[np.repeat(first[drawn], sizes) + within]
        return numbers

    def counts(self, drawn: list[Numbers]) -> Array:
        """(B, n) how often each interview is in each of B samples."""
        counts = np.empty((len(drawn), self.n))
        for row, units in zip(counts, drawn, strict=True):
            row[:] = np.bincount(units, minlength=self.m)[self.unit_of]
        return counts

    @cached_property
    def _members(self) -> tuple[Numbers, Numbers, Numbers]:
        size = np.bincount(self.unit_of, minlength=self.m)
        return np.argsort(self.unit_of, kind="stable"), np.cumsum(size) - size, size


def units(n: int, cluster: Any = None, strata: Any = None) -> Units:
    """The units of n interviews.

    Parameters
    ----------
    cluster, strata : (n,) labels, or None: every interview its own unit, one stratum.

    Raises
    ------
    ResampleError
        fewer than two units, a label missing, or a cluster that lies in two strata.
    """
    layer = np.zeros(n, np.intp) if strata is None else codes(strata, n, "strata")
    group = np.arange(n) if cluster is None else codes(cluster, n, "cluster")
    _, row, group = np.unique(group, return_index=True, return_inverse=True)
    if (layer != layer[row][group]).any():
        raise ResampleError("A cluster lies in two strata; give strata that hold whole clusters.")
    if len(row) < 2:
        kind = "interviews" if cluster is None else "clusters"
        raise ResampleError(f"There are {len(row)} {kind} to draw from; at least two are needed.")
    order = np.argsort(layer[row], kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    size = np.bincount(layer[row])
    return Units(rank[group], layer[row][order], np.cumsum(size) - size, size, cluster is not None)


def codes(labels: Any, n: int, name: str) -> Numbers:
    """(n,) labels as numbers 0 … k − 1 in sorted order. Raises ResampleError for missing ones."""
    found = np.asarray(labels)
    if found.shape != (n,):
        raise ResampleError(f"{name} has shape {found.shape}; give one label an interview, ({n},).")
    missing = _missing(found)
    if missing.any():
        raise ResampleError(
            f"{name} is not known for {int(missing.sum())} of {n} interviews, the first in row "
            f"{int(np.argmax(missing))}; leave them out or give them a label."
        )
    plain = found.astype(np.str_) if found.dtype == object else found
    numbers: Numbers = np.unique(plain, return_inverse=True)[1]
    return numbers


def labels_of(data: Any, labels: Any) -> Any:
    """Labels as given, or the column of a DataFrame or field of a Dataset that a name stands for.

    Raises
    ------
    ResampleError
        there is no such column.
    """
    if not isinstance(labels, str):
        return labels
    if isinstance(data, Dataset):
        found = getattr(data, labels, None)
        if isinstance(found, np.ndarray):
            return found
    elif hasattr(data, "columns") and labels in data.columns:
        return data[labels]
    raise ResampleError(f"The data have no column {labels!r}; name one of theirs or give labels.")


def select(data: Any, rows: Numbers) -> Any:
    """The interviews of these numbers, in the kind of data that was given."""
    if isinstance(data, Dataset):
        return data.select(rows)
    if hasattr(data, "iloc"):
        return data.iloc[rows].reset_index(drop=True)
    return data[rows]


def positive_weights(weights: Any, n: int) -> Array:
    """(n,) weights. Raises ResampleError for other shapes, and for missing or negative ones."""
    values = np.asarray(weights, np.float64)
    if values.shape != (n,):
        raise ResampleError(f"weights have shape {values.shape} for {n} interviews.")
    if not (np.isfinite(values) & (values > 0)).all():
        raise ResampleError("A weight is missing, zero or negative; leave such interviews out.")
    return values


def require_replicates(replicates: int) -> None:
    """Raises ResampleError for fewer samples than an interval could be made of."""
    if replicates < FEWEST_REPLICATES:
        raise ResampleError(f"{replicates} replicates; give {FEWEST_REPLICATES} or more.")


def size_of(data: Any) -> int:
    """Number of interviews."""
    return data.n if isinstance(data, Dataset) else len(data)


def _missing(labels: NDArray[Any]) -> NDArray[np.bool_]:
    if labels.dtype.kind == "f":
        return np.asarray(np.isnan(labels), np.bool_)
    if labels.dtype.kind == "U":
        return np.asarray(labels == "", np.bool_)
    # NaN is the one value that differs from itself.
    flags = [label is None or label != label or label == "" for label in labels.tolist()]
    return np.array(flags, np.bool_)
