"""What every section needs at hand: the findings, the sentences and the rounding."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from reports.format import formatter
from reports.isolates import listed
from reports.verdicts import WORDING
from reports.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.facts import SurveyFacts
    from reports.findings import Findings
    from reports.format import Formatter
    from reports.wording import Catalogue

WIDTH = 499.0
"""Width in points of the text on paper; charts are drawn for it."""

PHONE = 250.0
"""Width in points at which charts are drawn for a phone, so that their words can be read there."""


@dataclass(frozen=True)
class Voice:
    """Sentences and figures of one language, and how wide charts are drawn."""

    language: str
    width: float = field(default=WIDTH, kw_only=True)

    @property
    def narrow(self) -> bool:
        """Whether charts must do with a phone's width."""
        return self.width < WIDTH

    @cached_property
    def words(self) -> Catalogue:
        """The sentences."""
        return catalogue(WORDING, self.language)

    @cached_property
    def figures(self) -> Formatter:
        """The rounding."""
        return formatter(self.language)

    def listed(self, parts: Sequence[str]) -> str:
        """``a, b and c`` as the language writes it."""
        locale = "en_GB" if self.language == "en" else self.language
        return listed(parts, locale, self.words.right_to_left)

    def language_name(self, code: str) -> str:
        """The name of a language; its code where it is not known."""
        from babel import Locale, UnknownLocaleError

        try:
            return Locale.parse(code, sep="-").get_display_name(self.language) or code
        except (UnknownLocaleError, ValueError):
            return code

    def lowered(self, name: str) -> str:
        """A name within a sentence; the nouns of German keep their capitals."""
        return name if self.language == "de" else lowered(name)

    def stated(self, text: str | None) -> str:
        """What the researcher stated, or that it was not stated."""
        return text or self.words("page.not_stated")

    def counted(self, key: str, count: int, **values: object) -> str:
        """A sentence whose form depends on a count, the count itself rounded for print."""
        # The plural form needs the number, the sentence its printed form.
        return self.words(key, count=PrintedCount(count, self.figures.count(count)), **values)


def unbroken(text: str) -> str:
    """Words between which no line breaks."""
    return text.replace(" ", "\u00a0")


def capital(text: str) -> str:
    """The text with its first letter as at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def lowered(name: str) -> str:
    """A name within a sentence of most languages; acronyms keep their capitals."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


class PrintedCount(int):
    """A number that chooses a plural form as itself and prints as it was rounded."""

    printed: str

    def __new__(cls, value: int, printed: str) -> Self:
        number = super().__new__(cls, value)
        number.printed = printed
        return number

    def __format__(self, spec: str) -> str:
        return self.printed


@dataclass(frozen=True)
class Story(Voice):
    """One scorecard in the making."""

    findings: Findings

    @property
    def facts(self) -> SurveyFacts:
        """The survey."""
        return self.findings.facts

    def variable(self, name: str) -> str:
        """What a variable by which people are grouped is called."""
        known = self.words.sentences["variable"]
        if name in known:
            return self.words(f"variable.{name}")
        return capital(self.facts.groups.variables.get(name) or name.replace("_", " "))

    def segment(self, variable: str, code: str) -> str:
        """What a group of people is called."""
        if variable == "language":
            return self.language_name(code)
        return self.facts.groups.value(variable, code)

    @property
    def brand(self) -> str:
        """The name of the reader's brand."""
        return self.findings.brand_name

    @property
    def level(self) -> str:
        """The confidence level as a percentage."""
        return self.figures.percent(self.findings.level)
