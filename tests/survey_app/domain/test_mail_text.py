"""Texts of mails: what may stand in them, and how they are filled for each person."""

from __future__ import annotations

import pytest

from survey_app.domain.invitation import MailingKind
from survey_app.domain.mail_text import PLACEHOLDERS, MailText
from survey_app.services.invitation_mail import WORDING, shipped_text, words_of_invitations

LANGUAGES = sorted(path.stem for path in WORDING.glob("*.yaml"))
VALUES = {"name": "Ann", "link": "https://example.org/t/x", "brand": "North", "study": "Coffee"}


def test_every_language_has_texts_that_can_be_sent() -> None:
    """Seven languages hold the same keys, and each shipped text has what a mail needs."""
    assert set(LANGUAGES) == {"ar", "de", "en", "es", "fr", "ru", "zh"}
    keys = words_of_invitations("en").sentences.keys()
    for language in LANGUAGES:
        words = words_of_invitations(language)
        assert words.sentences.keys() == keys
        assert words.sentences["page"].keys() == words_of_invitations("en").sentences["page"].keys()
        for kind in MailingKind:
            assert shipped_text(kind, language).faults() == []


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "ru", "zh"])
def test_greetings_close_up_without_a_name(language: str) -> None:
    """Where no name is known no comma or blank is left over at the place of the name."""
    text = shipped_text(MailingKind.INVITATION, language)
    with_name = text.filled(VALUES).paragraphs[0]
    without = text.filled({**VALUES, "name": ""}).paragraphs[0]
    assert "Ann" in with_name
    assert "{" not in without
    assert without[0].isalpha()
    assert " ," not in without
    assert "  " not in without


def test_values_are_put_in_once() -> None:
    """A name that looks like a place stays a name."""
    text = MailText("{name}", "{study}: {link}").filled({**VALUES, "name": "{link} {study}"})
    assert text.subject == "{link} {study}"
    assert text.text == "Coffee: https://example.org/t/x"


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        ("", "{link}", "Write a subject"),
        ("x" * 201, "{link}", "Shorten the subject"),
        ("{link}", "{link}", "out of the subject"),
        ("x", "no link", "there 0 times"),
        ("x", "{link} {link}", "there 2 times"),
        ("x", "{link} {Nam}", "Perhaps {name}?"),
        ("x", "{link} {zzz}", "{name}, {link}, {brand}, {study}"),
        ("x", "{link} {name", "bracket stands alone"),
        ("x", "{link}" + "y" * 10_000, "Shorten the text"),
    ],
)
def test_faults_say_what_to_mend(subject: str, text: str, said: str) -> None:
    """Each mistake is told with what to do."""
    assert said in " ".join(MailText.written(subject, text).faults())


def test_line_breaks_of_a_subject_are_taken_out() -> None:
    """A subject is one line, whatever was typed or is put in."""
    written = MailText.written("Hello\r\nBcc: x@example.org", "{link}")
    assert written.subject == "Hello Bcc: x@example.org"
    filled = MailText("{study}", "{link}").filled({**VALUES, "study": "a\r\nBcc: x"})
    assert filled.subject == "a Bcc: x"
    assert all(written.uses(place) is (place == "link") for place in PLACEHOLDERS)
