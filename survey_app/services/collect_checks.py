"""What is believed of a form before anything of it is kept."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from survey_app.services.collect_errors import (
    CLOSED,
    AnswerRefused,
    PageNotReached,
    StudyClosed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.domain.position import Position
    from survey_app.domain.questionnaire import Answer


def form_identifier(identifier: str) -> str:
    """A form's identifier. Raises AnswerRefused for one that no form of ours holds."""
    if not (8 <= len(identifier) <= 64 and identifier.isascii() and identifier.isprintable()):
        raise AnswerRefused("The form came back damaged. Please open the page again.")
    return identifier


def require_accepted(
    position: Position,
    page_number: int,
    answers: Mapping[str, Answer],
    item_order: Sequence[str],
) -> None:
    """Raise StudyClosed, PageNotReached or AnswerRefused unless a page may be taken as it came."""
    if position.closed:
        raise StudyClosed(CLOSED)
    if not position.may_show(page_number):
        raise PageNotReached("Please answer the pages in their order.")
    page = position.study.page(page_number)
    expected = page.questions
    if set(answers) != set(expected) or sorted(item_order) != sorted(expected):
        raise AnswerRefused("The form came back with other questions. Please open the page again.")
    for question, answer in answers.items():
        fault = page.fault(answer)
        if fault:
            raise AnswerRefused(f"The answer to {question!r} {fault}.")


def duration(seconds: float | None) -> float | None:
    """A duration, None where it is none."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return None
    return float(seconds)


def way_in(channel: str) -> str:
    """The way in, as it is stored. Raises AnswerRefused for anything but a short word."""
    if not (0 < len(channel) <= 40 and channel.isascii() and channel.isprintable()):
        raise AnswerRefused("The link is damaged. Please use the link you were given.")
    return channel


def digest(*parts: str) -> str:
    """SHA-256 of some parts, so that what is stored gives none of them away."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
