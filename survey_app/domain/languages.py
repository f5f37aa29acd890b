"""What languages are called in English, for those who make studies."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=64)
def english_name(code: str) -> str:
    """The English name of a language, its code where nobody knows one."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code
