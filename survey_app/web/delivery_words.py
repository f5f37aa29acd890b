"""How schedules and deliveries are told on pages: states, occasions and moments in a time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.delivery import SENT_AGAIN_BY_HAND, DeliveryState
from survey_app.domain.schedule import Occasion, checked_zone
from survey_app.domain.study import now
from survey_app.web.filters import day

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.delivery import Delivery
    from survey_app.domain.schedule import Schedule

STATES = {
    DeliveryState.WAITING: "Waiting",
    DeliveryState.SENDING: "Being sent",
    DeliveryState.SENT: "Sent",
    DeliveryState.FAILED: "Failed",
    DeliveryState.REFUSED: "Not allowed",
    DeliveryState.UNCERTAIN: "In doubt",
    DeliveryState.UNSUBSCRIBED: "Unsubscribed",
    DeliveryState.CANCELLED: "Taken back",
}

OCCASIONS = {
    Occasion.WAVE_CLOSED.value: "After the wave closed",
    Occasion.MONTHLY.value: "Monthly",
    "sent": "Sent to all managers",
}


def at(moment: datetime | None, time_zone: str) -> str:
    """A moment as day and time in a zone, e.g. ``3 May 2026, 08:00``; a dash for none."""
    if moment is None:
        return "–"
    local = moment.astimezone(checked_zone(time_zone))
    return f"{day(local)}, {local:%H:%M}"


def zone_words(name: str) -> str:
    """A time zone as people read it: ``America/New_York`` as ``America/New York``."""
    return name.replace("_", " ")


def when(schedule: Schedule) -> str:
    """When a schedule sends, as a sentence."""
    if schedule.occasion is Occasion.WAVE_CLOSED:
        return "After a wave closes"
    last = " (or the last day of the month)" if schedule.day > 28 else ""
    zone = zone_words(schedule.time_zone)
    return f"Every month on day {schedule.day}{last} at {schedule.hour:02}:00, {zone} time"


def may_go_again(delivery: Delivery) -> bool:
    """Whether a person may have a delivery sent once more."""
    later = delivery.state is DeliveryState.WAITING and delivery.next_try_at > now()
    return delivery.state in SENT_AGAIN_BY_HAND or later


def tried_again(found: bool) -> str:
    """What is said after somebody wished a sending that stopped to go on."""
    if not found:
        return "There is no sending that stopped."
    return "What waits is sent now. Nobody is written to twice."
