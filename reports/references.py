"""What else a score is set beside: the same brand a wave ago, and the top quarter of brands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from psychometrics.contrasts import change, contrast_to_reference, top_quarter
from psychometrics.means import GroupMean
from psychometrics.multiplicity import benjamini_hochberg
from psychometrics.picking import picking_bias, without_picking
from psychometrics.raters import covariance_of_waves
from reports.asked import sameness_in
from reports.comparability import TESTED, alike
from reports.verdicts import WORDS, Evidence, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psychometrics.analysis import ScaleResult, ScoreAnalysis
    from psychometrics.comparability import Comparability
    from psychometrics.compare import Contrast
    from psychometrics.items import ItemResult
    from psychometrics.mean_covariance import MeanCovariance
    from psychometrics.raters import Raters
    from reports.asked import AskedWaves, Sameness
    from reports.comparability import Standing
    from reports.suppression import ReportingRules
    from reports.survey import EarlierWave

Kind = Literal["others", "best", "previous"]
Key = tuple[str, str]
"""Brand and scale."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One score of the brand beside something.

    Parameters
    ----------
    kind : "others" (mean of the other brands), "best" (top quarter), "previous" (wave before).
    verdict : what may be said; not comparable where a test forbids it, and then without `contrast`.
    brands : how many brands the reference is the mean of; 1 for the brand itself.
    wave : name of the wave before; "" for other brands.
    standing : what the test across waves found; "not_run" for other brands.
    asked : whether the wave before was asked the same; "same" for other brands. Where it "breaks"
        nothing is compared, whatever the test found.
    """

    kind: Kind
    verdict: Verdict
    contrast: Contrast | None
    n_others: int | None
    brands: int = 1
    wave: str = ""
    standing: Standing = "not_run"
    asked: Sameness = "same"

    @property
    def is_clear(self) -> bool:
        """Whether a difference may be said."""
        return self.verdict in WORDS


def changes(
    analysis: ScoreAnalysis,
    before: EarlierWave,
    waves_alike: Comparability | None,
    rules: ReportingRules,
    asked: Sequence[AskedWaves] = (),
) -> Mapping[Key, Reference]:
    """(Brand, scale) → the change since the wave before, where both may be shown.

    q values are adjusted over all brands and dimensions, and apart from these over outcomes; a
    scale that was not asked so that both waves compare is none of them.
    """
    found: dict[Key, Reference] = {}
    for outcome in (False, True):
        rows = {
            (row.group, scale.scale): (earlier, row)
            for scale, old in _in_both(analysis, before.scores)
            if scale.outcome is outcome
            for row, earlier in _pairs(scale, old)
        }
        joint = {
            (brand, scale): covariance_of_waves(
                analysis.raters, before.scores.raters, brand, scale=scale
            )
            for brand, scale in rows
        }
        same = {
            (brand, scale): sameness_in(asked, before.name, scale, brand) for brand, scale in rows
        }
        standing = _standing(waves_alike, before)
        found.update(_changed(rows, joint, same, before.name, standing, rules))
    return found


def item_changes(
    analysis: ScoreAnalysis,
    before: EarlierWave,
    waves_alike: Comparability | None,
    rules: ReportingRules,
    asked: Sequence[AskedWaves] = (),
) -> Mapping[Key, Reference]:
    """(Brand, item) → the change since the wave before, in units of the response format.

    q values are adjusted over all brands and items that may be compared: of a scale that was not
    asked so that both waves compare, none.
    """
    rows: dict[Key, tuple[GroupMean, GroupMean]] = {}
    same: dict[Key, Sameness] = {}
    for scale, _ in _in_both(analysis, before.scores):
        for brand, statistics in analysis.items_by_brand.items():
            earlier = before.scores.items_by_brand.get(brand)
            if scale.outcome or earlier is None:
                continue
            for item in scale.items:
                rows[brand, item] = _of_item(earlier.item(item)), _of_item(statistics.item(item))
                same[brand, item] = _of_scale_or_item(
                    sameness_in(asked, before.name, scale.scale, brand),
                    sameness_in(asked, before.name, scale.scale, brand, item),
                )
    joint = {
        (brand, item): covariance_of_waves(analysis.raters, before.scores.raters, brand, item=item)
        for brand, item in rows
    }
    return _changed(rows, joint, same, before.name, _standing(waves_alike, before), rules)


def _changed(
    rows: Mapping[Key, tuple[GroupMean, GroupMean]],
    joint: Mapping[Key, MeanCovariance | None],
    same: Mapping[Key, Sameness],
    wave: str,
    standing: Standing,
    rules: ReportingRules,
) -> dict[Key, Reference]:
    """The changes of means of which both may be shown; `joint` where the same people were asked,
    `same` whether they were asked the same."""
    comparable = standing != "not_comparable"
    shown = {
        key: pair
        for key, pair in rows.items()
        if min(row.people for row in pair) >= rules.hidden_below and all(row.sd for row in pair)
    }
    apart = replace(_APART, wave=wave, standing=standing)
    found = {key: apart for key in shown if same[key] == "breaks"}
    contrasts = {
        key: change(*pair, joint=joint[key]) for key, pair in shown.items() if key not in found
    }
    for key, contrast in _adjusted(contrasts).items():
        old, new = shown[key]
        evidence = Evidence(new.people, old.people, contrast.g, contrast.q, comparable)
        verdict = judge(evidence, rules)
        found[key] = Reference(
            "previous",
            verdict,
            contrast if comparable else None,
            old.people if comparable else None,
            wave=wave,
            standing=standing,
            asked=same[key],
        )
    return found


_APART = Reference("previous", Verdict.NOT_COMPARABLE, None, None, asked="breaks")
"""A change that is not told, because the questionnaire was another."""


def _of_scale_or_item(scale: Sameness, item: Sameness) -> Sameness:
    return scale if scale == "breaks" else item


def _of_item(row: ItemResult) -> GroupMean:
    return GroupMean(
        row.item, row.n, row.mean, row.sd, row.se, lower=None, upper=None, raters=row.raters
    )


def top_quarters(analysis: ScoreAnalysis, rules: ReportingRules) -> Mapping[Key, Reference]:
    """(Brand, scale) → the gap to the mean of the top quarter of the other brands.

    Empty with too few brands for a quarter. That they were picked for being high is taken off the
    gap before it is tested; else luck alone would make verdicts. q values are adjusted over all
    brands and dimensions.
    """
    contrasts: dict[Key, Contrast] = {}
    sizes: dict[Key, tuple[int, int]] = {}
    own_people: dict[Key, int] = {}
    for scale in analysis.dimensions:
        rows = scale.brand_means.means if scale.brand_means else ()
        means = {row.group: row for row in rows if row.group in scale.compared}
        raters = analysis.shared_raters
        joint = None if raters is None else raters.of_scale(scale.scale)
        for brand, own in means.items():
            best = [means[code] for code in top_quarter(means, brand)]
            if best and own.sd:
                key = brand, scale.scale
                gap = contrast_to_reference(
                    own, best, level=analysis.level, pool=tuple(means.values()), joint=joint
                )
                others = [row for code, row in means.items() if code != brand and row.sd]
                shared = _shared(joint, others)
                contrasts[key] = without_picking(
                    gap, picking_bias(others, len(best), shared=shared)
                )
                sizes[key], own_people[key] = (_people(raters, best), len(best)), own.people
    return {
        key: Reference(
            "best",
            judge(Evidence(own_people[key], sizes[key][0], contrast.g, contrast.q), rules),
            contrast,
            *sizes[key],
        )
        for key, contrast in _adjusted(contrasts).items()
    }


def _shared(joint: MeanCovariance | None, rows: Sequence[GroupMean]) -> float:
    """Mean covariance of the means of some brands."""
    if joint is None or len(rows) < 2:
        return 0.0
    covariance = joint.of([row.group for row in rows]).covariance
    k = len(rows)
    return float((covariance.sum() - covariance.trace()) / (k * (k - 1)))


def _people(raters: Raters | None, rows: Sequence[GroupMean]) -> int:
    """How many people rated any of some brands."""
    if raters is None:
        return sum(row.n for row in rows)
    return raters.people_in([row.group for row in rows])


def _standing(waves_alike: Comparability | None, before: EarlierWave) -> Standing:
    """What the test across waves says of these two waves."""
    if waves_alike is None:
        return "not_run"
    found = alike(waves_alike).standing
    if found in TESTED and set(before.scores.waves) & set(waves_alike.left_out):
        return "left_out"
    return found


def _in_both(
    analysis: ScoreAnalysis, earlier: ScoreAnalysis
) -> Iterator[tuple[ScaleResult, ScaleResult]]:
    """The scales that were asked in the same way in both waves."""
    old = {scale.scale: scale for scale in earlier.scales}
    for scale in analysis.scales:
        before = old.get(scale.scale)
        if before is not None and before.items == scale.items:
            yield scale, before


def _pairs(scale: ScaleResult, before: ScaleResult) -> Iterator[tuple[GroupMean, GroupMean]]:
    old = {row.group: row for row in before.brand_means.means} if before.brand_means else {}
    for row in scale.brand_means.means if scale.brand_means else ():
        if row.group in old:
            yield row, old[row.group]


def _adjusted(contrasts: Mapping[Key, Contrast]) -> dict[Key, Contrast]:
    if not contrasts:
        return {}
    q = benjamini_hochberg([contrast.p for contrast in contrasts.values()])
    return {
        key: replace(contrast, q=float(value))
        for (key, contrast), value in zip(contrasts.items(), q, strict=True)
    }
