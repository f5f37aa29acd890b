"""The mail that brings a scorecard: its words, its link, and the way out of receiving it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from itsdangerous import BadSignature, URLSafeSerializer

from reports.wording import Catalogue, catalogue
from survey_app.domain.text import one_line
from survey_app.exchange.mail import Attachment, Mail
from survey_app.mail_settings import check_mail_from
from survey_app.services.delivery_schedules import offered_languages

if TYPE_CHECKING:
    from survey_app.config import Config
    from survey_app.domain.delivery import Delivery
    from survey_app.domain.study import Brand, Study, Wave
    from survey_app.domain.user import User
    from survey_app.services.delivery_scorecard import MailedScorecard

WORDING = Path(__file__).parent / "mail_wording"

LONGEST_FILE_NAME = 80

_BUTTON = (
    "display:inline-block;padding:10px 18px;border-radius:8px;background:#00558a;color:#fff;"
    "font-weight:600;text-decoration:none"
)

_SALT = b"unsubscribe from scorecards by mail"


class NoSuchToken(LookupError):
    """The token of an address to unsubscribe was not made here, or is damaged."""


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


@lru_cache(maxsize=64)
def direction(language: str) -> str:
    """``rtl`` for languages that are written from right to left, else ``ltr``."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def message_id(config: Config, delivery: Delivery) -> str:
    """The Message-ID of a delivery, the same however often it is sent."""
    host = urlsplit(config.public_url).hostname or ""
    return f"<{delivery.key}@{host if '.' in host else 'engage.invalid'}>"


def unsubscribe_token(config: Config, about: Unsubscription) -> str:
    """The proof that a reader was sent an address to unsubscribe. It serves nothing else."""
    return str(_serializer(config).dumps([about.reader_id, about.study_id, about.language]))


def read_unsubscribe_token(config: Config, token: str) -> Unsubscription:
    """What a token is about. Raises NoSuchToken."""
    try:
        reader_id, study_id, language = _serializer(config).loads(token)
        return Unsubscription(int(reader_id), int(study_id), str(language))
    except (BadSignature, ValueError, TypeError):
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
        paragraphs = "".join(f"<p>{escape(words)}</p>" for words in self._first())
        address, read = escape(self._address), escape(self.say("read"))
        button = f'<p><a href="{address}" style="{_BUTTON}">{read}</a></p>'
        ways = [(self.say("change"), self._change), (self.say("unsubscribe"), self.unsubscribe)]
        links = "<br>".join(
            f'<a href="{escape(address)}" style="color:#52606d">{escape(words.rstrip(":： "))}</a>'
            for words, address in ways
        )
        return (
            f'<!doctype html><html lang="{escape(self.say.language)}" '
            f'dir="{direction(self.say.language)}"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head>"
            '<body style="max-width:36em;margin:1.5em;font:16px/1.5 sans-serif">'
            f"{paragraphs}{button}"
            f'<p style="color:#52606d;font-size:14px">{escape(self._why())}<br>{links}</p>'
            "</body></html>"
        )

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


def _serializer(config: Config) -> URLSafeSerializer:
    return URLSafeSerializer(
        config.secret_key, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256}
    )
