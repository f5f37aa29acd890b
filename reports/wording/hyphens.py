"""Words as they are printed: where long ones may break, and without signs that cannot be placed."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from reports.wording.spacing import french

if TYPE_CHECKING:
    from pyphen import Pyphen

_DICTIONARIES = {"de": "de_DE"}
_SOFT_HYPHEN = "\u00ad"
_VOWEL_SIGNS = re.compile("[\u064b-\u0652]")
_VERY_LONG = 20
_LONG_WORD = re.compile(r"\{[^{}]*\}|[^\W\d_]{12,}")
"""A value's place, which is left alone, or a word of twelve letters or more."""


def as_printed(sentences: Any, language: str) -> Any:
    """Sentences, or a mapping of them, as they are printed: in German with soft hyphens in long
    words, in French with spaces that do not break, in Arabic without vowel signs; others as they
    are."""
    if isinstance(sentences, dict):
        return {key: as_printed(value, language) for key, value in sentences.items()}
    if not isinstance(sentences, str):
        return sentences
    if language == "ar":
        # They would fall on the dots of letters: placing them takes a program that shapes text.
        return _VOWEL_SIGNS.sub("", sentences)
    if language == "fr":
        return french(sentences)
    name = _DICTIONARIES.get(language)
    return sentences if name is None else _with_hyphens(sentences, _dictionary(name))


def _with_hyphens(sentence: str, dictionary: Pyphen) -> str:

    def inserted(found: re.Match[str]) -> str:
        word = found[0]
        return word if word.startswith("{") else dictionary.inserted(word, _SOFT_HYPHEN)

    return _LONG_WORD.sub(inserted, sentence)


def last_syllable(word: str, most: int) -> int:
    """Where a very long word may break at the latest with `most` letters before it; 0 if nowhere.

    Names are in no language that is known. Words of twenty letters or more are rare but in German
    and Russian.
    """
    if len(word) < _VERY_LONG or not word[0].isalpha():
        return 0
    name = "ru_RU" if "\u0400" <= word[0] <= "\u04ff" else "de_DE"
    return max((place for place in _dictionary(name).positions(word) if place <= most), default=0)


@cache
def _dictionary(name: str) -> Pyphen:
    from pyphen import Pyphen

    # Fewer letters on either side of a hyphen are hard to read.
    return Pyphen(lang=name, left=3, right=4)
