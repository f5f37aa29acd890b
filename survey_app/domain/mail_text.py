"""The text of a mail as a researcher writes it, with places for what differs between people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from survey_app.domain.text import one_line, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDERS = ("name", "link", "brand", "study")
LONGEST_SUBJECT = 200
LONGEST_TEXT = 10_000

_PLACE = re.compile(r"\{([^{}\n]*)\}")
_BRACE = re.compile(r"[{}]")
_NAME_WITH_SIGN = re.compile(r"(?:[,،，、]?[ \u00a0\u202f])?\{name\}")
_LEFT_OVER = re.compile(r"^[ \u00a0\u202f]*[,،，、][ \u00a0\u202f]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MailText:
    """Subject and text with places such as ``{name}``; paragraphs stand apart by an empty line."""

    subject: str
    text: str

    @classmethod
    def written(cls, subject: str, text: str) -> MailText:
        """What was typed, without what no mail can show."""
        return cls(one_line(subject), readable(text.replace("\r\n", "\n")))

    def faults(self) -> list[str]:
        """Everything that has to be mended before it can be sent, in plain words."""
        found = []
        if not self.subject:
            found.append("Write a subject.")
        if len(self.subject) > LONGEST_SUBJECT:
            found.append(f"Shorten the subject to {LONGEST_SUBJECT} characters.")
        if len(self.text) > LONGEST_TEXT:
            found.append(f"Shorten the text to {LONGEST_TEXT:,} characters.")
        if "{link}" in self.subject:
            found.append("Take {link} out of the subject; it belongs into the text.")
        links = self.text.count("{link}")
        if links != 1:
            found.append(f"Write {{link}} once in the text; it stands there {links} times.")
        for part in (self.subject, self.text):
            found += _unknown(part)
        return list(dict.fromkeys(found))

    def uses(self, placeholder: str) -> bool:
        """Whether a place such as ``brand`` occurs."""
        return f"{{{placeholder}}}" in f"{self.subject}\n{self.text}"

    def filled(self, values: Mapping[str, str]) -> MailText:
        """The mail for one person. Values are put in once: what looks like a place within a value
        stays as it is. Without a name the greeting closes up."""
        return MailText(one_line(_filled(self.subject, values)), _filled(self.text, values).strip())

    @property
    def paragraphs(self) -> list[str]:
        """The text paragraph by paragraph."""
        return [part.strip() for part in re.split(r"\n\s*\n", self.text) if part.strip()]


def _filled(text: str, values: Mapping[str, str]) -> str:
    if not values.get("name"):
        text = _LEFT_OVER.sub("", _NAME_WITH_SIGN.sub("", text))
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def _unknown(text: str) -> list[str]:
    found = []
    for place in _PLACE.findall(text):
        if place not in PLACEHOLDERS:
            near = get_close_matches(place.strip().lower(), PLACEHOLDERS, n=1, cutoff=0.5)
            listed = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            perhaps = f"Perhaps {{{near[0]}}}?" if near else f"There are {listed}."
            found.append(f"There is no {{{place[:40]}}}. {perhaps}")
    if _BRACE.search(_PLACE.sub("", text)):
        found.append("A curly bracket stands alone; take it out, or close it.")
    return found
