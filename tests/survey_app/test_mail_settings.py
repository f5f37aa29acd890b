"""The settings of mail: what is accepted, and what is refused with its mend."""

from __future__ import annotations

import pytest

from survey_app.config import ConfigError, config_from
from survey_app.mail_settings import MailServer, check_mail_from, mail_server

OTHERS = {"SECRET_KEY": "0123456789abcdef0123456789abcdef", "PUBLIC_URL": "https://example.org"}
SENDER = "Scorecards <scorecards@example.org>"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 587, False, True)),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, True, False)),
        ("smtp://127.0.0.1:25?starttls=no", MailServer("127.0.0.1", 25, False, False)),
        ("smtp://[::1]:25?starttls=no", MailServer("::1", 25, False, False)),
        (
            "smtp://ada%40example.org:p%40ss%3A%2F@mail.example.org:2525?starttls=yes",
            MailServer("mail.example.org", 2525, False, True, "ada@example.org", "p@ss:/"),
        ),
        ("smtp://u:p@localhost?starttls=no", MailServer("localhost", 587, False, False, "u", "p")),
    ],
)
def test_addresses_of_servers(url: str, server: MailServer) -> None:
    """Port, protection, user and password are read from the address."""
    assert mail_server(url) == server


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("mail.example.org:25", "smtp://user:password@host:587"),
        ("http://mail.example.org", "smtp://user:password@host:587"),
        ("smtp://", "smtp://user:password@host:587"),
        ("smtp://secret-word@[::1", "smtp://user:password@host:587"),
        ("smtp://host:secret-word", "smtp://user:password@host:587"),
        ("smtp://u:secret-word@host/path", "smtp://user:password@host:587"),
        ("smtp://u:secret-word@host?tls=1", "option that is not known"),
        ("smtp://u:secret-word@host?starttls=maybe", "option that is not known"),
        ("smtp://u:secret-word@host?starttls=no", "everybody on the way can read"),
    ],
)
def test_a_wrong_address_is_refused_without_being_repeated(url: str, mend: str) -> None:
    """The message says how to mend it, and never what may be a password."""
    with pytest.raises(ConfigError) as refused:
        config_from({**OTHERS, "SMTP_URL": url, "MAIL_FROM": SENDER})
    assert mend in str(refused.value)
    assert "SMTP_URL" in str(refused.value)
    assert "secret-word" not in str(refused.value)


def test_settings_never_show_the_password() -> None:
    """Neither the settings nor the server print the password, as a log would."""
    config = config_from({**OTHERS, "SMTP_URL": "smtp://u:secret-word@host", "MAIL_FROM": SENDER})
    assert config.sends_mail
    assert "secret-word" not in repr(config)
    assert "secret-word" not in repr(mail_server(config.smtp_url))


@pytest.mark.parametrize("sender", ["", "nobody", "a@b\nBcc: c@d", "a b@c", "Ü <ü@example.org>"])
def test_a_wrong_sender_is_refused(sender: str) -> None:
    """With a mail server there must be a sender that can stand in a mail."""
    with pytest.raises(ConfigError, match=r"Scorecards <scorecards@example\.org>"):
        config_from({**OTHERS, "SMTP_URL": "smtp://host", "MAIL_FROM": sender})


def test_a_sender_is_read() -> None:
    """A name may hold any letter; without a name the address alone is good."""
    assert check_mail_from("Карты <a@example.org>").display_name == "Карты"
    assert check_mail_from("a@example.org").addr_spec == "a@example.org"


@pytest.mark.parametrize(("pace", "mend"), [("-1", "below 0"), ("many", "no whole number")])
def test_a_wrong_pace_is_refused(pace: str, mend: str) -> None:
    """Mails in a minute are a number from 0."""
    with pytest.raises(ConfigError, match=f"MAILS_PER_MINUTE.*{mend}"):
        config_from({**OTHERS, "MAILS_PER_MINUTE": pace})


def test_without_a_server_nothing_else_is_asked() -> None:
    """Who sends no mail needs no sender."""
    assert not config_from(OTHERS).sends_mail
