"""How often every pair of answers was given together: all that thresholds and correlations need.

One pass over the answers; tables of parts of a file add up to the table of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._packed_counts import WORTHWHILE, packed_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Codes = NDArray[np.uint8]
    Categories = tuple[tuple[float, ...], ...]

MOST_CATEGORIES = 12
"""From more categories on, an item tells as much when it is treated as continuous."""
MOST_PACKED = 11
"""Up to so many categories, tables of long data are counted many items at once."""
BLOCK = 2**19
"""Indicators held at once while counting; single-precision sums of so few are exact."""
SPAN = 256
"""Whole answers within such a range are coded through a lookup table."""
NOWHERE = 255
"""Code of an answer that is none of the categories."""


class OrdinalError(ValueError):
    """Answers that no thresholds and polychoric correlations can be had from."""


@dataclass(frozen=True, eq=False)
class CountTables:
    """Joint counts of the answers to p items with at most K categories.

    Parameters
    ----------
    items : the p names. categories : the answers of each item that count, ascending.
    joint : (p, K, p, K) interviews that gave answer a to item i and b to item j at [i, a, j, b];
        zero beyond the categories of an item.
    n : interviews with any answer.
    """

    items: tuple[str, ...]
    categories: Categories
    joint: NDArray[np.int64]
    n: int

    @classmethod
    def from_matrix(
        cls,
        matrix: NDArray[Any],
        categories: Sequence[Sequence[float]] | None = None,
        items: Sequence[str] | None = None,
    ) -> CountTables:
        """Count a matrix (n, p), NaN for what was not answered.

        Parameters
        ----------
        categories : per item the answers that count; those seen when not given. Name them when
            tables are to be added up, so that all of them have the same.

        Raises
        ------
        OrdinalError
            an answer that is none of the categories, or more than `MOST_CATEGORIES` of them.
        """
        names = item_names(matrix, items)
        known = observed_categories(matrix, names) if categories is None else fixed(categories)
        return cls.from_codes(coded(matrix, known, names), known, names)

    @classmethod
    def from_codes(
        cls, codes: Codes, categories: Categories, items: tuple[str, ...]
    ) -> CountTables:
        """Count answers that are `coded` already, (p, n)."""
        if len(items) < 2:
            raise OrdinalError("One item has no correlations; give two items or more.")
        width = max(map(len, categories))
        answered = (codes < width).any(axis=0)
        return cls(items, categories, _joint_counts(codes, width), int(answered.sum()))

    def __add__(self, other: CountTables) -> CountTables:
        """The tables of both sets of interviews together."""
        if not isinstance(other, CountTables):
            return NotImplemented
        if (self.items, self.categories) != (other.items, other.categories):
            raise OrdinalError(
                "Tables of different items or categories do not add up; count every part with "
                "the same categories=."
            )
        return CountTables(self.items, self.categories, self.joint + other.joint, self.n + other.n)

    @property
    def width(self) -> int:
        """K, the largest number of categories of an item."""
        return int(self.joint.shape[1])

    @cached_property
    def margins(self) -> NDArray[np.int64]:
        """(p, K) how often each answer was given."""
        margins: NDArray[np.int64] = np.einsum("iaia->ia", self.joint)
        return margins

    @cached_property
    def pairs(self) -> NDArray[np.int64]:
        """(P, K, K) tables of the pairs of items in the order of ``np.triu_indices(p, 1)``."""
        first, second = np.triu_indices(len(self.items), 1)
        return self.joint[first, :, second, :]


def item_names(matrix: NDArray[Any], items: Sequence[str] | None) -> tuple[str, ...]:
    """The names given, or ``item1`` … ``itemp``; one for each column."""
    if matrix.ndim != 2:
        raise OrdinalError(f"Answers have shape {matrix.shape}; give interviews × items.")
    names = [f"item{j + 1}" for j in range(matrix.shape[1])] if items is None else items
    if len(names) != matrix.shape[1]:
        raise OrdinalError(f"{len(names)} item names are given for {matrix.shape[1]} columns.")
    return tuple(names)


def fixed(categories: Sequence[Sequence[float]]) -> Categories:
    """Categories as given, ascending, each once."""
    return tuple(tuple(sorted({float(value) for value in of_item})) for of_item in categories)


def observed_categories(matrix: NDArray[Any], items: tuple[str, ...]) -> Categories:
    """The distinct answers to each item, ascending.

    Raises
    ------
    OrdinalError
        nobody answered an item, or with more than `MOST_CATEGORIES` different answers.
    """
    found = tuple(_distinct(matrix[:, j]) for j in range(len(items)))
    for item, values in zip(items, found, strict=True):
        if not values:
            raise OrdinalError(f"Nobody answered item {item}; leave it out.")
        if len(values) > MOST_CATEGORIES:
            raise OrdinalError(
                f"Item {item} has {len(values)} different answers; from more than "
                f"{MOST_CATEGORIES} on, treat it as continuous, or join neighbouring answers."
            )
    return found


def coded(matrix: NDArray[Any], categories: Categories, items: tuple[str, ...]) -> Codes:
    """(p, n) place of each answer among the categories of its item; K where there is none."""
    if len(categories) != matrix.shape[1]:
        raise OrdinalError(f"Categories of {len(categories)} items for {matrix.shape[1]} columns.")
    width = max(map(len, categories))
    codes = np.empty(matrix.shape[::-1], dtype=np.uint8)
    for j, values in enumerate(categories):
        codes[j] = _code(matrix[:, j], np.array(values), width, items[j])
    return codes


def blocks(n: int, size: int) -> Iterator[slice]:
    """Slices of at most `size` that cover n rows."""
    for begin in range(0, n, size):
        yield slice(begin, min(begin + size, n))


def _distinct(answers: NDArray[Any]) -> tuple[float, ...]:
    given = answers[~np.isnan(answers)] if answers.dtype.kind == "f" else answers
    if not len(given):
        return ()
    low = float(given.min())
    if float(given.max()) - low < SPAN:
        steps = (given - low).astype(np.intp)
        seen = np.flatnonzero(np.bincount(steps)) + low
        if np.array_equal(seen[0] + steps, given):
            return tuple(float(value) for value in seen)
    return tuple(float(value) for value in np.unique(given))


def _code(answers: NDArray[Any], values: Array, width: int, item: str) -> Codes:
    if answers.dtype.kind == "f" and (missing := np.isnan(answers)).any():
        codes = np.full(len(answers), width, dtype=np.uint8)
        codes[~missing] = _code(answers[~missing], values, width, item)
        return codes
    places = _places(answers, values)
    if (wrong := places == NOWHERE).any():
        raise OrdinalError(
            f"Item {item} holds the answer {answers[wrong][0]:g}, which is none of its "
            f"categories {', '.join(f'{value:g}' for value in values)}; add it, or set it missing."
        )
    return places


def _places(answers: NDArray[Any], values: Array) -> Codes:
    """Index of each answer among the values, `NOWHERE` for an answer that is none of them."""
    if answers.dtype.kind in "iu" and answers.dtype.itemsize == 1:
        return _byte_places(answers, values)
    if len(answers) and answers.min() >= values[0] and answers.max() - values[0] < SPAN:
        steps = (answers - values[0]).astype(np.intp)
        whole = (values - values[0]).astype(np.intp)
        if np.array_equal(steps + values[0], answers) and whole[-1] < SPAN:
            table = np.full(SPAN, NOWHERE, dtype=np.uint8)
            exact = whole + values[0] == values
            table[whole[exact]] = np.flatnonzero(exact)
            found: Codes = table[steps]
            return found
    places = np.searchsorted((values[1:] + values[:-1]) / 2, answers).astype(np.uint8)
    places[values[places] != answers] = NOWHERE
    return places


def _byte_places(answers: NDArray[Any], values: Array) -> Codes:
    """`_places` of answers held in single bytes: a difference where the values follow one another,
    else one look into a table of 256."""
    first = int(values[0])
    steps = np.ascontiguousarray(answers).view(np.uint8) - np.uint8(first % SPAN)
    if len(steps) and np.array_equal(values, first + np.arange(len(values))):
        return steps if steps.max() < len(values) else np.where(steps < len(values), steps, NOWHERE)
    table = np.full(SPAN, NOWHERE, dtype=np.uint8)
    every = np.arange(SPAN, dtype=np.uint8).view(answers.dtype)
    for place, value in enumerate(values):
        table[every == value] = place
    found: Codes = table[np.ascontiguousarray(answers).view(np.uint8)]
    return found


def _joint_counts(codes: Codes, width: int) -> NDArray[np.int64]:
    p, n = codes.shape
    if n >= WORTHWHILE and width < MOST_PACKED:
        return packed_counts(codes, width + 1)[0, :, :width, :, :width]
    joint = np.zeros((p * width, p * width))
    levels = np.arange(width, dtype=np.uint8)[:, None]
    for rows in blocks(n, max(BLOCK // (p * width), 1)):
        chosen = codes[:, None, rows] == levels
        indicator = chosen.reshape(p * width, -1).astype(np.float32)
        joint += indicator @ indicator.T
    return joint.reshape(p, width, p, width).astype(np.int64)
