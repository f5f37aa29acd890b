"""Handing mails over one after the other: none twice, not too fast, no further without an ear."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.job import JobError
from survey_app.domain.study import now
from survey_app.exchange.post import AddressRefused, NoAnswer, PostError, Refused, ServerTrouble
from survey_app.jobs.run import for_people
from survey_app.jobs.undisturbed import undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from survey_app.domain.posted import Posted
    from survey_app.exchange.post import PostOffice

MOST_TROUBLES = 3
"""After so many mails in a row for which the mail server had no ear, the rest waits."""

SECONDS_BETWEEN_SIGNS = 0.5

UNEXPECTED = "The mail could not be made ({error}). It was recorded."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a mail by handing it over. `bounced`: there is nobody at its address."""

    change: Callable[[Posted], None]
    bounced: bool = False


class Counter:
    """Where mails are handed over in one round of sending.

    Parameters
    ----------
    mails_per_minute : at most so many; 0 for no limit.
    say : gives a sign of life while a mail waits for its turn.
    """

    def __init__(self, office: PostOffice, mails_per_minute: int, say: Callable[[], None]) -> None:
        self.sent = 0
        self._office, self._pace, self._say = office, mails_per_minute, say
        self._troubles = 0
        self._last_trouble = ""
        self._next_mail_at = 0.0

    def hand_over(
        self,
        take: Callable[[], Callable[[], EmailMessage] | None],
        keep: Callable[[Outcome], bool],
    ) -> None:
        """Hand one mail over when its turn has come.

        Parameters
        ----------
        take : writes down that the mail is being sent; gives what writes it, or None where nothing
            is to be sent.
        keep : writes down what became of it; False when it is in other hands by now.

        Raises
        ------
        JobError
            the mail server had no ear for `MOST_TROUBLES` mails in a row.
        """
        self._wait_for_turn()
        with undisturbed():
            write = take()
            if write is not None and not keep(self._outcome(write)):
                _log.warning("A mail was taken over while it was sent")
        if self._troubles >= MOST_TROUBLES:
            raise JobError(f"{self._last_trouble} The rest waits and is sent later.")

    def _outcome(self, write: Callable[[], EmailMessage]) -> Outcome:
        try:
            message = write()
        except Exception as error:  # noqa: BLE001 – nothing was handed over, and that is kept
            why = told(error)
            return Outcome(lambda one: one.fail(why))
        try:
            self._office.send(message)
        except PostError as error:
            return self._after(error)
        self._troubles = 0
        self.sent += 1
        return Outcome(lambda one: one.succeed(now()))

    def _after(self, error: PostError) -> Outcome:
        why = str(error)
        self._last_trouble = why
        self._troubles = self._troubles + 1 if isinstance(error, ServerTrouble) else 0
        if isinstance(error, NoAnswer):
            return Outcome(lambda one: one.lose(why))
        if isinstance(error, Refused):
            return Outcome(lambda one: one.fail(why), isinstance(error, AddressRefused))
        return Outcome(lambda one: one.try_later(why, now()))

    def _wait_for_turn(self) -> None:
        """Not more mails in a minute than allowed, and a sign of life meanwhile."""
        if not self._pace:
            return
        while (left := self._next_mail_at - time.monotonic()) > 0:
            self._say()
            time.sleep(min(left, SECONDS_BETWEEN_SIGNS))
        self._next_mail_at = time.monotonic() + 60 / self._pace


def told(error: Exception, unexpected: str = UNEXPECTED) -> str:
    """What went wrong, for people; what was not foreseen is recorded."""
    known = for_people(error)
    if known is None:
        _log.error("A mail failed", exc_info=error)
        known = unexpected.format(error=type(error).__name__)
    return known
