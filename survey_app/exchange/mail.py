"""One mail as it is written: headers that nothing can be smuggled into, text and HTML, a file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from email.policy import Policy


INVITATION_HEADER = "X-Invitation-Id"
"""Names the invitation in a mail, and so in the report of one that bounced."""

_ENCODED, _TAKEN_APART = "=?", "=\u2060?"


class MailError(ValueError):
    """A mail cannot be written. The message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says.

    `message_id` stays the same however often the mail is sent. `unsubscribe` is an address that
    takes a POST without any further question (RFC 8058), empty for a mail that a duty brings.
    `invitation_id` comes back with the report of a mail that could not be delivered; empty for
    none.
    """

    sender: Address
    to_name: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    unsubscribe: str
    attachment: Attachment | None = None
    invitation_id: str = ""


class _Unfolded(UnstructuredHeader, BaseHeader):
    """A header that stands on one line: one word, which would be damaged by being broken."""

    def fold(self, *, policy: Policy[Any]) -> str:
        """The header as it travels."""
        return f"{self.name}: {self}{policy.linesep}"


def write_mail(mail: Mail, moment: datetime) -> EmailMessage:
    """The mail in the form in which it travels, dated `moment` (with a zone).

    Raises
    ------
    MailError
        a name, an address or the subject holds a line break or another control character, or the
        address cannot be written.
    """
    message = EmailMessage(policy=SMTP.clone(header_factory=_headers()))
    headers = {
        "From": mail.sender,
        "To": _address(mail.to_name, mail.to),
        "Subject": _plain("subject", mail.subject),
        "Date": moment,
        "Message-ID": _plain("Message-ID", mail.message_id),
        "Auto-Submitted": "auto-generated",
    }
    if mail.unsubscribe:
        headers["List-Unsubscribe"] = f"<{_plain('address', mail.unsubscribe)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if mail.invitation_id:
        headers[INVITATION_HEADER] = _plain("identifier", mail.invitation_id)
    for name, value in headers.items():
        message[name] = value
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.attachment is not None:
        _attach(message, mail.attachment)
    # Last, for what is added to a mail takes headers of its content with it.
    message["Content-Language"] = _plain("language", mail.language)
    return message


def as_bytes(message: EmailMessage) -> bytes:
    """The mail with line ends as they are sent."""
    ascii_only = all(address.addr_spec.isascii() for address in message["To"].addresses)
    form = SMTP if ascii_only else SMTPUTF8
    return message.as_bytes(policy=form.clone(header_factory=_headers()))


def travelling_address(email: str) -> str:
    """An address with its domain in the letters that every mail server knows (IDNA). Raises
    MailError."""
    name, at, domain = _plain("address", email).rpartition("@")
    if _ENCODED in email:
        raise MailError(f"{email[:100]!r} is no address that mail can be sent to.")
    try:
        return f"{name}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise MailError(f"{email[:100]!r} is no address that mail can be sent to.") from None


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("message-id", "list-unsubscribe"):
        registry.map_to_type(name, _Unfolded)
    return registry


def _address(name: str, email: str) -> Address:
    plain = _plain("name", name)
    user, _, domain = travelling_address(email).rpartition("@")
    return Address(plain, username=user, domain=domain)


def _attach(message: EmailMessage, file: Attachment) -> None:
    main, _, sub = file.media_type.partition("/")
    message.add_attachment(
        file.content, maintype=main, subtype=sub, filename=_plain("file name", file.name)
    )


def _plain(what: str, text: str) -> str:
    """The text itself. Raises MailError where it could begin a header of its own.

    Python decodes encoded words (RFC 2047) in what a header is given, and with them line breaks
    that nobody saw. Taken apart by a sign that is not seen, they stay the text as it was written.
    """
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in text):
        raise MailError(f"The {what} {text[:60]!r} holds a line break or a control character.")
    return text.replace(_ENCODED, _TAKEN_APART)
