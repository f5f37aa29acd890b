"""The mail that brings a scorecard: its words, its link, and the way out of receiving it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from reports.wording import Catalogue, catalogue
from survey_app.domain.text import one_line
from survey_app.exchange.mail import Attachment, Mail
from survey_app.mail_settings import check_mail_from
from survey_app.services import mail_html
from survey_app.services.delivery_schedules import offered_languages
from survey_app.services.mail_tokens import NoSuchToken, read_signed, signed

if TYPE_CHECKING:
    from survey_app.config import Config
    from survey_app.domain.delivery import Delivery
    from survey_app.domain.study import Brand, Study, Wave
    from survey_app.domain.user import User
    from survey_app.services.delivery_scorecard import MailedScorecard

WORDING = Path(__file__).parent / "mail_wording"

LONGEST_FILE_NAME = 80

_SALT = b"unsubscribe from scorecards by mail"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """What a token is about: whose mails on which study, and the language of the mail."""

    reader_id: int
    study_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail is about."""

    delivery: Delivery
    reader: User
    study: Study
    brand: Brand
    wave: Wave


def words_of_mail(language: str) -> Catalogue:
    """The words of mails in a language; in English where a language has none."""
    return catalogue(WORDING, language)


def mail_host(config: Config) -> str:
    """The host that identifiers of mails name."""
    host = urlsplit(config.public_url).hostname or ""
    return host if "." in host else "engage.invalid"


def message_id(config: Config, delivery: Delivery) -> str:
    """The Message-ID of a delivery, the same however often it is sent."""
    return f"<{delivery.key}@{mail_host(config)}>"


def unsubscribe_token(config: Config, about: Unsubscription) -> str:
    """The proof that a reader was sent an address to unsubscribe. It serves nothing else."""
    return signed(config, _SALT, [about.reader_id, about.study_id, about.language])


def read_unsubscribe_token(config: Config, token: str) -> Unsubscription:
    """What a token is about. Raises NoSuchToken."""
    try:
        reader_id, study_id, language = read_signed(config, _SALT, token)
        return Unsubscription(int(reader_id), int(study_id), str(language))
    except (ValueError, TypeError):
        raise NoSuchToken from None


def scorecard_address(config: Config, letter: Letter) -> str:
    """Where the scorecard of a mail is read on the web."""
    study, chosen = letter.study, {}
    if len(study.waves) > 1:
        chosen["wave"] = letter.wave.code
    if len(offered_languages(study)) > 1:
        chosen["language"] = letter.delivery.language
    query = f"?{urlencode(chosen)}" if chosen else ""
    place = f"{quote(study.key, safe='')}/{quote(letter.brand.code, safe='')}"
    return f"{config.public_url}/scorecards/{place}{query}"


def scorecard_mail(config: Config, letter: Letter, scorecard: MailedScorecard) -> Mail:
    """The mail with a scorecard for one reader. Raises MailError where it cannot be written."""
    text = _Text(config, letter, scorecard)
    return Mail(
        sender=check_mail_from(config.mail_from),
        to_name=letter.reader.name,
        to=letter.reader.email,
        subject=text.subject,
        text=text.plain(),
        html=text.html(),
        language=text.say.language,
        message_id=message_id(config, letter.delivery),
        unsubscribe=text.unsubscribe,
        attachment=_attachment(letter, scorecard),
    )


class _Text:
    """The words of one mail, plain and as HTML."""

    def __init__(self, config: Config, letter: Letter, scorecard: MailedScorecard) -> None:
        self.say = words_of_mail(letter.delivery.language)
        self._letter, self._scorecard = letter, scorecard
        about = Unsubscription(
            letter.delivery.reader_id, letter.delivery.study_id, self.say.language
        )
        self.unsubscribe = f"{config.public_url}/unsubscribe/{unsubscribe_token(config, about)}"
        self._address = scorecard_address(config, letter)
        self._change = f"{config.public_url}/by-mail/"

    @property
    def subject(self) -> str:
        return one_line(self._with_wave("subject"))

    def plain(self) -> str:
        body = [*self._first(), self._address, self._why()]
        ways = [self.say("change"), self._change, "", self.say("unsubscribe"), self.unsubscribe]
        return "\n\n".join(body) + "\n\n-- \n" + "\n".join(ways) + "\n"

    def html(self) -> str:
        paragraphs = "".join(mail_html.paragraph(words) for words in self._first())
        button = mail_html.button(self._address, self.say("read"))
        ways = [(self.say("change"), self._change), (self.say("unsubscribe"), self.unsubscribe)]
        body = f"{paragraphs}{button}{mail_html.small_print(self._why(), ways)}"
        return mail_html.page(self.say.language, self.subject, body)

    def _first(self) -> list[str]:
        with_pdf = self._scorecard.pdf is not None
        said = [
            self.say("greeting", name=self._letter.reader.name),
            self._with_wave("ready"),
            self._scorecard.sentence,
            self.say("simulated") if self._letter.study.simulated else "",
            self.say("attached" if with_pdf else "linked"),
        ]
        return [words for words in said if words]

    def _why(self) -> str:
        return self.say(f"why.{self._letter.delivery.reason}")

    def _with_wave(self, key: str) -> str:
        letter, language = self._letter, self.say.language
        several = len(letter.study.waves) > 1
        return self.say(
            f"{key}_wave" if several else key,
            brand=letter.brand.name(language),
            study=letter.study.title,
            wave=letter.wave.name,
        )


def _attachment(letter: Letter, scorecard: MailedScorecard) -> Attachment | None:
    if scorecard.pdf is None:
        return None
    wave = letter.wave.name if len(letter.study.waves) > 1 else ""
    name = _file_name(letter.study.title, letter.brand.code, wave, letter.delivery.language)
    return Attachment(name, "application/pdf", scorecard.pdf)


def _file_name(*parts: str) -> str:
    words = (re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", part)) for part in parts)
    stem = "-".join(word.strip("-").lower() for word in words if word.strip("-"))
    return f"{stem[:LONGEST_FILE_NAME].strip('-')}.pdf"
