"""How many of each brand's customers do what, counted once for all brands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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


NOBODY = Count(0, 0)


@dataclass(frozen=True)
class TypologyCounts:
    """People by class, then by brand.

    Parameters
    ----------
    members : in the class; of steps, in the step and all before it.
    highest : people with this as their highest degree; empty unless there are degrees.
    conversion : in the step, of those who took all before it; empty unless there are steps.
    """

    members: Mapping[str, Mapping[str, Count]]
    highest: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)
    conversion: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)


def was_asked(dataset: Dataset, items: Sequence[str]) -> bool:
    """True where every item is in the data and anybody answered any of them."""
    if not set(items) <= set(dataset.item_ids):
        return False
    return bool((dataset.answers[:, dataset.columns(items)] != MISSING).any())


def items_of(typology: Typology) -> list[str]:
    """Every item that a class of the typology rests on, once."""
    return list(dict.fromkeys(item for each in typology.classes for item in each.items))


def by_brand(members: Members, brand: NDArray[np.str_]) -> dict[str, Count]:
    """The count of each brand; `members` (n,) 1 in the class, 0 not, NaN unknown."""
    codes, place = np.unique(brand, return_inverse=True)
    known = np.bincount(place, ~np.isnan(members), len(codes))
    people = np.bincount(place, np.nan_to_num(members), len(codes))
    return {
        str(code): Count(int(inside), int(n))
        for code, inside, n in zip(codes, people, known, strict=True)
    }


def count_typology(dataset: Dataset, typology: Typology) -> TypologyCounts:
    """Counts of a typology by class and brand."""
    items = items_of(typology)
    classes = [_for_classify(each) for each in typology.classes]
    found = classify(dataset.numeric(items), classes, items=items, kind=typology.kind)
    ids = [each.id for each in typology.classes]
    turned = np.array([each.rule == "none" for each in typology.classes])
    members = np.where(turned, 1 - found.members, found.members)
    if typology.kind == "steps":
        return _steps(ids, members, dataset.brand)
    counts = _each(ids, members, dataset.brand)
    if found.highest is None:
        return TypologyCounts(counts)
    unknown = found.highest == ""
    highest = {
        name: by_brand(np.where(unknown, np.nan, found.highest == name), dataset.brand)
        for name in [*ids, NONE]
    }
    return TypologyCounts({**counts, NONE: highest[NONE]}, highest)


def _for_classify(each: AskedClass) -> TypologyClass:
    # "none" is the complement of "any", and known of the same people.
    rule = "any" if each.rule == "none" else each.rule
    return TypologyClass(each.id, each.items, each.at_least, rule, each.count)


def _each(
    ids: Sequence[str], members: Members, brand: NDArray[np.str_]
) -> dict[str, dict[str, Count]]:
    return {name: by_brand(column, brand) for name, column in zip(ids, members.T, strict=True)}


def _steps(ids: Sequence[str], members: Members, brand: NDArray[np.str_]) -> TypologyCounts:
    # A step missed settles it; short of that, one unknown leaves it open.
    missed = np.logical_or.accumulate(members == 0, axis=1)
    passed = np.logical_and.accumulate(members == 1, axis=1)
    through = np.where(missed, 0.0, np.where(passed, 1.0, np.nan))
    went_on = np.where(passed[:, :-1], members[:, 1:], np.nan)
    return TypologyCounts(
        members=_each(ids, through, brand), conversion=_each(ids[1:], went_on, brand)
    )
