"""Groups of people within one brand: by language, by channel and by what else is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psychometrics.means import group_mean
from reports.comparability import alike
from reports.disclosure import permitted_segments

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from psychometrics.means import GroupMean
    from reports.suppression import Visibility
    from reports.survey import Survey

MOST_VARIABLES = 4
"""Variables shown; more would push the method off the page."""

TESTED_ACROSS = ("language", "channel")
"""Variables for which the measurement is tested, because the questions themselves may differ."""


@dataclass(frozen=True, slots=True)
class SegmentScore:
    """The score of one segment on one dimension; POMP, 0–100."""

    scale: str
    mean: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """One group of people. `n` are the interviews that the thinnest score rests on."""

    code: str
    n: int
    visibility: Visibility
    scores: tuple[SegmentScore, ...]


@dataclass(frozen=True, slots=True)
class SegmentFinding:
    """The groups of one variable, largest first.

    Parameters
    ----------
    variable : "language", "channel", or the name of a background variable.
    hidden : groups left out because they, or others through them, are too small.
    comparable : False where a test showed that the questions do not work alike in the groups; None
        where nobody tested.
    """

    variable: str
    segments: tuple[Segment, ...]
    hidden: int
    comparable: bool | None


def segment_findings(survey: Survey, brand: str) -> tuple[SegmentFinding, ...]:
    """The segments of a brand that may be shown, of variables with two groups or more."""
    if survey.dataset is None:
        return ()
    kept = survey.analysis.kept
    permitted = permitted_segments(
        survey.dataset, kept, brand, survey.rules, variables=survey.variables
    )
    found = (_variable(survey, brand, name, codes) for name, codes in permitted.items())
    return tuple(one for one in found if one is not None)[:MOST_VARIABLES]


def _variable(
    survey: Survey, brand: str, variable: str, codes: tuple[str, ...]
) -> SegmentFinding | None:
    column = segment_column(survey, variable)
    rows = survey.analysis.kept & (survey.analysis.brand == brand)
    there = set(column[rows].tolist()) - {""}
    if len(there) < 2 or not codes:
        return None
    segments = [one for code in codes for one in _segment(survey, code, rows & (column == code))]
    segments.sort(key=lambda segment: -segment.n)
    hidden = len(there) - len(segments)
    return SegmentFinding(variable, tuple(segments), hidden, _comparable(survey, variable))


def segment_column(survey: Survey, variable: str) -> NDArray[np.str_]:
    """(n,) codes of a variable over all interviews."""
    dataset = survey.dataset
    if dataset is None:
        raise LookupError("These findings were drawn without the answers.")
    if variable in TESTED_ACROSS:
        column: NDArray[np.str_] = getattr(dataset, variable)
        return column
    return dataset.background[variable]


def _segment(survey: Survey, code: str, rows: NDArray[np.bool_]) -> Iterator[Segment]:
    cluster = None if survey.dataset is None else survey.dataset.cluster
    who = None if cluster is None else cluster[rows]
    means = {
        scale.scale: group_mean(
            survey.analysis.scores.column(scale.scale)[rows],
            level=survey.analysis.level,
            clusters=who,
        )
        for scale in survey.analysis.dimensions
    }
    least = min(mean.people for mean in means.values())
    visibility = survey.rules.visibility(least)
    if visibility != "hidden":
        scores = tuple(_score(scale, mean) for scale, mean in means.items())
        yield Segment(code, least, visibility, scores)


def _score(scale: str, mean: GroupMean) -> SegmentScore:
    return SegmentScore(scale, mean.mean or 0.0, mean.lower, mean.upper)


def _comparable(survey: Survey, variable: str) -> bool | None:
    if survey.measurement is None or variable not in TESTED_ACROSS:
        return None
    test = survey.measurement.across(variable)  # type: ignore[arg-type]
    return None if test is None else not alike(test).withheld
