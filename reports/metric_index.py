"""The index of what people do: each brand's place, what makes it, and how far weights decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from instruments.texts import in_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psychometrics.formative_index import FormativeIndex
    from psychometrics.weight_sensitivity import WeightSensitivity
    from reports.measured import Among

FEWEST_BRANDS = 3
"""Of two brands any index says no more than which one is ahead, by one distance always."""


@dataclass(frozen=True, slots=True)
class IndexedBrand:
    """One brand in the index, the reader's own included (`own`).

    Parameters
    ----------
    code : never printed. label : the name shown.
    index : weighted mean of standard scores over the brands shown; 0 is their average.
    ranks : its place under each profile, in the order of `MetricIndex.profiles`.
    rank_lower, rank_upper : range of its place under random weights.
    """

    code: str
    label: str
    own: bool
    index: float
    ranks: tuple[int, ...]
    rank_lower: int
    rank_upper: int


@dataclass(frozen=True, slots=True)
class IndexPart:
    """A metric of the index: its weight among those measured, and what it adds for the brand (None
    where it is not known of the brand)."""

    name: str
    weight: float
    contribution: float | None


@dataclass(frozen=True, slots=True)
class MetricIndex:
    """The index of the brands that are shown.

    Parameters
    ----------
    brands : highest index first. profiles : names of the weight profiles, that of the study first.
    parts : the metrics in it, heaviest first. missing : names of weighted metrics that were not
        measured of two brands.
    agreement : Kendall's W of the profiles; None where it cannot be told.
    """

    brands: tuple[IndexedBrand, ...]
    profiles: tuple[str, ...]
    parts: tuple[IndexPart, ...]
    missing: tuple[str, ...]
    agreement: float | None
    level: float

    @property
    def own(self) -> IndexedBrand:
        """The reader's brand."""
        return next(brand for brand in self.brands if brand.own)


def metric_index(
    among: Among, brand: str, labels: Mapping[str, str], language: str
) -> tuple[MetricIndex | None, str]:
    """The index as a brand's manager may read it and ``""``, or None and why there is none.

    Parameters
    ----------
    labels : what each brand that is shown is called, by code.
    """
    found = among.index
    if found is None:
        return None, "not_measured"
    if found.of(brand) is None:
        return None, "little_known"
    places = among.places if found.n_used >= FEWEST_BRANDS else None
    if places is None or len(places.groups) < FEWEST_BRANDS:
        return None, "few_brands"
    if brand not in places.groups:
        return None, "little_known"
    measured = among.measured
    names = {one.id: in_language(one.name, language) for one in measured.metrics.metrics}
    return MetricIndex(
        brands=_brands(found, places, brand, labels),
        profiles=tuple(in_language(one.name, language) for one in among.profiles.values()),
        parts=_parts(found, brand, names),
        missing=tuple(names[one] for one in measured.profile.weights if one not in among.columns),
        agreement=places.kendall_w,
        level=places.level,
    ), ""


def _brands(
    found: FormativeIndex, places: WeightSensitivity, brand: str, labels: Mapping[str, str]
) -> tuple[IndexedBrand, ...]:
    index = dict(zip(found.groups, found.index.tolist(), strict=True))
    rows = [
        IndexedBrand(
            code=code,
            label=labels[code],
            own=code == brand,
            index=index[code],
            ranks=tuple(places.ranks[:, place].tolist()),
            rank_lower=int(places.rank_lower[place]),
            rank_upper=int(places.rank_upper[place]),
        )
        for place, code in enumerate(places.groups)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.index, row.label)))


def _parts(found: FormativeIndex, brand: str, names: Mapping[str, str]) -> tuple[IndexPart, ...]:
    own = found.contributions[found.groups.index(brand)]
    parts = [
        IndexPart(names[name], float(weight), None if np.isnan(part) else float(part))
        for name, weight, part in zip(found.metrics, found.weights, own, strict=True)
        if weight > 0
    ]
    return tuple(sorted(parts, key=lambda part: -part.weight))
