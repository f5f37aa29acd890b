"""Mails that came back: what they say of an invitation, and what they cannot make us believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read_bounces import Bounce, bounce_in, read_bounces

if TYPE_CHECKING:
    from pathlib import Path

KEY = "abcdefghijklmnopqrstuv"


def report(
    status: str = "5.1.1", action: str = "failed", *, whole: bool = True, key: str = KEY
) -> bytes:
    """A report as mail servers send it (RFC 3464), with the whole mail or its headers."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    body = "\n\nPlease come.\n" if whole else "\n"
    return (
        "From: MAILER-DAEMON@example.org\nTo: surveys@example.org\n"
        "Subject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        "--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mail.example.org\n\n"
        f"Final-Recipient: rfc822; gone@example.org\nAction: {action}\nStatus: {status}\n\n"
        f"--b\nContent-Type: {kind}\n\n"
        f"To: gone@example.org\nX-Invitation-Id: {key}\nSubject: Hello{body}"
        "--b--\n"
    ).encode()


@pytest.mark.parametrize("whole", [True, False])
def test_a_report_names_the_invitation(whole: bool) -> None:
    """Found in the mail that is sent back, whether whole or its headers only."""
    assert bounce_in(report(whole=whole)) == Bounce(KEY, permanent=True)
    assert bounce_in(report().replace(b"\n", b"\r\n")) == Bounce(KEY, permanent=True)


@pytest.mark.parametrize(("status", "action"), [("4.2.2", "delayed"), ("2.0.0", "relayed")])
def test_troubles_that_pass_are_told_apart(status: str, action: str) -> None:
    """A full mailbox or a notice that it arrived is no failure for good."""
    assert bounce_in(report(status, action)) == Bounce(KEY, permanent=False)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 1000,
        b"Subject: Hello\nX-Invitation-Id: " + KEY.encode() + b"\n\nI am on holiday.\n",
        b"Content-Type: message/delivery-status\n\nnothing",
        b'Content-Type: multipart/report; boundary="b"\n\n' + b"--b\n\n" * 5000,
        b"Content-Type: message/rfc822\n\n" * 400,
    ],
)
def test_other_mails_say_nothing(raw: bytes) -> None:
    """Answers, damaged and malicious mails are read to their end and bring nothing about."""
    assert not bounce_in(raw).permanent


def test_mailboxes_hold_many(tmp_path: Path) -> None:
    """A mailbox is read mail by mail; a file that is none is refused with what to name."""
    box = tmp_path / "bounces"
    start = b"From MAILER-DAEMON Mon Jan  5 08:00:00 2026\n"
    box.write_bytes(start + report() + b"\n" + start + report("4.2.2", "delayed") + b"\n")
    assert [one.permanent for one in read_bounces(box)] == [True, False]
    (tmp_path / "empty.eml").write_bytes(b"")
    for name in ("empty.eml", "missing.eml"):
        with pytest.raises(ExchangeError):
            list(read_bounces(tmp_path / name))
