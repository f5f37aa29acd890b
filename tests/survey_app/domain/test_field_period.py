"""Field periods in time zones whose clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.field_period import (
    FieldPeriodError,
    is_shown_twice,
    overlaps,
    written_period,
)
from survey_app.domain.schedule import checked_zone, zone_names
from survey_app.domain.study import Wave


@pytest.mark.parametrize(
    ("zone", "first", "last", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), date(2026, 3, 29), 47),
        ("Europe/Berlin", date(2026, 10, 24), date(2026, 10, 25), 49),
        ("America/New_York", date(2026, 3, 8), date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), date(2026, 11, 2), 49),
        ("America/Santiago", date(2026, 9, 6), date(2026, 9, 6), 23),
        ("UTC", date(2026, 3, 29), date(2026, 3, 29), 24),
    ],
)
def test_days_are_as_long_as_clocks_make_them(
    zone: str, first: date, last: date, hours: int
) -> None:
    """A period of whole days holds them from their first to their last moment, also where clocks
    change; in Santiago they are put forward at midnight."""
    period = written_period((first, None), (last, None), zone)
    assert period.opens_at is not None
    assert period.closes_at is not None
    assert period.closes_at - period.opens_at == timedelta(hours=hours)
    assert (period.first_day, period.last_day) == (first, last)


def test_a_time_that_clocks_never_show_is_told() -> None:
    """The message says when, where and which time to choose."""
    with pytest.raises(FieldPeriodError, match=r"29 March 2026 clocks in Europe/Berlin .* 03:30"):
        written_period((date(2026, 3, 29), time(2, 30)), None, "Europe/Berlin")
    with pytest.raises(FieldPeriodError, match="On 8 March 2026 clocks in America/New_York"):
        written_period(None, (date(2026, 3, 8), time(2, 0)), "America/New_York")


def test_of_a_time_shown_twice_the_first_is_meant() -> None:
    """It is known to be shown twice, so that the researcher can be told."""
    period = written_period((date(2026, 10, 25), time(2, 30)), None, "Europe/Berlin")
    assert period.opens_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert is_shown_twice(period.opens_at, "Europe/Berlin")
    assert not is_shown_twice(period.opens_at, "UTC")


def test_the_end_comes_after_the_beginning() -> None:
    """Also where only clocks run backwards."""
    with pytest.raises(FieldPeriodError, match="ends before it begins"):
        written_period((date(2026, 5, 2), time(9)), (date(2026, 5, 2), time(9)), "UTC")
    with pytest.raises(FieldPeriodError, match="ends before it begins"):
        written_period((date(2026, 5, 2), None), (date(2026, 5, 1), None), "UTC")


def test_overlaps_are_found_to_the_moment() -> None:
    """One wave may begin at the moment at which another ends; without an end it never does."""
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    first = Wave("1", "First", position=1, closes_at=noon)
    second = Wave("2", "Second", position=2, opens_at=noon)
    assert list(overlaps([second, first])) == []
    first.closes_at = noon + timedelta(microseconds=1)
    assert list(overlaps([second, first])) == [(first, second)]
    first.closes_at = None
    assert list(overlaps([second, first])) == [(first, second)]


@given(
    st.sampled_from(zone_names()),
    st.dates(date(2012, 1, 1), date(2199, 12, 31)),
    st.times() | st.none(),
    st.integers(0, 400),
)
def test_any_period_is_kept_as_it_was_written_or_refused(
    zone: str, first: date, opens: time | None, days: int
) -> None:
    """Whatever clocks do in whatever zone: read back it is the day and time that were written, and
    its last day is whole."""
    last = min(first + timedelta(days=days), date(2199, 12, 31))
    try:
        period = written_period((first, opens), (last, None), zone)
    except FieldPeriodError:
        return
    assert period.opens_at is not None
    assert period.closes_at is not None
    assert (period.first_day, period.last_day) == (first, last)
    local = period.opens_at.astimezone(checked_zone(zone))
    assert opens is None or local.time() == opens
    after = period.closes_at.astimezone(checked_zone(zone)).date()
    assert after == last + timedelta(days=1)
