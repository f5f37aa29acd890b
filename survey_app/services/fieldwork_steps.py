"""Which sums an interview moves, from its start to its end, so that looking at fieldwork counts
nothing. Codes hold the day on which an interview was started, the version and page numbers.

==========  ==========================================  ==============================
kind        code                                        moved
==========  ==========================================  ==============================
begun       ``day|version|page first shown``            at the start
came        ``language|channel``                        at the start
started     brand                                       at the start
asked       brand                                       when drawn from several
moved       ``day|version|page left>page then shown``   at each page
ended       ``day|version|page left|disposition``       at the end
finished    ``language|channel``                        at the end, complete
completed   each brand                                  at the end, complete
timed       ``bin of the duration|quality letters``     at the end, complete
quota       quota                                       at the end, complete
withdrawn                                               when taken back; then no other
==========  ==========================================  ==============================

Page 0 stands for no page: all are answered but the end was not confirmed, or the answers came from
paper or a file, where nobody knows who was shown which page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.duration import duration_bin
from survey_app.domain.paper_pages import PAPER
from survey_app.storage.tallies import Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from survey_app.domain.interview import Disposition
    from survey_app.domain.page import Page

BEGUN, CAME, STARTED, ASKED, MOVED = "begun", "came", "started", "asked", "moved"
ENDED, FINISHED, COMPLETED, TIMED, QUOTA = "ended", "finished", "completed", "timed", "quota"
WITHDRAWN = "withdrawn"

KINDS = (
    *(BEGUN, CAME, STARTED, ASKED, MOVED),
    *(ENDED, FINISHED, COMPLETED, TIMED, QUOTA, WITHDRAWN),
)
"""Every kind of sums."""

NO_PAGE = 0
UNKNOWN_DAY = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of an interview from its start.

    Parameters
    ----------
    day : on which it was started, as ``2026-05-03``; `UNKNOWN_DAY` where a file does not say.
    brand : code of the brand that it was started about, empty where it is drawn later.
    """

    day: str
    version: int
    brand: str
    language: str
    channel: str

    @property
    def way(self) -> str:
        """The code of its language and channel."""
        return f"{self.language}|{self.channel}"


def day_of(moment: datetime) -> str:
    """The day of a moment, in UTC."""
    return moment.date().isoformat()


def is_walked(channel: str) -> bool:
    """Whether an interview was answered page by page, so that it is known where it stops."""
    return channel != PAPER


def waits_at(way: Sequence[Page], submitted: Collection[int]) -> int:
    """The page that an interview waits at: the first of its way that was not submitted."""
    return next((page.number for page in way if page.number not in submitted), NO_PAGE)


def start_steps(told: Told, page: int) -> list[Step]:
    """An interview begins and is shown its first page."""
    shown = page if is_walked(told.channel) else NO_PAGE
    return [
        Step(BEGUN, f"{told.day}|{told.version}|{shown}"),
        Step(CAME, told.way),
        Step(STARTED, told.brand),
    ]


def move_steps(told: Told, left: int, shown: int) -> list[Step]:
    """A page was answered, and another one is shown."""
    if left == shown or not is_walked(told.channel):
        return []
    return [Step(MOVED, f"{told.day}|{told.version}|{left}>{shown}")]


def end_steps(told: Told, left: int, disposition: Disposition) -> list[Step]:
    """An interview ends on a page, whatever becomes of it."""
    page = left if is_walked(told.channel) else NO_PAGE
    return [Step(ENDED, f"{told.day}|{told.version}|{page}|{disposition.value}")]


def complete_steps(
    told: Told, *, seconds: float | None, quality: str, brands: Sequence[str], quotas: Iterable[str]
) -> list[Step]:
    """What a complete interview moves besides its end.

    Parameters
    ----------
    seconds : how long it took, None where unknown. quality : `answer_quality.quality_code`.
    brands : those drawn for it; none where it was started about one. quotas : those that it fills.
    """
    bin_number = "" if seconds is None else str(duration_bin(seconds))
    return [
        Step(FINISHED, told.way),
        Step(TIMED, f"{bin_number}|{quality}"),
        *(Step(COMPLETED, brand) for brand in brands or (told.brand,)),
        *(Step(QUOTA, quota) for quota in quotas),
    ]
