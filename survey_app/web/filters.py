"""How templates write dates, numbers and names. All rounding of results is that of `reports`."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, url_for

from instruments.texts import in_english
from reports.format import formatter
from reports.sections.story import capital, lowered
from reports.verdicts import WORDING
from reports.wording import catalogue
from survey_app.domain.study import Brand, Wave
from survey_app.domain.user import Role
from survey_app.services.alert_words import alert_sentence
from survey_app.services.report import CHANNEL_WORDS

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

SECTIONS = {
    Role.RESEARCHER: (
        ("Studies", "workspace.studies"),
        ("Instruments", "evidence.instruments"),
        ("Audit", "audit.overview"),
    ),
    Role.MANAGER: (("Scorecards", "portal.scorecards"),),
    Role.ADMINISTRATOR: (
        ("People", "administration.people"),
        ("Mail", "deliveries.studies"),
        ("Instruments", "evidence.instruments"),
        ("Audit", "audit.overview"),
    ),
}


def init_app(app: Flask) -> None:
    """Give templates their filters and helpers."""
    figures = formatter("en")
    app.jinja_env.filters.update(
        alert_words=alert_sentence,
        capitalize_first=capital,
        code_and_name=code_and_name,
        coefficient=figures.coefficient,
        count=figures.count,
        day=day,
        disposition=disposition,
        duration=duration,
        figure=figures.number,
        in_english=in_english,
        language=language_name,
        lower_first=lowered,
        measured=figures.measured,
        percent=figures.percent,
        words=words,
    )
    app.jinja_env.tests["worded_in"] = lambda code, instrument: instrument.is_worded(code)
    app.jinja_env.globals.update(
        language_names=lambda codes: {code: language_name(code) for code in codes if code},
        words_of=lambda codes: {code: words(code) for code in codes if code},
        sections_for=SECTIONS.__getitem__,
        static_file=static_file,
    )


def code_and_name(part: Brand | Wave) -> tuple[str, str]:
    """A brand's or wave's code with its name."""
    return part.code, part.name("en") if isinstance(part, Brand) else part.name


def disposition(code: str) -> str:
    """What became of an interview, in the words of the psychometric report."""
    say = catalogue(WORDING, "en")
    known = code in say.sentences["psychometric"]["disposition"]
    return say(f"psychometric.disposition.{code}") if known else words(code)


def words(code: str) -> str:
    """A code as words: ``brand_manager`` as ``Brand manager``."""
    spelt = CHANNEL_WORDS["en"].get(code, code.replace("_", " "))
    return spelt[:1].upper() + spelt[1:]


def day(moment: datetime | None) -> str:
    """A moment as the day it fell on, e.g. ``3 May 2026``; a dash for none."""
    return "–" if moment is None else f"{moment.day} {moment:%B %Y}"


def language_name(code: str) -> str:
    """The English name of a language."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def duration(seconds: float | None) -> str:
    """Seconds as minutes and seconds, e.g. ``3 min 05 s``; a dash for none."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def static_file(name: str) -> str:
    """The address of a static file; it changes with the file, so browsers never keep an old one."""
    return url_for("static", filename=name, v=_version(f"{current_app.static_folder}/{name}"))


@lru_cache
def _version(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
