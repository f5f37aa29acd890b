"""How what people do goes together with what they answer; nothing here says which makes which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from psychometrics.association import association
from psychometrics.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.association import Association
    from psychometrics.metric_values import MetricValues
    from reports.metric_index import MetricIndex
    from reports.suppression import ReportingRules

FEWEST_BRANDS = 10
"""Fewer brands give a correlation that may be anything."""


@dataclass(frozen=True, slots=True)
class MetricAssociation:
    """Spearman's correlation of a metric of people, or of the index of brands, with a dimension.

    Parameters
    ----------
    across : ``"people"`` of the reader's brand, or ``"brands"``.
    metric : identifier; ``""`` for the index. dimension : name as printed.
    r, lower, upper : correlation and interval. n : people, or brands.
    q : p adjusted over all that are told here (Benjamini–Hochberg).
    """

    across: Literal["people", "brands"]
    metric: str
    dimension: str
    r: float
    lower: float
    upper: float
    n: int
    q: float


def associations(
    people: MetricValues,
    index: MetricIndex | None,
    scores: ScoreAnalysis,
    called: Sequence[NDArray[np.str_]],
    names: Mapping[str, str],
    rules: ReportingRules,
) -> tuple[MetricAssociation, ...]:
    """Every correlation that rests on enough people, or brands.

    Parameters
    ----------
    people : values of people of the brand in the wave.
    index : None where it may not be set beside scores.
    called : identifiers of the interviews in `scores` and of the people who gave them, each (n,);
        none where nobody can be found. A person who rated several brands is found by the brand.
    names : name of each dimension.
    """
    found: list[tuple[MetricAssociation, float]] = []
    if called and people.n:
        found += _of_people(people, scores, called, names, rules)
    if index is not None and len(index.brands) >= FEWEST_BRANDS:
        found += _of_brands(index, scores, names)
    adjusted = benjamini_hochberg([p for _, p in found])
    return tuple(replace(row, q=float(q)) for (row, _), q in zip(found, adjusted, strict=True))


def _of_people(
    people: MetricValues,
    scores: ScoreAnalysis,
    called: Sequence[NDArray[np.str_]],
    names: Mapping[str, str],
    rules: ReportingRules,
) -> Iterator[tuple[MetricAssociation, float]]:
    rows = np.flatnonzero(scores.kept & np.isin(scores.brand, np.unique(people.brand)))
    known, row_of = _found_by(called, rows)
    for metric in dict.fromkeys(people.metric.tolist()):
        of_metric = people.metric == metric
        _, at, found_at = np.intersect1d(
            people.subject[of_metric], known, assume_unique=True, return_indices=True
        )
        # Whoever a file names in two ways counts once.
        interview, first = np.unique(row_of[found_at], return_index=True)
        values = people.value[of_metric][at[first]]
        for result in scores.dimensions:
            scored = scores.scores.column(result.scale)[interview]
            if int(np.isfinite(scored).sum()) >= rules.hidden_below:
                found = association(values, scored, level=scores.level)
                yield from _told("people", metric, names[result.scale], found)


def _found_by(
    called: Sequence[NDArray[np.str_]], rows: NDArray[np.intp]
) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
    """Every identifier that stands for one of some rows alone, sorted, and the row."""
    every = np.concatenate([one[rows] for one in called])
    at = np.tile(rows, len(called))
    order = np.lexsort((at, every))
    every, at = every[order], at[order]
    known, first, count = np.unique(every, return_index=True, return_counts=True)
    clear = (known != "") & (at[first] == at[first + count - 1])
    return known[clear], at[first][clear]


def _of_brands(
    index: MetricIndex, scores: ScoreAnalysis, names: Mapping[str, str]
) -> Iterator[tuple[MetricAssociation, float]]:
    for result in scores.dimensions:
        if result.brand_means is None:
            continue
        means = {
            row.group: row.mean for row in result.brand_means.means if row.group in result.compared
        }
        pairs = [(brand.index, means.get(brand.code)) for brand in index.brands]
        known = [(x, y) for x, y in pairs if y is not None]
        if len(known) >= FEWEST_BRANDS:
            x, y = zip(*known, strict=True)
            found = association(x, y, level=scores.level)
            yield from _told("brands", "", names[result.scale], found)


def _told(
    across: Literal["people", "brands"], metric: str, dimension: str, found: Association
) -> Iterator[tuple[MetricAssociation, float]]:
    """The correlation with its p; nothing where there is none."""
    if np.isfinite(found.r):
        told = MetricAssociation(
            across, metric, dimension, found.r, found.lower, found.upper, found.n, 1.0
        )
        yield told, found.p
