"""What a definition says about published evidence: figures or null, and for which wording."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from instruments.load import InstrumentError, available, load_instrument, shipped
from instruments.plain import from_plain, to_plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIGURE = "{statistic: alpha, scale: liking, value: null, n: null, source: nobody}"


def test_published_wording_has_its_languages() -> None:
    """Published wording is spoken of in the languages that the publication tested."""
    assert shipped("zaichkowsky_1994_pii").published_languages == ("en",)


def test_project_wording_never_inherits_published_languages() -> None:
    """The same questionnaire in words of the project's own has no published evidence."""
    own = replace(shipped("zaichkowsky_1994_pii"), wording="project")
    assert own.published_languages == ()
    assert shipped("core_engagement").published_languages == ()


@pytest.mark.parametrize("identifier", available())
def test_no_figure_of_a_publication_is_guessed(identifier: str) -> None:
    """No shipped definition claims a figure from a publication that nobody has checked."""
    published = [f for f in shipped(identifier).evidence if f.origin == "publication"]
    assert all(figure.value is None for figure in published)


def test_origin_item_and_languages_are_read(
    definition: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """A loading from a publication arrives with its item, and survives JSON."""
    loading = (
        "{statistic: loading, scale: liking, item: a, value: 0.7, n: 300, source: Doe, "
        "origin: publication}"
    )
    text = definition.replace(FIGURE, loading)
    text = text.replace("doi: null", "doi: null, languages: [en, de]")
    instrument = load_instrument(yaml_file(text))
    (figure,) = instrument.evidence
    assert (figure.origin, figure.item, figure.value) == ("publication", "a", 0.7)
    assert instrument.citation.languages == ("en", "de")
    assert from_plain(to_plain(instrument)) == instrument


def test_copies_from_before_are_still_read() -> None:
    """A study's copy that knows neither origin nor languages claims no publication."""
    plain = to_plain(shipped("zaichkowsky_1994_pii"))
    del plain["citation"]["languages"]
    for figure in plain["evidence"]:
        del figure["origin"], figure["item"]
    old = from_plain(plain)
    assert old.published_languages == ()
    assert {figure.origin for figure in old.evidence} == {"data"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("source: nobody}", "source: nobody, origin: hearsay}", "not one of publication, data"),
        ("source: nobody}", "source: nobody, item: z}", "there is no item 'z'"),
        ("doi: null}", "doi: null, languages: []}", "has too few entries"),
        ("doi: null}", "doi: null, languages: [EN]}", "a language code"),
    ],
)
def test_faults_are_told(
    definition: str, yaml_file: Callable[[str | bytes], Path], old: str, new: str, told: str
) -> None:
    """An unknown origin, item or language is refused in words."""
    with pytest.raises(InstrumentError, match=told):
        load_instrument(yaml_file(definition.replace(old, new)))
