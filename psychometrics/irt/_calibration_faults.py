"""What is wrong with the plain data of a calibration: every fault, with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isfinite
from typing import Any

from psychometrics.irt._answers import MOST_CATEGORIES
from psychometrics.irt._probabilities import FAR, STEEPEST

KIND = "graded response calibration 1"
METRIC = "logistic slopes; trait standard normal in the calibration sample"
FEWEST, MOST = 2, 500
"""Items of a calibration."""

_TEXTS = ("scale", "source", "method")
_WHOLE = ("minimum", "maximum", "n")
_NAMES = ("kind", *_TEXTS, *_WHOLE, "items", "metric", "warnings")
_ITEM_NAMES = ("item", "slope", "thresholds", "values", "reversed")


def faults_of(plain: Any) -> list[str]:
    """Every fault of what should be a calibration; none where it is one."""
    if not isinstance(plain, Mapping):
        return ["A calibration is an object with names and values, as `engage calibrate` writes."]
    faults = [*_names("calibration", plain, _NAMES)]
    if faults:
        return faults
    faults += [*_head(plain)]
    return [*faults, *_items(plain, ends=not faults)]


def _names(place: str, plain: Mapping[Any, Any], known: tuple[str, ...]) -> Iterator[str]:
    if missing := [name for name in known if name not in plain]:
        yield f"{place}: {', '.join(missing)} not given."
    if other := [str(name) for name in plain if name not in known]:
        yield f"{place}: {', '.join(other)} not known; leave it out."


def _head(plain: Mapping[str, Any]) -> Iterator[str]:
    for name, only in (("kind", KIND), ("metric", METRIC)):
        if plain[name] != only:
            yield f'{name} is {plain[name]!r}; only "{only}" can be read. Calibrate again.'
    for name in _TEXTS:
        if not isinstance(plain[name], str) or not plain[name].strip():
            yield f"{name} is {plain[name]!r}; give a text."
    said = plain["warnings"]
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        yield f"warnings is {said!r}; give a list of texts, which may be empty."
    if not all(_whole(plain[name]) for name in _WHOLE):
        given = ", ".join(f"{name} {plain[name]!r}" for name in _WHOLE)
        yield f"{given}: give whole numbers."
        return
    low, high = plain["minimum"], plain["maximum"]
    if not low < high < low + MOST_CATEGORIES:
        yield f"The response format runs from {low} to {high}; give 2 to {MOST_CATEGORIES} steps."
    if plain["n"] < 1:
        yield f"n is {plain['n']}; give the number of interviews."


def _items(plain: Mapping[str, Any], *, ends: bool) -> Iterator[str]:
    items = plain["items"]
    if not isinstance(items, list) or not FEWEST <= len(items) <= MOST:
        yield f"items: give a list of {FEWEST} to {MOST} items."
        return
    for number, each in enumerate(items, 1):
        place = f"item {number}"
        if not isinstance(each, Mapping):
            yield f"{place}: give an object with {', '.join(_ITEM_NAMES)}."
            continue
        faults = [*_names(place, each, _ITEM_NAMES)]
        yield from faults or _item(place, each, plain if ends else None)
    ids = [str(each.get("item")) for each in items if isinstance(each, Mapping)]
    if twice := [name for name, times in Counter(ids).items() if times > 1]:
        yield f"items: {', '.join(twice)} given twice."


def _item(place: str, each: Mapping[str, Any], ends: Mapping[str, Any] | None) -> Iterator[str]:
    if not isinstance(each["item"], str) or not each["item"].strip():
        yield f"{place}: its identifier is {each['item']!r}; give a text."
    else:
        place = f"{place} ({each['item']})"
    if not isinstance(each["reversed"], bool):
        yield f"{place}: reversed is {each['reversed']!r}; give true or false."
    slope = each["slope"]
    if not (_number(slope) and 0 < slope <= STEEPEST):
        yield (
            f"{place}: slope is {slope!r}; a slope lies above 0 and up to {STEEPEST:g}. Reverse an "
            f"item that runs against the others, and calibrate again."
        )
        slope = 1.0
    yield from _steps(place, each, slope)
    yield from _values(place, each["values"], ends)


def _steps(place: str, each: Mapping[str, Any], slope: float) -> Iterator[str]:
    cuts, values = each["thresholds"], each["values"]
    if not isinstance(cuts, list) or not cuts or not all(_number(b) for b in cuts):
        yield f"{place}: thresholds is {cuts!r}; give a list of numbers."
        return
    if any(low >= high for low, high in pairwise(cuts)):
        yield f"{place}: thresholds {cuts} do not rise."
    if max(abs(b * slope) for b in cuts) >= -FAR / 2:
        yield f"{place}: a threshold lies too far out ({cuts})."
    if isinstance(values, list) and len(values) != len(cuts) + 1:
        yield f"{place}: {len(values)} values for {len(cuts)} thresholds; there is one value more."


def _values(place: str, values: Any, ends: Mapping[str, Any] | None) -> Iterator[str]:
    if not isinstance(values, list) or not all(_whole(value) for value in values):
        yield f"{place}: values is {values!r}; give a list of whole numbers."
        return
    if any(low >= high for low, high in pairwise(values)):
        yield f"{place}: values {values} do not rise."
    if ends is None:
        return
    low, high = ends["minimum"], ends["maximum"]
    if outside := [value for value in values if not low <= value <= high]:
        yield f"{place}: values {outside} lie outside the response format, {low} to {high}."


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return (_whole(value) or isinstance(value, float)) and isfinite(value)
