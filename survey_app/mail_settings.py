"""The settings of mail, read: which server takes mails, how safely, and who they come from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from survey_app.config import ConfigError

PORTS = {"smtp": 587, "smtps": 465}

_PLACE = re.compile(r"[^@\s<>\"(),;:\\]+@[^@\s<>\"(),;:\\]+")

_MEND = (
    "Write smtp://user:password@host:587 or smtps://user:password@host:465; letters such as @, : "
    "or / within user or password as %40, %3A or %2F. Leave it empty to send no mail."
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over. `tls` from the first byte, `starttls` after a greeting."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(url: str) -> MailServer:
    """The server that SMTP_URL names.

    Raises
    ------
    ConfigError
        it is no address of a mail server, or a password would travel unprotected. The message does
        not repeat it, for it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except (KeyError, ValueError):
        raise ConfigError(f"SMTP_URL is no address of a mail server. {_MEND}") from None
    if not parts.hostname or parts.path.strip("/") or parts.fragment or not url.isprintable():
        raise ConfigError(f"SMTP_URL is no address of a mail server. {_MEND}")
    starttls = options.pop("starttls", "yes")
    if options or starttls not in {"yes", "no"}:
        raise ConfigError("SMTP_URL has an option that is not known. There is ?starttls=no alone.")
    server = MailServer(
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp" and starttls == "yes",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
    _require_protection(server)
    return server


def check_mail_from(text: str) -> Address:
    """The sender that MAIL_FROM names. Raises ConfigError."""
    name, place = parseaddr(text)
    if not text.isprintable() or not _PLACE.fullmatch(place) or not place.isascii():
        raise ConfigError(
            f"MAIL_FROM {text[:100]!r} is no sender of mails. SMTP_URL is set, so write one as in "
            "Scorecards <scorecards@example.org>."
        )
    try:
        return Address(name, addr_spec=place)
    except (ValueError, IndexError, MessageError):
        raise ConfigError(
            f"MAIL_FROM {text[:100]!r} cannot be written into a mail. Write it as in Scorecards "
            "<scorecards@example.org>."
        ) from None


def _require_protection(server: MailServer) -> None:
    protected = server.tls or server.starttls or _is_this_machine(server.host)
    if server.user and not protected:
        raise ConfigError(
            "SMTP_URL would send a password that everybody on the way can read. Leave "
            "?starttls=no out, or use smtps://."
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
