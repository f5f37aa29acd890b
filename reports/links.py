"""How the outcomes of one brand go together with its engagement, person by person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.association import association
from reports.raters import each_once
from reports.suppression import Visibility

if TYPE_CHECKING:
    from reports.survey import Survey


@dataclass(frozen=True, slots=True)
class LinkFinding:
    """Pearson's r between an outcome and a dimension over one brand's customers, with interval.

    Without figures below the number of people from which a verdict is given: an r of fewer says
    next to nothing.
    """

    outcome: str
    dimension: str
    n: int | None = None
    r: float | None = None
    lower: float | None = None
    upper: float | None = None


def link_findings(survey: Survey, brand: str) -> tuple[LinkFinding, ...]:
    """Every outcome with every dimension."""
    if survey.dataset is None:
        return ()
    scores, analysis = survey.analysis.scores, survey.analysis
    rows = each_once(survey.dataset, analysis.kept & (analysis.brand == brand))
    found = []
    for outcome in (row.scale for row in analysis.scales if row.outcome):
        for dimension in (row.scale for row in analysis.dimensions):
            pair = scores.column(outcome)[rows], scores.column(dimension)[rows]
            n = int((~np.isnan(pair[0]) & ~np.isnan(pair[1])).sum())
            if survey.rules.visibility(n) is not Visibility.FULL:
                found.append(LinkFinding(outcome, dimension))
                continue
            r = association(*pair, method="pearson", level=analysis.level)
            known = np.isfinite(r.r)
            figures = (r.r, r.lower, r.upper) if known else (None, None, None)
            found.append(LinkFinding(outcome, dimension, n, *figures))
    return tuple(found)
