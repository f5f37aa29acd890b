"""The mail that brings somebody a link of their own: its words, the link, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from reports.isolates import isolated_words
from reports.wording import FALLBACK_LANGUAGE, Catalogue, catalogue
from survey_app.domain.contact import email_digest
from survey_app.domain.mail_text import MailText
from survey_app.exchange.mail import Mail
from survey_app.mail_settings import check_mail_from
from survey_app.services import mail_html
from survey_app.services.delivery_mail import mail_host
from survey_app.services.invitation_tokens import token_of
from survey_app.services.mail_tokens import NoSuchToken, read_signed, signed

if TYPE_CHECKING:
    from survey_app.config import Config
    from survey_app.domain.contact import Contact
    from survey_app.domain.invitation import Invitation, Mailing, MailingKind
    from survey_app.domain.study import Study

WORDING = Path(__file__).parent / "invitation_wording"

_PURPOSE = b"opt out of invitations"


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """What a mail is about."""

    invitation: Invitation
    contact: Contact
    study: Study
    mailing: Mailing


@dataclass(frozen=True, slots=True)
class OptOut:
    """What a token is about: whose wish to whom, and the language of the mail."""

    owner_id: int
    email_digest: str
    language: str


def words_of_invitations(language: str) -> Catalogue:
    """The words around invitations in a language; in English where a language has none."""
    return catalogue(WORDING, language)


def shipped_text(kind: MailingKind, language: str) -> MailText:
    """The text that a researcher begins with; in English where a language has none."""
    words = _shipped(language)[kind.value]
    return MailText(words["subject"], words["text"].strip())


def text_for(mailing: Mailing, language: str) -> MailText:
    """The confirmed text of a mailing in a language, else in its first one."""
    subject, text = mailing.texts.get(language) or next(iter(mailing.texts.values()))
    return MailText(subject, text)


def invitation_address(config: Config, invitation: Invitation) -> str:
    """The link of an invitation."""
    return f"{config.public_url}/t/{token_of(config.secret_key, invitation.key)}"


def invitation_message_id(config: Config, letter: InvitationLetter) -> str:
    """The Message-ID of a mail, the same however often it is sent."""
    return f"<{letter.invitation.key}.{letter.mailing.key}@{mail_host(config)}>"


def opt_out_token(config: Config, about: OptOut) -> str:
    """The proof that somebody was sent an address to opt out. It serves nothing else."""
    return signed(config, _PURPOSE, [about.owner_id, about.email_digest, about.language])


def read_opt_out_token(config: Config, token: str) -> OptOut:
    """What a token is about. Raises NoSuchToken."""
    try:
        owner_id, digest, language = read_signed(config, _PURPOSE, token)
        return OptOut(int(owner_id), str(digest), str(language))
    except (ValueError, TypeError):
        raise NoSuchToken from None


def invitation_mail(config: Config, letter: InvitationLetter) -> Mail:
    """The mail of a mailing for one person. Raises MailError where it cannot be written."""
    contact, study = letter.contact, letter.study
    return written_mail(
        config,
        study,
        text_for(letter.mailing, contact.language),
        contact,
        address=invitation_address(config, letter.invitation),
        message_id=invitation_message_id(config, letter),
        invitation_id=letter.invitation.key,
    )


def written_mail(
    config: Config,
    study: Study,
    text: MailText,
    contact: Contact,
    *,
    address: str,
    message_id: str = "<preview@engage.invalid>",
    invitation_id: str = "",
) -> Mail:
    """A text filled for one person, with the way out below it."""
    language = contact.language
    say = words_of_invitations(language)
    about = OptOut(study.owner_id or 0, email_digest(contact.email), say.language)
    way_out = f"{config.public_url}/opt-out/{opt_out_token(config, about)}"
    filled = text.filled(letter_values(study, contact, address))
    closing = (say("opt_out"), way_out)
    return Mail(
        sender=check_mail_from(config.mail_from),
        to_name=contact.name,
        to=contact.email,
        subject=filled.subject,
        text="\n\n".join(filled.paragraphs) + "\n\n-- \n" + "\n".join(closing) + "\n",
        html=_html(say, language, filled, address, closing),
        language=language,
        message_id=message_id,
        unsubscribe=way_out,
        invitation_id=invitation_id,
    )


def letter_values(study: Study, contact: Contact, address: str) -> dict[str, str]:
    """What is put into the places of a text for one person."""
    language = contact.language
    brand = next((one for one in study.brands if one.id == contact.brand_id), None)
    values = {
        "name": contact.name,
        "brand": brand.name(language) if brand else "",
        "study": study.title,
    }
    if mail_html.direction(language) == "rtl":
        values = {name: isolated_words(text) if text else "" for name, text in values.items()}
    return {**values, "link": address}


def _html(
    say: Catalogue, language: str, filled: MailText, address: str, closing: tuple[str, str]
) -> str:
    parts = []
    for words in filled.paragraphs:
        if words == address:
            parts.append(mail_html.button(address, say("start")))
        else:
            before, link, after = words.partition(address)
            parts.append(mail_html.paragraph(before) if before else "")
            if link:
                parts.append(mail_html.button(address, say("start")))
            parts.append(mail_html.paragraph(after) if after else "")
    body = "".join(parts) + mail_html.small_print("", [closing])
    return mail_html.page(language, filled.subject, body)


@lru_cache(maxsize=32)
def _shipped(language: str) -> dict[str, dict[str, str]]:
    """The texts as they were written: no sign is put into them for print."""
    file = WORDING / f"{language}.yaml"
    if not language.isalnum() or not file.is_file():
        file = WORDING / f"{FALLBACK_LANGUAGE}.yaml"
    found: dict[str, dict[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found
