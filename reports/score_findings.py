"""What may be said of one score of a brand: by itself, and beside all that it may be set beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from instruments.texts import in_language
from reports.peers import Peer, PeerLabels, peers
from reports.references import Reference
from reports.reliability import ReliabilityNote, reliability_note
from reports.suppression import Visibility
from reports.trend import WavePoint, trend
from reports.verdicts import WORDS, Evidence, Verdict, judge

if TYPE_CHECKING:
    from instruments.model import Favourable
    from psychometrics.analysis import ScaleResult
    from psychometrics.compare import Contrast
    from psychometrics.expected_range import ExpectedRange
    from psychometrics.means import GroupMean
    from psychometrics.rank_range import RankRange
    from reports.comparability import Comparisons
    from reports.survey import Survey


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
    n_others : people behind the others' mean; None without a comparison.
    place : among the brands compared, with its range.
    expected : where a brand like the others would be expected; None with few brands.
    references : what the score is set beside: the others' mean, the top quarter, the wave before.
    waves : the score from wave to wave, the reported one last; empty where it is the first.
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
    place: RankRange | None = None
    expected: ExpectedRange | None = None
    references: tuple[Reference, ...] = ()
    waves: tuple[WavePoint, ...] = ()
    peers: tuple[Peer, ...] = ()
    change_by_screening: float | None = None
    reliability: ReliabilityNote | None = None


def score_finding(
    survey: Survey,
    result: ScaleResult,
    names: PeerLabels,
    allowed: Comparisons,
    language: str,
) -> ScoreFinding:
    """The score of the brand that `names` belongs to; without figures where it must be hidden."""
    rules, brand = survey.rules, names.brand
    mean = result.brand_means.mean_of(brand) if result.brand_means else None
    n = mean.people if mean else 0
    finding = ScoreFinding(
        scale=result.scale,
        name=_name(survey, result, language),
        items=len(result.items),
        minimum=result.minimum,
        maximum=result.maximum,
        visibility=rules.visibility(n),
        verdict=Verdict.HIDDEN,
        favourable=survey.scales[result.scale].favourable
        if result.scale in survey.scales
        else "high",
    )
    if mean is None or finding.visibility is Visibility.HIDDEN:
        return finding
    finding = replace(
        finding,
        n=n,
        mean=mean.mean,
        se=mean.se,
        lower=mean.lower,
        upper=mean.upper,
        change_by_screening=_change(result, mean),
        reliability=reliability_note(result, rules),
    )
    return _beside(survey, result, finding, names, allowed)


def _beside(
    survey: Survey,
    result: ScaleResult,
    finding: ScoreFinding,
    names: PeerLabels,
    allowed: Comparisons,
) -> ScoreFinding:
    """A score with all that it may be set beside."""
    rules, brand, scale = survey.rules, names.brand, result.scale
    contrast = result.contrast_of(brand)
    shown = peers(survey, result, names)
    n_others, n = None, finding.n or 0
    evidence = Evidence(n)
    if contrast is not None:
        n_others = _others(survey, result, brand, shown)
        evidence = Evidence(n, n_others, contrast.g, contrast.q, comparable=not allowed.withheld)
    verdict = judge(evidence, rules)
    if verdict in WORDS and contrast and allowed.contradicts(contrast.gap, result, rules):
        verdict = Verdict.NOT_COMPARABLE
    alone = allowed.withheld or verdict is Verdict.NOT_COMPARABLE
    if alone:
        contrast = n_others = None
        shown = tuple(peer for peer in shown if peer.own)
    others = len(shown) - 1
    beside = [Reference("others", verdict, contrast, n_others, others)] if contrast else []
    if contrast and (brand, scale) in survey.best:
        beside.append(survey.best[brand, scale])
    if (brand, scale) in survey.previous:
        beside.append(survey.previous[brand, scale])
    return replace(
        finding,
        verdict=verdict,
        contrast=contrast,
        n_others=n_others,
        place=survey.places[scale].get(brand) if contrast else None,
        expected=survey.expected[scale].get(brand) if contrast else None,
        references=tuple(beside),
        waves=trend(survey, scale, brand, alone=alone),
        peers=shown,
    )


def _others(survey: Survey, result: ScaleResult, brand: str, shown: tuple[Peer, ...]) -> int:
    """How many people rated the other brands that are shown."""
    raters = survey.analysis.shared_raters
    if raters is None:
        return sum(peer.n for peer in shown if not peer.own)
    return raters.people_in(set(result.compared) - {brand})


def _change(result: ScaleResult, mean: GroupMean) -> float | None:
    unscreened = result.unscreened.brand_means
    before = unscreened.mean_of(mean.group).mean if unscreened else None
    return None if before is None or mean.mean is None else mean.mean - before


def _name(survey: Survey, result: ScaleResult, language: str) -> str:
    scale = survey.scales.get(result.scale)
    return result.scale if scale is None else in_language(scale.name, language)
