"""The only place that decides what may be said about a brand, and to what extent.

`findings` turns an analysis into what one brand's manager may read: figures too thin to show are
gone, competitors are unnamed unless naming was agreed, and every comparison carries its verdict.
Nothing after this module sees the analysis again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reports.comparability import Comparisons, comparisons
from reports.counts import SurveyCounts, survey_counts
from reports.facts import SurveyFacts, in_language
from reports.item_findings import ItemFinding, item_findings, marked, standouts, withheld
from reports.peers import Peer, PeerLabels, peers
from reports.reliability import ReliabilityNote, reliability_note
from reports.suppression import ReportingRules, Visibility
from reports.verdicts import WORDS, Evidence, Verdict, headline_rule, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from instruments.model import Favourable, Instrument, Scale
    from psychometrics.analysis import ScaleResult, ScoreAnalysis
    from psychometrics.compare import Contrast
    from psychometrics.means import GroupMean
    from psychometrics.measurement import MeasurementAnalysis
    from reports.validation import Validation


class FindingsError(ValueError):
    """Findings cannot be drawn from this analysis. The message says what, and how to mend it."""


@dataclass(frozen=True, slots=True)
class ScoreFinding:
    """One score of the brand. Figures are POMP, 0–100, unrounded; None where not to be shown.

    Parameters
    ----------
    scale, name : identifier and name of the dimension or outcome.
    favourable : which end of the score is good news.
    items, minimum, maximum : how many items it has, and the ends of their response format.
    visibility, verdict : how much may be shown, and what may be said.
    n, mean, se, lower, upper : the brand's own score with its interval.
    contrast : the brand against the unweighted mean of the others' means.
    n_others : interviews behind the others' mean; None without a comparison.
    peers : all brands shown, this one included, highest mean first.
    change_by_screening : mean as reported less the mean with nobody excluded by flags.
    reliability : of the score, over all interviews kept.
    """

    scale: str
    name: str
    items: int
    minimum: int
    maximum: int
    visibility: Visibility
    verdict: Verdict
    favourable: Favourable = "high"
    n: int | None = None
    mean: float | None = None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    contrast: Contrast | None = None
    n_others: int | None = None
    peers: tuple[Peer, ...] = ()
    change_by_screening: float | None = None
    reliability: ReliabilityNote | None = None


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


def findings(
    analysis: ScoreAnalysis,
    instruments: Sequence[Instrument],
    facts: SurveyFacts,
    brand: str,
    *,
    rules: ReportingRules | None = None,
    language: str = "en",
    name_others: bool = False,
    measurement: MeasurementAnalysis | None = None,
) -> Findings:
    """What may be said to the manager of one brand.

    Where a test showed that the questions do not work alike for all brands, nothing is compared.

    Parameters
    ----------
    analysis : of one wave; brands below `rules.hidden_below` must have been left out of its
        comparisons.
    instruments : where the scales of the analysis are described.
    facts : the survey.
    brand : code of the brand, among `analysis.brands`.
    rules : thresholds, the defaults when None.
    name_others : True only where the other brands agreed to be named.
    measurement : tests of the same answers' measurement; without it everything is compared, and
        the reader is told that nobody tested whether it may be.

    Raises
    ------
    FindingsError
        the brand is not in the analysis, or the analysis compares a brand that must be hidden.
    """
    rules = rules or ReportingRules()
    _check(analysis, brand, rules)
    names = PeerLabels.of(analysis, facts, brand, language=language, name_others=name_others)
    scales = {scale.id: scale for instrument in instruments for scale in instrument.scales}
    allowed = comparisons(measurement, analysis, brand)
    rows = {
        r.scale: replace(
            _score(analysis, r, _name(scales, r, language), names, rules, allowed),
            favourable=scales[r.scale].favourable if r.scale in scales else "high",
        )
        for r in analysis.scales
    }
    dimensions = tuple(rows[result.scale] for result in analysis.dimensions)
    visibility = _overall(dimensions)
    shown = visibility is not Visibility.HIDDEN
    items = item_findings(analysis, scales, names, language, rules) if shown else ()
    apart = {
        row.scale for row in dimensions if allowed.withheld or row.verdict is Verdict.NOT_COMPARABLE
    }
    items = withheld(marked(items, allowed.differing), apart)
    strengths, opportunities = standouts(items)
    return Findings(
        brand=brand,
        brand_name=names.own,
        facts=replace(
            facts,
            brands=names.printable(),
            simulated=facts.simulated or analysis.simulated,
            fingerprint=facts.fingerprint or analysis.fingerprint,
        ),
        language=language,
        rules=rules,
        level=analysis.level,
        answered_share=analysis.answered_share,
        instruments=tuple(_note(instrument, language, facts) for instrument in instruments),
        visibility=visibility,
        headline=headline_rule([row.verdict for row in dimensions]).id,
        dimensions=dimensions,
        outcomes=tuple(rows[r.scale] for r in analysis.scales if r.outcome and shown),
        items=items,
        strengths=strengths,
        opportunities=opportunities,
        counts=survey_counts(analysis, facts, brand, rules),
        competitors_named=name_others,
        comparisons=allowed,
    )


def _check(analysis: ScoreAnalysis, brand: str, rules: ReportingRules) -> None:
    if brand not in analysis.brands:
        known = ", ".join(analysis.brands) or "none"
        raise FindingsError(f"Brand {brand!r} is not in the analysis; its brands are {known}.")
    if not analysis.dimensions:
        raise FindingsError(
            "The analysis has no dimension of engagement, only outcomes; "
            "add an instrument whose scales are not marked as outcomes."
        )
    if analysis.minimum_n < rules.hidden_below:
        raise FindingsError(
            f"The analysis compares brands from {analysis.minimum_n} interviews, but brands under "
            f"{rules.hidden_below} are hidden; analyse with minimum_n={rules.hidden_below}."
        )


def _score(
    analysis: ScoreAnalysis,
    result: ScaleResult,
    name: str,
    names: PeerLabels,
    rules: ReportingRules,
    allowed: Comparisons,
) -> ScoreFinding:
    mean = result.brand_means.mean_of(names.brand) if result.brand_means else None
    n = mean.n if mean else 0
    finding = ScoreFinding(
        scale=result.scale,
        name=name,
        items=len(result.items),
        minimum=result.minimum,
        maximum=result.maximum,
        visibility=rules.visibility(n),
        verdict=Verdict.HIDDEN,
    )
    if mean is None or finding.visibility is Visibility.HIDDEN:
        return finding
    contrast = result.contrast_of(names.brand)
    shown = peers(analysis, result, names, rules)
    n_others, evidence = None, Evidence(n)
    if contrast is not None:
        n_others = sum(peer.n for peer in shown if not peer.own)
        evidence = Evidence(n, n_others, contrast.g, contrast.q, comparable=not allowed.withheld)
    verdict = judge(evidence, rules)
    if verdict in WORDS and contrast and allowed.contradicts(contrast.gap, result, rules):
        verdict = Verdict.NOT_COMPARABLE
    if allowed.withheld or verdict is Verdict.NOT_COMPARABLE:
        contrast = n_others = None
        shown = tuple(peer for peer in shown if peer.own)
    return replace(
        finding,
        verdict=verdict,
        n=n,
        mean=mean.mean,
        se=mean.se,
        lower=mean.lower,
        upper=mean.upper,
        contrast=contrast,
        n_others=n_others,
        peers=shown,
        change_by_screening=_change(result, mean),
        reliability=reliability_note(result, rules),
    )


def _change(result: ScaleResult, mean: GroupMean) -> float | None:
    unscreened = result.unscreened.brand_means
    before = unscreened.mean_of(mean.group).mean if unscreened else None
    return None if before is None or mean.mean is None else mean.mean - before


def _overall(dimensions: Sequence[ScoreFinding]) -> Visibility:
    found = {row.visibility for row in dimensions}
    return found.pop() if len(found) == 1 else Visibility.CAUTION


def _name(scales: dict[str, Scale], result: ScaleResult, language: str) -> str:
    scale = scales.get(result.scale)
    return result.scale if scale is None else in_language(scale.name, language)


def _note(instrument: Instrument, language: str, facts: SurveyFacts) -> QuestionnaireNote:
    return QuestionnaireNote(
        name=in_language(instrument.name, language),
        version=instrument.version,
        citation=instrument.citation.text,
        validation=facts.validation_of(instrument),
    )
