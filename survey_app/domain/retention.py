"""How long what was collected is kept, and on which day each kind of it is deleted."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from survey_app.domain.study import StudyError, StudyState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.study import Study

NOTICE = timedelta(days=14)
"""How long before a deletion its researcher is told, and how long after a change of the periods
nothing is deleted."""

MOST_MONTHS = 120
MOST_DAYS = 3650
PROLONGED_MONTHS = 3


class Kept(StrEnum):
    """What is deleted on a day of its own."""

    ANSWERS = "answers"
    CONTACTS = "contacts"
    PILOT = "pilot"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long is kept what a study collected; None where nothing is deleted by itself.

    Parameters
    ----------
    answers_months : months after the last wave closed, 1 to 120.
    contacts_days : days after the last wave closed, 1 to 3650.
    pilot_days : days after the last pilot was launched, 1 to 3650.
    changed_on : the day of the latest change; nothing is deleted within `NOTICE` of it.
    """

    answers_months: int | None = None
    contacts_days: int | None = None
    pilot_days: int | None = None
    changed_on: date | None = None

    def __post_init__(self) -> None:
        for name, value, most in (
            ("Answers", self.answers_months, MOST_MONTHS),
            ("Contacts", self.contacts_days, MOST_DAYS),
            ("Answers of pilots", self.pilot_days, MOST_DAYS),
        ):
            if value is not None and not 1 <= value <= most:
                raise StudyError(f"{name}: write a number from 1 to {most}, or leave it empty.")

    def prolonged(self, today: date) -> Retention:
        """The same with answers, and contacts, kept three months longer."""
        months, days = self.answers_months, self.contacts_days
        return replace(
            self,
            answers_months=None if months is None else min(months + PROLONGED_MONTHS, MOST_MONTHS),
            contacts_days=None if days is None else min(days + 30 * PROLONGED_MONTHS, MOST_DAYS),
            changed_on=today,
        )


def read_retention(plain: Mapping[str, Any]) -> Retention:
    """The periods of stored data."""
    changed = plain.get("changed_on")
    return Retention(
        plain.get("answers_months"),
        plain.get("contacts_days"),
        plain.get("pilot_days"),
        date.fromisoformat(changed) if changed else None,
    )


def plain_retention(retention: Retention) -> dict[str, Any]:
    """The periods as numbers and text; `read_retention` reads them."""
    changed = retention.changed_on
    return {
        "answers_months": retention.answers_months,
        "contacts_days": retention.contacts_days,
        "pilot_days": retention.pilot_days,
        "changed_on": changed.isoformat() if changed else None,
    }


def last_day_in_field(study: Study) -> date | None:
    """The day on which the last wave closed or will close; None while that is not known."""
    # A wave that closes at midnight was last in the field on the day before.
    days = [
        (wave.closes_at.astimezone(UTC) - timedelta(microseconds=1)).date()
        if wave.closes_at is not None
        else wave.last_day
        for wave in study.waves
    ]
    known = [day for day in days if day is not None]
    if study.state is StudyState.CLOSED:
        closed = max((wave.last_day for wave in study.waves if wave.last_day), default=None)
        return closed or max(known, default=None)
    # A wave without an end may stay in the field for ever.
    return max(known) if days and len(known) == len(days) else None


def deletion_days(study: Study) -> dict[Kept, date]:
    """The day on which each kind is deleted, as far as it is known now."""
    periods = read_retention(study.retention)
    closed = last_day_in_field(study)
    days: dict[Kept, date] = {}
    if closed is not None and periods.answers_months is not None:
        days[Kept.ANSWERS] = months_after(closed, periods.answers_months)
    if closed is not None and periods.contacts_days is not None:
        days[Kept.CONTACTS] = closed + timedelta(days=periods.contacts_days)
    piloted = max((one.launched_at for one in study.versions if one.pilot), default=None)
    over = study.state is not StudyState.PILOT
    if piloted is not None and over and periods.pilot_days is not None:
        days[Kept.PILOT] = piloted.date() + timedelta(days=periods.pilot_days)
    if periods.changed_on is None:
        return days
    earliest = periods.changed_on + NOTICE
    return {kind: max(day, earliest) for kind, day in days.items()}


def due(study: Study, moment: datetime) -> list[Kept]:
    """What is to be deleted by now."""
    return [kind for kind, day in deletion_days(study).items() if day <= moment.date()]


def soon(study: Study, moment: datetime) -> dict[Kept, date]:
    """What will be deleted within `NOTICE`, with its day."""
    today = moment.date()
    return {
        kind: day for kind, day in deletion_days(study).items() if today < day <= today + NOTICE
    }


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
