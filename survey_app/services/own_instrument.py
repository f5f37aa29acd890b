"""The instrument that a page of questions typed in becomes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from instruments.load import shipped
from survey_app.domain.laid_out import cut_short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.services.own_questions import OwnPage

RATING = "rating"
LONGEST_TEXT = 1000
"""Letters of an answer in words."""
_LONGEST_NAME = 60


def own_instrument(name: str, page: OwnPage, languages: Sequence[str]) -> dict[str, Any]:
    """The page as a definition of an instrument, to be checked by `instruments.plain.from_plain`.

    Parameters
    ----------
    name : identifier of the instrument and of its scale.
    """
    first = page.questions[0].wording
    names = {language: short_name(first[language]) for language in languages}
    intro = {language: page.intro[language] for language in languages if page.intro.get(language)}
    return {
        "id": name,
        "version": "1.0",
        "name": names,
        "languages": list(languages),
        "citation": {"text": "Written for this study.", "doi": None},
        "licence": "Belongs to the study.",
        "wording": "project",
        "formats": {page.kind.value: _format(page, languages)},
        "scales": [
            {
                "id": name,
                "name": names,
                "format": page.kind.value,
                "kind": _scale_kind(page),
                **({"intro": intro} if intro else {}),
                "items": [
                    {
                        "id": question.id,
                        "topic": _topic(question.wording, languages),
                        "text": {language: question.wording[language] for language in languages},
                    }
                    for question in page.questions
                ],
            }
        ],
    }


def short_name(wording: str) -> str:
    """A question cut short, to name what was typed in."""
    return re.sub(r"[{}]", "", cut_short(wording, _LONGEST_NAME)) or "…"


def _topic(wording: Mapping[str, str], languages: Sequence[str]) -> str:
    return short_name(wording.get("en") or wording[languages[0]])


def _scale_kind(page: OwnPage) -> str:
    if page.kind == "text":
        return "open"
    if page.about == "person":
        return "background"
    return "outcome" if page.outcome and page.kind != "choice" else "checklist"


def _format(page: OwnPage, languages: Sequence[str]) -> dict[str, Any]:
    kind = page.kind.value
    if kind == "text":
        return {"kind": kind, "minimum": 0, "maximum": LONGEST_TEXT}
    if kind == "agreement":
        points = shipped("core_engagement").scales[0].format
        labels = {
            language: {str(value): word for value, word in points.labels[language].items()}
            for language in languages
            if language in points.labels
        }
        return {"kind": kind, "minimum": 1, "maximum": 7, "labels": labels}
    values = (0, 10) if kind == RATING else range(1, len(page.answers[languages[0]]) + 1)
    labels = {
        language: dict(zip(map(str, values), page.answers[language], strict=True))
        for language in languages
    }
    return {"kind": kind, "minimum": values[0], "maximum": values[-1], "labels": labels}
