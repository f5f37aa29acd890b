"""How many of each brand's customers do what, counted once for all brands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from psychometrics.dataset import MISSING
from psychometrics.typology import NONE, TypologyClass, classify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from instruments.model import Typology
    from instruments.model import TypologyClass as AskedClass
    from psychometrics.dataset import Dataset

    Members = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Count:
    """People counted, of those of whom it is known."""

    people: int
    known: int


@dataclass(frozen=True)
class Brands:
    """The brands of some interviews: their codes, and (n,) the number of each interview's brand."""

    codes: tuple[str, ...]
    place: NDArray[np.intp]

    @classmethod
    def of(cls, brand: NDArray[np.str_]) -> Self:
        """The brands of (n,) codes."""
        codes, place = np.unique(brand, return_inverse=True)
        return cls(tuple(codes.tolist()), place)

    def count(self, members: Members) -> BrandCounts:
        """Counts of a class; `members` (n,) 1 in it, 0 not, NaN unknown."""
        known = np.bincount(self.place, ~np.isnan(members), len(self.codes))
        people = np.bincount(self.place, np.nan_to_num(members), len(self.codes))
        return BrandCounts(self.codes, people.astype(np.int64), known.astype(np.int64))


@dataclass(frozen=True)
class BrandCounts:
    """(b,) people in a class, and people of whom it is known, brand by brand."""

    codes: tuple[str, ...]
    people: NDArray[np.int64]
    known: NDArray[np.int64]

    def of(self, brand: str) -> Count:
        """The count of one brand, nobody where nobody was asked about it."""
        if brand not in self.codes:
            return Count(0, 0)
        place = self.codes.index(brand)
        return Count(int(self.people[place]), int(self.known[place]))

    def mean_share(self, brands: NDArray[np.bool_], least: int) -> float | None:
        """Unweighted mean of the shares of some brands, (b,), as far as `least` people are known;
        None where there is none."""
        taken = brands & (self.known >= least)
        if not taken.any():
            return None
        return float((self.people[taken] / self.known[taken]).mean())


@dataclass(frozen=True)
class TypologyCounts:
    """Counts of each class.

    Parameters
    ----------
    members : in the class; of steps, in the step and all before it.
    highest : people with this as their highest degree; empty unless there are degrees.
    conversion : in the step, of those who took all before it; empty unless there are steps.
    """

    members: Mapping[str, BrandCounts]
    highest: Mapping[str, BrandCounts] = field(default_factory=dict)
    conversion: Mapping[str, BrandCounts] = field(default_factory=dict)


def was_asked(dataset: Dataset, items: Sequence[str]) -> bool:
    """True where every item is in the data and anybody answered any of them."""
    if not set(items) <= set(dataset.item_ids):
        return False
    return bool((dataset.answers[:, dataset.columns(items)] != MISSING).any())


def items_of(typology: Typology) -> list[str]:
    """Every item that a class of the typology rests on, once."""
    return list(dict.fromkeys(item for each in typology.classes for item in each.items))


def count_typology(dataset: Dataset, typology: Typology, brands: Brands) -> TypologyCounts:
    """Counts of a typology by class and brand; `brands` are those of the dataset's interviews."""
    items = items_of(typology)
    classes = [_for_classify(each) for each in typology.classes]
    found = classify(dataset.numeric(items), classes, items=items, kind=typology.kind)
    ids = [each.id for each in typology.classes]
    turned = np.array([each.rule == "none" for each in typology.classes])
    members = np.where(turned, 1 - found.members, found.members)
    if typology.kind == "steps":
        return _steps(ids, members, brands)
    counts = _each(ids, members, brands)
    if found.highest is None:
        return TypologyCounts(counts)
    unknown = found.highest == ""
    highest = {
        name: brands.count(np.where(unknown, np.nan, found.highest == name))
        for name in [*ids, NONE]
    }
    return TypologyCounts({**counts, NONE: highest[NONE]}, highest)


def _for_classify(each: AskedClass) -> TypologyClass:
    # "none" is the complement of "any", and known of the same people.
    rule = "any" if each.rule == "none" else each.rule
    return TypologyClass(each.id, each.items, each.at_least, rule, each.count)


def _each(ids: Sequence[str], members: Members, brands: Brands) -> dict[str, BrandCounts]:
    return {name: brands.count(column) for name, column in zip(ids, members.T, strict=True)}


def _steps(ids: Sequence[str], members: Members, brands: Brands) -> TypologyCounts:
    # A step missed settles it; short of that, one unknown leaves it open.
    missed = np.logical_or.accumulate(members == 0, axis=1)
    passed = np.logical_and.accumulate(members == 1, axis=1)
    through = np.where(missed, 0.0, np.where(passed, 1.0, np.nan))
    went_on = np.where(passed[:, :-1], members[:, 1:], np.nan)
    return TypologyCounts(
        members=_each(ids, through, brands), conversion=_each(ids[1:], went_on, brands)
    )
