"""What is kept of an interview while it is answered, and what a page changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.study import StudyState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from survey_app.domain.interview import Disposition
    from survey_app.domain.questionnaire import Answer
    from survey_app.storage.tallies import Step


class LinkSpent(Exception):
    """The link by which an interview came has led to a finished interview already."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a study stands at a moment: `version` is the one that is asked, `in_field` whether a wave
    is in its field period, `wave_id` which one."""

    state: StudyState
    version: int
    in_field: bool
    wave_id: int | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One submitted page, ready to be kept."""

    page: int
    submission_id: str
    answers: dict[str, Answer]
    item_order: list[str]
    seconds: float | None
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What a submission changes besides the page itself.

    Parameters
    ----------
    moment : when it arrived. end : how the interview ends with it, None while it goes on.
    passed : whether the instructed item was passed. brand_ids : brands drawn, in their slots.
    steps : the sums that move.
    """

    moment: datetime
    end: Disposition | None = None
    passed: bool | None = None
    brand_ids: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredInterview:
    """An interview as it stands: `pages` holds the latest answers of each submitted page by its
    number, in the order of first submission, `submission_ids` what was already taken, `seconds` how
    long all submitted pages took. `late` says that its wave has left the field."""

    id: int
    study_key: str
    study_state: StudyState
    wave_id: int
    version: int
    pilot: bool
    brand_id: int | None
    language: str
    channel: str
    started_at: datetime
    disposition: Disposition
    finished: bool
    late: bool
    submission_ids: frozenset[str]
    pages: Mapping[int, Mapping[str, Answer]]
    seconds: float | None = None

    @property
    def takes_answers(self) -> bool:
        """Whether the study still takes answers of this interview."""
        return self.study_state is (StudyState.PILOT if self.pilot else StudyState.OPEN) and (
            self.pilot or not self.late
        )
