"""Tickets: what a respondent's form carries in place of a session.

A respondent has no session and no account, so a session's CSRF token cannot protect their forms.
Each form carries a signed ticket instead, and nothing is recorded without a valid one:

- a `PageTicket` is bound to one interview and one page of it and holds the submission id that
  makes a repeated submission harmless, and the moment at which the page was shown;
- a deed ticket is bound to one interview and one thing that is done to all of it, such as erasing
  it, and is good for an hour;
- a start ticket is bound to one study and holds the start id that makes a repeated start
  harmless; the same text is kept as a cookie.

A forged form of another site cannot know a ticket, and a ticket of one interview fails in another.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itsdangerous import Signer

from survey_app.domain.study import new_key

if TYPE_CHECKING:
    from collections.abc import Callable

LIFETIME_SECONDS = 30 * 24 * 3600
"""How long a page may stay open before it must be sent twice."""


DEED_SECONDS = 3600
"""How long a page that asks before something is lost may stay open."""


class TicketError(ValueError):
    """The ticket is missing, forged, too old or made for another form."""


@dataclass(frozen=True, slots=True)
class PageTicket:
    """One showing of one page: `shown_at` in seconds since 1970, `view` as given to `for_page`."""

    submission_id: str
    shown_at: float
    view: str

    def seconds_until(self, moment: float) -> float:
        """Time from showing to a moment, never negative."""
        return max(0.0, moment - self.shown_at)


class Tickets:
    """Makes and reads tickets with the application's secret key."""

    def __init__(self, secret_key: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._pages = _signer(secret_key, "respondent page")
        self._starts = _signer(secret_key, "respondent start")
        self._deeds = _signer(secret_key, "respondent deed")

    def for_page(self, interview_key: str, page: int, view: str = "") -> str:
        """A fresh ticket for one showing of a page; `view` names what was shown, without dots."""
        body = f"{new_key()}.{round(self._clock() * 1000):x}.{view}"
        return f"{body}.{_signature(self._pages, f'{interview_key}/{page}/{body}')}"

    def read_page(self, ticket: str, interview_key: str, page: int) -> PageTicket:
        """What a page's ticket says. Raises TicketError."""
        body, _, signature = ticket.rpartition(".")
        if not self._pages.verify_signature(f"{interview_key}/{page}/{body}", signature):
            raise TicketError("This page's ticket is not valid.")
        submission_id, shown, view = body.split(".")
        shown_at = int(shown, 16) / 1000
        if self._clock() - shown_at > LIFETIME_SECONDS:
            raise TicketError("This page's ticket is too old.")
        return PageTicket(submission_id, shown_at, view)

    def for_start(self, study_key: str, start_id: str | None = None) -> str:
        """A start ticket, with a fresh start id unless one is given."""
        start_id = start_id or new_key()
        return f"{start_id}.{_signature(self._starts, f'{study_key}/{start_id}')}"

    def read_start(self, ticket: str, study_key: str) -> str:
        """The start id of a start ticket. Raises TicketError."""
        start_id, _, signature = ticket.rpartition(".")
        if not self._starts.verify_signature(f"{study_key}/{start_id}", signature):
            raise TicketError("This start page's ticket is not valid.")
        return start_id

    def for_deed(self, interview_key: str, deed: str) -> str:
        """A ticket for one thing that is done to an interview."""
        shown = f"{round(self._clock()):x}"
        return f"{shown}.{_signature(self._deeds, f'{interview_key}/{deed}/{shown}')}"

    def read_deed(self, ticket: str, interview_key: str, deed: str) -> None:
        """Nothing for a good ticket. Raises TicketError."""
        shown, _, signature = ticket.rpartition(".")
        if not self._deeds.verify_signature(f"{interview_key}/{deed}/{shown}", signature):
            raise TicketError("This ticket is not valid.")
        if self._clock() - int(shown, 16) > DEED_SECONDS:
            raise TicketError("This ticket is too old.")


def view_claimed_by(ticket: str) -> str:
    """The view that a page's ticket names, not verified: good for preparing to read the form."""
    parts = ticket.split(".")
    return parts[2] if len(parts) == 4 else ""


def _signer(secret_key: str, salt: str) -> Signer:
    # The key of each purpose is derived once here, not again for every ticket.
    key = hmac.digest(secret_key.encode(), salt.encode(), hashlib.sha256)
    return Signer(key, key_derivation="none", digest_method=hashlib.sha256)


def _signature(signer: Signer, value: str) -> str:
    return signer.get_signature(value).decode()
