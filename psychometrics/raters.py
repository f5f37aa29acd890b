"""Who gave the interviews of an analysis, where a person may have given several."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from psychometrics._clusters import person_codes
from psychometrics.mean_covariance import covariance_if_any
from psychometrics.means import sort_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset
    from psychometrics.mean_covariance import MeanCovariance
    from psychometrics.scoring import ScaleScores
    from psychometrics.screening import Screening

    Array = NDArray[np.float64]
    Codes = NDArray[np.str_]

__all__ = ["Raters", "covariance_of_waves"]

_LEAST_PEOPLE = 2


@dataclass(frozen=True)
class Raters:
    """The people behind the interviews kept.

    Parameters
    ----------
    people, ratings : how many people, and how many interviews (a brand rated by a person) they
        gave. Equal in one wave in which each person rated one brand.
    started, usable : people of all interviews, and of the usable ones.
    dispositions : disposition → people.
    """

    people: int
    ratings: int
    started: int
    usable: int
    dispositions: Mapping[str, int]
    _cluster: Codes = field(repr=False)
    _label: Codes = field(repr=False)
    _brand: Codes = field(repr=False)
    _scores: Mapping[str, Array] = field(repr=False)
    _items: Mapping[str, Array] = field(repr=False)

    @classmethod
    def of(cls, dataset: Dataset, scores: ScaleScores, screening: Screening) -> Self | None:
        """The raters of the interviews kept; None where the data do not say who gave them."""
        if dataset.cluster is None:
            return None
        cluster, kept = dataset.cluster, screening.kept
        items: dict[str, Array] = {}
        for key in dataset.keys:
            items.update(zip(key.items, dataset.keyed(key.scale)[kept].T, strict=True))
        label = cluster[kept]
        return cls(
            people=len(np.unique(label)),
            ratings=len(label),
            started=len(np.unique(cluster)),
            usable=len(np.unique(cluster[screening.usable])),
            dispositions={
                name: len(np.unique(cluster[dataset.disposition == name]))
                for name in np.unique(dataset.disposition).tolist()
            },
            _cluster=cluster,
            _label=label,
            _brand=dataset.brand[kept],
            _scores={key.scale: scores.column(key.scale)[kept] for key in dataset.keys},
            _items=items,
        )

    @property
    def several(self) -> bool:
        """Whether anybody gave several interviews."""
        return self.people < self.ratings

    def of_scale(self, scale: str) -> MeanCovariance | None:
        """How the brands' means of a scale move together; None where nobody rated several."""
        return self._remembered(("scale", scale), self._scores[scale])

    def of_item(self, item: str) -> MeanCovariance | None:
        """The same of an item, after reversal."""
        return self._remembered(("item", item), self._items[item])

    def who(self, rows: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Who gave some interviews: `rows` (n,) of all, as numbers in their order."""
        return person_codes(self._cluster[rows])

    def people_in(self, brands: Iterable[str]) -> int:
        """How many people rated any of the brands, each counted once."""
        return len(np.unique(self._label[np.isin(self._brand, list(brands))]))

    @cached_property
    def _joint(self) -> dict[tuple[str, str], MeanCovariance | None]:
        return {}

    def _remembered(self, key: tuple[str, str], values: Array) -> MeanCovariance | None:
        if key not in self._joint:
            self._joint[key] = self._covariance(values)
        return self._joint[key]

    def _covariance(self, values: Array) -> MeanCovariance | None:
        if not self.several:
            return None
        person = person_codes(self._label)
        groups, clusters = {}, {}
        for code in sort_codes(code for code in np.unique(self._brand).tolist() if code):
            rows = (self._brand == code) & ~np.isnan(values)
            if len(np.unique(person[rows])) >= _LEAST_PEOPLE:
                groups[code], clusters[code] = values[rows], person[rows]
        return covariance_if_any(groups, clusters)


def covariance_of_waves(
    after: Raters | None, before: Raters | None, brand: str, *, scale: str = "", item: str = ""
) -> MeanCovariance | None:
    """How the means of one brand in two waves move together, the wave after first; None where
    nobody gave two of the values, or the data do not say who gave them.

    Parameters
    ----------
    scale, item : of which of the two the means are.
    """
    if after is None or before is None:
        return None
    groups, clusters = {}, {}
    for name, wave in (("after", after), ("before", before)):
        values = wave._scores[scale] if scale else wave._items[item]
        rows = (wave._brand == brand) & ~np.isnan(values)
        groups[name], clusters[name] = values[rows], wave._label[rows]
        if len(np.unique(clusters[name])) < _LEAST_PEOPLE:
            return None
    return covariance_if_any(groups, clusters)
