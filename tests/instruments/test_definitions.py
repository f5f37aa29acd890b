"""The shipped instruments are what the documentation says they are."""

from __future__ import annotations

import json
import re

import pytest

from instruments.load import available, shipped
from instruments.plain import from_plain, to_plain


def test_the_shipped_instruments_are_these() -> None:
    """Five instruments ship; a new one is added here on purpose."""
    assert available() == (
        "core_engagement",
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


@pytest.mark.parametrize("identifier", [name for name in available() if "pii" not in name])
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


@pytest.mark.parametrize("identifier", [name for name in available() if "pii" not in name])
def test_russian_is_cyrillic_and_english_is_not(identifier: str) -> None:
    """No text stands under the wrong language."""
    for item in shipped(identifier).items():
        assert re.search("[а-яё]", item.text["ru"])
        assert not re.search("[а-яё]", item.text["en"], re.IGNORECASE)


@pytest.mark.parametrize(
    "identifier", ["satisfaction", "switching_intention", "likelihood_to_recommend"]
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
