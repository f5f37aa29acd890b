"""The shipped instruments are what the documentation says they are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from instruments.load import available, shipped
from instruments.plain import from_plain, to_plain

if TYPE_CHECKING:
    from instruments.model import Instrument, Item, Scale


def test_the_shipped_instruments_are_these() -> None:
    """Eleven instruments ship; a new one is added here on purpose."""
    assert available() == (
        "behaviour_checklist",
        "core_engagement",
        "demographics",
        "engagement_levels",
        "engagement_valence",
        "experience_journey",
        "likelihood_to_recommend",
        "open_comment",
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


LANGUAGES = ("en", "ru", "de", "fr", "es", "ar", "zh")


@pytest.mark.parametrize("identifier", OWN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_wording_is_complete(identifier: str, language: str) -> None:
    """Every project-worded item can be asked in each of the seven languages, and names the brand
    unless it is about the person."""
    instrument = shipped(identifier)
    assert instrument.wording == "project"
    assert instrument.languages == LANGUAGES
    assert instrument.is_worded(language)
    for scale in instrument.scales:
        for item in scale.items:
            assert item.text[language].count("{brand}") == (scale.kind != "background")
            assert "{" not in item.wording(language, "Acme")
        if scale.format.in_words:
            assert not scale.format.labels
            continue
        ends = {scale.format.minimum, scale.format.maximum}
        assert ends <= set(scale.format.labels[language])
        labels = list(scale.format.labels[language].values())
        assert len(set(labels)) == len(labels)


SCRIPTS = {"ru": "[а-яё]", "ar": "[\u0621-\u064a]", "zh": "[\u4e00-\u9fff]"}


@pytest.mark.parametrize("identifier", OWN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_stands_under_the_wrong_language(identifier: str, language: str) -> None:
    """Questions, introductions and labels are in the script of their language and no other."""
    instrument = shipped(identifier)
    texts = [item.text[language] for item in instrument.items()]
    for scale in instrument.scales:
        labels = scale.format.labels.get(language, {}).values()
        texts += [scale.name[language], scale.intro.get(language, ""), *labels]
    for text in filter(None, texts):
        own = re.sub(r"\{brand\}|\d+", "", text)
        for script, letters in SCRIPTS.items():
            assert bool(re.search(letters, own, re.IGNORECASE)) is (script == language), own
        if language in SCRIPTS:
            assert not re.search("[a-z]", own, re.IGNORECASE), own


@pytest.mark.parametrize("identifier", OWN)
def test_no_language_asks_in_the_words_of_another(identifier: str) -> None:
    """Each question is worded seven times, never twice alike."""
    for item in shipped(identifier).items():
        assert len(set(item.text.values())) == len(LANGUAGES), item.id


@pytest.mark.parametrize("identifier", OWN)
def test_the_name_of_a_brand_is_never_declined_nor_elided(identifier: str) -> None:
    """No sentence makes the name of a brand show its case, its gender or its first letter.

    Russian says „the brand“ after a preposition; French never sets *de* or *que*, which would lose
    its vowel before some names; Arabic joins no single letter to a name.
    """
    for item in shipped(identifier).items():
        assert not re.search(
            r"\b(о|об|про|у|к|с|от|для|на|за) \{brand\}", item.text["ru"], re.IGNORECASE
        ), item.text["ru"]
        assert not re.search(r"\b(de|que|le|la|du) \{brand\}", item.text["fr"], re.IGNORECASE), (
            item.text["fr"]
        )
        assert not re.search(r"\u0640\s*\{brand\}|\S\{brand\}", item.text["ar"]), item.text["ar"]


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


def _asked(instrument: Instrument) -> list[tuple[Scale, Item]]:
    return [(scale, item) for scale in instrument.scales for item in scale.items]


def test_demographics_describe_people_and_may_be_refused() -> None:
    """Four choices without order, none scored, each with an answer for those who will not say."""
    instrument = shipped("demographics")
    asked = [(item.id, scale.kind, scale.format.kind) for scale, item in _asked(instrument)]
    assert asked == [
        ("age_group", "background", "choice"),
        ("gender", "background", "choice"),
        ("customer_for", "background", "choice"),
        ("buys_how_often", "background", "choice"),
    ]
    assert not any(scale.scored for scale in instrument.scales)
    for language in instrument.languages:
        last = {scale.format.labels[language][scale.format.maximum] for scale in instrument.scales}
        assert len(last) == 1, "one wording of refusal in every question"
    assert "Another gender" in instrument.scales[1].format.labels["en"].values()


def test_the_open_question_is_answered_in_words() -> None:
    """One question about the brand, of up to a thousand letters, that nobody has to answer."""
    instrument = shipped("open_comment")
    ((scale, item),) = _asked(instrument)
    assert (scale.kind, scale.format.kind, item.id) == ("open", "text", "change_one")
    assert (scale.format.minimum, scale.format.maximum) == (0, 1000)
    assert not scale.scored
