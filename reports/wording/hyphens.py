"""Soft hyphens in the long words of German, so that no line cuts one just anywhere."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyphen import Pyphen

_DICTIONARIES = {"de": "de_DE"}
_SOFT_HYPHEN = "\u00ad"
_LONG_WORD = re.compile(r"\{[^{}]*\}|[^\W\d_]{12,}")
"""A value's place, which is left alone, or a word of twelve letters or more."""


def hyphenated(sentences: Any, language: str) -> Any:
    """Sentences, or a mapping of them, with soft hyphens in long words; others as they are."""
    name = _DICTIONARIES.get(language)
    return sentences if name is None else _with_hyphens(sentences, _dictionary(name))


def _with_hyphens(sentences: Any, dictionary: Pyphen) -> Any:
    if isinstance(sentences, dict):
        return {key: _with_hyphens(value, dictionary) for key, value in sentences.items()}
    if not isinstance(sentences, str):
        return sentences

    def inserted(found: re.Match[str]) -> str:
        word = found[0]
        return word if word.startswith("{") else dictionary.inserted(word, _SOFT_HYPHEN)

    return _LONG_WORD.sub(inserted, sentences)


@cache
def _dictionary(name: str) -> Pyphen:
    from pyphen import Pyphen

    # Fewer letters on either side of a hyphen are hard to read.
    return Pyphen(lang=name, left=3, right=4)
