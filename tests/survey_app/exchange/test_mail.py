"""Mails as they are written: read back by a parser, and safe against what names may hold."""

from __future__ import annotations

import base64
import email.policy
from datetime import UTC, datetime
from email.headerregistry import Address
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

import pytest

from survey_app.exchange.mail import Attachment, Mail, MailError, as_bytes, write_mail

if TYPE_CHECKING:
    from email.message import EmailMessage

MOMENT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
UNSUBSCRIBE = "https://example.org/unsubscribe/" + "Ab-_.9" * 40


def mail(**changes: Any) -> Mail:
    """A mail in Russian with a file."""
    values: dict[str, Any] = {
        "sender": Address("Scorecards", addr_spec="scorecards@example.org"),
        "to_name": "Ада Л.",
        "to": "ada@example.org",
        "subject": "Карта показателей: очень длинное название бренда и исследования " * 3,
        "text": "Первая строка\n.точка\n\n-- \nконец\n",
        "html": "<p>Первая строка</p>",
        "language": "ru",
        "message_id": f"<{'k' * 90}@example.org>",
        "unsubscribe": UNSUBSCRIBE,
        "attachment": Attachment("карта.pdf", "application/pdf", b"%PDF-1.7\n\xff"),
    }
    return Mail(**{**values, **changes})


def read_back(one: Mail) -> EmailMessage:
    """What a program reads that receives the mail."""
    sent = as_bytes(write_mail(one, MOMENT))
    assert b"\n" not in sent.replace(b"\r\n", b"")
    return BytesParser(policy=email.policy.default).parsebytes(sent)


def test_it_says_what_was_written() -> None:
    """Sender, reader, subject, texts and file come back as they were, in any letters."""
    one = mail()
    got = read_back(one)
    assert str(got["From"]) == "Scorecards <scorecards@example.org>"
    assert got["To"].addresses[0].display_name == "Ада Л."
    assert got["To"].addresses[0].addr_spec == "ada@example.org"
    assert got["Subject"].split() == one.subject.split()
    assert got["Date"].datetime == MOMENT
    assert got["Content-Language"] == "ru"
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == one.text
    assert html.get_content().strip() == one.html
    (file,) = got.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("карта.pdf", b"%PDF-1.7\n\xff")
    assert file.get_content_type() == "application/pdf"


def test_long_words_of_headers_stay_whole() -> None:
    """The address to unsubscribe and the Message-ID stand on one line each, never encoded: mail
    programs look for them as they are."""
    sent = as_bytes(write_mail(mail(), MOMENT)).decode("ascii").split("\r\n")
    assert f"List-Unsubscribe: <{UNSUBSCRIBE}>" in sent
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in sent
    assert f"Message-ID: <{'k' * 90}@example.org>" in sent
    assert all(len(line) <= 998 for line in sent)


def test_without_a_file_there_is_none() -> None:
    """A mail with a link only is text and HTML."""
    got = read_back(mail(attachment=None))
    assert got.get_content_type() == "multipart/alternative"
    assert got["Content-Language"] == "ru"


@pytest.mark.parametrize("field", ["to_name", "to", "subject", "message_id", "language"])
@pytest.mark.parametrize(
    "smuggled", ["a@b.c\nBcc: eve@example.org", "a@b.c\r\n\r\nBody", "a@b.c\x00", "a@b.c\u2028x"]
)
def test_no_header_can_be_smuggled_in(field: str, smuggled: str) -> None:
    """A line break in anything that goes into a header is refused."""
    with pytest.raises(MailError, match="line break or a control character"):
        write_mail(mail(**{field: smuggled}), MOMENT)


def test_no_header_can_be_smuggled_in_by_a_file_name() -> None:
    """Nor by the name of a file."""
    with pytest.raises(MailError, match="file name"):
        write_mail(mail(attachment=Attachment("a\nb.pdf", "application/pdf", b"")), MOMENT)


@pytest.mark.parametrize("name", ['Ada "the first", Countess', "a@b.c, eve@example.org", "<eve@x>"])
def test_a_name_adds_no_reader(name: str) -> None:
    """Whatever a name looks like, there is one reader."""
    addresses = read_back(mail(to_name=name))["To"].addresses
    assert [one.addr_spec for one in addresses] == ["ada@example.org"]
    assert addresses[0].display_name == name


SMUGGLED = base64.b64encode(b"x\r\nBcc: eve@example.org\r\n\r\nbody").decode()
ENCODED_WORDS = [
    f"=?utf-8?b?{SMUGGLED}?=",
    f"Birch =?utf-8?b?{SMUGGLED}?= Bean",
    "=?utf-8?q?x=0D=0ABcc:_eve@example.org?=",
    "=?utf-8?q?x=0ABcc:_eve@example.org?=",
]
"""Line breaks that show only to those who decode (RFC 2047)."""


@pytest.mark.parametrize("word", ENCODED_WORDS)
def test_encoded_words_of_others_are_not_decoded(word: str) -> None:
    """A title or name that is written as an encoded word brings no header of its own, and reads as
    it was given."""
    one = mail(subject=word, to_name=word, attachment=Attachment(word, "text/plain", b"x"))
    got = read_back(one)
    assert got.keys() == read_back(mail()).keys()
    assert [address.addr_spec for address in got["To"].addresses] == ["ada@example.org"]
    (file,) = got.iter_attachments()
    for read in (got["Subject"], got["To"].addresses[0].display_name, file.get_filename()):
        # Python puts a blank between the lines that a long name was folded into.
        assert "".join(str(read).replace("\u2060", "").split()) == "".join(word.split())


@pytest.mark.parametrize("word", ENCODED_WORDS)
def test_an_address_of_encoded_words_is_refused(word: str) -> None:
    """No mail server has such an address."""
    with pytest.raises(MailError, match="is no address"):
        write_mail(mail(to=f"{word}@example.org"), MOMENT)


def test_letters_of_every_language_in_addresses() -> None:
    """A domain travels in the letters that every server knows; a name before the @ stays."""
    assert read_back(mail(to="ada@müller.example"))["To"].addresses[0].domain == (
        "xn--mller-kva.example"
    )
    sent = as_bytes(write_mail(mail(to="жан@пример.example"), MOMENT))
    assert "жан@xn--e1afmkfd.example".encode() in sent
    with pytest.raises(MailError, match="no address"):
        write_mail(mail(to=f"a@{'ü' * 80}.example"), MOMENT)
