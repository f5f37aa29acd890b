"""The words that charts carry, by language."""

from __future__ import annotations

from pathlib import Path

from reports.wording import Catalogue, catalogue

_FOLDER = Path(__file__).parent / "wording"


def chart_words(language: str) -> Catalogue:
    """Return the chart words of a language tag such as ``ru`` or ``ru-RU``; English if unknown."""
    return catalogue(_FOLDER, language.replace("_", "-").split("-")[0].lower())
