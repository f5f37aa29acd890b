"""Shares of one brand's customers: satisfied and yet about to leave, and engaged within the target.

Every share is counted from this survey's own answers; none is taken from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.proportions import proportion
from reports.raters import each_once
from reports.suppression import Visibility, hidden_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reports.survey import Survey

    Rows = NDArray[np.bool_]

SATISFACTION, SWITCHING = "satisfaction", "switching_intention"
SATISFIED_FROM = 200 / 3
"""Score from which a person counts as satisfied: the upper third of the scale. A convention."""

MIDDLE = 50.0
"""Score above which a person is rather on the one side of the questions than on the other."""


@dataclass(frozen=True, slots=True)
class ShareFinding:
    """A share of people with its Wilson interval; without figures where too few were asked.

    Parameters
    ----------
    n : people that the share is of. count : those counted.
    """

    visibility: Visibility
    n: int | None = None
    count: int | None = None
    share: float | None = None
    lower: float | None = None
    upper: float | None = None


def at_risk(survey: Survey, brand: str) -> ShareFinding | None:
    """Of the satisfied, those who lean towards leaving; None where one of the two was not asked."""
    scores = survey.analysis.scores
    if survey.dataset is None or not {SATISFACTION, SWITCHING} <= set(scores.scales):
        return None
    satisfaction, switching = scores.column(SATISFACTION), scores.column(SWITCHING)
    of = _rows(survey, brand) & (satisfaction >= SATISFIED_FROM) & ~np.isnan(switching)
    return _share(survey, of, switching > MIDDLE)


def engaged_in_target(survey: Survey, brand: str) -> ShareFinding | None:
    """Of the engaged, those in the target market; None where no target was stated or known, and
    where the people in it, or those outside, are too few: the share would tell how many of them
    there are at least.

    Engaged are people above the middle of the scale on every dimension.
    """
    if survey.dataset is None or not survey.target:
        return None
    columns = survey.dataset.background
    if not set(survey.target) <= set(columns):
        return None
    dimensions = [survey.analysis.scores.column(row.scale) for row in survey.analysis.dimensions]
    engaged = np.logical_and.reduce([scores > MIDDLE for scores in dimensions])
    known = np.logical_and.reduce([columns[name] != "" for name in survey.target])
    inside = np.logical_and.reduce(
        [np.isin(columns[name], list(codes)) for name, codes in survey.target.items()]
    )
    rows = _rows(survey, brand) & known
    if hidden_groups({"in": (rows & inside).sum(), "out": (rows & ~inside).sum()}, survey.rules):
        return None
    return _share(survey, rows & engaged, inside)


def _rows(survey: Survey, brand: str) -> Rows:
    rows: Rows = survey.analysis.kept & (survey.analysis.brand == brand)
    return rows if survey.dataset is None else each_once(survey.dataset, rows)


def _share(survey: Survey, of: Rows, counted: Rows) -> ShareFinding:
    n, count = int(of.sum()), int((of & counted).sum())
    visibility = survey.rules.visibility(n)
    if visibility is Visibility.HIDDEN:
        return ShareFinding(visibility)
    found = proportion(count, n, level=survey.analysis.level)
    return ShareFinding(visibility, n, count, found.share, found.lower, found.upper)
