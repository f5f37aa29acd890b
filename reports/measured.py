"""What was measured of all brands in one wave, worked out once for the scorecards of all."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.formative_index import formative_index
from psychometrics.metric_values import CELL, PERSON, metric_summaries
from psychometrics.weight_sensitivity import weight_sensitivity
from reports.suppression import ReportingRules, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable

    from instruments.metrics import Direction, MetricList, WeightProfile
    from psychometrics.formative_index import FormativeIndex
    from psychometrics.metric_values import (
        MetricSummaries,
        MetricSummary,
        MetricUnit,
        MetricValues,
    )
    from psychometrics.weight_sensitivity import WeightSensitivity

UNITS: tuple[MetricUnit, ...] = (CELL, PERSON)


@dataclass(frozen=True)
class MeasuredWave:
    """The values of a study as the scorecards of one wave read them.

    Parameters
    ----------
    values : of all waves.
    profile : weights of the index, one of `metrics` or a user's own.
    wave, previous : codes of this wave and the one before, None where there is none.
    level : of intervals.
    """

    values: MetricValues
    metrics: MetricList
    profile: WeightProfile
    wave: str
    previous: str | None = None
    rules: ReportingRules = field(default_factory=ReportingRules)
    level: float = 0.95
    _among: dict[frozenset[str], Among] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def summaries(self) -> MetricSummaries:
        """Every metric of each brand in this wave and the one before."""
        pooling = {metric.id: metric.pooled for metric in self.metrics.metrics}
        asked = np.isin(self.values.wave, [self.wave, self.previous or self.wave])
        return metric_summaries(self.values.select(asked), pooling, level=self.level)

    def among(self, brands: Iterable[str]) -> Among:
        """The wave as seen by those who may be shown these brands, and no other."""
        codes = frozenset(brands)
        if codes not in self._among:
            self._among[codes] = Among(self, tuple(sorted(codes)))
        return self._among[codes]

    def any_figure(self, metric: str, brand: str, unit: MetricUnit) -> MetricSummary | None:
        """A figure of this wave, whether or not it may be shown."""
        return self.summaries.find(metric, brand, self.wave, unit)

    def figure(
        self, metric: str, brand: str, unit: MetricUnit, wave: str | None = None
    ) -> MetricSummary | None:
        """A figure where it may be shown: of enough people, or of cells."""
        row = self.summaries.find(metric, brand, wave or self.wave, unit)
        if row is None or unit == CELL:
            return row
        return None if self.rules.visibility(row.n) is Visibility.HIDDEN else row


@dataclass(frozen=True)
class Among:
    """One wave and the brands that may be shown together, sorted. No other enters any figure."""

    measured: MeasuredWave
    brands: tuple[str, ...]

    @cached_property
    def units(self) -> dict[str, MetricUnit]:
        """What each metric is compared on: cells or people, whichever more brands can show."""
        found = {}
        for metric in self.measured.metrics.metrics:
            counts = {
                unit: sum(
                    self.measured.figure(metric.id, brand, unit) is not None
                    for brand in self.brands
                )
                for unit in UNITS
            }
            if any(counts.values()):
                found[metric.id] = max(UNITS, key=counts.__getitem__)
        return found

    def value(self, metric: str, brand: str) -> float | None:
        """The value that a brand is compared by; None where it has none that may be shown."""
        unit = self.units.get(metric)
        row = None if unit is None else self.measured.figure(metric, brand, unit)
        return None if row is None else row.value

    def others(self, metric: str, brand: str) -> tuple[float | None, int]:
        """The plain mean of the other brands' values, and how many they are."""
        known = self._values.get(metric, {})
        n = len(known) - (brand in known)
        if n == 0:
            return None, 0
        return (self._totals[metric] - known.get(brand, 0.0)) / n, n

    @cached_property
    def _values(self) -> dict[str, dict[str, float]]:
        """Metric → brand → value, of those that have one."""
        found = {
            name: {brand: self.value(name, brand) for brand in self.brands} for name in self.units
        }
        return {
            name: {brand: value for brand, value in row.items() if value is not None}
            for name, row in found.items()
        }

    @cached_property
    def _totals(self) -> dict[str, float]:
        return {name: math.fsum(row.values()) for name, row in self._values.items()}

    @cached_property
    def columns(self) -> dict[str, list[float]]:
        """(brands,) values of each metric that may be weighed and is known of two brands; NaN."""
        return {
            name: [row.get(brand, np.nan) for brand in self.brands]
            for name, row in self._values.items()
            if self.measured.metrics.metric(name).weighable and len(row) > 1
        }

    @cached_property
    def profiles(self) -> dict[str, WeightProfile]:
        """The study's profile, then the others, as far as they weigh anything measured."""
        ours = self.measured.profile
        known = {one.id: one for one in (ours, *self.measured.metrics.profiles)}
        return {
            name: one
            for name, one in known.items()
            if any(one.weights.get(metric, 0) > 0 for metric in self.columns)
        }

    @cached_property
    def index(self) -> FormativeIndex | None:
        """The index by the study's profile; None where it weighs nothing that was measured."""
        ours = self.measured.profile
        if ours.id not in self.profiles:
            return None
        return formative_index(
            self.columns, self._weights(ours), directions=self._directions, groups=self.brands
        )

    @cached_property
    def weights(self) -> dict[str, float]:
        """Part of each metric in the index, among those measured; none where there is no index."""
        if self.index is None:
            return {}
        known = zip(self.index.metrics, self.index.weights.tolist(), strict=True)
        return {name: weight for name, weight in known if weight > 0}

    @cached_property
    def places(self) -> WeightSensitivity:
        """Places under each profile and under random weights; only where there is an index."""
        return weight_sensitivity(
            self.columns,
            {name: self._weights(one) for name, one in self.profiles.items()},
            directions=self._directions,
            groups=self.brands,
            level=self.measured.level,
        )

    @property
    def _directions(self) -> dict[str, Direction]:
        return {name: self.measured.metrics.metric(name).direction for name in self.columns}

    def _weights(self, profile: WeightProfile) -> dict[str, float]:
        return {name: profile.weights.get(name, 0.0) for name in self.columns}
