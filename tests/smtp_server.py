"""A real mail server for the tests, in a process of its own, so that it outlives those it serves.

Every mail that it takes lies as a file in its folder before it says so. How it treats a mail is
decided by the address: `later…` is put off once (451), `gone…` does not exist (550), `busy…` is
put off always, `slow…` takes a moment, `silent…` is taken and never answered, and with `dropped…`
the connection ends instead of the answer to the mail.
"""

from __future__ import annotations

import argparse
import asyncio
import email.policy
import os
import ssl
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

HOST = "127.0.0.1"
SECONDS_OF_A_SLOW_ONE = 0.3


class Manners:
    """How the server treats mails; the names are those that aiosmtpd calls."""

    def __init__(self, folder: Path, mails_per_connection: int) -> None:
        self._folder = folder
        self._most = mails_per_connection
        self._put_off: set[str] = set()
        self._taken = 0

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Whether another mail is taken over this connection."""
        if self._most and getattr(session, "mails", 0) >= self._most:
            return "421 4.7.0 That was enough over one connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Whether mail for an address is taken."""
        if address.startswith("gone"):
            return "550 5.1.1 There is nobody of that name"
        if address.startswith("busy"):
            return "451 4.3.0 Not now"
        if address.startswith("later") and address not in self._put_off:
            self._put_off.add(address)
            return "451 4.7.1 Come again later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail: it lies in the folder before the answer goes out."""
        address = envelope.rcpt_tos[0]
        if address.startswith("slow"):
            await asyncio.sleep(SECONDS_OF_A_SLOW_ONE)
        if address.startswith("dropped"):
            server.transport.abort()
            return "250 2.0.0 OK"
        self._taken += 1
        place = self._folder / f"{self._taken:05}.eml"
        beside = place.with_suffix(".part")
        beside.write_bytes(f"X-RcptTo: {address}\r\n".encode() + envelope.original_content)
        beside.replace(place)
        if address.startswith("silent"):
            await asyncio.Event().wait()
        session.mails = getattr(session, "mails", 0) + 1
        return "250 2.0.0 OK"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A running server: its port, and what it took."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        """Its address as SMTP_URL."""
        return f"smtp://{HOST}:{self.port}?starttls=no"

    def count(self) -> int:
        """How many mails it took."""
        return len(list(self.folder.glob("*.eml")))

    def mails(self) -> list[EmailMessage]:
        """The mails in the order in which they came."""
        parser = BytesParser(policy=email.policy.default)
        return [parser.parsebytes(file.read_bytes()) for file in sorted(self.folder.glob("*.eml"))]

    def readers(self) -> list[str]:
        """To whom they went, in the order in which they came."""
        files = sorted(self.folder.glob("*.eml"))
        return [file.read_bytes().split(b"\r\n", 1)[0].decode()[10:] for file in files]


@contextmanager
def running_smtp_server(folder: Path, *options: str) -> Iterator[Mailbox]:
    """A server that keeps what it takes in `folder`, until the end of the block."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "tests.smtp_server", str(folder), *options]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ},
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline()
        assert port, "The mail server did not start."
        yield Mailbox(int(port), folder)
    finally:
        process.kill()
        process.communicate(timeout=10)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mails-per-connection", type=int, default=0)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--tls", choices=["starttls", "smtps"])
    parser.add_argument("--password")
    return parser.parse_args(arguments)


async def _serve(options: argparse.Namespace) -> None:
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate)

    def admit(_server: Any, _session: Any, _envelope: Any, _how: str, who: Any) -> AuthResult:
        known = (who.login, who.password) == (b"engage", (options.password or "").encode())
        return AuthResult(success=known, handled=False)

    manners = Manners(options.folder, options.mails_per_connection)

    def greet() -> SMTP:
        return SMTP(
            manners,
            hostname="localhost",
            enable_SMTPUTF8=True,
            tls_context=context if options.tls == "starttls" else None,
            authenticator=admit if options.password else None,
            auth_required=bool(options.password),
            auth_require_tls=options.tls == "starttls",
        )

    loop = asyncio.get_running_loop()
    protected = context if options.tls == "smtps" else None
    server = await loop.create_server(greet, HOST, 0, ssl=protected)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(_options(sys.argv[1:])))
