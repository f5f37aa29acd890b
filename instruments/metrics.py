"""What people do, as declared metrics and weight profiles: `metrics/standard.yaml`, frozen.

A metric states its unit, its direction, its window and how values are pooled. A weight profile says
how much each metric counts in the formative index; outcomes and negative engagement never count.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from instruments.errors import InstrumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from instruments.yaml_file import Document, Place

Kind = Literal["root", "action", "outcome"]
Direction = Literal["higher", "lower"]
Valence = Literal["positive", "negative", "none"]
Pooling = Literal["mean", "sum", "share"]

STANDARD = Path(__file__).parent / "metrics" / "standard.yaml"

OWN = "own"
"""Identifier of a weight profile that a user wrote."""


class WeightsError(ValueError):
    """Weights cannot be used. The message says which and how to mend them."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One declared metric.

    Parameters
    ----------
    name, unit : by language; the unit is that of measurement, e.g. ``"minutes per visit"``.
    kind : ``root`` (visits, purchases), ``action`` (what people do beyond them) or ``outcome``.
    direction : which value is better.
    valence : whether it tells of positive or negative engagement; ``none`` where of neither.
    days : the window over which it is counted; None where it has none.
    pooled : how several cells of one brand become one value. Single people are always averaged,
        since a sum over a sample grows with the sample. ``share``: a mean of values from 0 to 1.
    minimum, maximum : ends of the possible values, None where open.
    source : where its meaning was found, in print.
    """

    id: str
    name: Mapping[str, str]
    unit: Mapping[str, str]
    kind: Kind
    direction: Direction
    valence: Valence
    days: int | None
    pooled: Pooling
    minimum: float | None = None
    maximum: float | None = None
    source: str = ""

    @property
    def weighable(self) -> bool:
        """True when it may count in the index: neither an outcome nor negative engagement."""
        return self.kind != "outcome" and self.valence != "negative"

    def holds(self, value: float) -> bool:
        """True for a value that the metric can take."""
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        return abs(value) <= LARGEST_VALUE and low <= value <= high


@dataclass(frozen=True, slots=True)
class WeightProfile:
    """Weights of metrics, adding up to 1; a metric that is not named has none.

    `name` by language is as it stands after “by”, e.g. ``"standard weights"``.
    """

    id: str
    name: Mapping[str, str]
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class MetricList:
    """Declared metrics and profiles, in the order of their file."""

    metrics: tuple[Metric, ...]
    profiles: tuple[WeightProfile, ...]
    _by_id: dict[str, Metric] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {metric.id: metric for metric in self.metrics})

    def metric(self, metric_id: str) -> Metric:
        """The metric with an identifier. Raises KeyError when there is none."""
        return self._by_id[metric_id]

    def profile(self, profile_id: str) -> WeightProfile:
        """The profile with an identifier. Raises KeyError when there is none."""
        for profile in self.profiles:
            if profile.id == profile_id:
                return profile
        raise KeyError(profile_id)

    def nearest(self, text: str) -> list[str]:
        """Identifiers of metrics that a mistyped one may have meant, the nearest first."""
        known = {word: metric.id for metric in self.metrics for word in _words_of(metric)}
        near = get_close_matches(text.casefold(), known, n=6, cutoff=0.6)
        return list(dict.fromkeys(known[word] for word in near))[:3]

    def found(self, text: str) -> Metric | None:
        """The metric that a text names, by identifier or by name in any language; capitals,
        blanks and hyphens do not matter. None when it names none."""
        folded = _folded(text)
        by_id = self._by_id.get(folded.replace(" ", "_"))
        if by_id is not None:
            return by_id
        named = [one for one in self.metrics if folded in map(_folded, one.name.values())]
        return named[0] if len(named) == 1 else None

    def own_profile(self, weights: Mapping[str, float]) -> WeightProfile:
        """A profile of a user's own weights, scaled to add up to 1.

        Raises
        ------
        WeightsError
            a metric is unknown, an outcome or negative engagement; a weight is no number, or
            negative; or nothing has a weight.
        """
        for metric_id, weight in weights.items():
            self._check_weight(metric_id, weight)
        total = math.fsum(weights.values())
        if not total > 0:
            raise WeightsError("No metric has a weight; give at least one a weight above 0.")
        scaled = {name: weight / total for name, weight in weights.items() if weight > 0}
        return WeightProfile(OWN, _OWN_NAME, scaled)

    def _check_weight(self, metric_id: str, weight: float) -> None:
        metric = self._by_id.get(metric_id)
        if metric is None:
            near = ", ".join(self.nearest(metric_id)) or "see the list of metrics"
            raise WeightsError(f"There is no metric {metric_id[:60]!r}; perhaps {near}?")
        if not (math.isfinite(weight) and 0 <= weight <= LARGEST_WEIGHT):
            raise WeightsError(
                f"The weight of {metric_id} is {weight}; give a number from 0 to "
                f"{LARGEST_WEIGHT:,}."
            )
        if weight and not metric.weighable:
            raise WeightsError(f"{metric_id} takes no weight: {_reason(metric)}")


LARGEST_WEIGHT = 1_000_000

LARGEST_VALUE = 1e15
"""What is larger was never measured, and its square may be no number."""

_OWN_NAME = {
    "en": "own weights",
    "ru": "собственные веса",
    "de": "eigenen Gewichten",
    "ar": "أوزان خاصة",
    "zh": "自定义权重",
}


@lru_cache(maxsize=1)
def standard_metrics() -> MetricList:
    """The metrics and profiles that ship, read once."""
    return load_metrics(STANDARD)


def load_metrics(path: str | Path) -> MetricList:
    """Metrics and profiles from a YAML file.

    Raises
    ------
    InstrumentError
        the file cannot be read or breaks a rule; every fault with its place and line.
    """
    from instruments.schema_check import schema_problems
    from instruments.yaml_file import read_yaml

    document = read_yaml(path, Path(path).name)
    problems = schema_problems(document, "metrics") or [
        document.problem(place, what) for place, what in _faults(document)
    ]
    if problems:
        raise InstrumentError(document.name, problems)
    metrics = tuple(Metric(**plain) for plain in document.data["metrics"])
    profiles = tuple(_profile(plain) for plain in document.data["profiles"])
    return MetricList(metrics, profiles)


def _profile(plain: Mapping[str, Any]) -> WeightProfile:
    total = math.fsum(plain["weights"].values())
    scaled = {name: weight / total for name, weight in plain["weights"].items() if weight > 0}
    return WeightProfile(plain["id"], plain["name"], scaled)


def _faults(document: Document) -> Iterator[tuple[Place, str]]:
    """Faults that the schema cannot state."""
    metrics = document.data["metrics"]
    for m, metric in enumerate(metrics):
        yield from _metric_faults(("metrics", m), metric)
    for section in ("metrics", "profiles"):
        yield from _repeated(section, [one["id"] for one in document.data[section]])
    weighable = {
        one["id"] for one in metrics if one["kind"] != "outcome" and one["valence"] != "negative"
    }
    for p, profile in enumerate(document.data["profiles"]):
        place: Place = ("profiles", p, "weights")
        for name in profile["weights"]:
            if name not in weighable:
                what = f"{name!r} is no metric that takes a weight (outcomes and negative do not)."
                yield (*place, name), what
        if not math.fsum(profile["weights"].values()) > 0:
            yield place, "nothing has a weight; give at least one metric a weight above 0."


def _metric_faults(place: Place, metric: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    ends = (metric["minimum"], metric["maximum"])
    if metric["pooled"] == "share" and ends != (0, 1):
        yield (*place, "pooled"), "a share lies from 0 to 1; write minimum: 0 and maximum: 1."
    if None not in ends and ends[0] >= ends[1]:
        yield (*place, "minimum"), "minimum must lie below maximum."
    for key in ("name", "unit"):
        if "en" not in metric[key]:
            yield (*place, key), "the wording in en is missing; add it."


def _repeated(section: str, names: Iterable[str]) -> Iterator[tuple[Place, str]]:
    counts: Counter[str] = Counter()
    for number, name in enumerate(names):
        counts[name] += 1
        if counts[name] > 1:
            yield (section, number, "id"), f"{name!r} stands here twice; rename one."


def _reason(metric: Metric) -> str:
    if metric.kind == "outcome":
        return "it is an outcome, and outcomes stand beside engagement, not in it."
    return "negative engagement is told apart and never netted."


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _words_of(metric: Metric) -> list[str]:
    return [metric.id, *(name.casefold() for name in metric.name.values())]
