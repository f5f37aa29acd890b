"""A contact: somebody who can be invited to a study by mail."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache

from survey_app.domain.user import email_as_kept

LONGEST_EMAIL = 254
LONGEST_NAME = 200
LONGEST_ATTRIBUTE = 200
MOST_ATTRIBUTES = 20

_PLACE = re.compile(
    r"[^@\s<>\"(),;:\\\[\]]{1,64}@[^@\s<>\"(),;:\\\[\].]+(\.[^@\s<>\"(),;:\\\[\].]+)+"
)


class ContactError(ValueError):
    """A rule about contacts is broken. The message says which and how to mend it."""


class ContactState(StrEnum):
    """Whether mail goes to a contact. `bounced`: there is nobody at the address. `opted_out`: the
    person wants no invitations from this researcher."""

    ACTIVE = "active"
    BOUNCED = "bounced"
    OPTED_OUT = "opted_out"


@dataclass(eq=False)
class Contact:
    """Somebody who can be invited. `email` is unique within the study, as `checked_email` gives it.

    `language` is the one the person is written to in, `brand_id` the brand that they are a customer
    of, where that is known. `attributes` is what else the list told, `source_id` the identifier
    that it gave. `person_id` is the panel member in a pseudonymous study, None in an anonymous one.
    """

    study_id: int
    email: str
    name: str = ""
    language: str = ""
    brand_id: int | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    source_id: str = ""
    state: ContactState = ContactState.ACTIVE
    added_on: date = field(default_factory=lambda: datetime.now(UTC).date())
    person_id: int | None = None
    id: int | None = None


def checked_email(text: str) -> str:
    """An address as contacts keep it: each letter in one form, in small letters.

    Raises
    ------
    ContactError
        it is no address that mail can be sent to.
    """
    email = email_as_kept(text)
    # An encoded word (RFC 2047) could bring a line break that nobody sees.
    if len(email) > LONGEST_EMAIL or not email.isprintable() or "=?" in email:
        raise ContactError(f"{text[:60]!r} is no e-mail address.")
    if not _PLACE.fullmatch(email) or ".." in email or email.startswith("."):
        raise ContactError(f"{text[:60]!r} is no e-mail address; write it as name@example.org.")
    if not _can_travel(email.rpartition("@")[2]):
        raise ContactError(f"{text[:60]!r} has a domain that cannot be written to.")
    return email


@lru_cache(maxsize=1024)
def _can_travel(domain: str) -> bool:
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return True


def email_digest(email: str) -> str:
    """What is kept of the address of somebody who opted out (SHA-256, hex): enough to know it
    again, too little to write to it."""
    return hashlib.sha256(email_as_kept(email).encode()).hexdigest()
