"""An interview: one customer's way through a questionnaire, page by page."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from instruments.model import Instrument, Item, Scale

INSTRUCTED_ITEM = "instructed_response"
"""Identifier of the instructed-response item among the answers of a page."""


class Disposition(StrEnum):
    """How an interview ended, after AAPOR's classes."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    SCREENED_OUT_ATTENTION = "screened_out_attention"
    SCREENED_OUT_INELIGIBLE = "screened_out_ineligible"
    REFUSED = "refused"


@dataclass(eq=False)
class Interview:
    """One interview. `key` is the secret of the respondent's own link, by which it is resumed.

    `start_id` is made by the form that starts the interview and unique, so that starting twice
    makes one interview. `seconds` is set where a file brought the duration; web interviews sum
    their pages. `source_id` is the identifier that an imported file gave, `background` what it told
    of the person: a code by variable, such as an age group.
    """

    key: str
    start_id: str
    study_id: int
    wave_id: int
    brand_id: int | None
    language: str
    channel: str
    started_at: datetime
    disposition: Disposition = Disposition.PARTIAL
    finished_at: datetime | None = None
    seconds: float | None = None
    instructed_passed: bool | None = None
    source_id: str | None = None
    background: dict[str, str] = field(default_factory=dict)
    id: int | None = None


@dataclass(eq=False)
class PageAnswers:
    """One page as it was submitted. Rows are only ever added: of several for the same page the
    latest counts, and a replayed `submission_id` adds none.

    `answers` maps item identifiers to integers, None where an item was shown and left open;
    `item_order` is the order shown; `seconds` the time from showing to submitting.
    """

    interview_id: int
    page: int
    submission_id: str
    answers: dict[str, int | None]
    item_order: list[str]
    seconds: float | None
    saved_at: datetime
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the questionnaire: the items of one scale, numbered from 1."""

    number: int
    scale: Scale
    items: tuple[Item, ...]
    instructed: bool = False

    def order(self, interview_key: str, *, shuffle: bool) -> list[str]:
        """Item identifiers in the order shown: the same at every reload of an interview."""
        order = [item.id for item in self.items]
        if shuffle:
            random.Random(f"{interview_key}:{self.number}").shuffle(order)  # noqa: S311
        if self.instructed:
            order.append(INSTRUCTED_ITEM)
        return order


def pages(instruments: Sequence[Instrument], *, instructed_item: bool) -> tuple[Page, ...]:
    """The pages of a questionnaire: one for each scale; the instructed-response item closes the
    second page (the only page where there is one)."""
    scales = [scale for instrument in instruments for scale in instrument.scales]
    instructed_page = min(2, len(scales))
    return tuple(
        Page(
            number=number,
            scale=scale,
            items=scale.items,
            instructed=instructed_item and number == instructed_page,
        )
        for number, scale in enumerate(scales, start=1)
    )


def instructed_value(page: Page) -> int:
    """The answer that the instructed-response item asks for: one step below the top, which a
    respondent who clicks down one column is unlikely to hit."""
    return page.scale.format.maximum - 1


def merged_answers(submissions: Sequence[PageAnswers]) -> dict[str, Any]:
    """The interview's answers: of several submissions of a page the latest counts."""
    merged: dict[str, Any] = {}
    for submission in sorted(submissions, key=lambda row: row.id or 0):
        merged.update(submission.answers)
    return merged
