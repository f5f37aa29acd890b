"""What is to be sent: on schedules that are due, and now, because a person wishes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.delivery import Delivery, DeliveryError
from survey_app.domain.study import StudyState, is_key, now
from survey_app.domain.user import Role
from survey_app.services.delivery_schedules import offered_languages

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.schedule import Paper, Schedule
    from survey_app.domain.study import Brand, Study, Wave
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class Sending:
    """Scorecards that a person sends to all managers of a study at once.

    `key` is made when the person is asked to confirm: the same one twice sends once.
    """

    key: str
    wave: Wave
    language: str
    attach_pdf: bool
    paper: Paper


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who would receive what: readers with a brand each. Those shut out or unsubscribed do not."""

    mails: tuple[tuple[User, Brand], ...]
    unsubscribed: tuple[User, ...]
    shut_out: tuple[User, ...]

    @property
    def people(self) -> int:
        """How many readers there are."""
        return len({reader.id for reader, _ in self.mails})

    @property
    def by_brand(self) -> list[tuple[Brand, int]]:
        """Brands with the number of their readers, in the order of the study."""
        counts: dict[int, tuple[Brand, int]] = {}
        for _, brand in self.mails:
            known = counts.get(brand.id or 0, (brand, 0))
            counts[brand.id or 0] = (brand, known[1] + 1)
        return sorted(counts.values(), key=lambda pair: pair[0].position)


def recipients(unit: UnitOfWork, study: Study) -> Recipients:
    """The managers of a study who receive scorecards, and those who do not."""
    unwilling = unit.schedules.unsubscribed_from(study.id or 0)
    managers = unit.users.managers_of(study.id or 0)
    willing = [one for one in managers if one.active and one.id not in unwilling]
    return Recipients(
        mails=tuple((one, brand) for one in willing for brand in _assigned(study, one)),
        unsubscribed=tuple(one for one in managers if one.active and one.id in unwilling),
        shut_out=tuple(one for one in managers if not one.active),
    )


def send_now(unit: UnitOfWork, sender: User, study: Study, sending: Sending) -> int:
    """Let the scorecards of a wave wait for being sent to all managers; how many were added, none
    when the same sending was there.

    Raises
    ------
    DeliveryError
        the sender may not, the study is a draft, or the language is not offered.
    """
    if not sender.may_deliver(study) or study.state is StudyState.DRAFT:
        raise DeliveryError("The scorecards of this study are not yours to send.")
    if sending.language not in offered_languages(study) or not is_key(sending.key):
        raise DeliveryError("This study has no scorecard in this language.")
    moment = now()
    wanted = [
        Delivery(
            occasion=f"sent {sending.key}",
            study_id=study.id or 0,
            reader_id=reader.id or 0,
            brand_id=brand.id or 0,
            wave_id=sending.wave.id or 0,
            language=sending.language,
            due_at=moment,
            attach_pdf=sending.attach_pdf,
            paper=sending.paper,
            asked_by=sender.id,
            next_try_at=moment,
        )
        for reader, brand in recipients(unit, study).mails
    ]
    return unit.deliveries.add_new(wanted)


def queue_due(unit: UnitOfWork, moment: datetime) -> int:
    """Let everything wait for being sent whose schedule is due; how many deliveries were added.

    Schedules are taken on to their next moment, so that done twice it adds nothing.
    """
    added = 0
    for schedule in unit.schedules.due(moment):
        study = unit.studies.by_id(schedule.study_id)
        due = schedule.take_moment(moment)
        if study is not None and study.waves and due is not None:
            occasion = f"{schedule.occasion} {schedule.key} {due:%Y-%m-%dT%H:%MZ}"
            added += _queue(unit, schedule, study, study.current_wave, occasion, due)
    for schedule in unit.schedules.awaiting_waves():
        study = unit.studies.by_id(schedule.study_id)
        for wave in schedule.take_waves(study, moment) if study is not None else ():
            occasion = f"{schedule.occasion} {schedule.key} {wave.id}"
            added += _queue(unit, schedule, study, wave, occasion, moment)
    return added


def is_anything_due(unit: UnitOfWork, moment: datetime) -> bool:
    """Whether `queue_due` has anything to do; to be asked before it takes the write lock."""
    if unit.schedules.due(moment):
        return True
    for schedule in unit.schedules.awaiting_waves():
        study = unit.studies.by_id(schedule.study_id)
        if study is not None and schedule.new_waves(study, moment):
            return True
    return False


def _queue(
    unit: UnitOfWork,
    schedule: Schedule,
    study: Study | None,
    wave: Wave,
    occasion: str,
    due: datetime,
) -> int:
    reader = unit.users.by_id(schedule.reader_id)
    if reader is None or study is None:
        return 0
    wanted = [
        Delivery(
            occasion=occasion,
            study_id=schedule.study_id,
            reader_id=schedule.reader_id,
            brand_id=brand.id or 0,
            wave_id=wave.id or 0,
            language=schedule.language,
            due_at=due,
            attach_pdf=schedule.attach_pdf,
            paper=schedule.paper,
            schedule_id=schedule.id,
            next_try_at=due,
        )
        for brand in _scheduled(schedule, study, reader)
    ]
    return unit.deliveries.add_new(wanted)


def _scheduled(schedule: Schedule, study: Study, reader: User) -> list[Brand]:
    """The brands that a schedule is about. Whether they may be read is asked when they are sent,
    so that the log tells of a reader who may not any more."""
    if schedule.brand_id is not None:
        return [brand for brand in study.brands if brand.id == schedule.brand_id]
    return _assigned(study, reader)


def _assigned(study: Study, reader: User) -> list[Brand]:
    if reader.role is Role.MANAGER:
        return [brand for brand in study.brands if brand.id in reader.brand_ids]
    return list(study.brands) if reader.id == study.owner_id else []
