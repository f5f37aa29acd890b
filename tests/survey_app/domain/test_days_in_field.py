"""The days on which waves were in the field, as reports state them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey_app.domain.study import Brand, Study, StudyState, Wave, now
from tests.survey_app.domain.test_differences import content

DAY = timedelta(days=1)


def planned() -> Study:
    """A study of three waves, planned but not opened: one over, one now, one to come."""
    moment, first = now(), date(2026, 1, 1)
    periods = [(-9, -5), (-5, 5), (5, 9)]
    waves = [
        Wave(
            str(number),
            f"Wave {number}",
            position=number,
            first_day=first,
            last_day=first + number * DAY,
            opens_at=moment + begin * DAY,
            closes_at=moment + end * DAY,
        )
        for number, (begin, end) in enumerate(periods, start=1)
    ]
    kept = content()
    return Study(
        "Tracker",
        kept["instruments"],
        ["en"],
        consent=kept["consent"],
        brands=[Brand("north", {"en": "North"})],
        waves=waves,
    )


def days(study: Study) -> list[tuple[date | None, date | None]]:
    """First and last day of each wave."""
    return [(wave.first_day, wave.last_day) for wave in study.waves]


def test_opening_late_and_closing_early_are_told_as_they_were() -> None:
    """A wave that was over before the study opened never was in the field; the one that had begun
    begins on the day of opening and ends on that of closing; one to come never is."""
    study = planned()
    opened, closed = date(2026, 5, 4), date(2026, 5, 6)
    study.open(opened)
    assert days(study)[0] == (None, None)
    assert days(study)[1] == (opened, date(2026, 1, 3))
    assert days(study)[2] == (date(2026, 1, 1), date(2026, 1, 4))
    study.close(closed)
    assert days(study) == [(None, None), (opened, closed), (None, None)]


def test_closing_after_the_last_wave_moves_no_day() -> None:
    """A wave ended when its period did, however late the study is closed."""
    study = planned()
    study.open(date(2026, 5, 4))
    study.waves.pop()
    study.waves[1].closes_at = now() - timedelta(seconds=1)
    study.close(date(2026, 6, 1))
    assert days(study)[1] == (date(2026, 5, 4), date(2026, 1, 3))


@pytest.mark.parametrize("known", [None, date(2025, 1, 1)])
def test_a_wave_without_a_period_begins_with_the_study(known: date | None) -> None:
    """Unless its days are known already, as those of imported answers are."""
    study = planned()
    study.waves = [Wave("1", "Wave 1", position=1, first_day=known)]
    study.open(date(2026, 5, 4))
    study.close(date(2026, 5, 9))
    assert study.state is StudyState.CLOSED
    assert days(study) == [(known or date(2026, 5, 4), date(2026, 5, 9))]
