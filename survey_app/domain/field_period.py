"""Field periods: when waves open and close, written in a time zone whose clocks may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from survey_app.domain.schedule import checked_zone
from survey_app.domain.study import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from survey_app.domain.study import Study, Wave

YEARS = range(2000, 2200)
"""Years in which a field period can lie."""
Written = tuple[date, time | None]
"""A day, and a time where one was written."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


class FieldPeriodError(StudyError):
    """A field period cannot be as it was written. The message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class FieldPeriod:
    """From `opens_at` until `closes_at`, both in UTC, None for no bound; `zone` is the IANA name of
    the time zone in which its days are counted."""

    opens_at: datetime | None
    closes_at: datetime | None
    zone: str = "UTC"

    @property
    def first_day(self) -> date | None:
        """The day on which it opens."""
        return None if self.opens_at is None else self._day(self.opens_at)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is open."""
        return None if self.closes_at is None else self._day(self.closes_at - _INSTANT)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(checked_zone(self.zone)).date()


def written_period(opens: Written | None, closes: Written | None, zone: str) -> FieldPeriod:
    """The field period of two days, each with a time as clocks in a time zone show it; without a
    time it opens as its day begins and closes as its day ends.

    Of an hour that clocks show twice, the first is meant.

    Raises
    ------
    FieldPeriodError
        clocks never show one of the times, or the end is not after the beginning.
    ScheduleError
        there is no such time zone.
    """
    known = checked_zone(zone)
    for written in (opens, closes):
        if written is not None and written[0].year not in YEARS:
            raise FieldPeriodError(f"Choose a year from {YEARS.start} to {YEARS.stop - 1}.")
    opens_at = closes_at = None
    if opens is not None:
        day, at = opens
        opens_at = _day_begins(day, known) if at is None else moment_of(_local(day, at), known)
    if closes is not None:
        day, at = closes
        end = _day_begins(day + timedelta(days=1), known)
        closes_at = end if at is None else moment_of(_local(day, at), known)
    if opens_at and closes_at and closes_at <= opens_at:
        raise FieldPeriodError("The field period ends before it begins. Choose a later end.")
    return FieldPeriod(opens_at, closes_at, zone)


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at.replace(tzinfo=None, fold=0))


def _day_begins(day: date, zone: ZoneInfo) -> datetime:
    # Where clocks are put forward at midnight, this is the first time that they show.
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which clocks in a zone show `local` (without a zone), the first of two.
    Raises FieldPeriodError where clocks, put forward, never show it."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    if shown != local:
        raise FieldPeriodError(
            f"On {local.day} {local:%B %Y} clocks in {zone.key} are put forward and never show "
            f"{local:%H:%M}. Choose {shown:%H:%M} or later."
        )
    return moment


def is_shown_twice(moment: datetime, zone: str) -> bool:
    """Whether clocks in a time zone, put back, show the moment's time a second time."""
    local = moment.astimezone(checked_zone(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def overlaps(waves: Iterable[Wave]) -> Iterator[tuple[Wave, Wave]]:
    """The pairs of waves that would be in the field at once, the earlier one first."""
    for one, other in combinations(sorted(waves, key=_opening), 2):
        if (one.closes_at or _LATEST) > _opening(other)[0]:
            yield one, other


def in_order(waves: Iterable[Wave]) -> list[Wave]:
    """Waves by their opening; those without one first, as they stood."""
    return sorted(waves, key=_opening)


def _opening(wave: Wave) -> tuple[datetime, int]:
    return wave.opens_at or _EARLIEST, wave.position


def next_wave(study: Study, moment: datetime) -> Wave | None:
    """The wave that opens next after a moment; None where none will."""
    coming = [wave for wave in study.waves if wave.opens_at and wave.opens_at > moment]
    return min(coming, key=_opening, default=None)
