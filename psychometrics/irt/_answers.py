"""Graded answers as category numbers, equal interviews counted once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._matrix import as_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SMALLEST = 30
"""Fewer interviews than this cannot carry a graded model."""

MOST_CATEGORIES = 20
"""An item with more values than this is a measurement, not a graded answer."""


class IrtError(ValueError):
    """An item response model cannot be had from these answers. Says what, where and the mend."""


@dataclass(frozen=True)
class GradedAnswers:
    """Answers to p items as category numbers, one row for all interviews that answered alike.

    Parameters
    ----------
    items : the p item names.
    values : for every item the answers that occur, ascending; category k is ``values[j][k]``.
    codes : (m, p) int8, category of each pattern, −1 where not answered; about along the trait.
    counts : (m,) interviews (or the sum of their weights) with each pattern, positive.
    row : (n,) pattern of each interview as given; −1 where nothing was answered.
    n_used : interviews with at least one answer.
    warnings : what was dropped or is unusual.
    """

    items: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    codes: NDArray[np.int8]
    counts: Array
    row: NDArray[np.intp]
    n_used: int
    warnings: tuple[str, ...]

    @property
    def p(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def categories(self) -> NDArray[np.intp]:
        """(p,) number of categories that occur."""
        return np.array([len(values) for values in self.values], np.intp)

    @property
    def width(self) -> int:
        """Most categories of any item, K."""
        return int(self.categories.max())

    @property
    def weight(self) -> float:
        """Sum of the counts: the number of interviews, or of their weights."""
        return float(self.counts.sum())

    def take(self, patterns: NDArray[Any]) -> GradedAnswers:
        """Some patterns only, with their counts; the interviews are no longer known."""
        nobody = np.empty(0, np.intp)
        return replace(self, codes=self.codes[patterns], counts=self.counts[patterns], row=nobody)

    def only(self, columns: NDArray[np.intp]) -> GradedAnswers:
        """Some items only, all patterns as they are."""
        return replace(
            self,
            items=tuple(self.items[j] for j in columns),
            values=tuple(self.values[j] for j in columns),
            codes=self.codes[:, columns],
        )


def graded_answers(data: Any, weights: Any = None, fewest_items: int = 3) -> GradedAnswers:
    """Read, check and count answers; `data` as `psychometrics._matrix.as_matrix` takes it.

    Raises
    ------
    IrtError
        too few items or interviews, a value that is not a whole number, an item with one or with
        more than `MOST_CATEGORIES` categories, weights that do not fit.
    """
    matrix, items = as_matrix(data)
    if len(items) < fewest_items:
        raise IrtError(f"{len(items)} item(s) given; a graded model needs at least {fewest_items}.")
    answered = ~np.isnan(matrix)
    weight = _checked_weights(weights, len(matrix))
    used = answered.any(axis=1) & (weight > 0)
    n_used = int(used.sum())
    if n_used < SMALLEST:
        raise IrtError(
            f"{n_used} interview(s) with an answer; a graded model needs at least {SMALLEST}. "
            f"Collect more, or use scale scores with alpha."
        )
    codes, values = _categories(np.where(used[:, None], matrix, np.nan), items)
    row, first = _along(codes, *_patterns(codes, used))
    counts = np.bincount(row[used], weight[used], minlength=len(first)).astype(np.float64)
    warnings = (*_absent(n_used, len(matrix)), *_unused(items, values))
    return GradedAnswers(items, values, codes[first], counts, row, n_used, warnings)


def _checked_weights(weights: Any, n: int) -> Array:
    if weights is None:
        return np.ones(n)
    weight = np.asarray(weights, np.float64).ravel()
    if weight.shape != (n,):
        raise IrtError(f"{len(weight)} weights are given for {n} interviews; give one for each.")
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise IrtError("A weight is missing, negative or infinite; give counts, 0 to leave out.")
    return weight


def _categories(
    matrix: Array, items: tuple[str, ...]
) -> tuple[NDArray[np.int8], tuple[tuple[int, ...], ...]]:
    codes = np.full(matrix.shape, -1, np.int8)
    values = []
    for j, item in enumerate(items):
        column = matrix[:, j]
        answered = ~np.isnan(column)
        found = _whole_values(column[answered], item)
        low = found[0]
        place = np.full(found[-1] - low + 1, -1, np.int8)
        place[np.array(found) - low] = np.arange(len(found))
        codes[answered, j] = place[(column[answered] - low).astype(np.intp)]
        values.append(tuple(found))
    return codes, tuple(values)


def _whole_values(given: Array, item: str) -> list[int]:
    if len(given) == 0:
        raise IrtError(f"Nobody answered item {item}; leave it out.")
    low, high = given.min(), given.max()
    if high - low < 10_000 and (given == np.rint(given)).all():
        seen = np.bincount((given - low).astype(np.intp))
        found = [int(low) + int(step) for step in np.flatnonzero(seen)]
    else:
        raise IrtError(
            f"Item {item} holds values that are not whole numbers of a response format; "
            f"give the category that was chosen."
        )
    if len(found) == 1:
        raise IrtError(
            f"Everybody who answered item {item} chose {found[0]}; it tells nobody apart. "
            f"Leave it out."
        )
    if found[-1] - found[0] >= MOST_CATEGORIES:
        raise IrtError(
            f"Item {item} runs from {found[0]} to {found[-1]}; at most {MOST_CATEGORIES} steps are "
            f"graded categories. Group the answers, or number them one by one."
        )
    return found


def _patterns(
    codes: NDArray[np.int8], used: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    key = np.zeros(len(codes), np.int64)
    span = 1
    for j in range(codes.shape[1]):
        base = int(codes[:, j].max()) + 2
        if span * base > 2**62:
            found, key = np.unique(key, return_inverse=True)
            span = len(found)
        key = key * base + codes[:, j] + 1
        span *= base
    key[~used] = -1
    _, first, row = np.unique(key, return_index=True, return_inverse=True)
    if used.all():
        return row, first
    return row - 1, first[1:]


def _along(
    codes: NDArray[np.int8], row: NDArray[np.intp], first: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Patterns about in the order of the trait: by what most items have in common.

    Neighbours then have posteriors in the same place, which makes passes over them short.
    """
    some = codes[first[:: max(1, len(first) // 2000)]]
    told = some >= 0
    mean = np.where(told, some, 0).sum(axis=0) / np.maximum(told.sum(axis=0), 1)
    centred = np.where(told, some - mean, 0.0)
    centred /= np.maximum(np.sqrt((centred**2).mean(axis=0)), 1e-6)
    common = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    given = codes[first]
    order = np.argsort(np.where(given >= 0, given - mean, 0.0) @ common, kind="stable")
    place = np.empty(len(first) + 1, np.intp)
    place[order], place[-1] = np.arange(len(first)), -1
    return place[row], first[order]


def _absent(n_used: int, n: int) -> tuple[str, ...]:
    if n_used == n:
        return ()
    return (f"{n - n_used} of {n} interviews left out: no item was answered, or the weight is 0.",)


def _unused(items: tuple[str, ...], values: tuple[tuple[int, ...], ...]) -> tuple[str, ...]:
    lowest, highest = _usual(values)
    inner: dict[str, list[str]] = {}
    ends: dict[str, list[str]] = {}
    for item, found in zip(items, values, strict=True):
        if gaps := sorted(set(range(found[0], found[-1])) - set(found)):
            inner.setdefault(_list(gaps), []).append(item)
        same = lowest <= found[0] and found[-1] <= highest
        outer = [*range(lowest, found[0]), *range(found[-1] + 1, highest + 1)] if same else []
        if outer:
            ends.setdefault(_list(outer), []).append(item)
    return (
        *(
            f"Nobody chose {gaps} on {', '.join(names)}: the category is left out, and the "
            f"boundary below it is empty in the tables."
            for gaps, names in inner.items()
        ),
        *(
            f"Nobody chose {outer} on {', '.join(names)}, which other items have: b1 is the "
            f"boundary above the lowest answer that was chosen."
            for outer, names in ends.items()
        ),
    )


def _usual(values: tuple[tuple[int, ...], ...]) -> tuple[int, int]:
    """Ends of the response format that more than half of the items share; else an empty range."""
    ends = [(found[0], found[-1]) for found in values]
    usual = max(set(ends), key=ends.count)
    return usual if 2 * ends.count(usual) > len(ends) else (0, -1)


def _list(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers)
