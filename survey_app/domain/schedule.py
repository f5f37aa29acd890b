"""A schedule: when a reader's scorecards are sent by mail, told in the reader's own time zone."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from survey_app.domain.study import StudyState, new_key, now

if TYPE_CHECKING:
    from survey_app.domain.study import Study, Wave

LAST_DAY = 31
LAST_HOUR = 23

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
"""Zones are chosen by a place in one of these; the other names of the IANA list are old ones."""


class ScheduleError(ValueError):
    """A rule of a schedule is broken. The message says which and how to mend it."""


class Occasion(StrEnum):
    """What a scorecard is sent on."""

    WAVE_CLOSED = "wave_closed"
    MONTHLY = "monthly"


class Paper(StrEnum):
    """The paper that a PDF is set for."""

    A4 = "A4"
    LETTER = "Letter"


@dataclass(eq=False)
class Schedule:
    """What one reader wants to receive of one study, and when.

    Without a `brand_id` it is about every brand that the reader may read when the moment comes.
    `day` (1 to 31) and `hour` (0 to 23) are those of `time_zone` and of monthly schedules only, as
    is `next_due_at`, the next moment. `waves_seen` are the waves that had closed before: a schedule
    is about what comes after it was made.
    """

    reader_id: int
    study_id: int
    occasion: Occasion
    time_zone: str
    language: str
    brand_id: int | None = None
    day: int = 1
    hour: int = 8
    attach_pdf: bool = True
    paper: Paper = Paper.A4
    paused: bool = False
    waves_seen: list[int] = field(default_factory=list)
    next_due_at: datetime | None = None
    key: str = field(default_factory=new_key)
    created_at: datetime = field(default_factory=now)
    id: int | None = None

    def __post_init__(self) -> None:
        checked_zone(self.time_zone)
        if not 1 <= self.day <= LAST_DAY:
            raise ScheduleError(f"The day is {self.day}. Choose one from 1 to {LAST_DAY}.")
        if not 0 <= self.hour <= LAST_HOUR:
            raise ScheduleError(f"The hour is {self.hour}. Choose one from 0 to {LAST_HOUR}.")

    def begin(self, study: Study, moment: datetime) -> None:
        """Take effect, at first or after a pause. What would have been due before is not made up
        for."""
        self.paused = False
        self.waves_seen = sorted(wave.id or 0 for wave in closed_waves(study, moment))
        self._look_forward(moment)

    def pause(self) -> None:
        """Send nothing until it begins again."""
        self.paused = True
        self.next_due_at = None

    def is_due(self, moment: datetime) -> bool:
        """Whether a monthly schedule's moment has come."""
        return not self.paused and self.next_due_at is not None and self.next_due_at <= moment

    def take_moment(self, moment: datetime) -> datetime | None:
        """The moment that has come, and on to the next one after `moment`; None when none has.
        Months that passed unseen, since no worker ran, are one."""
        if not self.is_due(moment):
            return None
        due = self.next_due_at
        self._look_forward(moment)
        return due

    def new_waves(self, study: Study, moment: datetime) -> list[Wave]:
        """The waves that have closed since the schedule last looked."""
        if self.paused or self.occasion is not Occasion.WAVE_CLOSED:
            return []
        return [wave for wave in closed_waves(study, moment) if wave.id not in self.waves_seen]

    def take_waves(self, study: Study, moment: datetime) -> list[Wave]:
        """The waves that have closed since the schedule last looked; each is told once."""
        new = self.new_waves(study, moment)
        if new:
            self.waves_seen = sorted({*self.waves_seen, *(wave.id or 0 for wave in new)})
        return new

    def _look_forward(self, moment: datetime) -> None:
        self.next_due_at = None
        if self.occasion is Occasion.MONTHLY:
            self.next_due_at = next_monthly(self.day, self.hour, self.time_zone, moment)


def next_monthly(day: int, hour: int, time_zone: str, moment: datetime) -> datetime:
    """The first moment after `moment` (with a zone) at which it is `hour` o'clock on `day` of a
    month in `time_zone`, in UTC.

    A month without that day takes its last one. An hour that the clocks skip is the hour after it;
    one that they repeat is its first.
    """
    zone = checked_zone(time_zone)
    local = moment.astimezone(zone)
    year, month = local.year, local.month
    while True:
        last = monthrange(year, month)[1]
        # Of an hour that is skipped, Python takes the offset from before: it is the hour after.
        due = datetime(year, month, min(day, last), hour, tzinfo=zone).astimezone(UTC)
        if due > moment:
            return due
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def closed_waves(study: Study, moment: datetime) -> list[Wave]:
    """The waves of a study that take no more answers, in their order: those before the last, and
    the last when the study is closed or its last day is over."""
    if study.state is StudyState.DRAFT or not study.waves:
        return []
    last = study.current_wave
    closed = study.state is StudyState.CLOSED
    return [
        wave
        for wave in sorted(study.waves, key=lambda wave: wave.position)
        if wave.position < last.position or (wave is last and (closed or _is_over(wave, moment)))
    ]


def _is_over(wave: Wave, moment: datetime) -> bool:
    if wave.closes_at is not None:
        return wave.closes_at <= moment
    return wave.last_day is not None and wave.last_day < moment.astimezone(UTC).date()


def checked_zone(name: str) -> ZoneInfo:
    """The time zone with an IANA name. Raises ScheduleError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleError(
            f"{name[:40]!r} is not the name of a time zone. Choose one as in 'Europe/Berlin'."
        ) from None


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """The time zones that can be chosen, UTC first."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(AREAS)))
