"""A data set too large to hold, as what factor models need of it: counts that add up.

One pass over the answers, part by part, on one machine or on many; whatever is asked afterwards
costs the same for a thousand interviews and for ten million.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._count_tables import CountTables, OrdinalError, coded, fixed
from psychometrics._packed_counts import packed_counts
from psychometrics.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics._count_tables import Categories

    Columns = Mapping[str, NDArray[Any]]
    Part = Callable[[], Columns]


@dataclass(frozen=True)
class AnswerSummary:
    """The joint counts of all pairs of items in every group.

    Parameters
    ----------
    items : the p names. categories : the answers of each item, ascending.
    tables : counts of each group by its name; one empty name without groups.
    n_dropped : interviews left out because an answer or the group was missing.
    """

    items: tuple[str, ...]
    categories: Categories
    tables: Mapping[str, CountTables] = field(default_factory=dict)
    n_dropped: int = 0

    @property
    def n(self) -> int:
        """Complete interviews of all groups."""
        return sum(table.n for table in self.tables.values())

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups in order of first appearance."""
        return tuple(self.tables)

    @property
    def all(self) -> CountTables:
        """The counts of all groups together."""
        return reduce(CountTables.__add__, self.tables.values())

    def moments(self, group: str = "") -> Moments:
        """Means and covariances of a group, exact. Fourth moments need the answers themselves."""
        table = self.tables[group]
        p = len(self.items)
        value = np.zeros((p, table.width))
        for j, known in enumerate(self.categories):
            value[j, : len(known)] = known
        centre = (table.margins * value).sum(axis=1) / max(table.n, 1)
        centred = value - centre[:, None]
        sums = np.zeros((1 + p, 1 + p))
        sums[0, 0] = table.n
        sums[1:, 1:] = np.einsum("iajb,ia,jb->ij", table.joint, centred, centred)
        sums[0, 1:] = sums[1:, 0] = (table.margins * centred).sum(axis=1)
        return Moments(self.items, table.n, centre, sums)

    def __add__(self, other: AnswerSummary) -> AnswerSummary:
        """The summary of both data sets together."""
        if not isinstance(other, AnswerSummary):
            return NotImplemented
        names = dict.fromkeys((*self.tables, *other.tables))
        both = {name: _sum(self.tables.get(name), other.tables.get(name)) for name in names}
        return AnswerSummary(self.items, self.categories, both, self.n_dropped + other.n_dropped)


def summarise(
    parts: Iterable[Part],
    items: Sequence[str],
    categories: Sequence[Sequence[float]],
    *,
    group: str | None = None,
    n_jobs: int = 1,
) -> AnswerSummary:
    """Count the answers of all parts of a data set.

    Parameters
    ----------
    parts : each, when called, gives the columns of some interviews by name: arrays (n,) of items,
        and of the group's names, best as a pandas Categorical. NaN means not answered.
    items : which columns are counted. categories : the answers of each item that count.
    group : the column that tells groups apart.
    n_jobs : parts counted at once, by joblib; under ``joblib.parallel_config(backend="dask")`` on
        the machines of a cluster. The result is the same whatever the number.

    Raises
    ------
    OrdinalError
        an answer that is none of the categories, no part, or an unknown column.
    """
    from joblib import Parallel, delayed

    names, known = tuple(items), fixed(categories)
    if len(known) != len(names):
        raise OrdinalError(f"Categories of {len(known)} items are given for {len(names)} items.")
    calls = [delayed(summarise_part)(part, names, known, group) for part in parts]
    if not calls:
        raise OrdinalError("There is no part to count.")
    found: list[AnswerSummary] = Parallel(n_jobs=n_jobs)(calls)
    return reduce(AnswerSummary.__add__, found)


def summarise_part(
    part: Part, items: tuple[str, ...], categories: Categories, group: str | None
) -> AnswerSummary:
    """`summarise` of one part."""
    columns = part()
    absent = [name for name in (*items, *([group] if group else [])) if name not in columns]
    if absent:
        raise OrdinalError(f"The answers have no column {', '.join(absent)}.")
    width = max(map(len, categories))
    codes = np.stack(
        [
            coded(np.asarray(columns[item])[:, None], (known,), (item,))[0]
            for item, known in zip(items, categories, strict=True)
        ]
    )
    sizes = np.array([len(known) for known in categories], np.uint8)[:, None]
    names, member = _members(None if group is None else columns[group], codes.shape[1])
    keep = (codes < sizes).all(axis=0) & (member >= 0)
    if not keep.all():
        codes, member = np.ascontiguousarray(codes[:, keep]), member[keep]
    joint = packed_counts(codes, width, member, len(names))
    size = np.bincount(member, minlength=len(names))
    tables = {
        name: CountTables(items, categories, joint[k], int(size[k]))
        for k, name in enumerate(names)
        if size[k]
    }
    return AnswerSummary(items, categories, tables, int((~keep).sum()))


def _members(column: Any, n: int) -> tuple[tuple[str, ...], NDArray[np.integer[Any]]]:
    """Names of the groups, and the number of each interview's, −1 for none."""
    if column is None:
        return ("",), np.zeros(n, np.int8)
    if hasattr(column, "categories") and hasattr(column, "codes"):
        return tuple(str(name) for name in column.categories), np.asarray(column.codes)
    values = np.asarray(column)
    text = np.array(["" if v is None or v != v else str(v) for v in values.tolist()])
    names, member = np.unique(text, return_inverse=True)
    if len(names) and names[0] == "":
        return tuple(names[1:].tolist()), member - 1
    return tuple(names.tolist()), member


def _sum(one: CountTables | None, other: CountTables | None) -> CountTables:
    if one is None or other is None:
        found = one or other
        assert found is not None  # noqa: S101
        return found
    return one + other
