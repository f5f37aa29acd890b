"""A delivery: one scorecard on its way to one reader by mail, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.domain.posted import (
    CANCELLED,
    LONGEST_ERROR,
    LOST,
    PAUSES,
    Claim,
    DeliveryError,
    DeliveryState,
    Posted,
)
from survey_app.domain.schedule import Paper
from survey_app.domain.study import new_key

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "CANCELLED",
    "LONGEST_ERROR",
    "LOST",
    "PAUSES",
    "Claim",
    "Delivery",
    "DeliveryError",
    "DeliveryState",
]

UNSUBSCRIBED = "The reader has unsubscribed from mails about this study."
NOT_ALLOWED = "The reader may not read this scorecard any more, so nothing was sent."
GONE = "The brand, the wave or the reader is no longer there."
SHUT_OUT = "The reader can no longer sign in, so nothing was sent."


SENT_AGAIN_BY_HAND = frozenset(
    {
        DeliveryState.FAILED,
        DeliveryState.REFUSED,
        DeliveryState.UNCERTAIN,
        DeliveryState.CANCELLED,
    }
)
"""States out of which a person may send once more."""


@dataclass(eq=False)
class Delivery(Posted):
    """One scorecard for one reader.

    `occasion` is what it is sent on: a schedule at a moment or after a wave, or a person's wish;
    its first word says which. With reader, brand and wave it is unique, so that nothing is sent
    twice. `fingerprint` is that of the answers behind the scorecard that was sent.
    """

    occasion: str
    study_id: int
    reader_id: int
    brand_id: int
    wave_id: int
    language: str
    due_at: datetime
    attach_pdf: bool = True
    paper: Paper = Paper.A4
    schedule_id: int | None = None
    asked_by: int | None = None
    fingerprint: str = ""
    key: str = field(default_factory=new_key)

    @property
    def reason(self) -> str:
        """Why it is sent: ``monthly``, ``wave_closed``, or ``sent`` because a person wished it."""
        return self.occasion.partition(" ")[0]

    def start(self, claim: Claim, message_id: str, fingerprint: str) -> None:
        """Its mail is about to be handed over. Raises DeliveryError unless it waits."""
        self.begin(claim, message_id)
        self.fingerprint = fingerprint

    def unsubscribe(self) -> None:
        """The reader does not want it."""
        self._end(DeliveryState.UNSUBSCRIBED, UNSUBSCRIBED)

    def again(self, moment: datetime) -> None:
        """Let it wait once more because a person wishes it; attempts are counted anew.

        Raises DeliveryError for one that waits, is being sent, was sent, or is not wanted by its
        reader.
        """
        waits_long = self.state is DeliveryState.WAITING and self.next_try_at > moment
        if self.state not in SENT_AGAIN_BY_HAND and not waits_long:
            raise DeliveryError("This scorecard cannot be sent again: it is " + self.state + ".")
        self._end(DeliveryState.WAITING, "")
        self.attempts, self.next_try_at = 0, moment
