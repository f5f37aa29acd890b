"""The interface words of a respondent's pages, and how a language is written."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import bidirectional

from reports.isolates import isolated_words
from reports.wording import FALLBACK_LANGUAGE, Catalogue, catalogue
from survey_app.domain.schedule import checked_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from babel import Locale
    from werkzeug.datastructures import LanguageAccept

    from survey_app.services.waves import Opening

DIRECTORY = Path(__file__).parent / "wording"

_IN_DATES = {"en": "en-GB"}
"""Languages whose dates are written in several ways: the one that all of our texts use."""
_WITH_SCRIPT = {"zh": "zh-Hans"}
"""Languages whose words are in one of several scripts: browsers choose letter forms by it."""


def words(language: str) -> Catalogue:
    """The interface words in a language; in English where a language has none."""
    return catalogue(DIRECTORY, language)


@lru_cache(maxsize=1)
def languages_with_words() -> tuple[str, ...]:
    """The languages that have interface words, English first."""
    found = {path.stem for path in DIRECTORY.glob("*.yaml")}
    return (FALLBACK_LANGUAGE, *sorted(found - {FALLBACK_LANGUAGE}))


def chosen_language(
    wish: str | None, accepted: LanguageAccept, offered: Sequence[str] | None = None
) -> str:
    """The language to show: the one asked for, else the browser's best, else the first offered."""
    offered = offered or languages_with_words()
    if wish in offered:
        return str(wish)
    return accepted.best_match(offered) or offered[0]


def apart(text: str, language: str) -> str:
    """A name or an answer as it stands within a sentence of a language. Where either runs from
    right to left it is set apart, so that neither draws the signs beside it to the wrong side."""
    from_right = any(bidirectional(letter) in ("R", "AL") for letter in text)
    return isolated_words(text) if from_right or direction(language) == "rtl" else text


@lru_cache(maxsize=64)
def direction(language: str) -> str:
    """``rtl`` for languages that are written from right to left, else ``ltr``."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def language_tag(language: str) -> str:
    """A language as HTML names it, with its script where it has several: ``zh-Hans``."""
    return _WITH_SCRIPT.get(language, language)


@lru_cache(maxsize=64)
def own_name(language: str) -> str:
    """A language's name in itself, as its readers look for it: Русский, not Russian."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language_tag(language), sep="-")
        name = locale.languages.get(str(locale)) or locale.get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return name[0].upper() + name[1:] if name else language


def date_locale(language: str) -> Locale:
    """How a language writes dates on all pages of respondents, e.g. 3 May 2026."""
    from babel import Locale

    own = words(language).language
    return Locale.parse(_IN_DATES.get(own, language_tag(own)), sep="-")


def moment_words(opening: Opening, language: str) -> dict[str, str]:
    """A moment as a language writes it: its `day`, its `time`, and how its `zone` differs from
    Greenwich."""
    from babel.dates import format_date, format_time, get_timezone_gmt

    locale = date_locale(language)
    local = opening.moment.astimezone(checked_zone(opening.zone))
    return {
        "day": format_date(local, "long", locale=locale),
        "time": format_time(local, "short", locale=locale),
        "zone": get_timezone_gmt(local, locale=locale),
    }
