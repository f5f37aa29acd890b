"""A part of a wave's interviews, as the reader of a scorecard chose it.

Screening and the tests of measurement are those of all interviews: a reader who looks at a part
asks about the same people, and makes no new test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from reports.disclosure import Permission, Permitted, permitted, rows_of
from reports.part import condition_words, findings_of_part
from survey_app.services.analyse import Analysed
from survey_app.services.report import scorecard_findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.measurement import MeasurementAnalysis
    from reports.facts import SurveyFacts
    from reports.findings import Findings
    from reports.suppression import ReportingRules

_NEVER = 1_000
"""Signs of carelessness that exclude an interview: those that would are gone already."""


class RefusedPartError(ValueError):
    """The part of the brand may not be shown; `permission` says why."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.value)
        self.permission = permission


@dataclass(frozen=True)
class AnalysedPart(Analysed):
    """The interviews kept of some brands that meet some conditions.

    Parameters
    ----------
    whole : the analysis of all interviews of the wave.
    chosen : the conditions (variable → code).
    others : for each other brand, whether this part of it may be shown; where not, none of its
        interviews is left.
    """

    whole: Analysed = field(kw_only=True)
    chosen: Mapping[str, str] = field(kw_only=True)
    others: Mapping[str, Permission] = field(kw_only=True)

    @property
    def is_part(self) -> bool:
        """True: what divides the interviews further must not be told."""
        return True

    @cached_property
    def scores(self) -> ScoreAnalysis:
        """Scores and comparisons within the part."""
        return self.cache.remembered(
            ("part", self.dataset.simulated, self.brands, self.minimum_n, self.dataset.fingerprint),
            self._make_scores,
        )

    @cached_property
    def measurement(self) -> MeasurementAnalysis:
        """The tests of measurement with all interviews of the wave."""
        return self.whole.measurement

    def _make_scores(self) -> ScoreAnalysis:
        from psychometrics.analysis import analyse_scores

        return analyse_scores(
            self.dataset, minimum_n=self.minimum_n, brands=self.brands, flags_to_exclude=_NEVER
        )


def permitted_parts(whole: Analysed, brand: str, rules: ReportingRules) -> Permitted:
    """What a reader may ask about one brand of a wave. Raises NothingToAnalyseError."""
    key = ("permitted", rules, whole.brands, whole.dataset.fingerprint)
    known: dict[str, Permitted] = whole.cache.remembered(key, dict)
    if brand not in known:
        known[brand] = permitted(whole.dataset, whole.scores.kept, brand, rules)
    return known[brand]


def part_of(
    whole: Analysed, brand: str, chosen: Mapping[str, str], rules: ReportingRules
) -> AnalysedPart:
    """The part of a wave for the reader of one brand.

    Raises
    ------
    RefusedPartError
        this part of the brand may not be shown.
    KeyError
        a variable or code is not offered.
    NothingToAnalyseError
        nobody has answered.
    """
    permission = permitted_parts(whole, brand, rules).allows(chosen)
    if permission is not Permission.YES:
        raise RefusedPartError(permission)
    others = {
        other: permitted_parts(whole, other, rules).allows(chosen)
        for other in whole.scores.brands
        if other != brand
    }
    shown = [brand, *(other for other, found in others.items() if found is Permission.YES)]
    rows = whole.scores.kept & rows_of(whole.dataset, chosen)
    rows &= np.isin(whole.dataset.brand, shown)
    return AnalysedPart(
        dataset=whole.dataset.select(rows),
        instruments=whole.instruments,
        minimum_n=whole.minimum_n,
        cache=whole.cache,
        brands=whole.scores.brands,
        validation=whole.validation,
        adaptive=None if whole.adaptive is None else whole.adaptive.part(rows),
        whole=whole,
        chosen=chosen,
        others=others,
    )


def part_findings(
    part: AnalysedPart,
    facts: SurveyFacts,
    brand: str,
    *,
    language: str = "en",
    name_others: bool = False,
) -> Findings:
    """What may be said to the manager of one brand about a part of the interviews.

    Parameters
    ----------
    facts : of the whole wave.
    """
    found = scorecard_findings(part, facts, brand, language=language, name_others=name_others)
    words = condition_words(part.chosen, language, facts.groups)
    return findings_of_part(found, part.whole.scores, part.chosen, words, part.others)
