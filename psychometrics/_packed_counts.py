"""Joint counts of all pairs of items from a few counts of several items at once.

Four items of seven answers have 2401 joint answers: few enough to count them all in one go, and the
tables of their six pairs are sums over that one. Ten such goes hold the 45 pairs of ten items.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Codes = NDArray[np.uint8]

MOST_CELLS = 2**12
"""Joint answers counted at once. Larger tables save goes but leave the processor's nearest memory:
up to 2**17 makes no difference, 2**20 took three times as long."""
BLOCK = 2**18
WORTHWHILE = 20_000
"""From so many interviews on this way of counting is the faster one."""


def packed_counts(
    codes: Codes, width: int, group: NDArray[np.integer[Any]] | None = None, groups: int = 1
) -> NDArray[np.int64]:
    """(groups, p, width, p, width) joint counts of codes (p, n) below `width`.

    `group`: (n,) numbers of the groups below `groups`.
    """
    p, n = codes.shape
    joint = np.zeros((groups, p, width, p, width), np.int64)
    for block in _covering(p, _size(width)):
        cells = width ** len(block)
        total = np.zeros(groups * cells, np.int64)
        for start in range(0, n, BLOCK):
            part = slice(start, start + BLOCK)
            place = _places(codes, block, width, part, group)
            total += np.bincount(place, minlength=groups * cells)
        _spread(joint, total.reshape(groups, *[width] * len(block)), block)
    return joint


def _places(
    codes: Codes,
    block: tuple[int, ...],
    width: int,
    part: slice,
    group: NDArray[np.integer[Any]] | None,
) -> NDArray[np.int32]:
    place = codes[block[0], part].astype(np.int32)
    if group is not None:
        place += group[part].astype(np.int32) * width
    for item in block[1:]:
        place *= width
        place += codes[item, part]
    return place


def _spread(joint: NDArray[np.int64], total: NDArray[np.int64], block: tuple[int, ...]) -> None:
    """Write the tables of all pairs, and the margins, of a block where they belong."""
    axes = range(1, len(block) + 1)
    for a, b in combinations(range(len(block)), 2):
        others = tuple(axis for axis in axes if axis not in (a + 1, b + 1))
        table = total.sum(axis=others)
        joint[:, block[a], :, block[b], :] = table
        joint[:, block[b], :, block[a], :] = np.swapaxes(table, 1, 2)
    level = np.arange(total.shape[1])
    for a, item in enumerate(block):
        margin = total.sum(axis=tuple(axis for axis in axes if axis != a + 1))
        joint[:, item, level, item, level] = margin


def _size(width: int) -> int:
    """How many items of `width` answers can be counted at once, at least two."""
    size = 2
    while width ** (size + 1) <= MOST_CELLS:
        size += 1
    return size


def _covering(p: int, size: int) -> Iterator[tuple[int, ...]]:
    """Blocks of at most `size` items that together hold every pair."""
    if p <= size:
        yield tuple(range(p))
        return
    parts = np.array_split(np.arange(p), -(-p // max(size // 2, 1)))
    if size % 2 and len(parts) > 1:
        parts = _uneven(p, size)
    for first, second in combinations(parts, 2):
        yield (*map(int, first), *map(int, second))


def _uneven(p: int, size: int) -> list[NDArray[np.intp]]:
    """With an odd size one part can hold an item more than the others."""
    half = size // 2
    rest = max(p - half - 1, 0)
    items = np.arange(p)
    head = items[: half + 1]
    return [head, *np.array_split(items[half + 1 :], max(-(-rest // half), 1))]
