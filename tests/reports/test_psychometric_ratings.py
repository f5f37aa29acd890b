"""The researcher's report where people rated several brands: what is counted is called ratings."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from psychometrics.structure import analyse_structure
from reports.psychometric_report import psychometric_report
from reports.verdicts import WORDING
from reports.wording import catalogue
from tests.reports.surveys import facts, instruments, survey
from tests.reports.test_comparability import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.blocks import Document

INTERVIEW = {
    language: re.compile(noun, re.IGNORECASE)
    for language, noun in (("en", "interview"), ("ru", "интервью"))
}
OF_PEOPLE = ("psychometric.response.", "psychometric.waves.note", "interviews")
"""Sentences that speak of people's interviews, however many brands they rate."""


def report(people: int, language: str) -> Document:
    """The report on 200 ratings that so many people gave."""
    data = survey({"alpha": 100, "beta": 100}, missing=0, names=("core_engagement",))
    persons = np.char.add("person-", (np.arange(200) % people).astype(str))
    data = replace(data, cluster=persons)
    scores = analyse_scores(data)
    structure = analyse_structure(data, rows=scores.kept)
    return psychometric_report(scores, structure, instruments(), facts(data), language)


def sentences(tree: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Each sentence of a catalogue with its key."""
    for name, below in tree.items():
        if isinstance(below, dict):
            yield from sentences(below, f"{above}{name}.")
        else:
            yield above + name, str(below)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_report_counts_ratings(language: str) -> None:
    """Up to its method, which is told as the program counts, it says how many people gave the
    ratings and speaks of no interviews; where each person rated one brand, it does."""
    shared = report(100, language)
    said = texts(replace(shared, sections=shared.sections[:-1]))
    assert INTERVIEW[language].search(said) is None
    people = {"en": "100 people gave the 200 ratings", "ru": "100 человек оценивали"}
    assert people[language] in said
    assert INTERVIEW[language].search(texts(report(200, language)))


def test_one_person_is_one_person() -> None:
    """The sentence on who gave the ratings has a form for one person."""
    words = catalogue(WORDING, "en").told_as("ratings")
    said = words("psychometric.sample.raters", count=1, ratings="2")
    assert said.startswith("One person rated several brands: the 2 ratings kept are theirs.")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_sentence_on_interviews_has_one_on_ratings(language: str) -> None:
    """No sentence on interviews is forgotten, and each on ratings is filled with the same values
    as the one in whose place it stands."""
    words = catalogue(WORDING, language)
    told = dict(sentences(words.sentences["ratings"]["psychometric"], "psychometric."))
    usual = dict(sentences(words.sentences["psychometric"], "psychometric."))
    for key, sentence in usual.items():
        if INTERVIEW[language].search(sentence) and not key.startswith(OF_PEOPLE):
            assert key in told, key
    for key, sentence in told.items():
        assert INTERVIEW[language].search(sentence) is None, key
        if ".raters." not in key:
            assert places(sentence) == places(usual[key]), key


def places(sentence: str) -> set[str | None]:
    """What is put into a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence)} - {None}
