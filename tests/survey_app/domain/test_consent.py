"""The consent text that a study begins with."""

from __future__ import annotations

import re

import pytest

from survey_app.domain.consent import DEFAULT_CONSENT
from survey_app.web.respond_words import languages_with_words

SCRIPTS = {"ru": "[а-яё]", "ar": "[\u0621-\u064a]", "zh": "[\u4e00-\u9fff]"}


def test_every_language_of_the_pages_has_one() -> None:
    """No respondent reads pages in one language and agrees in another."""
    assert set(DEFAULT_CONSENT) == set(languages_with_words())
    assert len(set(DEFAULT_CONSENT.values())) == len(DEFAULT_CONSENT)


@pytest.mark.parametrize("language", sorted(DEFAULT_CONSENT))
def test_it_says_what_is_asked_and_how_it_is_reported(language: str) -> None:
    """Two paragraphs in the script of the language, short enough to be read."""
    paragraphs = DEFAULT_CONSENT[language].split("\n\n")
    assert len(paragraphs) == 2
    for text in paragraphs:
        assert 20 <= len(text) <= 250
        for script, letters in SCRIPTS.items():
            assert bool(re.search(letters, text, re.IGNORECASE)) is (script == language)
