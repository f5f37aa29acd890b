"""Mails as HTML: paragraphs, a button, and small print, in the direction of the language."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BUTTON = (
    "display:inline-block;padding:10px 18px;border-radius:8px;background:#00558a;color:#fff;"
    "font-weight:600;text-decoration:none"
)


@lru_cache(maxsize=64)
def direction(language: str) -> str:
    """``rtl`` for languages that are written from right to left, else ``ltr``."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def page(language: str, title: str, body: str) -> str:
    """A whole mail around what it says, which is HTML already."""
    return (
        f'<!doctype html><html lang="{escape(language)}" dir="{direction(language)}"><head>'
        f'<meta charset="utf-8"><title>{escape(title)}</title></head>'
        '<body style="max-width:36em;margin:1.5em;font:16px/1.5 sans-serif">'
        f"{body}</body></html>"
    )


def paragraph(words: str) -> str:
    """A paragraph; line breaks within it stay."""
    return f"<p>{escape(words).replace(chr(10), '<br>')}</p>"


def button(address: str, label: str) -> str:
    """A link that looks like a button."""
    return f'<p><a href="{escape(address)}" style="{_BUTTON}">{escape(label)}</a></p>'


def small_print(words: str, links: Sequence[tuple[str, str]]) -> str:
    """What is said at the end, with links by label and address."""
    listed = "<br>".join(
        f'<a href="{escape(address)}" style="color:#52606d">{escape(label.rstrip(":： "))}</a>'
        for label, address in links
    )
    said = f"{escape(words)}<br>" if words else ""
    return f'<p style="color:#52606d;font-size:14px">{said}{listed}</p>'
