"""Behavioural metrics of a study: taken from files, shown, removed, and how they are weighted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from instruments.metrics import OWN, WeightProfile, WeightsError, standard_metrics
from psychometrics.metric_values import PERSON, MetricValues
from survey_app.domain.study import StudyError
from survey_app.exchange.read import MAX_BYTES, read_table
from survey_app.exchange.read_metrics import Known, ReadMetrics, to_metric_values
from survey_app.exchange.read_weights import read_weights
from survey_app.services.upload import uploaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from instruments.metrics import Metric
    from reports.measured import MeasuredWave
    from reports.suppression import ReportingRules
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork

__all__ = ["WeightProfile", "WeightsError"]


@dataclass(frozen=True)
class ImportPlan:
    """What importing a file does.

    Parameters
    ----------
    new, replaced, unchanged : rows that were not there, that take another value, that stay.
    counts : rows by codes of wave, brand and metric, in the order of the study.
    notes : what was detected or left out while reading.
    """

    values: MetricValues
    new: int
    replaced: int
    unchanged: int
    counts: Mapping[tuple[str, str, str], int]
    notes: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """The three numbers as a short text, to tell a plan that was shown from another."""
        return f"{self.new}-{self.replaced}-{self.unchanged}"


@dataclass(frozen=True, slots=True)
class KeptMetric:
    """One metric of one brand in one wave as it is kept: people averaged, cells pooled."""

    wave: str
    brand: str
    metric: Metric
    unit: str
    n: int
    value: float


def read_metrics_file(
    study: Study,
    path: Path,
    *,
    name: str = "",
    encoding: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> ReadMetrics:
    """The values in a file, checked against the study; nothing is kept.

    Raises
    ------
    StudyError
        the study has no wave yet.
    survey_app.exchange.errors.ExchangeError
        the file cannot be read, or a row of it cannot be kept; every fault with its line.
    """
    if not study.waves:
        raise StudyError("The study has no wave yet; open it, or import its answers, first.")
    table = read_table(path, name=name, encoding=encoding, max_bytes=max_bytes)
    known = Known(
        metrics=standard_metrics(),
        brands={brand.code: tuple(brand.names.values()) for brand in study.brands},
        waves={wave.code: (wave.name,) for wave in study.waves},
    )
    return to_metric_values(table, known)


def read_metrics_upload(study: Study, file_name: str, content: bytes) -> ReadMetrics:
    """The values in an uploaded file, told by its own name. Raises as `read_metrics_file`."""
    with uploaded(file_name, content, "metrics.csv") as (path, name):
        return read_metrics_file(study, path, name=name)


def weights_upload(study: Study, file_name: str, content: bytes) -> WeightProfile:
    """Weight a study's metrics by an uploaded file; the profile that it makes.

    Raises
    ------
    ExchangeError, InstrumentError
        the file cannot be read, or its weights cannot be used.
    """
    with uploaded(file_name, content, "weights.yaml") as (path, name):
        return choose_weights(study, read_weights(path, standard_metrics(), name=name).weights)


def plan_import(unit: UnitOfWork, study: Study, read: ReadMetrics) -> ImportPlan:
    """What importing these values would do; nothing is kept."""
    kept = {tuple(row[:5]): row.value for row in unit.metrics.values(_id(study))}
    values = read.values
    rows = _rows(values)
    known = Counter(
        "new" if key not in kept else "unchanged" if kept[key] == value else "replaced"
        for key, value in rows
    )
    counts = Counter((wave, brand, metric) for (_, _, brand, wave, metric), _ in rows)
    return ImportPlan(
        values=values,
        new=known["new"],
        replaced=known["replaced"],
        unchanged=known["unchanged"],
        counts={key: counts[key] for key in sorted(counts, key=_order(study))},
        notes=read.notes,
    )


def import_metrics(unit: UnitOfWork, study: Study, read: ReadMetrics) -> ImportPlan:
    """Keep all values of a file, each in the place of what was kept of the same person or cell,
    brand, wave and metric; what it did."""
    plan = plan_import(unit, study, read)
    waves = {wave.code: wave.id for wave in study.waves}
    brands = {brand.code: brand.id for brand in study.brands}
    unit.metrics.keep(
        [
            {
                "study_id": _id(study),
                "wave_id": waves[wave],
                "brand_id": brands[brand],
                "metric": metric,
                "unit": level,
                "subject": subject,
                "value": value,
            }
            for (level, subject, brand, wave, metric), value in _rows(plan.values)
        ]
    )
    return plan


def metric_values_of(unit: UnitOfWork, study: Study, *waves: str) -> MetricValues:
    """The values of a study, or of some waves by their codes; metrics that are no longer declared
    are left out."""
    known = {metric.id for metric in standard_metrics().metrics}
    rows = [row for row in unit.metrics.values(_id(study), *waves) if row.metric in known]
    return MetricValues.build(
        unit=[row.unit for row in rows],
        subject=[row.subject for row in rows],
        brand=[row.brand for row in rows],
        wave=[row.wave for row in rows],
        metric=[row.metric for row in rows],
        value=[row.value for row in rows],
    )


def measured_wave(
    unit: UnitOfWork, study: Study, wave: Wave, *, rules: ReportingRules, level: float = 0.95
) -> MeasuredWave | None:
    """What was measured in a wave and the one before, for the scorecards of all brands; None where
    nothing was measured in the wave. Made once, it is read by each scorecard."""
    from reports.measured import MeasuredWave

    earlier = [one for one in study.waves if one.position < wave.position]
    before = max(earlier, key=lambda one: one.position, default=None)
    values = metric_values_of(unit, study, *(one.code for one in (wave, before) if one))
    if not (values.wave == wave.code).any():
        return None
    previous = before.code if before else None
    return MeasuredWave(
        values, standard_metrics(), profile_of(study), wave.code, previous, rules, level
    )


def kept_metrics(unit: UnitOfWork, study: Study) -> list[KeptMetric]:
    """What is kept of a study: waves and brands in their order, metrics in that of the list."""
    metrics = standard_metrics().metrics
    place = {metric.id: number for number, metric in enumerate(metrics)}
    rows = [
        KeptMetric(row.wave, row.brand, metrics[place[row.metric]], row.unit, row.n, _pooled(row))
        for row in unit.metrics.overview(_id(study))
        if row.metric in place
    ]
    order = _order(study)
    return sorted(rows, key=lambda row: (order((row.wave, row.brand, row.metric.id)), row.unit))


def forget_wave(unit: UnitOfWork, study: Study, wave: Wave) -> int:
    """Remove every value of a wave; how many there were."""
    return unit.metrics.forget_wave(_id(study), wave.id or 0)


def profile_of(study: Study) -> WeightProfile:
    """The study's weight profile: `standard` until another one is chosen."""
    metrics = standard_metrics()
    chosen = study.metrics.get("profile", "standard")
    if chosen != OWN:
        known = {profile.id: profile for profile in metrics.profiles}
        return known.get(chosen, known["standard"])
    weights = {
        name: weight
        for name, weight in study.metrics.get("weights", {}).items()
        if any(metric.id == name and metric.weighable for metric in metrics.metrics)
    }
    return metrics.own_profile(weights) if any(weights.values()) else metrics.profile("standard")


def choose_profile(study: Study, profile_id: str) -> None:
    """Weight a study's metrics by a profile that ships. Raises StudyError when there is none."""
    known = [profile.id for profile in standard_metrics().profiles]
    if profile_id not in known:
        raise StudyError(
            f"There is no weight profile {profile_id[:40]!r}; there are {', '.join(known)}."
        )
    study.metrics = {"profile": profile_id, "weights": {}}


def choose_weights(study: Study, weights: Mapping[str, float]) -> WeightProfile:
    """Weight a study's metrics by weights of one's own; the profile that they make.

    Raises
    ------
    WeightsError
        a metric is unknown or takes no weight, a weight is no number from 0 upward, or none is
        above 0.
    """
    profile = standard_metrics().own_profile(weights)
    study.metrics = {"profile": OWN, "weights": dict(profile.weights)}
    return profile


def _rows(values: MetricValues) -> list[tuple[tuple[str, str, str, str, str], float]]:
    columns: Sequence[Any] = (
        values.unit.tolist(),
        values.subject.tolist(),
        values.brand.tolist(),
        values.wave.tolist(),
        values.metric.tolist(),
    )
    return list(zip(zip(*columns, strict=True), values.value.tolist(), strict=True))


def _pooled(row: Any) -> float:
    adds = row.unit != PERSON and standard_metrics().metric(row.metric).pooled == "sum"
    return float(row.total if adds else row.mean)


def _order(study: Study) -> Any:
    waves = {wave.code: wave.position for wave in study.waves}
    brands = {brand.code: brand.position for brand in study.brands}
    metrics = {one.id: number for number, one in enumerate(standard_metrics().metrics)}

    def place(key: tuple[str, str, str]) -> tuple[Any, ...]:
        wave, brand, metric = key
        return waves[wave], wave, brands[brand], brand, metrics[metric]

    return place


def _id(study: Study) -> int:
    if study.id is None:
        raise StudyError("The study has not been saved yet.")
    return study.id
