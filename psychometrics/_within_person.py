"""How far one person's answers agree with one another: halves of scales, pairs of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset, ScoringKey

    Array = NDArray[np.float64]

FEWEST_POINTS = 3
"""A correlation of two points is always 1 or −1."""

_NUMBERS_AT_ONCE = 4_000_000


class Pairs(NamedTuple):
    """Column numbers (m,) of the first and second item of m pairs."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.first)


def within_person(first: Array, second: Array) -> Array:
    """(n,) correlation of each row of two arrays (n, m), over columns where neither is missing.

    NaN below three such columns, or where either side does not vary.
    """
    known = ~(np.isnan(first) | np.isnan(second))
    count = known.sum(axis=1)
    enough = count >= FEWEST_POINTS
    centred = []
    for side in (first, second):
        filled = np.where(known, side, 0.0)
        mean = filled.sum(axis=1) / np.maximum(count, 1)
        centred.append(np.where(known, filled - mean[:, None], 0.0))
    a, b = centred
    squares = (a**2).sum(axis=1) * (b**2).sum(axis=1)
    found = np.full(len(first), np.nan)
    varies = enough & (squares > 1e-20)
    found[varies] = (a * b).sum(axis=1)[varies] / np.sqrt(squares[varies])
    bounded: Array = np.clip(found, -1, 1)
    return bounded


def disjoint_scales(dataset: Dataset) -> list[ScoringKey]:
    """Scales of two or more items, in order, none of whose items serves an earlier one."""
    used: set[str] = set()
    kept = []
    for key in dataset.keys:
        if len(key.items) > 1 and not used & set(key.items) and key.maximum > key.minimum:
            kept.append(key)
            used |= set(key.items)
    return kept


def even_odd(dataset: Dataset, scales: Sequence[ScoringKey]) -> Array:
    """(n,) even-odd consistency: correlation of half scores over scales, Spearman–Brown corrected.

    Halves are means of the odd and of the even items of a scale after reversal, on 0–1. A scale
    counts where every item is answered. 2r/(1 + r), never below −1.
    """
    odd, even = [], []
    for key in scales:
        answers = (dataset.keyed(key.scale) - key.minimum) / (key.maximum - key.minimum)
        answers[np.isnan(answers).any(axis=1)] = np.nan
        odd.append(answers[:, ::2].mean(axis=1))
        even.append(answers[:, 1::2].mean(axis=1))
    r = within_person(np.column_stack(odd), np.column_stack(even))
    with np.errstate(divide="ignore", invalid="ignore"):
        corrected: Array = np.maximum(2 * r / (1 + r), -1.0)
    return corrected


def on_unit_range(dataset: Dataset) -> tuple[Array, tuple[str, ...]]:
    """(n, p) answers as given, before reversal, on 0–1 of their format, in questionnaire order."""
    formats = {
        item: (key.minimum, key.maximum - key.minimum) for key in dataset.keys for item in key.items
    }
    items = tuple(item for item in dataset.item_ids if formats.get(item, (0, 0))[1] > 0)
    low, width = np.array([formats[item] for item in items], np.float64).reshape(-1, 2).T
    return (dataset.numeric(items) - low) / width, items


def pairs_of(reference: Array, limit: float) -> tuple[Pairs, Pairs]:
    """Pairs of columns correlated `limit` or more, and those −`limit` or less, in `reference`."""
    p = reference.shape[1]
    first, second = np.triu_indices(p, 1)
    varies = np.ptp(reference, axis=0) > 0 if len(reference) > 1 else np.zeros(p, bool)
    r = np.zeros((p, p))
    if varies.sum() > 1:
        r[np.ix_(varies, varies)] = np.corrcoef(reference[:, varies], rowvar=False)
    upper = r[first, second]
    alike, opposed = upper >= limit, upper <= -limit
    return Pairs(first[alike], second[alike]), Pairs(first[opposed], second[opposed])


def over_pairs(answers: Array, pairs: Pairs) -> Array:
    """(n,) within-person correlation over the pairs of which both items are answered."""
    step = max(1, _NUMBERS_AT_ONCE // max(1, len(pairs)))
    parts = [
        within_person(part[:, pairs.first], part[:, pairs.second])
        for part in np.split(answers, range(step, len(answers), step))
    ]
    return np.concatenate(parts)
