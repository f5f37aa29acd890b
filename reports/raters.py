"""People who rated several brands: who counts once, and what is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.dataset import Dataset

    Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RaterCounts:
    """People and their ratings of brands; None where they would give a hidden brand away."""

    people: int | None
    ratings: int | None


def rater_counts(analysis: ScoreAnalysis, *, withheld: bool) -> RaterCounts | None:
    """How many people rated several brands or one; None where each rated one."""
    raters = analysis.shared_raters
    if raters is None:
        return None
    return RaterCounts(None, None) if withheld else RaterCounts(raters.people, raters.ratings)


def each_once(dataset: Dataset, rows: Rows) -> Rows:
    """(n,) of some rows the first of each person and brand: people are counted, not rows."""
    if dataset.cluster is None:
        return rows
    at = np.flatnonzero(rows)
    _, brand = np.unique(dataset.brand[at], return_inverse=True)
    _, person = np.unique(dataset.cluster[at], return_inverse=True)
    first = at[np.unique(brand * (dataset.n + 1) + person, return_index=True)[1]]
    once = np.zeros(dataset.n, bool)
    once[first] = True
    return once
