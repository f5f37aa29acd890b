"""A delivery: one scorecard on its way to one reader by mail, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from survey_app.domain.schedule import Paper
from survey_app.domain.study import new_key, now

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
"""How long is waited after each attempt that failed for a while; after the last it has failed."""

LONGEST_ERROR = 500

LOST = (
    "The worker ended while the mail was handed over, so nobody knows whether the mail server took "
    "it. Ask the reader, or send it again."
)
CANCELLED = "Taken back before it was sent."
UNSUBSCRIBED = "The reader has unsubscribed from mails about this study."
NOT_ALLOWED = "The reader may not read this scorecard any more, so nothing was sent."
GONE = "The brand, the wave or the reader is no longer there."
SHUT_OUT = "The reader can no longer sign in, so nothing was sent."


class DeliveryError(ValueError):
    """A rule about deliveries is broken. The message says which and how to mend it."""


class DeliveryState(StrEnum):
    """Where a delivery stands.

    `refused`: the reader may not read it. `uncertain`: handed over, but the answer of the mail
    server was never heard; it is not sent again by itself.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    UNSUBSCRIBED = "unsubscribed"
    CANCELLED = "cancelled"


SENT_AGAIN_BY_HAND = frozenset(
    {
        DeliveryState.FAILED,
        DeliveryState.REFUSED,
        DeliveryState.UNCERTAIN,
        DeliveryState.CANCELLED,
    }
)
"""States out of which a person may send once more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose hands a delivery is in: a job at one of its attempts."""

    job_id: int
    attempt: int


@dataclass(eq=False)
class Delivery:
    """One scorecard for one reader.

    `occasion` is what it is sent on: a schedule at a moment or after a wave, or a person's wish;
    its first word says which. With reader, brand and wave it is unique, so that nothing is sent
    twice. `attempts` counts how often it was handed to the mail server, `error` says for people
    what went wrong last, and `fingerprint` is that of the answers behind the scorecard that was
    sent.
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
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    next_try_at: datetime = field(default_factory=now)
    error: str = ""
    message_id: str = ""
    fingerprint: str = ""
    claim_job: int | None = None
    claim_attempt: int | None = None
    sent_at: datetime | None = None
    key: str = field(default_factory=new_key)
    id: int | None = None

    @property
    def reason(self) -> str:
        """Why it is sent: ``monthly``, ``wave_closed``, or ``sent`` because a person wished it."""
        return self.occasion.partition(" ")[0]

    def start(self, claim: Claim, message_id: str, fingerprint: str) -> None:
        """Its mail is about to be handed over. Raises DeliveryError unless it waits."""
        if self.state is not DeliveryState.WAITING:
            raise DeliveryError("Only a scorecard that waits can be sent.")
        self.state = DeliveryState.SENDING
        self.attempts += 1
        self.claim_job, self.claim_attempt = claim.job_id, claim.attempt
        self.message_id, self.fingerprint = message_id, fingerprint
        self.error = ""

    def is_held_by(self, claim: Claim) -> bool:
        """Whether it is in these hands, also when they were given up for lost meanwhile."""
        in_hands = self.state in {DeliveryState.SENDING, DeliveryState.UNCERTAIN}
        return in_hands and (self.claim_job, self.claim_attempt) == (claim.job_id, claim.attempt)

    def succeed(self, moment: datetime) -> None:
        """The mail server took it."""
        self._end(DeliveryState.SENT, "")
        self.sent_at = moment

    def try_later(self, error: str, moment: datetime) -> None:
        """The mail server did not take it for now; it waits longer after each attempt, and fails
        after the last."""
        if self.attempts > len(PAUSES):
            self.fail(error)
            return
        self._end(DeliveryState.WAITING, error)
        self.next_try_at = moment + PAUSES[max(self.attempts, 1) - 1]

    def fail(self, error: str) -> None:
        """It cannot be sent."""
        self._end(DeliveryState.FAILED, error)

    def refuse(self, error: str) -> None:
        """The reader may not have it."""
        self._end(DeliveryState.REFUSED, error)

    def unsubscribe(self) -> None:
        """The reader does not want it."""
        self._end(DeliveryState.UNSUBSCRIBED, UNSUBSCRIBED)

    def cancel(self) -> None:
        """Nobody wants it to be sent any more."""
        self._end(DeliveryState.CANCELLED, CANCELLED)

    def lose(self, why: str = LOST) -> None:
        """It was handed over, and what the mail server answered was never heard."""
        self._end(DeliveryState.UNCERTAIN, why)

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

    def _end(self, state: DeliveryState, error: str) -> None:
        self.state = state
        self.error = error[:LONGEST_ERROR]
