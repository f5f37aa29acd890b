"""Kinds of scales and typologies: read, kept, translated, and refused where they cannot be used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from instruments.load import InstrumentError, load_instrument, shipped
from instruments.plain import from_plain, to_plain
from instruments.wording import overlay

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TYPOLOGY = """\
typologies:
  - id: kinds
    name: {en: Kinds}
    kind: groups
    source: Nobody (1900).
    classes:
      - id: fans
        name: {en: Fans}
        items: [a, b]
        at_least: 2
      - id: others
        name: {en: Others}
        items: [a, b]
        at_least: 2
        rule: none
        meaning: {en: do nothing}
        doubt: {en: Perhaps.}
"""


@pytest.fixture
def checklist(definition: str) -> str:
    """A checklist with a typology, without fault."""
    asked = definition.replace("    reversed: [b]\n", "    kind: checklist\n    favourable: low\n")
    return asked + TYPOLOGY


def test_kind_favourable_end_and_typology_are_read(
    checklist: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """Everything arrives as it stands in the file; the rule is `any` where none is named."""
    instrument = load_instrument(yaml_file(checklist))
    (scale,) = instrument.scales
    assert (scale.kind, scale.favourable, scale.scored, scale.outcome) == (
        "checklist",
        "low",
        False,
        False,
    )
    (kinds,) = instrument.typologies
    fans, others = kinds.classes
    assert (kinds.kind, kinds.source) == ("groups", "Nobody (1900).")
    assert (fans.items, fans.at_least, fans.rule, fans.count) == (("a", "b"), 2, "any", None)
    assert (others.rule, others.doubt) == ("none", {"en": "Perhaps."})
    assert (fans.meaning, others.meaning) == ({}, {"en": "do nothing"})


def test_a_scale_is_a_dimension_with_a_good_upper_end_unless_it_says_otherwise(
    definition: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """Definitions that know nothing of kinds stay what they were."""
    instrument = load_instrument(yaml_file(definition))
    (scale,) = instrument.scales
    assert (scale.kind, scale.favourable, scale.scored) == ("dimension", "high", True)
    assert instrument.typologies == ()


def test_the_older_way_of_writing_outcomes_is_read(
    definition: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """`outcome: true` in a file makes an outcome."""
    path = yaml_file(definition.replace("    reversed:", "    outcome: true\n    reversed:"))
    assert load_instrument(path).scales[0].kind == "outcome"


@pytest.mark.parametrize("outcome", [True, False])
def test_a_copy_that_an_older_study_keeps_is_read(outcome: bool) -> None:
    """Stored copies without kinds and typologies give the same instrument as ever."""
    old = to_plain(shipped("satisfaction"))
    del old["typologies"]
    for scale in old["scales"]:
        del scale["kind"], scale["favourable"]
        scale["outcome"] = outcome
    read = from_plain(json.loads(json.dumps(old)))
    assert [scale.outcome for scale in read.scales] == [outcome]
    assert read.typologies == ()


def test_what_a_study_keeps_gives_the_same_instrument(
    checklist: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """Kinds, rules, counts and doubts survive the way through plain data."""
    counted = checklist.replace(
        "at_least: 2\n", "at_least: 2\n        rule: count\n        count: 2\n", 1
    )
    instrument = load_instrument(yaml_file(counted))
    assert instrument.typologies[0].classes[0].count == 2
    assert from_plain(json.loads(json.dumps(to_plain(instrument)))) == instrument


PLACE = "typologies[0].classes[0]"


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("kind: checklist", "kind: quiz", "scales[0].kind", "not one of dimension, outcome"),
        ("favourable: low", "favourable: up", "scales[0].favourable", "not one of high, low"),
        (
            "favourable: low",
            "outcome: true",
            "scales[0].outcome",
            "contradicts the kind 'checklist'; remove 'outcome'.",
        ),
        (
            "favourable: low",
            "reversed: [b]",
            "scales[0].reversed",
            "a checklist is never scored; remove 'reversed'.",
        ),
        ("kind: groups", "kind: heap", "typologies[0].kind", "not one of groups, degrees, steps"),
        (
            "items: [a, b]",
            "items: [a, z]",
            f"{PLACE}.items[1]",
            "there is no item 'z'; use the identifier of an item.",
        ),
        ("items: [a, b]", "items: []", f"{PLACE}.items", "too few entries; at least 1."),
        ("items: [a, b]", "items: [a, a]", f"{PLACE}.items", "an entry stands here twice"),
        (
            "at_least: 2",
            "at_least: 4",
            f"{PLACE}.at_least",
            "from 4 everybody or nobody would count; use a number from 2 to 3.",
        ),
        (
            "at_least: 2",
            "at_least: 1",
            f"{PLACE}.at_least",
            "from 1 everybody or nobody would count; use a number from 2 to 3.",
        ),
        (
            "at_least: 2",
            "at_least: 2\n        rule: count",
            PLACE,
            "the rule 'count' needs 'count'; add how many items must count.",
        ),
        (
            "at_least: 2",
            "at_least: 2\n        count: 1",
            f"{PLACE}.count",
            "does not go with the rule 'any'; remove it.",
        ),
        (
            "at_least: 2",
            "at_least: 2\n        rule: count\n        count: 3",
            f"{PLACE}.count",
            "3 is more than the 2 items; lower it.",
        ),
        (
            "kind: groups",
            "kind: steps",
            "typologies[0].classes[1].rule",
            "'none' belongs to groups, not to steps; use another rule.",
        ),
        ("id: others", "id: fans", "typologies[0].classes[1].id", "class 'fans' stands here twice"),
        ("name: {en: Fans}", "name: {de: F}", f"{PLACE}.name", "the wording in en is missing"),
        ("name: {en: Fans}", "name: {de: F}", f"{PLACE}.name.de", "is not in 'languages'"),
        (
            "doubt: {en: Perhaps.}",
            "doubt: {ru: Возможно.}",
            "typologies[0].classes[1].doubt",
            "the wording in en is missing",
        ),
    ],
)
def test_a_fault_is_told_with_place_and_mend(
    checklist: str,
    yaml_file: Callable[[str | bytes], Path],
    old: str,
    new: str,
    place: str,
    told: str,
) -> None:
    """Each broken rule of kinds and typologies is told at its place, in words that mend it."""
    assert old in checklist
    with pytest.raises(InstrumentError) as caught:
        load_instrument(yaml_file(checklist.replace(old, new, 1)))
    found = {problem.place: problem.what for problem in caught.value.problems}
    assert told in found[place]


def test_two_typologies_of_one_name_are_refused(
    checklist: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """A typology is named in results, so its name stands once."""
    again = checklist + TYPOLOGY.removeprefix("typologies:\n")
    with pytest.raises(InstrumentError, match="typology 'kinds' stands here twice; rename one"):
        load_instrument(yaml_file(again))


TRANSLATION = """\
instrument: trial
licence: MIT
wording: project
name: {de: Probe}
formats: {agreement_3: {labels: {de: {1: "Nein", 2: "Vielleicht", 3: "Ja"}}}}
scales: {liking: {name: {de: Gefallen}}}
items: {a: {text: {de: "Ich mag {brand}."}}, b: {text: {de: "Ich meide {brand}."}}}
typologies:
  kinds:
    name: {de: Arten}
    classes:
      fans: {name: {de: Freunde}}
      others: {name: {de: Andere}, meaning: {de: nichts}, doubt: {de: Vielleicht.}}
"""


def test_a_translation_names_the_classes(
    checklist: str, yaml_file: Callable[[str | bytes], Path], tmp_path: Path
) -> None:
    """A wording file lays names and doubts of typologies over the instrument's own."""
    instrument = load_instrument(yaml_file(checklist))
    path = tmp_path / "de.yaml"
    path.write_text(TRANSLATION, encoding="utf-8")
    (kinds,) = overlay(instrument, path).typologies
    assert kinds.name == {"en": "Kinds", "de": "Arten"}
    assert kinds.classes[0].name["de"] == "Freunde"
    assert kinds.classes[1].doubt == {"en": "Perhaps.", "de": "Vielleicht."}
    assert kinds.classes[0].items == instrument.typologies[0].classes[0].items


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "  kinds:",
            "  sorts:",
            "line 9, typologies.sorts: trial has no such typology; it has kinds.",
        ),
        (
            "      fans:",
            "      foes:",
            "typologies.kinds.classes.foes: kinds has no such class; it has fans",
        ),
        (
            "      fans: {name: {de: Freunde}}\n",
            "",
            "typologies.*classes.*name: the wording in de is missing",
        ),
    ],
)
def test_a_translation_that_does_not_fit_is_refused(
    checklist: str,
    yaml_file: Callable[[str | bytes], Path],
    tmp_path: Path,
    old: str,
    new: str,
    told: str,
) -> None:
    """Unknown typologies and classes, and classes left out, are told with their place."""
    instrument = load_instrument(yaml_file(checklist))
    path = tmp_path / "de.yaml"
    assert old in TRANSLATION
    path.write_text(TRANSLATION.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InstrumentError, match=told):
        overlay(instrument, path)
