"""A score of one brand from wave to wave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.asked import sameness_in
from reports.suppression import Visibility

if TYPE_CHECKING:
    from psychometrics.analysis import ScaleResult, ScoreAnalysis
    from reports.asked import Sameness
    from reports.survey import Survey


@dataclass(frozen=True, slots=True)
class WavePoint:
    """A brand's score in one wave; without figures where too few people answered.

    `others` is the plain mean of the other brands compared in that wave; None where nothing is
    compared. `asked` tells whether it was asked the same as the reported wave; where it "breaks"
    there are no figures.
    """

    wave: str
    visibility: Visibility
    n: int | None = None
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    others: float | None = None
    asked: Sameness = "same"


def trend(survey: Survey, scale: str, brand: str, *, alone: bool) -> tuple[WavePoint, ...]:
    """The score in every wave, the reported one last; empty where it is the first, and where no
    wave before has a score that compares with it.

    Parameters
    ----------
    alone : leave the other brands out, because they must not be compared.
    """
    if not survey.earlier:
        return ()
    waves = [(wave.name, wave.scores) for wave in survey.earlier]
    waves.append((survey.facts.wave or "", survey.analysis))
    points = tuple(_point(survey, name, scores, scale, brand, alone) for name, scores in waves)
    before = points[:-1]
    broken = any(point.asked == "breaks" for point in before)
    return () if broken and all(point.mean is None for point in before) else points


def _point(
    survey: Survey, wave: str, scores: ScoreAnalysis, scale: str, brand: str, alone: bool
) -> WavePoint:
    own = scores is survey.analysis
    asked = "same" if own else sameness_in(survey.facts.asked, wave, scale, brand)
    if asked == "breaks":
        return WavePoint(wave, Visibility.HIDDEN, asked=asked)
    result = next((row for row in scores.scales if row.scale == scale), None)
    if result is None or result.brand_means is None or not _asked_alike(survey, result):
        return WavePoint(wave, Visibility.HIDDEN)
    row = next((row for row in result.brand_means.means if row.group == brand), None)
    visibility = survey.rules.visibility(row.people if row else 0)
    if row is None or visibility is Visibility.HIDDEN:
        return WavePoint(wave, Visibility.HIDDEN)
    contrast = None if alone else result.contrast_of(brand)
    others = contrast.others if contrast else None
    means = row.mean, row.lower, row.upper
    return WavePoint(wave, visibility, row.people, *means, others, asked)


def _asked_alike(survey: Survey, result: ScaleResult) -> bool:
    return survey.analysis.scale(result.scale).items == result.items
