"""Handing mails over to real mail servers: protected, shut, moody and gone."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from email.headerregistry import Address
from typing import TYPE_CHECKING

import pytest

from survey_app.exchange.mail import Mail, write_mail
from survey_app.exchange.post import NoAnswer, NotNow, PostOffice, Refused, ServerTrouble
from survey_app.mail_settings import MailServer, mail_server
from tests.smtp_server import HOST, Mailbox, running_smtp_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

PASSWORD = "p@ss:word"


def message(to: str, text: str = "Text\n") -> EmailMessage:
    """A mail to somebody."""
    sender = Address("Scorecards", addr_spec="scorecards@example.org")
    one = Mail(sender, "Reader", to, "Subject", text, "<p>Text</p>", "en", f"<{to}>", "http://x/y")
    return write_mail(one, datetime.now(UTC))


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    """A server that ends a connection after three mails."""
    with running_smtp_server(tmp_path / "mails", "--mails-per-connection", "3") as made:
        yield made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of a server on the loopback interface."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", f"subjectAltName=IP:{HOST}"]
    subprocess.run(
        [*command, "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True
    )
    file.write_text(file.read_text() + file.with_name("server.pem.crt").read_text())
    return file


def test_many_over_connections_that_end(mailbox: Mailbox) -> None:
    """A server that ends the connection after a few mails is connected to anew; each mail comes
    once, in order."""
    readers = [f"reader{number}@example.org" for number in range(10)]
    with PostOffice(mail_server(mailbox.url)) as office:
        for reader in readers:
            office.send(message(reader))
    assert mailbox.readers() == readers


def test_the_text_arrives_as_it_was(mailbox: Mailbox) -> None:
    """Lines that begin with a dot, or are one, do not end the mail."""
    text = ".\n..\n.hidden\nlast without an end of line\n."
    with PostOffice(mail_server(mailbox.url)) as office:
        office.send(message("reader@example.org", text))
    (got,) = mailbox.mails()
    body = got.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == f"{text}\n"


def test_each_answer_has_its_meaning(mailbox: Mailbox) -> None:
    """Not now, never, and no answer at all are told apart; the connection serves on after each."""
    with PostOffice(mail_server(mailbox.url)) as office:
        with pytest.raises(NotNow, match=r"451 4\.7\.1 Come again later"):
            office.send(message("later@example.org"))
        with pytest.raises(Refused, match=r"550 5\.1\.1 There is nobody of that name"):
            office.send(message("gone@example.org"))
        with pytest.raises(NoAnswer, match="nobody knows"):
            office.send(message("dropped@example.org"))
        office.send(message("later@example.org"))
    assert mailbox.readers() == ["later@example.org"]


def test_a_slow_server_is_waited_for_and_not_for_ever(mailbox: Mailbox) -> None:
    """A slow answer is an answer; one slower than can be waited for is none."""
    server = mail_server(mailbox.url)
    with PostOffice(server) as office:
        office.send(message("slow@example.org"))
    with PostOffice(server, seconds_to_wait=0.1) as hasty, pytest.raises(NoAnswer):
        hasty.send(message("slow@example.org"))


def test_a_server_that_is_gone(tmp_path: Path) -> None:
    """Where nobody listens the message names the server and the setting."""
    with running_smtp_server(tmp_path / "mails") as gone:
        pass
    with (
        PostOffice(mail_server(gone.url)) as office,
        pytest.raises(ServerTrouble, match=rf"{HOST}:{gone.port} cannot be reached.*SMTP_URL"),
    ):
        office.send(message("reader@example.org"))


@pytest.mark.parametrize("tls", ["starttls", "smtps"])
def test_protected_and_with_a_password(
    tls: str, tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With TLS from the start or after a greeting, user and password let us in; a wrong password
    does not, and is not repeated."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    options = ("--certificate", str(certificate), "--tls", tls, "--password", PASSWORD)
    with running_smtp_server(tmp_path / "mails", *options) as mailbox:
        protected = {"tls": tls == "smtps", "starttls": tls == "starttls"}
        right = MailServer(HOST, mailbox.port, **protected, user="engage", password=PASSWORD)
        wrong = MailServer(HOST, mailbox.port, **protected, user="engage", password="other-word")
        with PostOffice(right) as office:
            office.send(message("reader@example.org"))
        with PostOffice(wrong) as office, pytest.raises(ServerTrouble) as refused:
            office.send(message("reader@example.org"))
        assert "Check user and password in SMTP_URL" in str(refused.value)
        assert "other-word" not in str(refused.value)
        assert mailbox.count() == 1


@pytest.mark.parametrize("tls", ["starttls", "smtps"])
def test_a_server_that_cannot_prove_itself(tls: str, tmp_path: Path, certificate: Path) -> None:
    """A certificate that nobody vouches for is not accepted; no mail and no password is sent."""
    options = ("--certificate", str(certificate), "--tls", tls, "--password", PASSWORD)
    with running_smtp_server(tmp_path / "mails", *options) as mailbox:
        server = MailServer(
            HOST, mailbox.port, tls == "smtps", tls == "starttls", "engage", PASSWORD
        )
        with PostOffice(server) as office, pytest.raises(ServerTrouble, match=r"(?i)certificate"):
            office.send(message("reader@example.org"))


def test_no_silent_step_back_to_an_open_line(mailbox: Mailbox) -> None:
    """A server without STARTTLS gets nothing unless the setting says so."""
    server = MailServer(HOST, mailbox.port, tls=False, starttls=True)
    with PostOffice(server) as office, pytest.raises(ServerTrouble, match=r"\?starttls=no"):
        office.send(message("reader@example.org"))
    assert mailbox.count() == 0
