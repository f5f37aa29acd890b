"""Cross-checks of a definition that a schema cannot state."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from instruments.model import PIPED_ANSWER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from instruments.errors import Problem
    from instruments.yaml_file import Document, Place

_PLACEHOLDER = re.compile(r"[{}]")
_MOST_POINTS = 101


def cross_problems(document: Document) -> list[Problem]:
    """Faults of a definition that already fits the schema; empty when there are none."""
    definition = document.data
    found = [
        *_identifiers(definition),
        *_formats(definition),
        *_scales(definition),
        *_languages(definition),
        *_wording(definition),
        *_typologies(definition),
        *_evidence(definition),
    ]
    return [document.problem(place, what) for place, what in found]


Fault = tuple["Place", str]


def _items(definition: Any) -> Iterator[tuple[Place, Any, Any]]:
    """Place, scale and item of every item."""
    for s, scale in enumerate(definition["scales"]):
        for i, item in enumerate(scale["items"]):
            yield ("scales", s, "items", i), scale, item


def _identifiers(definition: Any) -> Iterator[Fault]:
    scales = [(("scales", s), scale["id"]) for s, scale in enumerate(definition["scales"])]
    items = [(place, item["id"]) for place, _, item in _items(definition)]
    for noun, named in (("scale", scales), ("item", items)):
        counts = Counter(name for _, name in named)
        seen: set[str] = set()
        for place, name in named:
            if counts[name] > 1 and name in seen:
                yield (*place, "id"), f"{noun} {name!r} stands here twice; rename one."
            seen.add(name)


def _formats(definition: Any) -> Iterator[Fault]:
    used = {scale["format"] for scale in definition["scales"]}
    for name, form in definition["formats"].items():
        place = ("formats", name)
        if name not in used:
            yield place, f"no scale uses the format {name!r}; use it or remove it."
        points = form["maximum"] - form["minimum"] + 1
        if form["kind"] == "text":
            yield from _length(place, form)
        elif not 2 <= points <= _MOST_POINTS:
            yield place, f"minimum to maximum must span 2 to {_MOST_POINTS} points, not {points}."
        else:
            yield from _labels(definition, place, form)


def _length(place: Place, form: Any) -> Iterator[Fault]:
    if not 0 <= form["minimum"] < form["maximum"]:
        yield place, "a text has 0 or more letters; write the fewest and the most that it may have."
    if form.get("labels"):
        yield (*place, "labels"), "a text has no points to label; remove the labels."


def _labels(definition: Any, place: Place, form: Any) -> Iterator[Fault]:
    labels = form.get("labels", {})
    needed = _points_to_label(form)
    for language in definition["languages"]:
        missing = [value for value in needed if str(value) not in labels.get(language, {})]
        if missing:
            values = ", ".join(map(str, missing))
            yield (*place, "labels", language), f"labels are missing for {values}; add them."
    for language, points in labels.items():
        for value in points:
            if not form["minimum"] <= int(value) <= form["maximum"]:
                what = f"lies outside {form['minimum']} to {form['maximum']}; remove it."
                yield (*place, "labels", language, value), what


def _points_to_label(form: Any) -> list[int]:
    if form["kind"] == "semantic_differential":
        return []
    if form["kind"] == "rating":
        return [form["minimum"], form["maximum"]]
    return list(range(form["minimum"], form["maximum"] + 1))


def _scales(definition: Any) -> Iterator[Fault]:
    for s, scale in enumerate(definition["scales"]):
        if scale["format"] not in definition["formats"]:
            known = ", ".join(definition["formats"])
            what = f"there is no format {scale['format']!r}; the formats are {known}."
            yield ("scales", s, "format"), what
        yield from _kind(definition, ("scales", s), scale)
        ids = [item["id"] for item in scale["items"]]
        for r, item in enumerate(scale.get("reversed", ())):
            if item not in ids:
                what = f"{item!r} is not an item of this scale; its items are {', '.join(ids)}."
                yield ("scales", s, "reversed", r), what


_UNSCORED = {
    "checklist": "a checklist",
    "background": "background",
    "open": "an open question",
}


def _kind(definition: Any, place: Place, scale: Any) -> Iterator[Fault]:
    kind = scale.get("kind")
    if None not in (kind, scale.get("outcome")) and scale["outcome"] != (kind == "outcome"):
        yield (*place, "outcome"), f"contradicts the kind {kind!r}; remove 'outcome'."
    if kind in _UNSCORED and scale.get("reversed"):
        yield (*place, "reversed"), f"{_UNSCORED[kind]} is never scored; remove 'reversed'."
    form = definition["formats"].get(scale["format"], {}).get("kind")
    if form == "text" and kind != "open":
        yield (*place, "kind"), "what is answered in words is of the kind 'open'; write that."
    if form is not None and form != "text" and kind == "open":
        yield (*place, "format"), "an open question is answered in words; use a format 'text'."
    if form == "choice" and kind not in ("background", "checklist"):
        what = "the points of a choice have no order and cannot be scored; use 'background'."
        yield (*place, "kind"), what


def _languages(definition: Any) -> Iterator[Fault]:
    languages = definition["languages"]
    yield from _by_language(definition["name"], ("name",), languages)
    for s, scale in enumerate(definition["scales"]):
        yield from _by_language(scale["name"], ("scales", s, "name"), languages)
        if "intro" in scale:
            yield from _by_language(scale["intro"], ("scales", s, "intro"), languages)
            for language, text in scale["intro"].items():
                yield from _placeholders(text, ("scales", s, "intro", language))
    for name, form in definition["formats"].items():
        for language in _undeclared(form.get("labels", {}), languages):
            yield ("formats", name, "labels", language), _UNDECLARED
    for place, _, item in _items(definition):
        for key in ("text", "poles"):
            for language in _undeclared(item.get(key, {}), languages):
                yield (*place, key, language), _UNDECLARED


_UNDECLARED = "this language is not in 'languages'; add it there or remove it here."


def _undeclared(worded: Any, languages: list[str]) -> list[str]:
    return [language for language in worded if language not in languages]


def _by_language(texts: Any, place: Place, languages: list[str]) -> Iterator[Fault]:
    missing = [language for language in languages if language not in texts]
    if missing:
        yield place, f"the wording in {', '.join(missing)} is missing; add it."
    for language in _undeclared(texts, languages):
        yield (*place, language), _UNDECLARED
    for language, text in texts.items():
        yield from _placeholders(text, (*place, language))


def _wording(definition: Any) -> Iterator[Fault]:
    """Every language is worded for all items or for none, and none only where it is licensed."""
    items = list(_items(definition))
    for language in definition["languages"]:
        unworded = [
            (place, item["id"])
            for place, _, item in items
            if not any(language in item.get(key, {}) for key in ("text", "poles"))
        ]
        not_shipped = len(unworded) == len(items) and definition["wording"] == "licensed"
        if not not_shipped:
            for place, name in unworded:
                yield place, f"item {name!r} has no wording in {language}; add it."
    for place, scale, item in items:
        yield from _kind_of_wording(definition, place, scale, item)


def _kind_of_wording(definition: Any, place: Place, scale: Any, item: Any) -> Iterator[Fault]:
    kind = definition["formats"].get(scale["format"], {}).get("kind")
    if kind == "semantic_differential" and "text" in item:
        yield (*place, "text"), "a semantic differential is worded by its two poles; use 'poles'."
    if kind not in (None, "semantic_differential") and "poles" in item:
        what = f"poles belong to a semantic differential, not to {kind}; use 'text'."
        yield (*place, "poles"), what
    for language, text in item.get("text", {}).items():
        yield from _placeholders(text, (*place, "text", language))
    for language, poles in item.get("poles", {}).items():
        for p, pole in enumerate(poles):
            yield from _placeholders(pole, (*place, "poles", language, p))


def _placeholders(text: str, place: Place) -> Iterator[Fault]:
    if _PLACEHOLDER.search(PIPED_ANSWER.sub("", text).replace("{brand}", "")):
        what = "only {brand} and {answer:item} may stand in braces; remove the other braces."
        yield place, what


def _typologies(definition: Any) -> Iterator[Fault]:
    typologies = definition.get("typologies", ())
    formats = {
        item["id"]: definition["formats"].get(scale["format"])
        for _, scale, item in _items(definition)
    }
    yield from _repeated("typology", ("typologies",), typologies)
    for t, typology in enumerate(typologies):
        place: Place = ("typologies", t)
        yield from _by_language(typology["name"], (*place, "name"), definition["languages"])
        yield from _repeated("class", (*place, "classes"), typology["classes"])
        for c, each in enumerate(typology["classes"]):
            at = (*place, "classes", c)
            for key in ("name", "meaning", "doubt"):
                if key in each:
                    yield from _by_language(each[key], (*at, key), definition["languages"])
            yield from _members(at, each, formats)
            yield from _rule(at, each, typology["kind"])


def _repeated(noun: str, place: Place, named: Sequence[Any]) -> Iterator[Fault]:
    ids = [each["id"] for each in named]
    for number, name in enumerate(ids):
        if name in ids[:number]:
            yield (*place, number, "id"), f"{noun} {name!r} stands here twice; rename one."


def _members(place: Place, each: Any, formats: Mapping[str, Any]) -> Iterator[Fault]:
    """Items that nobody asks, and a least answer that all or none of the people reach."""
    for i, item in enumerate(each["items"]):
        if item not in formats:
            yield (*place, "items", i), f"there is no item {item!r}; use the identifier of an item."
    known = [form for item in each["items"] if (form := formats.get(item)) is not None]
    least = each["at_least"]
    if any(not form["minimum"] < least <= form["maximum"] for form in known):
        low = max(form["minimum"] for form in known) + 1
        high = min(form["maximum"] for form in known)
        what = f"from {least} everybody or nobody would count; use a number from {low} to {high}."
        yield (*place, "at_least"), what


def _rule(place: Place, each: Any, kind: str) -> Iterator[Fault]:
    rule, count = each.get("rule", "any"), each.get("count")
    if rule == "count" and count is None:
        yield place, "the rule 'count' needs 'count'; add how many items must count."
    elif rule != "count" and count is not None:
        yield (*place, "count"), f"does not go with the rule {rule!r}; remove it."
    elif count is not None and count > len(each["items"]):
        yield (*place, "count"), f"{count} is more than the {len(each['items'])} items; lower it."
    if rule == "none" and kind != "groups":
        yield (*place, "rule"), f"'none' belongs to groups, not to {kind}; use another rule."


def _evidence(definition: Any) -> Iterator[Fault]:
    ids = [scale["id"] for scale in definition["scales"]]
    for e, figure in enumerate(definition.get("evidence", ())):
        if figure["scale"] is not None and figure["scale"] not in ids:
            what = f"there is no scale {figure['scale']!r}; the scales are {', '.join(ids)}."
            yield ("evidence", e, "scale"), what
        yield from _item_of_figure(definition, ("evidence", e, "item"), figure)
        if figure["value"] is not None and not math.isfinite(figure["value"]):
            yield ("evidence", e, "value"), "is not a finite number; write the figure or null."


def _item_of_figure(definition: Any, place: Place, figure: Any) -> Iterator[Fault]:
    name = figure.get("item")
    if name is None:
        return
    if name not in {item["id"] for _, _, item in _items(definition)}:
        yield place, f"there is no item {name!r}; use the identifier of an item, or null."
