"""When a schedule is due: months, time zones, clocks that are put forward or back, waves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from survey_app.domain.schedule import (
    Occasion,
    Schedule,
    ScheduleError,
    closed_waves,
    next_monthly,
    zone_names,
)
from survey_app.domain.study import Study, StudyState, Wave


def moment(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def schedule(occasion: Occasion = Occasion.MONTHLY, **options: object) -> Schedule:
    """A schedule of reader 1 for study 2."""
    return Schedule(1, 2, occasion, str(options.pop("time_zone", "UTC")), "en", **options)  # type: ignore[arg-type]


def study(*waves: Wave, state: StudyState = StudyState.OPEN) -> Study:
    """A study with waves."""
    return Study("Study", [], ["en"], waves=list(waves), state=state)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "after", "due"),
    [
        ("UTC", 5, 8, "2026-01-05T07:59", "2026-01-05T08:00"),
        ("UTC", 5, 8, "2026-01-05T08:00", "2026-02-05T08:00"),
        ("Asia/Tokyo", 1, 0, "2026-01-31T14:59", "2026-01-31T15:00"),
        ("America/New_York", 31, 23, "2026-02-10T00:00", "2026-03-01T04:00"),
        ("UTC", 31, 8, "2028-02-01T00:00", "2028-02-29T08:00"),
        ("UTC", 31, 8, "2026-12-31T08:00", "2027-01-31T08:00"),
        # Put forward at 02:00 on 29 March 2026: 02:00 does not exist, 03:00 takes its place.
        ("Europe/Berlin", 29, 2, "2026-03-28T00:00", "2026-03-29T01:00"),
        # Put forward at midnight: the day begins at 01:00.
        ("Asia/Beirut", 29, 0, "2026-03-28T00:00", "2026-03-28T22:00"),
        # Put back at 03:00 on 25 October 2026: of two times 02:00 the first.
        ("Europe/Berlin", 25, 2, "2026-10-24T00:00", "2026-10-25T00:00"),
        ("Europe/Berlin", 25, 2, "2026-10-25T00:00", "2026-11-25T01:00"),
        # The same hour on the wall in winter and summer.
        ("Europe/Berlin", 10, 8, "2026-01-01T00:00", "2026-01-10T07:00"),
        ("Europe/Berlin", 10, 8, "2026-07-01T00:00", "2026-07-10T06:00"),
    ],
)
def test_next_month(zone: str, day: int, hour: int, after: str, due: str) -> None:
    """The day and the hour are those of the reader's wall calendar and clock."""
    assert next_monthly(day, hour, zone, moment(after)) == moment(due)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Santiago", "Asia/Beirut", "UTC"])
def test_one_moment_in_each_month(zone: str) -> None:
    """Over five years of changing clocks every month has exactly one moment, on its day, and at
    its hour or, where that is skipped, the hour after."""
    now, seen = moment("2026-01-01T00:00"), []
    for _ in range(60):
        now = next_monthly(31, 0, zone, now)
        local = now.astimezone(ZoneInfo(zone))
        assert local.hour in {0, 1}
        seen.append((local.year, local.month))
    assert len(set(seen)) == 60
    assert seen == sorted(seen)


def test_months_that_nobody_saw_are_one() -> None:
    """When no worker ran for a quarter, one scorecard is sent, for the moment that came first, and
    the next at the next moment to come."""
    one = schedule(day=1, hour=8)
    one.begin(study(), moment("2026-01-15T00:00"))
    assert one.next_due_at == moment("2026-02-01T08:00")
    assert one.take_moment(moment("2026-02-01T07:59")) is None
    assert one.take_moment(moment("2026-04-20T00:00")) == moment("2026-02-01T08:00")
    assert one.next_due_at == moment("2026-05-01T08:00")
    assert one.take_moment(moment("2026-04-20T00:01")) is None


def test_a_pause_is_not_made_up_for() -> None:
    """What came while a schedule was paused is not sent afterwards."""
    one = schedule(day=1, hour=8)
    one.begin(study(), moment("2026-01-15T00:00"))
    one.pause()
    assert not one.is_due(moment("2026-03-02T00:00"))
    one.begin(study(), moment("2026-03-02T00:00"))
    assert one.next_due_at == moment("2026-04-01T08:00")


def test_each_wave_that_closes_is_told_once() -> None:
    """Waves that had closed before the schedule began are not told; each later one is, once."""
    old, new = Wave("1", "One", 1, id=11), Wave("2", "Two", 2, id=12)
    running = study(old, new)
    one = schedule(Occasion.WAVE_CLOSED)
    one.begin(running, moment("2026-01-15T00:00"))
    assert one.waves_seen == [11]
    assert one.take_waves(running, moment("2026-01-16T00:00")) == []
    running.close(date(2026, 1, 17))
    assert one.new_waves(running, moment("2026-01-17T00:00")) == [new]
    assert one.take_waves(running, moment("2026-01-17T00:00")) == [new]
    assert one.take_waves(running, moment("2026-01-18T00:00")) == []


def test_a_wave_is_closed_by_its_last_day_or_with_the_study() -> None:
    """The last wave of an open study closes after its last day; a draft has none that closed."""
    last = Wave("1", "One", 1, last_day=date(2026, 1, 17), id=11)
    assert closed_waves(study(last), moment("2026-01-17T23:59")) == []
    assert closed_waves(study(last), moment("2026-01-18T00:00")) == [last]
    assert closed_waves(study(last, state=StudyState.CLOSED), moment("2026-01-01T00:00")) == [last]
    assert closed_waves(study(last, state=StudyState.DRAFT), moment("2026-02-01T00:00")) == []
    assert closed_waves(study(), moment("2026-02-01T00:00")) == []


@pytest.mark.parametrize(
    ("options", "mend"),
    [
        ({"time_zone": "Mars/Phobos"}, "Europe/Berlin"),
        ({"time_zone": "../../etc/passwd"}, "Europe/Berlin"),
        ({"time_zone": ""}, "Europe/Berlin"),
        ({"day": 0}, "from 1 to 31"),
        ({"day": 32}, "from 1 to 31"),
        ({"hour": 24}, "from 0 to 23"),
    ],
)
def test_what_no_calendar_knows_is_refused(options: dict[str, object], mend: str) -> None:
    """A zone, day or hour that does not exist is refused with those that do."""
    with pytest.raises(ScheduleError, match=mend):
        schedule(**options)


def test_zones_to_choose_from() -> None:
    """UTC stands first, places follow; names kept for old programs only are left out."""
    names = zone_names()
    assert names[0] == "UTC"
    assert {"Europe/Berlin", "America/New_York", "Asia/Kathmandu"} <= set(names)
    assert not {"EST", "US/Eastern", "Etc/GMT+5"} & set(names)
