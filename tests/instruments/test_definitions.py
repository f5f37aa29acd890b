"""The shipped instruments are what the documentation says they are."""

from __future__ import annotations

import json
import re

import pytest

from instruments.load import available, shipped
from instruments.plain import from_plain, to_plain


def test_the_shipped_instruments_are_these() -> None:
    """Nine instruments ship; a new one is added here on purpose."""
    assert available() == (
        "behaviour_checklist",
        "core_engagement",
        "engagement_levels",
        "engagement_valence",
        "experience_journey",
        "likelihood_to_recommend",
        "satisfaction",
        "switching_intention",
        "zaichkowsky_1994_pii",
    )


@pytest.mark.parametrize("identifier", available())
def test_identifier_and_file_name_agree(identifier: str) -> None:
    """An instrument is found under its own identifier."""
    assert shipped(identifier).id == identifier


@pytest.mark.parametrize("identifier", available())
def test_frozen_as_json_and_read_back(identifier: str) -> None:
    """A study that keeps its instrument as JSON gets the same instrument back."""
    instrument = shipped(identifier)
    assert from_plain(json.loads(json.dumps(to_plain(instrument)))) == instrument


def test_core_engagement_has_the_published_structure() -> None:
    """Three cognitive, four emotional and three behavioural items, none an outcome."""
    core = shipped("core_engagement")
    assert [(scale.id, len(scale.items)) for scale in core.scales] == [
        ("cognitive", 3),
        ("emotional", 4),
        ("behavioural", 3),
    ]
    assert not any(scale.outcome for scale in core.scales)
    assert all(figure.value is None for figure in core.evidence)


OWN = [name for name in available() if "pii" not in name]


@pytest.mark.parametrize("identifier", OWN)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_our_own_wording_is_complete(identifier: str, language: str) -> None:
    """Every project-worded item can be asked in English and Russian and names the brand."""
    instrument = shipped(identifier)
    assert instrument.wording == "project"
    assert instrument.is_worded(language)
    for item in instrument.items():
        assert "{brand}" in item.text[language]
        assert "{" not in item.wording(language, "Acme")
    for scale in instrument.scales:
        ends = {scale.format.minimum, scale.format.maximum}
        assert ends <= set(scale.format.labels[language])


SCRIPTS = {"ru": "[а-яё]", "ar": "[\u0627-\u064a]", "zh": "[\u4e00-\u9fff]"}


@pytest.mark.parametrize("identifier", OWN)
@pytest.mark.parametrize("language", ["de", "ar", "zh"])
def test_every_declared_language_is_worded_in_its_own_script(
    identifier: str, language: str
) -> None:
    """A language that a definition lists is worded for every question, in no other script."""
    instrument = shipped(identifier)
    if language not in instrument.languages:
        assert not instrument.is_worded(language)
        return
    for item in instrument.items():
        text = item.text[language].replace("{brand}", "")
        assert "{brand}" in item.text[language]
        for script, letters in SCRIPTS.items():
            assert bool(re.search(letters, text, re.IGNORECASE)) is (script == language), text


@pytest.mark.parametrize("identifier", OWN)
def test_russian_is_cyrillic_and_english_is_not(identifier: str) -> None:
    """No text stands under the wrong language."""
    for item in shipped(identifier).items():
        assert re.search("[а-яё]", item.text["ru"])
        assert not re.search("[а-яё]", item.text["en"], re.IGNORECASE)


@pytest.mark.parametrize(
    "identifier",
    ["satisfaction", "switching_intention", "likelihood_to_recommend", "engagement_valence"],
)
def test_outcomes_are_marked(identifier: str) -> None:
    """What engagement is set beside is marked as an outcome."""
    assert all(scale.outcome for scale in shipped(identifier).scales)


def test_likelihood_to_recommend_is_asked_from_0_to_10() -> None:
    """One item, eleven points, and the note about the registered mark."""
    instrument = shipped("likelihood_to_recommend")
    (scale,) = instrument.scales
    assert list(scale.format.values) == list(range(11))
    assert len(scale.items) == 1
    assert "registered" in instrument.note


def test_the_pii_ships_structure_and_keying_without_wording() -> None:
    """Ten pairs in two scales of five, six keyed the other way, no published word."""
    pii = shipped("zaichkowsky_1994_pii")
    assert [item.id for item in pii.items()] == [f"p{i:02d}" for i in range(1, 11)]
    assert [(scale.id, len(scale.items)) for scale in pii.scales] == [
        ("cognitive", 5),
        ("affective", 5),
    ]
    flipped = {item.id for item in pii.items() if item.reversed}
    assert flipped == {"p01", "p02", "p07", "p08", "p09", "p10"}
    assert pii.wording == "licensed"
    assert not any(item.text or item.poles for item in pii.items())


@pytest.mark.parametrize(
    ("identifier", "items"),
    [("behaviour_checklist", 13), ("engagement_levels", 4), ("experience_journey", 8)],
)
def test_checklists_are_never_scored(identifier: str, items: int) -> None:
    """Each is asked as a checklist alone, and holds the typologies that make sense of it."""
    instrument = shipped(identifier)
    assert len(list(instrument.items())) == items
    assert {scale.kind for scale in instrument.scales} == {"checklist"}
    assert not any(scale.scored or scale.outcome for scale in instrument.scales)
    assert instrument.typologies


@pytest.mark.parametrize("identifier", [name for name in OWN if shipped(name).typologies])
def test_every_class_says_what_its_people_do(identifier: str) -> None:
    """A reader learns in a few words of every language who belongs to a class."""
    instrument = shipped(identifier)
    for typology in instrument.typologies:
        for each in typology.classes:
            assert set(each.meaning) == set(instrument.languages)
            assert all(len(text) <= 70 for text in each.meaning.values())


def test_bad_news_is_marked() -> None:
    """A high score is no success for switching intention and for negative engagement, only."""
    low = {
        scale.id
        for name in available()
        for scale in shipped(name).scales
        if scale.favourable == "low"
    }
    assert low == {"switching_intention", "negative_engagement"}


def test_the_typologies_are_those_of_the_field() -> None:
    """Ghuneim's degrees in order, Forrester's overlapping groups, two funnels of four steps."""
    found = {
        typology.id: (typology.kind, [each.id for each in typology.classes])
        for name in available()
        for typology in shipped(name).typologies
    }
    assert found == {
        "degrees": (
            "degrees",
            ["adoption", "collaborative_filtering", "content_creation", "social"],
        ),
        "ladder": (
            "groups",
            ["creators", "critics", "collectors", "joiners", "spectators", "inactives"],
        ),
        "levels": ("steps", ["click", "consume", "understand", "apply"]),
        "journey": ("steps", ["awareness", "interest", "use", "connection"]),
    }


def test_the_ladder_counts_from_once_a_month() -> None:
    """Membership begins at the answer for every month; who reaches nothing of it is inactive."""
    checklist = shipped("behaviour_checklist")
    (monthly,) = {each.at_least for each in checklist.typologies[1].classes}
    assert {scale.format.labels["en"][monthly] for scale in checklist.scales} == {"Every month"}
    *active, inactive = checklist.typologies[1].classes
    assert inactive.rule == "none"
    assert set(inactive.items) == {item for each in active for item in each.items}


def test_the_last_two_levels_state_their_doubt() -> None:
    """That understanding and applying can be measured is doubted, in every language."""
    instrument = shipped("engagement_levels")
    click, consume, understand, apply = instrument.typologies[0].classes
    assert not click.doubt
    assert not consume.doubt
    for each in (understand, apply):
        assert set(each.doubt) == set(instrument.languages)
        assert "doubted" in each.doubt["en"]
