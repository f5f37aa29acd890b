"""How two versions of a questionnaire differ."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from instruments.load import load_instrument
from instruments.plain import to_plain
from survey_app.domain.difference import Effect, Kind
from survey_app.domain.differences import differences
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.questionnaire import plain_design, read_design
from survey_app.domain.study import Brand, Study

if TYPE_CHECKING:
    from collections.abc import Callable

    Content = dict[str, Any]


def content() -> Content:
    """Two questionnaires in two languages about two brands, their design written out."""
    study = Study(
        "Shops",
        [to_plain(load_instrument(name)) for name in ("core_engagement", "satisfaction")],
        ["en", "de"],
        consent={"en": "Do you agree?", "de": "Sind Sie einverstanden?"},
        brands=[Brand("north", {"en": "North", "de": "Nord"}), Brand("south", {"en": "South"})],
    )
    study.design = plain_design(read_design({}, read_instruments(study.instruments)))
    return study.content()


def scale(plain: Content, number: int = 0) -> Content:
    """A scale of the first instrument."""
    found: Content = plain["instruments"][0]["scales"][number]
    return found


def reword(plain: Content) -> None:
    """Another German wording."""
    scale(plain)["items"][0]["text"]["de"] = "Ganz anders gefragt: {brand}?"


def relabel(plain: Content) -> None:
    """Another word for a point."""
    scale_format(plain)["labels"]["en"]["1"] = "Not at all"


def scale_format(plain: Content) -> Content:
    """The response format of the first scale."""
    found: Content = plain["instruments"][0]["formats"][scale(plain)["format"]]
    return found


def shorten(plain: Content) -> None:
    """One point less."""
    form = scale_format(plain)
    top = str(form["maximum"])
    form["maximum"] -= 1
    for labels in form["labels"].values():
        labels.pop(top, None)


def reverse(plain: Content) -> None:
    """An item turned round."""
    scale(plain)["reversed"] = [scale(plain)["items"][0]["id"]]


def move(plain: Content) -> None:
    """An item in another scale."""
    scale(plain, 1)["items"].append(scale(plain)["items"].pop())


def drop(plain: Content) -> None:
    """An item asked no more."""
    scale(plain)["items"].pop()


def add(plain: Content) -> None:
    """An item more, under an identifier of its own."""
    item = deepcopy(scale(plain)["items"][0])
    scale(plain)["items"].append({**item, "id": "quite_new", "topic": "Quite new"})


def shuffle_items(plain: Content) -> None:
    """The items of a scale the other way round."""
    scale(plain)["items"].reverse()


def drop_brand(plain: Content) -> None:
    """A brand asked about no more."""
    plain["brands"].pop()


def about_person(plain: Content) -> None:
    """A block asked once, not about each brand."""
    plain["design"]["blocks"][1]["about"] = "person"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (shorten, Kind.FORMAT),
        (reverse, Kind.REVERSAL),
        (move, Kind.MEMBERSHIP),
        (drop, Kind.REMOVED),
        (drop_brand, Kind.BRAND),
        (about_person, Kind.RULE),
    ],
)
def test_what_breaks_comparability_comes_first_with_its_mend(
    change: Callable[[Content], None], kind: Kind
) -> None:
    """Formats, reversal, membership, and what vanishes: no such version is to be launched."""
    changed = content()
    change(changed)
    first = differences(content(), changed)[0]
    assert (first.kind, first.effect) == (kind, Effect.BREAKS)
    assert first.mend


@pytest.mark.parametrize(
    ("change", "kind", "language"),
    [
        (reword, Kind.WORDING, "de"),
        (relabel, Kind.LABELS, "en"),
        (add, Kind.ADDED, ""),
        (shuffle_items, Kind.ORDER, ""),
    ],
)
def test_other_changes_call_for_caution(
    change: Callable[[Content], None], kind: Kind, language: str
) -> None:
    """Wording, labels and order are told one by one, as they were and as they are."""
    changed = content()
    change(changed)
    found = differences(content(), changed)
    assert {(each.kind, each.effect, each.language) for each in found} == {
        (kind, Effect.CAUTION, language)
    }
    assert all(each.after and each.before != each.after for each in found)


def test_the_same_questionnaire_has_no_differences() -> None:
    """A design written out asks the same as one that names nothing."""
    assert differences(content(), content()) == ()
    assert differences({**content(), "design": {}}, content()) == ()


def test_rules_languages_and_consent_are_told() -> None:
    """What is shown to whom, quotas, languages, consent and brands are part of a version too."""
    before, after = content(), content()
    after["languages"] = ["en", "fr"]
    after["consent"]["en"] = "Do you really agree?"
    after["brands"].append({"code": "west", "names": {"en": "West"}})
    after["brands"][0]["names"]["en"] = "North & Co"
    after["shuffle_items"] = True
    design = after["design"]
    design["blocks"].reverse()
    item = scale(before)["items"][0]["id"]
    condition = {"item": item, "values": [6, 7]}
    design["blocks"][0].update(shown_if=[condition], one_by_one=True)
    design["quotas"] = [{"id": "q", "name": "Fans", "limit": 9, "conditions": [condition]}]
    found = {each.place: (each.before, each.after) for each in differences(before, after)}
    told = {
        "Language": ("German (de)", ""),
        "Consent text": ("Do you agree?", "Do you really agree?"),
        "Brand “West” (west)": ("", "West"),
        "Brand “North & Co” (north)": ("North", "North & Co"),
        "Shuffled questions within a page": ("no", "yes"),
    }
    assert told.items() <= found.items()
    shown = next(after for place, (_, after) in found.items() if place.endswith(": shown to"))
    assert shown.startswith("those whose answer to “")
    assert any(place.endswith("a page for each item") for place in found)
    assert found["Order of the scales"][0] != found["Order of the scales"][1]
    _, fans = found["Quota “Fans” (q)"]
    assert fans == f"at most 9 of {shown}"
    assert item not in shown


def test_names_come_before_identifiers() -> None:
    """Blocks, scales, items, brands and languages are told by their names."""
    before, after = content(), content()
    reword(after)
    shuffle_items(after)
    facts = [{"item": "brand", "values": ["north"]}, {"item": "language", "values": ["de"]}]
    after["design"]["blocks"][0]["shown_if"] = facts
    found = {each.place: each.after for each in differences(before, after)}
    first, *_ = scale(before)["items"]
    name, topic = scale(before)["name"]["en"], first["topic"]
    scale_words = f"“{name}” ({scale(before)['id']})"
    assert f"Item “{topic}” ({first['id']})" in found
    assert f"“{topic}” ({first['id']})" in found[f"Scale {scale_words}"]
    questionnaire = before["instruments"][0]["name"]["en"]
    block = f"Block “{questionnaire}” (core_engagement), from scale {scale_words}: shown to"
    assert found[block] == "those whose brand is “North” and whose language is “German”"


def test_a_scale_left_out_of_the_blocks_does_not_vanish() -> None:
    """It stays among the instruments, so that answers to it are still read."""
    changed = content()
    changed["design"]["blocks"].pop()
    (found,) = differences(content(), changed)
    assert (found.kind, found.after, found.effect) == (Kind.REMOVED, "not asked", Effect.NONE)


def test_a_block_that_names_what_is_not_there_asks_nothing() -> None:
    """A version in the making may be broken for a while; its differences are told all the same."""
    changed = content()
    changed["instruments"].pop()
    found = {(each.kind, each.effect) for each in differences(content(), changed)}
    assert found == {(Kind.REMOVED, Effect.BREAKS)}
