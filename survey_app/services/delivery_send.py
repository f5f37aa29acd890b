"""Sending one delivery: who may have it is asked at the last moment, and every step is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.audit import AuditKind
from survey_app.domain.delivery import GONE, NOT_ALLOWED, SHUT_OUT, Claim, Delivery, DeliveryState
from survey_app.domain.study import now
from survey_app.services.audit import record
from survey_app.services.delivery_mail import Letter
from survey_app.services.posting import held_waiting

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.domain.user import User
    from survey_app.storage.database import Database, UnitOfWork


def letter_of(unit: UnitOfWork, delivery: Delivery) -> Letter | None:
    """What a delivery is about; None when a part of it is gone."""
    study = unit.studies.by_id(delivery.study_id)
    reader = unit.users.by_id(delivery.reader_id)
    if study is None or reader is None:
        return None
    brand = next((one for one in study.brands if one.id == delivery.brand_id), None)
    wave = next((one for one in study.waves if one.id == delivery.wave_id), None)
    if brand is None or wave is None:
        return None
    return Letter(delivery, reader, study, brand, wave)


def turn_away(unit: UnitOfWork, delivery: Delivery, reader: User, study: Study) -> bool:
    """Whether the reader gets nothing: shut out, not allowed to read the brand any more, or
    unsubscribed. The delivery says which."""
    if not reader.active:
        delivery.refuse(SHUT_OUT)
    elif not reader.may_read_scorecard(study, delivery.brand_id):
        delivery.refuse(NOT_ALLOWED)
    elif unit.schedules.is_unsubscribed(delivery.reader_id, delivery.study_id):
        delivery.unsubscribe()
    return delivery.state is not DeliveryState.WAITING


def claim(
    database: Database, delivery_id: int, hands: Claim, message_id: str, fingerprint: str
) -> Letter | None:
    """Take a delivery into these hands; what it is about, as it is now. None when it does not wait
    any more, when its reader is turned away, which is kept, and when the job in these hands was
    cancelled or taken over. Of two workers one gets it."""
    with database.writing() as unit:
        delivery = held_waiting(unit, unit.deliveries, delivery_id, hands)
        if delivery is None:
            return None
        letter = letter_of(unit, delivery)
        if letter is None:
            delivery.fail(GONE)
        elif turn_away(unit, delivery, letter.reader, letter.study):
            letter = None
        else:
            delivery.start(hands, message_id, fingerprint)
        unit.commit()
        return letter


def record_sent(unit: UnitOfWork, delivery: Delivery) -> None:
    """Write into the audit trail that a scorecard went out; nothing for one that did not."""
    letter = letter_of(unit, delivery) if delivery.state is DeliveryState.SENT else None
    if letter is None:
        return
    sender = unit.users.by_id(delivery.asked_by) if delivery.asked_by is not None else None
    record(
        unit,
        sender,
        AuditKind.SCORECARD_SENT,
        letter.study,
        f"{letter.brand.name('en')} to {letter.reader.email}",
        fingerprint=delivery.fingerprint,
    )


def send_again(unit: UnitOfWork, delivery: Delivery) -> None:
    """Let a delivery wait once more because a person wishes it. Raises DeliveryError."""
    delivery.again(now())
    unit.flush()
