"""An interview: one customer's way through a questionnaire, page by page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.questionnaire import Answer


class Disposition(StrEnum):
    """How an interview ended, after AAPOR's classes."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    SCREENED_OUT_ATTENTION = "screened_out_attention"
    SCREENED_OUT_INELIGIBLE = "screened_out_ineligible"
    QUOTA_FULL = "quota_full"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def new_interview_id() -> int:
    """A random identifier: 53 bits, so that the order of identifiers tells nothing about who
    answered when, and every program reads it exactly."""
    return secrets.randbits(53)


@dataclass(eq=False)
class Interview:
    """One interview. `key` is the secret of the respondent's own link, by which it is resumed.

    `version` is that of the questionnaire that was asked, 0 where answers were imported. `pilot`
    interviews try the questionnaire out and never count. `brand_id` is the first brand that was
    asked about. `person_id` is the panel member in a pseudonymous study, None in an anonymous one.
    `device` is the class of device: ``phone``, ``tablet``, ``desktop``, or empty.

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
    version: int = 0
    pilot: bool = False
    person_id: int | None = None
    device: str = ""
    id: int = field(default_factory=new_interview_id)


@dataclass(eq=False)
class PageAnswers:
    """One page as it was submitted. Rows are only ever added: of several for the same page the
    latest counts, and a replayed `submission_id` adds none.

    `answers` maps question identifiers to answers, None where one was shown and left open;
    `item_order` is the order shown; `seconds` the time from showing to submitting.
    """

    interview_id: int
    page: int
    submission_id: str
    answers: dict[str, Answer]
    item_order: list[str]
    seconds: float | None
    saved_at: datetime
    id: int | None = None
