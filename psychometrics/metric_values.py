"""Behavioural metrics as they were measured, and each brand's figures from them.

Values come of single people or of whole cells (a brand in a wave, or a part of it). They are
formative: they cause an index and are not caused by one trait, so no reliability is worked out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from psychometrics.means import check_level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

MetricUnit = Literal["person", "cell"]
Pooling = Literal["mean", "sum", "share"]

PERSON: MetricUnit = "person"
CELL: MetricUnit = "cell"

_TEXT_COLUMNS = ("unit", "subject", "brand", "wave", "metric")


class MetricValuesError(ValueError):
    """Values do not fit the shape they claim. The message says what and how to mend it."""


@dataclass(frozen=True)
class MetricValues:
    """n values of metrics.

    Parameters
    ----------
    unit : (n,) ``"person"`` or ``"cell"``: what a value was measured on.
    subject : (n,) identifier of the person, name of the cell; ``""`` for the brand as a whole.
    brand, wave, metric : (n,) codes.
    value : (n,) finite, in the metric's own unit.

    Raises
    ------
    MetricValuesError
        lengths differ, a unit is unknown, or a value is not finite.
    """

    unit: NDArray[np.str_]
    subject: NDArray[np.str_]
    brand: NDArray[np.str_]
    wave: NDArray[np.str_]
    metric: NDArray[np.str_]
    value: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in _TEXT_COLUMNS:
            length = len(getattr(self, name))
            if length != self.n:
                raise MetricValuesError(f"{name} has {length} entries for {self.n} values.")
        unknown = sorted(set(np.unique(self.unit).tolist()) - {PERSON, CELL})
        if unknown:
            raise MetricValuesError(
                f"The unit {unknown[0][:40]!r} is not known; a value is of a person or a cell."
            )
        if not np.isfinite(self.value).all():
            raise MetricValuesError("A value is not finite; leave the row out.")

    @classmethod
    def build(
        cls,
        *,
        brand: ArrayLike,
        wave: ArrayLike,
        metric: ArrayLike,
        value: ArrayLike,
        unit: Sequence[str] | None = None,
        subject: Sequence[str] | None = None,
    ) -> MetricValues:
        """Values from sequences; without `unit` of cells, without `subject` of whole brands."""
        numbers = np.asarray(value, np.float64)
        return cls(
            unit=np.asarray([CELL] * len(numbers) if unit is None else unit, np.str_),
            subject=np.asarray([""] * len(numbers) if subject is None else subject, np.str_),
            brand=np.asarray(brand, np.str_),
            wave=np.asarray(wave, np.str_),
            metric=np.asarray(metric, np.str_),
            value=numbers,
        )

    @property
    def n(self) -> int:
        """Number of values."""
        return len(self.value)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of all columns, whatever the order of the rows."""
        columns = [getattr(self, name).tolist() for name in _TEXT_COLUMNS]
        rows = sorted(zip(*columns, self.value.tolist(), strict=True))
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    def select(self, rows: NDArray[np.bool_]) -> MetricValues:
        """The values of a mask (n,)."""
        return replace(
            self,
            value=self.value[rows],
            **{name: getattr(self, name)[rows] for name in _TEXT_COLUMNS},
        )

    def of(self, metric: str, brand: str, wave: str, unit: MetricUnit) -> MetricValues:
        """The values of one metric of one brand in one wave."""
        return self.select(
            (self.metric == metric)
            & (self.brand == brand)
            & (self.wave == wave)
            & (self.unit == unit)
        )


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """One metric of one brand in one wave, from people or from cells.

    Parameters
    ----------
    n : people, or cells.
    value : mean of the people; the cells pooled as the metric says.
    sd, se, lower, upper : of people: standard deviation (n − 1), standard error and t interval;
        None with fewer than two people or values all alike, and of cells, whose sampling error
        nobody knows.
    """

    metric: str
    brand: str
    wave: str
    unit: MetricUnit
    n: int
    value: float
    sd: float | None = None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class MetricSummaries:
    """Every metric of every brand and wave, sorted by metric, wave, brand and unit."""

    rows: tuple[MetricSummary, ...]
    level: float
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    def find(self, metric: str, brand: str, wave: str, unit: MetricUnit) -> MetricSummary | None:
        """The row of a metric, brand, wave and unit; None when there is none."""
        return self._known.get((metric, wave, brand, unit))

    @cached_property
    def _known(self) -> dict[tuple[str, str, str, str], MetricSummary]:
        return {(row.metric, row.wave, row.brand, row.unit): row for row in self.rows}


def metric_summaries(
    values: MetricValues, pooling: Mapping[str, Pooling], *, level: float = 0.95
) -> MetricSummaries:
    """Each metric of each brand and wave: people averaged with a t interval, cells pooled.

    A sum over people is never taken: it grows with how many were measured. Cells are added up
    (``sum``) or averaged, each counting alike (``mean``, ``share``).

    R: ``t.test(x)$conf.int`` within ``aggregate(value ~ metric + wave + brand + unit, d, …)``.

    Parameters
    ----------
    pooling : how cells are pooled, by metric.
    level : of the intervals.

    Raises
    ------
    MetricValuesError
        a metric has no pooling.
    ComparisonError
        `level` is not between 0 and 1.
    """
    check_level(level)
    unknown = sorted(set(np.unique(values.metric).tolist()) - set(pooling))
    if unknown:
        raise MetricValuesError(f"Nothing says how the metric {unknown[0][:40]!r} is pooled.")
    keys, group = _groups(values)
    n = np.bincount(group, minlength=len(keys))
    total = np.bincount(group, values.value, len(keys))
    mean = total / np.maximum(n, 1)
    squares = np.bincount(group, (values.value - mean[group]) ** 2, len(keys))
    rows = tuple(
        _person(key, int(n[g]), float(mean[g]), float(squares[g]), level)
        if key[3] == PERSON
        else _cell(key, int(n[g]), float((total if pooling[key[0]] == "sum" else mean)[g]))
        for g, key in enumerate(keys)
    )
    return MetricSummaries(
        rows=rows,
        level=level,
        n_used=values.n,
        method="means of people with t intervals; cells pooled as each metric says",
        warnings=_warnings(rows),
    )


_Key = tuple[str, str, str, str]


def _groups(values: MetricValues) -> tuple[list[_Key], NDArray[np.intp]]:
    """Metric, wave, brand and unit of each group, sorted, and the group of each value."""
    columns = (values.metric, values.wave, values.brand, values.unit)
    names, codes = zip(*(np.unique(column, return_inverse=True) for column in columns), strict=True)
    shape = tuple(max(len(name), 1) for name in names)
    flat, group = np.unique(np.ravel_multi_index(codes, shape), return_inverse=True)
    places = np.unravel_index(flat, shape)
    labels = [name[place].tolist() for name, place in zip(names, places, strict=True)]
    return list(zip(*labels, strict=True)), group


def _person(key: _Key, n: int, mean: float, squares: float, level: float) -> MetricSummary:
    metric, wave, brand, _ = key
    summary = MetricSummary(metric, brand, wave, PERSON, n, mean)
    if n < 2:
        return summary
    if squares <= n * (1e-12 * abs(mean)) ** 2:  # alike, but for rounding of their mean
        return replace(summary, sd=0.0, se=0.0)
    sd = float(np.sqrt(squares / (n - 1)))
    se = sd / float(np.sqrt(n))
    from scipy.special import stdtrit

    reach = float(stdtrit(n - 1, 0.5 + level / 2)) * se
    return replace(summary, sd=sd, se=se, lower=mean - reach, upper=mean + reach)


def _cell(key: _Key, n: int, value: float) -> MetricSummary:
    metric, wave, brand, _ = key
    return MetricSummary(metric, brand, wave, CELL, n, value)


def _warnings(rows: Sequence[MetricSummary]) -> tuple[str, ...]:
    return tuple(
        f"{row.metric} of {row.brand} in {row.wave} has "
        + ("one person" if row.n == 1 else "the same value throughout")
        + ", so its mean has no interval."
        for row in rows
        if row.unit == PERSON and row.lower is None
    )
