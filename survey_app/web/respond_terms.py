"""The terms that a respondent agrees to by starting: shown, and kept as the proof of a consent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from survey_app.domain.consent_given import ConsentShown
from survey_app.domain.study import Mode, Repeats
from survey_app.web.respond_words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.open_study import OpenStudy

Way = Literal["open", "invited", "kiosk"]
"""How somebody reached the start page: each way has addresses of its own."""

FACTS = {
    Mode.ANONYMOUS: ("start.no_name", "start.stored", "start.no_erasure", "start.voluntary"),
    Mode.PSEUDONYMOUS: ("start.key", "start.stored_key", "start.own_link", "start.voluntary"),
}
"""The fixed sentences of each mode, by their keys."""

BY_LINK = ("start.by_link", "start.stored", "start.no_erasure", "start.voluntary")
"""Those of an anonymous study for somebody who was written to: there an address is known."""

AT_KIOSK = ("start.no_name", "start.stored_key", "start.no_erasure", "start.voluntary")
"""Those of a pseudonymous study on a device at a place, where nobody has an address of their own.
Nothing belongs together there, so that its title is that of the anonymous mode."""

MARK_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Terms:
    """What stands on the start page under consent, part by part.

    Parameters
    ----------
    paragraphs : the researcher's own text. title, facts : what is kept of whoever answers.
    """

    heading: str
    paragraphs: tuple[str, ...]
    title: str
    facts: tuple[str, ...]
    agree: str

    @property
    def text(self) -> str:
        """All of it in the order shown, a blank line between parts."""
        parts = (self.heading, *self.paragraphs, self.title, *self.facts, self.agree)
        return "\n\n".join(parts)


def terms_of(
    consent: Mapping[str, str], mode: Mode, language: str, *, way: Way = "open", cookie: bool = True
) -> Terms:
    """The terms of a version in a language; `consent` is the researcher's text by language,
    `cookie` whether the browser keeps one."""
    say = words(language)
    kiosk = way == "kiosk"
    linked = mode is Mode.PSEUDONYMOUS and not kiosk
    facts = FACTS[Mode.ANONYMOUS if not linked else mode]
    if kiosk and mode is Mode.PSEUDONYMOUS:
        facts = AT_KIOSK
    if way == "invited" and mode is Mode.ANONYMOUS:
        facts = BY_LINK
    return Terms(
        heading=say("start.consent"),
        paragraphs=tuple(_paragraphs(consent.get(language, ""))),
        title=say("start.pseudonymous" if linked else "start.anonymous"),
        facts=tuple(say(fact) for fact in (*facts, *_browser(kiosk=kiosk, cookie=cookie))),
        agree=say("start.agree"),
    )


def consent_shown(study: OpenStudy, language: str, *, way: Way = "open") -> ConsentShown:
    """The text whose proof is kept with an interview that begins now."""
    consent = study.consent.get(language, "")
    return _shown(study.version, consent, study.mode, language, way, keeps_cookie(study, way))


def keeps_cookie(study: OpenStudy, way: Way) -> bool:
    """Whether a browser keeps a cookie that leads back to the interview that was begun in it."""
    return way == "invited" or (way == "open" and study.repeats is Repeats.COOKIE)


def mark_of(shown: ConsentShown) -> str:
    """What a form says of the terms that it stands under."""
    return shown.digest[:MARK_LENGTH]


def agreed_to_others(
    study: OpenStudy, language: str, mark: str | None, *, way: Way = "open"
) -> bool:
    """Whether a form stood under other terms than those that hold now, as when a new version was
    launched while the page was open."""
    return bool(mark) and mark != mark_of(consent_shown(study, language, way=way))


@lru_cache(maxsize=256)
def _shown(
    version: int, consent: str, mode: Mode, language: str, way: Way, cookie: bool
) -> ConsentShown:
    terms = terms_of({language: consent}, mode, language, way=way, cookie=cookie)
    return ConsentShown(version, language, terms.text)


def _browser(*, kiosk: bool, cookie: bool) -> tuple[str, ...]:
    """What the device keeps, by the keys of its sentences."""
    if kiosk:
        return ("kiosk.cleared",)
    return ("start.cookie",) if cookie else ()


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
