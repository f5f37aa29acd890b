"""What a reader receives by mail: schedules, the time zone, and the wish to receive nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.schedule import Occasion, Paper, Schedule, ScheduleError
from survey_app.domain.study import StudyState, now
from survey_app.services.report import REPORT_LANGUAGES

if TYPE_CHECKING:
    from survey_app.domain.study import Brand, Study
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

MOST_SCHEDULES = 50
"""How many a reader may have."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader asks for; without a `brand_id` every brand that they may read."""

    occasion: Occasion
    time_zone: str
    language: str
    brand_id: int | None = None
    day: int = 1
    hour: int = 8
    attach_pdf: bool = True
    paper: Paper = Paper.A4


def offered_languages(study: Study) -> tuple[str, ...]:
    """Languages in which the scorecards of a study can be read."""
    return tuple(code for code in REPORT_LANGUAGES if code in study.languages) or ("en",)


def brands_read(study: Study, reader: User) -> list[Brand]:
    """The brands of a study whose scorecards a reader may read."""
    return [brand for brand in study.brands if reader.may_read_scorecard(study, brand.id or 0)]


def add_schedule(unit: UnitOfWork, reader: User, study: Study, wish: Wish) -> Schedule:
    """Let a reader receive scorecards from now on; one who had unsubscribed is subscribed again.

    Raises
    ------
    ScheduleError
        the study has not been opened, the reader may not read the brand, or the language is not
        offered.
    """
    _require_fitting(unit, reader, study, wish)
    schedule = Schedule(
        reader_id=reader.id or 0,
        study_id=study.id or 0,
        occasion=wish.occasion,
        time_zone=wish.time_zone,
        language=wish.language,
        brand_id=wish.brand_id,
        day=wish.day,
        hour=wish.hour,
        attach_pdf=wish.attach_pdf,
        paper=wish.paper,
    )
    schedule.begin(study, now())
    unit.schedules.add(schedule)
    unit.schedules.subscribe(schedule.reader_id, schedule.study_id)
    unit.flush()
    return schedule


def own_schedule(unit: UnitOfWork, reader: User, key: str) -> Schedule | None:
    """The schedule with a key when it is the reader's own; None for any other."""
    found = unit.schedules.by_key(key)
    return found if found is not None and found.reader_id == reader.id else None


def pause_schedule(unit: UnitOfWork, schedule: Schedule) -> None:
    """Send nothing on a schedule until it is resumed, nor what waits by now."""
    schedule.pause()
    _take_back(unit, schedule)


def resume_schedule(unit: UnitOfWork, schedule: Schedule, study: Study) -> None:
    """Send on a schedule again, and subscribe a reader who had unsubscribed."""
    schedule.begin(study, now())
    unit.schedules.subscribe(schedule.reader_id, schedule.study_id)


def delete_schedule(unit: UnitOfWork, schedule: Schedule) -> None:
    """Forget a schedule; what waits is not sent, what was sent stays in the log."""
    _take_back(unit, schedule)
    unit.flush()
    unit.schedules.remove(schedule)


def unsubscribe(unit: UnitOfWork, reader_id: int, study_id: int) -> None:
    """Send a reader nothing about a study any more, nor what waits by now."""
    unit.schedules.unsubscribe(reader_id, study_id, now())
    for schedule in unit.schedules.of_reader(reader_id):
        if schedule.study_id == study_id:
            schedule.pause()
    for delivery in unit.deliveries.waiting_for(reader_id, study_id):
        delivery.unsubscribe()


def _take_back(unit: UnitOfWork, schedule: Schedule) -> None:
    for delivery in unit.deliveries.waiting_on(schedule.id or 0):
        delivery.cancel()


def _require_fitting(unit: UnitOfWork, reader: User, study: Study, wish: Wish) -> None:
    readable = {brand.id for brand in brands_read(study, reader)}
    if study.state is StudyState.DRAFT or not readable:
        raise ScheduleError("There is no scorecard of this study that you may read.")
    if wish.brand_id is not None and wish.brand_id not in readable:
        raise ScheduleError("This brand is not yours to read. Choose another one.")
    if wish.language not in offered_languages(study):
        raise ScheduleError(f"This study has no scorecard in {wish.language[:40]!r}.")
    if len(unit.schedules.of_reader(reader.id or 0)) >= MOST_SCHEDULES:
        raise ScheduleError(f"You have {MOST_SCHEDULES} schedules already. Delete one first.")
