"""The only place that decides what may be said about a brand, and to what extent.

`findings` turns an analysis into what one brand's manager may read: figures too thin to show are
gone, competitors are unnamed unless naming was agreed, and every comparison carries its verdict.
Nothing after this module sees the analysis again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from instruments.texts import in_language
from reports.asked import asked_of
from reports.comparability import Comparisons, comparisons
from reports.counts import SurveyCounts, survey_counts
from reports.item_findings import ItemFinding, item_findings, marked, standouts, withheld
from reports.links import LinkFinding, link_findings
from reports.metrics import MetricFindings, metric_findings
from reports.peers import PeerLabels
from reports.score_findings import ScoreFinding, score_finding
from reports.segments import SegmentFinding, segment_findings
from reports.shares import ShareFinding, at_risk, engaged_in_target
from reports.suppression import ReportingRules, Visibility
from reports.verdicts import Verdict, headline_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from instruments.model import Instrument
    from reports.class_shares import BehaviourFindings
    from reports.facts import SurveyFacts
    from reports.survey import Survey
    from reports.validation import Validation


class FindingsError(ValueError):
    """Findings cannot be drawn from this analysis. The message says what, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything one brand's scorecard may say.

    Parameters
    ----------
    brand, brand_name : code and name of the brand whose manager reads.
    facts : the survey, naming only the brands that may be named.
    language : of wording and figures.
    instruments : name and citation of each questionnaire, as printed.
    visibility : of the brand as a whole; hidden when every dimension is.
    headline : id of the page-one rule (`verdicts.HEADLINE_RULES`).
    dimensions, outcomes : what is engagement, and what engagement is set beside.
    items : the items of every dimension that is shown, in questionnaire order.
    strengths, opportunities : at most three items above, and below, the others.
    counts : of the survey, as far as they give no hidden brand away.
    competitors_named : True when the other brands carry their names.
    comparisons : whether the questions work alike for all brands. Where they do not, nothing here
        sets one brand beside another.
    segments : groups of the brand's customers.
    at_risk, in_target : share of the satisfied who lean towards leaving, and of the engaged who
        are in the target market; None where that was not asked.
    links : how outcomes go together with engagement among the brand's customers.
    behaviour : what the customers do, by the typologies that were asked for.
    metrics : what was measured of them.
    """

    brand: str
    brand_name: str
    facts: SurveyFacts
    language: str
    rules: ReportingRules
    level: float
    answered_share: float
    instruments: tuple[QuestionnaireNote, ...]
    visibility: Visibility
    headline: str
    dimensions: tuple[ScoreFinding, ...]
    outcomes: tuple[ScoreFinding, ...]
    items: tuple[ItemFinding, ...]
    strengths: tuple[ItemFinding, ...]
    opportunities: tuple[ItemFinding, ...]
    counts: SurveyCounts
    competitors_named: bool
    comparisons: Comparisons
    segments: tuple[SegmentFinding, ...] = ()
    at_risk: ShareFinding | None = None
    in_target: ShareFinding | None = None
    links: tuple[LinkFinding, ...] = ()
    behaviour: BehaviourFindings | None = None
    metrics: MetricFindings | None = None

    @property
    def wave_before(self) -> str:
        """The name of the wave before; "" where there is none to be set beside."""
        references = [one for row in self.dimensions + self.outcomes for one in row.references]
        return next((one.wave for one in references if one.wave), "")

    @property
    def largest_change_by_screening(self) -> float | None:
        """The change of a shown score, of any sign, that screening made at most."""
        changes = [
            row.change_by_screening
            for row in self.dimensions + self.outcomes
            if row.change_by_screening is not None
        ]
        return max(changes, key=abs, default=None)


@dataclass(frozen=True, slots=True)
class QuestionnaireNote:
    """How a questionnaire is to be named in print, and where it is validated."""

    name: str
    version: str
    citation: str
    validation: Validation


def findings(survey: Survey, brand: str, *, language: str = "en") -> Findings:
    """What may be said to the manager of one brand.

    Where a test showed that the questions do not work alike for all brands, nothing is compared.

    Raises
    ------
    FindingsError
        the brand is not in the analysis, or the analysis compares a brand that must be hidden.
    """
    _check(survey, brand)
    analysis, facts, rules = survey.analysis, survey.facts, survey.rules
    names = PeerLabels.of(survey, brand, language=language)
    allowed = comparisons(survey.measurement, analysis, brand)
    rows = {r.scale: score_finding(survey, r, names, allowed, language) for r in analysis.scales}
    dimensions = tuple(rows[result.scale] for result in analysis.dimensions)
    visibility = _overall(dimensions)
    found = Findings(
        brand=brand,
        brand_name=names.own,
        facts=replace(
            facts,
            brands=names.printable(),
            looks={code: one for code, one in facts.looks.items() if code == brand},
            asked=asked_of(facts.asked, brand),
            simulated=facts.simulated or analysis.simulated,
            fingerprint=facts.fingerprint or analysis.fingerprint,
        ),
        language=language,
        rules=rules,
        level=analysis.level,
        answered_share=analysis.answered_share,
        instruments=tuple(_note(instrument, language, facts) for instrument in survey.instruments),
        visibility=visibility,
        headline=headline_rule([row.verdict for row in dimensions]).id,
        dimensions=dimensions,
        outcomes=(),
        items=(),
        strengths=(),
        opportunities=(),
        counts=survey_counts(analysis, facts, brand, rules),
        competitors_named=survey.name_others,
        comparisons=allowed,
    )
    if visibility is Visibility.HIDDEN:
        return found
    outcomes = tuple(rows[r.scale] for r in analysis.scales if r.outcome)
    return _in_detail(survey, replace(found, outcomes=outcomes), names)


def _in_detail(survey: Survey, found: Findings, names: PeerLabels) -> Findings:
    """The findings with what rests on single questions and on groups of people."""
    apart = {
        row.scale
        for row in found.dimensions
        if found.comparisons.withheld or row.verdict is Verdict.NOT_COMPARABLE
    }
    items = item_findings(survey, names, found.language)
    items = withheld(marked(items, found.comparisons.differing), apart)
    strengths, opportunities = standouts(items)
    return replace(
        found,
        items=items,
        strengths=strengths,
        opportunities=opportunities,
        segments=segment_findings(survey, found.brand),
        at_risk=at_risk(survey, found.brand),
        in_target=engaged_in_target(survey, found.brand),
        links=link_findings(survey, found.brand),
        behaviour=_behaviour(survey, found),
        metrics=_metrics(survey, found, names),
    )


def _behaviour(survey: Survey, found: Findings) -> BehaviourFindings | None:
    if survey.behaviours is None:
        return None
    # Whoever must not be compared by scores is not compared by what customers say that they do.
    compared = frozenset() if found.comparisons.withheld else survey.compared
    return survey.behaviours.findings(
        found.brand, compared=compared, rules=found.rules, language=found.language
    )


def _metrics(survey: Survey, found: Findings, names: PeerLabels) -> MetricFindings | None:
    if survey.metrics is None:
        return None
    return metric_findings(
        survey.metrics,
        survey.analysis,
        found.brand,
        compared=names.labels,
        language=found.language,
        called=survey.called,
        scale_names={row.scale: row.name for row in found.dimensions},
        scores_compared=not found.comparisons.withheld,
    )


def _check(survey: Survey, brand: str) -> None:
    analysis, rules = survey.analysis, survey.rules
    if brand not in analysis.brands:
        known = ", ".join(analysis.brands) or "none"
        raise FindingsError(f"Brand {brand!r} is not in the analysis; its brands are {known}.")
    if not analysis.dimensions:
        raise FindingsError(
            "The analysis has no dimension of engagement, only outcomes; "
            "add an instrument whose scales are not marked as outcomes."
        )
    least = min(one.minimum_n for one in (analysis, *(wave.scores for wave in survey.earlier)))
    if least < rules.hidden_below:
        raise FindingsError(
            f"The analysis compares brands from {least} interviews, but brands under "
            f"{rules.hidden_below} are hidden; analyse with minimum_n={rules.hidden_below}."
        )


def _overall(dimensions: Sequence[ScoreFinding]) -> Visibility:
    found = {row.visibility for row in dimensions}
    return found.pop() if len(found) == 1 else Visibility.CAUTION


def _note(instrument: Instrument, language: str, facts: SurveyFacts) -> QuestionnaireNote:
    return QuestionnaireNote(
        name=in_language(instrument.name, language),
        version=instrument.version,
        citation=instrument.citation.text,
        validation=facts.validation_of(instrument),
    )
