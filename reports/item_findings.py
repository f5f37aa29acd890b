"""What may be said about single items of a brand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reports.suppression import Visibility
from reports.verdicts import Evidence, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from instruments.model import Item, Scale
    from psychometrics.analysis import ScaleResult, ScoreAnalysis
    from psychometrics.item_contrasts import ItemContrast
    from psychometrics.items import ItemResult
    from reports.asked import Sameness
    from reports.peers import PeerLabels
    from reports.suppression import ReportingRules
    from reports.survey import Survey

STANDOUTS = 3
"""How many strengths, and how many opportunities, page one names at most."""


@dataclass(frozen=True, slots=True)
class ItemFinding:
    """One item of the reader's brand, after reversal, so that high is always favourable.

    Parameters
    ----------
    item, scale : identifiers.
    label : the wording with the brand put in, or the topic where no wording is at hand.
    worded : True when the label is the wording.
    turned : worded the other way round, so that a high figure means little agreement with the
        label. The poles of a semantic differential are swapped in the label instead.
    minimum, maximum : ends of the response format.
    shares : share of answers per value, lowest first.
    top2, bottom2 : share of the two highest, and the two lowest, values.
    gap : mean less the mean of the others, in points of 0–100; None without a comparison.
    change : since the wave before, in points of 0–100; `change_is_clear` after the false discovery
        rate over all brands and questions. None where that wave may not be set beside this one.
    change_asked : whether the question was asked the same in that wave.
    differs : it was found not to work alike for all brands, so that a gap says less.
    lower, upper : interval of the gap, in points of 0–100.
    """

    item: str
    scale: str
    label: str
    worded: bool
    turned: bool
    minimum: int
    maximum: int
    n: int
    mean: float
    se: float | None
    shares: tuple[float, ...]
    top2: float | None
    bottom2: float | None
    verdict: Verdict
    gap: float | None = None
    lower: float | None = None
    upper: float | None = None
    g: float | None = None
    change: float | None = None
    change_is_clear: bool = False
    change_asked: Sameness = "same"
    differs: bool = False


def item_findings(survey: Survey, names: PeerLabels, language: str) -> tuple[ItemFinding, ...]:
    """The items of every dimension of which each item may be shown.

    One item withheld out of a dimension could be worked out from the score and the others, so the
    whole dimension's items are withheld with it.
    """
    contrasts = survey.item_contrasts.get(names.brand, {})
    found = []
    for row in _shown(survey.analysis, names.brand, survey.rules):
        item = _item_of(survey.scales, row)
        finding = _finding(row, item, contrasts.get(row.item), names, language, survey.rules)
        change = survey.item_changes.get((names.brand, row.item))
        if change is not None:
            points = 100 / (finding.maximum - finding.minimum)
            gap = change.contrast.gap * points if change.contrast else None
            finding = replace(
                finding,
                change=gap,
                change_is_clear=change.is_clear,
                change_asked=change.asked,
            )
        found.append(finding)
    return tuple(found)


def withheld(items: Sequence[ItemFinding], scales: Collection[str]) -> tuple[ItemFinding, ...]:
    """The same items, those of some scales without anything about other brands."""
    return tuple(
        item
        if item.gap is None or item.scale not in scales
        else replace(item, verdict=Verdict.NOT_COMPARABLE, gap=None, lower=None, upper=None, g=None)
        for item in items
    )


def marked(items: Sequence[ItemFinding], differing: Collection[str]) -> tuple[ItemFinding, ...]:
    """The same items, those that do not work alike for all brands marked."""
    return tuple(replace(item, differs=item.item in differing) for item in items)


def standouts(
    items: Sequence[ItemFinding],
) -> tuple[tuple[ItemFinding, ...], tuple[ItemFinding, ...]]:
    """At most three items above the others and three below, the widest gap first.

    One that does not work alike for all brands is neither.
    """
    fair = [item for item in items if not item.differs]
    above = [item for item in fair if item.verdict is Verdict.ABOVE]
    below = [item for item in fair if item.verdict is Verdict.BELOW]
    return (
        tuple(sorted(above, key=lambda item: -(item.gap or 0.0))[:STANDOUTS]),
        tuple(sorted(below, key=lambda item: item.gap or 0.0)[:STANDOUTS]),
    )


def _shown(analysis: ScoreAnalysis, brand: str, rules: ReportingRules) -> Iterator[ItemResult]:
    statistics = analysis.items_by_brand[brand]
    for scale in analysis.dimensions:
        rows = statistics.of_scale(scale.scale)
        least = min(_scale_n(scale, brand), *(row.people for row in rows))
        if rules.visibility(least) is not Visibility.HIDDEN:
            yield from rows


def _scale_n(scale: ScaleResult, brand: str) -> int:
    return scale.brand_means.mean_of(brand).people if scale.brand_means else 0


def _item_of(scales: Mapping[str, Scale], row: ItemResult) -> Item | None:
    scale = scales.get(row.scale)
    if scale is None:
        return None
    return next((item for item in scale.items if item.id == row.item), None)


def _finding(
    row: ItemResult,
    item: Item | None,
    contrast: ItemContrast | None,
    names: PeerLabels,
    language: str,
    rules: ReportingRules,
) -> ItemFinding:
    finding = ItemFinding(
        item=row.item,
        scale=row.scale,
        label=_label(row, item, names.own, language),
        worded=item is not None and _is_worded(item, language),
        turned=row.reversed and item is not None and language in item.text,
        minimum=row.values[0],
        maximum=row.values[-1],
        n=row.people,
        mean=row.mean or 0.0,
        se=row.se,
        shares=tuple(count / row.n for count in row.counts),
        top2=row.top2,
        bottom2=row.bottom2,
        verdict=judge(Evidence(row.people), rules),
    )
    return finding if contrast is None else _compared(finding, contrast, rules)


def _compared(finding: ItemFinding, contrast: ItemContrast, rules: ReportingRules) -> ItemFinding:
    points = 100 / (finding.maximum - finding.minimum)
    evidence = Evidence(finding.n, contrast.n_others, contrast.g, contrast.q)
    return replace(
        finding,
        verdict=judge(evidence, rules),
        gap=contrast.gap * points,
        lower=contrast.lower * points,
        upper=contrast.upper * points,
        g=contrast.g,
    )


def _is_worded(item: Item, language: str) -> bool:
    return language in item.text or language in item.poles


def _label(row: ItemResult, item: Item | None, brand: str, language: str) -> str:
    if item is None:
        return row.item
    if row.reversed and language in item.poles:
        return " – ".join(reversed(item.poles[language]))
    return item.wording(language, brand)
