"""Handing mails over to a mail server, over one connection as long as it holds."""

from __future__ import annotations

import re
import smtplib
import ssl
from typing import TYPE_CHECKING

from survey_app.exchange.mail import MailError, as_bytes, travelling_address

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from types import TracebackType
    from typing import Self

    from survey_app.mail_settings import MailServer

SECONDS_TO_WAIT = 60.0

PERMANENT = 500
"""Replies from here on are a no for good; those from 400 to here may be a yes later (RFC 5321)."""

START_OF_DATA = 354
REQUESTED = 250

_LINE_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)


class PostError(RuntimeError):
    """A mail was not handed over. The message says why, in words for people."""


class ServerTrouble(PostError):
    """The mail server takes no mail from us for now, whoever it is for."""


class NotNow(PostError):
    """The mail server did not take this mail, and may take it later."""


class Refused(PostError):
    """The mail server will never take this mail."""


class AddressRefused(Refused):
    """The mail server says that it will never take mail for this address."""


class NoAnswer(PostError):
    """The whole mail was handed over, and the server's answer was never heard."""


class PostOffice:
    """A connection to a mail server, opened when the first mail is sent and opened anew when it
    breaks. As a context, it is closed at the end."""

    def __init__(self, server: MailServer, seconds_to_wait: float = SECONDS_TO_WAIT) -> None:
        self._server = server
        self._wait = seconds_to_wait
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._drop()

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over to its one reader. When this returns, the server has taken it.

        Raises
        ------
        ServerTrouble, NotNow, Refused, NoAnswer
            as they say. After any but `NoAnswer` the server has not taken the mail.
        """
        sender = message["From"].addresses[0].addr_spec
        reader = travelling_address(message["To"].addresses[0].addr_spec)
        kept_open = self._smtp is not None
        try:
            self._begin(sender, reader)
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            if not kept_open:
                raise ServerTrouble(self._broken(error)) from None
            self._begin_anew(sender, reader)
        self._hand_over(as_bytes(message))

    def _begin_anew(self, sender: str, reader: str) -> None:
        """Servers close a connection after some mails, or when it was idle; then a new one."""
        try:
            self._begin(sender, reader)
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            raise ServerTrouble(self._broken(error)) from None

    def _begin(self, sender: str, reader: str) -> None:
        """The dialogue as far as the server has agreed to take a mail for this reader."""
        smtp = self._connected()
        options = self._options(smtp, reader)
        code, reply = self._ask(lambda: smtp.mail(sender, options))
        if code != REQUESTED:
            self._put_back(smtp)
            raise ServerTrouble(
                f"The mail server takes no mail from {sender}: {_said(code, reply)}"
            )
        code, reply = self._ask(lambda: smtp.rcpt(reader))
        if code not in {REQUESTED, 251}:
            self._put_back(smtp)
            told = _judged(code, f"The mail server does not take mail for {reader}", reply)
            raise AddressRefused(str(told)) if isinstance(told, Refused) else told
        code, reply = self._ask(lambda: smtp.docmd("DATA"))
        if code != START_OF_DATA:
            self._put_back(smtp)
            raise _judged(code, "The mail server does not take the mail", reply)

    def _options(self, smtp: smtplib.SMTP, reader: str) -> list[str]:
        if reader.isascii():
            return []
        if not smtp.has_extn("smtputf8"):
            raise Refused(
                f"The address {reader} has letters that this mail server cannot write to. Give the "
                "person another address."
            )
        return ["SMTPUTF8", "BODY=8BITMIME"]

    def _hand_over(self, content: bytes) -> None:
        smtp = self._smtp
        if smtp is None:
            raise ServerTrouble("The connection to the mail server is gone.")
        ended = content if content.endswith(b"\r\n") else content + b"\r\n"
        try:
            smtp.send(_LINE_WITH_DOT.sub(b"..", ended) + b".\r\n")
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # The end was never sent, and a server takes nothing without its end.
            self._drop()
            raise NotNow(self._broken(error)) from None
        try:
            code, reply = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise NoAnswer(
                f"{self._broken(error)} The mail had been handed over, so nobody knows whether the "
                "server took it. Ask the reader, or send it again."
            ) from None
        if code != REQUESTED:
            self._put_back(smtp)
            raise _judged(code, "The mail server did not take the mail", reply)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        server = self._server
        try:
            smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerTrouble(
                f"The mail server {server.host}:{server.port} cannot be reached ({_short(error)}). "
                "Check SMTP_URL, and that the server runs."
            ) from None
        try:
            self._introduce(smtp)
        except (OSError, smtplib.SMTPException):
            smtp.close()
            raise ServerTrouble(
                f"The mail server {server.host}:{server.port} ended the conversation at once."
            ) from None
        except ServerTrouble:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=self._wait, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=self._wait)

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        server = self._server
        smtp.ehlo_or_helo_if_needed()
        if server.starttls:
            _start_tls(smtp)
        if server.user:
            try:
                smtp.login(server.user, server.password)
            except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
                raise ServerTrouble(
                    "The mail server does not let us in. Check user and password in SMTP_URL."
                ) from None

    def _ask(self, command: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
        """A command's reply; a server that is silent or says 421 has ended the conversation."""
        try:
            code, reply = command()
        except OSError as error:  # smtplib's own errors are OSErrors too
            raise smtplib.SMTPServerDisconnected(_short(error)) from None
        if code == 421:
            raise smtplib.SMTPServerDisconnected(_said(code, reply))
        return code, reply

    def _put_back(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _broken(self, error: Exception) -> str:
        return f"The connection to the mail server broke ({_short(error)})."


def _start_tls(smtp: smtplib.SMTP) -> None:
    try:
        smtp.starttls(context=ssl.create_default_context())
    except smtplib.SMTPNotSupportedError:
        raise ServerTrouble(
            "The mail server offers no STARTTLS, so mail would travel unprotected. If it stands "
            "beside this machine, add ?starttls=no to SMTP_URL."
        ) from None
    except ssl.SSLError as error:
        raise ServerTrouble(
            f"The mail server cannot prove who it is ({error.reason or 'TLS'}). Check the host in "
            "SMTP_URL and the server's certificate."
        ) from None


def _judged(code: int, what: str, reply: bytes) -> PostError:
    kind = Refused if code >= PERMANENT else NotNow
    return kind(f"{what}: {_said(code, reply)}")


def _said(code: int, reply: bytes) -> str:
    words = " ".join(reply.decode("utf-8", "replace").split())
    return f"{code} {''.join(sign for sign in words if sign.isprintable())[:200]}"


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


__all__ = [
    "AddressRefused",
    "MailError",
    "NoAnswer",
    "NotNow",
    "PostError",
    "PostOffice",
    "Refused",
    "ServerTrouble",
]
