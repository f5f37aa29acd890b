"""What is on its way to one reader by mail, and what became of it: the same for every mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from survey_app.domain.study import now

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


class DeliveryError(ValueError):
    """A rule about mails is broken. The message says which and how to mend it."""


class DeliveryState(StrEnum):
    """Where a mail stands.

    `refused`: the reader may not have it. `uncertain`: handed over, but the answer of the mail
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


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose hands a mail is in: a job at one of its attempts."""

    job_id: int
    attempt: int


@dataclass(eq=False, kw_only=True)
class Posted:
    """A mail to one reader.

    It is kept as being sent before the mail server hears of it and as sent after the server took
    it, so that nobody gets two. `attempts` counts how often it was handed over, `error` says for
    people what went wrong last.
    """

    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    next_try_at: datetime = field(default_factory=now)
    error: str = ""
    message_id: str = ""
    claim_job: int | None = None
    claim_attempt: int | None = None
    sent_at: datetime | None = None
    id: int | None = None

    def begin(self, claim: Claim, message_id: str) -> None:
        """It is about to be handed over. Raises DeliveryError unless it waits."""
        if self.state is not DeliveryState.WAITING:
            raise DeliveryError("Only a mail that waits can be sent.")
        self.state = DeliveryState.SENDING
        self.attempts += 1
        self.claim_job, self.claim_attempt = claim.job_id, claim.attempt
        self.message_id = message_id
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

    def cancel(self) -> None:
        """Nobody wants it to be sent any more."""
        self._end(DeliveryState.CANCELLED, CANCELLED)

    def lose(self, why: str = LOST) -> None:
        """It was handed over, and what the mail server answered was never heard."""
        self._end(DeliveryState.UNCERTAIN, why)

    def _end(self, state: DeliveryState, error: str) -> None:
        self.state = state
        self.error = error[:LONGEST_ERROR]
