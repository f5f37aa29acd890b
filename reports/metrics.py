"""What people do, measured: figures, index and outcomes of a brand beside its survey scores.

Nothing here is added to a survey score. An index of behaviour is formative: see
`psychometrics.formative_index`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from instruments.texts import in_language
from psychometrics.metric_change import mean_change
from psychometrics.metric_values import CELL, PERSON
from reports.measured import UNITS
from reports.metric_associations import MetricAssociation, associations
from reports.metric_index import MetricIndex, metric_index
from reports.suppression import Visibility

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from instruments.metrics import Kind, Metric, Valence
    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.metric_change import MeanChange
    from psychometrics.metric_values import MetricSummary, MetricUnit, MetricValues
    from reports.measured import Among, MeasuredWave


@dataclass(frozen=True, slots=True)
class MetricFinding:
    """One metric of the brand, in its own unit, unrounded; None where not to be shown or unknown.

    Parameters
    ----------
    name, unit : as printed. days : its window. share : from 0 to 1, printed as a percentage.
    lower_is_better : direction of the metric.
    measured_on : ``"person"`` (a mean of n people) or ``"cell"`` (n figures of the whole brand).
    visibility : of people, as of interviews; figures of a whole brand are shown.
    previous, change : in the wave before, and what has changed since; the interval of the change
        knows who was measured twice, and is None for cells.
    others : unweighted mean over the other brands that are shown; n_others counts them.
    weight : its part of the index among what was measured, 0–1; None for what is no part of it.
    """

    metric: str
    name: str
    unit: str
    kind: Kind
    valence: Valence
    lower_is_better: bool
    share: bool
    days: int | None
    measured_on: MetricUnit
    visibility: Visibility
    n: int | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    previous: float | None = None
    change: float | None = None
    change_lower: float | None = None
    change_upper: float | None = None
    others: float | None = None
    n_others: int = 0
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class MetricFindings:
    """Everything a brand's manager may read about what people do.

    Parameters
    ----------
    rows : root and action metrics without valence; positive, negative : those with one, apart and
        never netted; outcomes : what engagement is set beside. All in the order of the list.
    index : None where there is none; `no_index` says why (``"not_measured"``, ``"few_brands"``,
        ``"little_known"``).
    associations : of the metrics, or the index, with the dimensions of the survey.
    previous : True when there is a wave before to compare with.
    """

    rows: tuple[MetricFinding, ...]
    positive: tuple[MetricFinding, ...]
    negative: tuple[MetricFinding, ...]
    outcomes: tuple[MetricFinding, ...]
    index: MetricIndex | None
    no_index: str
    associations: tuple[MetricAssociation, ...]
    previous: bool
    level: float


def metric_findings(
    measured: MeasuredWave,
    scores: ScoreAnalysis,
    brand: str,
    *,
    compared: Mapping[str, str],
    language: str,
    called: Sequence[NDArray[np.str_]] = (),
    scale_names: Mapping[str, str] | None = None,
    scores_compared: bool = True,
) -> MetricFindings | None:
    """What may be said of a brand's metrics; None where nothing was measured of it in the wave.

    Parameters
    ----------
    measured : the wave; the same object for all brands, so that nothing is worked out twice.
    scores : of the interviews of the wave.
    compared : label by code of the brands that may be shown, the reader's own among them
        (`reports.peers.PeerLabels.labels`). No other brand enters any figure.
    called : identifiers of the interviews in `scores` and of the people who gave them, each (n,),
        to find people measured both ways.
    scale_names : name of each dimension as printed.
    scores_compared : False where a test forbids to set the survey's scores of brands side by side;
        then the index is not correlated with them.
    """
    if brand not in compared:
        return None
    among = measured.among(compared)
    rows = [
        _finding(among, metric, brand, language)
        for metric in measured.metrics.metrics
        if any(measured.any_figure(metric.id, brand, unit) for unit in UNITS)
    ]
    if not rows:
        return None
    index, no_index = metric_index(among, brand, compared, language)
    names = {result.scale: result.scale for result in scores.dimensions} | dict(scale_names or {})
    people = _people(measured, brand)
    ranked = index if scores_compared else None
    return MetricFindings(
        rows=tuple(r for r in rows if r.kind != "outcome" and r.valence == "none"),
        positive=tuple(r for r in rows if r.kind != "outcome" and r.valence == "positive"),
        negative=tuple(r for r in rows if r.kind != "outcome" and r.valence == "negative"),
        outcomes=tuple(r for r in rows if r.kind == "outcome"),
        index=index,
        no_index=no_index,
        associations=associations(people, ranked, scores, called, names, measured.rules),
        previous=any(row.previous is not None for row in rows),
        level=measured.level,
    )


def _finding(among: Among, metric: Metric, brand: str, language: str) -> MetricFinding:
    measured = among.measured
    unit = _unit(among, metric.id, brand)
    hidden = MetricFinding(
        metric=metric.id,
        name=in_language(metric.name, language),
        unit=in_language(metric.unit, language),
        kind=metric.kind,
        valence=metric.valence,
        lower_is_better=metric.direction == "lower",
        share=metric.pooled == "share",
        days=metric.days,
        measured_on=unit,
        visibility=Visibility.HIDDEN,
        weight=among.weights.get(metric.id),
    )
    own = measured.figure(metric.id, brand, unit)
    if own is None:
        return hidden
    alike = unit == among.units.get(metric.id)
    others, n_others = among.others(metric.id, brand) if alike else (None, 0)
    before, change = _change(measured, own)
    return replace(
        hidden,
        visibility=Visibility.FULL if unit == CELL else measured.rules.visibility(own.n),
        n=own.n,
        value=own.value,
        lower=own.lower,
        upper=own.upper,
        previous=None if before is None else before.value,
        change=None if before is None else own.value - before.value,
        change_lower=change.lower if change else None,
        change_upper=change.upper if change else None,
        others=others,
        n_others=n_others,
    )


def _unit(among: Among, metric: str, brand: str) -> MetricUnit:
    """What the brand's own figure is told from: what brands are compared on, where it has such a
    figure and it may be shown; else whatever it has."""
    measured = among.measured
    common = among.units.get(metric, CELL)
    order = sorted(UNITS, key=lambda unit: unit != common)
    shown = [unit for unit in order if measured.figure(metric, brand, unit)]
    there = [unit for unit in order if measured.any_figure(metric, brand, unit)]
    return (shown or there)[0]


def _change(
    measured: MeasuredWave, own: MetricSummary
) -> tuple[MetricSummary | None, MeanChange | None]:
    """The figure of the wave before, and for people the tested change."""
    if measured.previous is None:
        return None, None
    before = measured.figure(own.metric, own.brand, own.unit, measured.previous)
    if before is None or own.unit == CELL:
        return before, None
    later, earlier = (
        measured.values.of(own.metric, own.brand, wave, own.unit)
        for wave in (own.wave, measured.previous)
    )
    change = mean_change(
        later.value, later.subject, earlier.value, earlier.subject, level=measured.level
    )
    return before, change


def _people(measured: MeasuredWave, brand: str) -> MetricValues:
    """The values of people of the brand in the wave."""
    known = measured.values
    return known.select(
        (known.unit == PERSON) & (known.brand == brand) & (known.wave == measured.wave)
    )
