"""Texts by language: which one is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def in_language(texts: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """The text in a language; English, then any other, where that language has none; `otherwise`
    where there is no text at all."""
    others = (text for text in texts.values() if text)
    return texts.get(language) or texts.get("en") or next(others, otherwise)


def in_english(texts: Mapping[str, str], otherwise: str = "") -> str:
    """The English one of several texts, any other where there is none."""
    return in_language(texts, "en", otherwise)
