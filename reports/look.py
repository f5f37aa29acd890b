"""How a report shows whose it is: the brand's colour where it can be read, and its logo.

The colour is that of titles and rules. Charts keep their own colours, so that they can be compared
from brand to brand and a verdict never takes the look of a brand.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.palette import WHITE, contrast
from reports.pdf.theme import ACCENT

if TYPE_CHECKING:
    from reports.logos.model import Logo

FOR_TEXT = 4.5
"""Least contrast of text against its page (WCAG 2.2, 1.4.3)."""
FOR_MARKS = 3.0
"""Least contrast of rules and shapes against their page (WCAG 2.2, 1.4.11)."""
DARK_PAGE = "#11171d"
"""The page of a screen set to dark."""

_STEPS = 400
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class ColourError(ValueError):
    """Not a colour. The message says how to write one."""


@dataclass(frozen=True, slots=True)
class Look:
    """A brand's look.

    `text` and `rule` are ``#rrggbb``: the brand's colour, darkened until it can be read on white.
    `alt` stands for the logo in the language of the report. `colour` is as the brand gave it, ""
    for none.
    """

    colour: str = ""
    text: str = ACCENT
    rule: str = ACCENT
    logo: Logo | None = None
    alt: str = ""


def look(colour: str = "", logo: Logo | None = None) -> Look:
    """The look of a brand by its colour (``#rrggbb``, "" for none) and its logo."""
    if not colour:
        return Look(logo=logo)
    return Look(colour, readable_on(colour, FOR_TEXT), readable_on(colour, FOR_MARKS), logo)


def checked_colour(text: str) -> str:
    """A colour as ``#rrggbb`` in small letters; "" for none. Raises ColourError."""
    text = text.strip()
    if not text:
        return ""
    if not _COLOUR.fullmatch(text):
        raise ColourError(
            f"{text[:20]!r} is not a colour. Write # and six digits or letters from a to f, for "
            "instance #0a7d4f."
        )
    return text.lower()


def readable_on(colour: str, least: float, page: str = WHITE) -> str:
    """The colour, of the same hue, as little darker (on a dark page: lighter) as gives it the
    least contrast against the page."""
    if contrast(colour, page) >= least:
        return colour
    towards = 0.0 if contrast(page, "#000000") > contrast(page, WHITE) else 1.0
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    for step in range(1, _STEPS + 1):
        there = lightness + (towards - lightness) * step / _STEPS
        channels = colorsys.hls_to_rgb(hue, there, saturation)
        made = "#" + "".join(f"{round(one * 255):02x}" for one in channels)
        if contrast(made, page) >= least:
            break
    return made
