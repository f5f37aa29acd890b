"""Reports of mails that could not be delivered (RFC 3464), as mail servers send them back."""

from __future__ import annotations

import email.policy
import mailbox
from dataclasses import dataclass
from email.parser import BytesParser, HeaderParser
from typing import TYPE_CHECKING

from survey_app.exchange.errors import refusal
from survey_app.exchange.mail import INVITATION_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

LARGEST_FILE = 200_000_000
LARGEST_MAIL = 10_000_000
MOST_PARTS = 100


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail says of one that was sent: the identifier of its invitation, ``""`` where it
    names none, and whether nobody can be reached there for good."""

    invitation_id: str
    permanent: bool


def read_bounces(path: Path) -> Iterator[Bounce]:
    """What the mails in a file say: one mail (.eml), or a mailbox of many (mbox).

    Raises
    ------
    ExchangeError
        the file is missing, empty or too large.
    """
    if not path.is_file():
        raise refusal(str(path), "is not there; name a mail (.eml) or a mailbox (mbox).")
    size = path.stat().st_size
    if not 0 < size <= LARGEST_FILE:
        raise refusal(str(path), f"holds no mail, or more than {LARGEST_FILE:,} bytes.")
    with path.open("rb") as stream:
        start = stream.read(5)
    for raw in _of_mailbox(path) if start == b"From " else [path.read_bytes()]:
        yield bounce_in(raw[:LARGEST_MAIL])


def bounce_in(raw: bytes) -> Bounce:
    """What one mail says. Nothing in it is believed but the invitation's identifier, which nobody
    can guess, and whether the report calls the failure permanent."""
    message = BytesParser(policy=email.policy.compat32).parsebytes(raw)
    permanent, identifier = False, ""
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            break
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            permanent = permanent or any(_is_final(block) for block in _blocks(part))
        elif kind in {"text/rfc822-headers", "message/rfc822"}:
            identifier = identifier or _identifier(part)
    return Bounce(identifier, permanent)


def _of_mailbox(path: Path) -> Iterator[bytes]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()


def _blocks(part: Message) -> list[Message]:
    """The fields of a report: one block for the mail, one for each reader."""
    payload = part.get_payload()
    return [block for block in payload if not isinstance(block, str)] if payload else []


def _is_final(block: Message) -> bool:
    action, status = str(block.get("Action", "")), str(block.get("Status", ""))
    return action.strip().lower() == "failed" and status.strip().startswith("5")


def _identifier(part: Message) -> str:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        headers = inner[0] if isinstance(inner, list) and inner else None
    else:
        headers = HeaderParser().parsestr(str(part.get_payload()))
    found = "" if headers is None or isinstance(headers, str) else headers.get(INVITATION_HEADER)
    return str(found or "").strip()
