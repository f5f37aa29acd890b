"""A study: what is asked, about which brands, in which languages, and whether it is open."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

_KEY = re.compile(r"[A-Za-z0-9_-]{1,22}")


class StudyError(ValueError):
    """A rule of the study is broken. The message says which and how to mend it."""


class StudyState(StrEnum):
    """Where a study stands: answers are taken only while it is open."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


def new_key() -> str:
    """An unguessable identifier for links: 128 bits, URL-safe, 22 characters."""
    return secrets.token_urlsafe(16)


def is_key(text: str) -> bool:
    """True when a text from a link could be such an identifier, so that looking it up is safe."""
    return _KEY.fullmatch(text) is not None


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


@dataclass(eq=False)
class Brand:
    """A brand that customers answer about; `names` by language.

    `colour` (``#rrggbb``) and `logo_type` (``image/png`` or ``image/svg+xml``) are empty where none
    was given; the logo itself is kept apart.
    """

    code: str
    names: dict[str, str]
    position: int = 0
    colour: str = ""
    logo_type: str = ""
    id: int | None = None

    def name(self, language: str) -> str:
        """The name in a language; English, then any other, where that language has none."""
        return self.names.get(language) or self.names.get("en") or next(iter(self.names.values()))


@dataclass(eq=False)
class Wave:
    """One field period of a study."""

    code: str
    name: str
    position: int = 0
    first_day: date | None = None
    last_day: date | None = None
    id: int | None = None


@dataclass(eq=False)
class Study:
    """A study and its rules.

    `instruments` are frozen copies (`instruments.load.to_plain`), the main questionnaire first, so
    that a later release of a definition changes no running study. `consent` is the consent text by
    language. `competitors_named` lets a scorecard name the other brands. `population`, `sponsor`
    and `source` are facts that every scorecard states; empty where the researcher stated none.
    `target` is the target market: values by background variable, all variables to be met, any of
    the values. `metrics` are choices about behavioural metrics (their weight profile).
    """

    title: str
    instruments: list[dict[str, Any]]
    languages: list[str]
    consent: dict[str, str] = field(default_factory=dict)
    shuffle_items: bool = False
    instructed_item: bool = False
    competitors_named: bool = False
    simulated: bool = False
    population: str = ""
    sponsor: str = ""
    source: str = ""
    target: dict[str, list[str]] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    state: StudyState = StudyState.DRAFT
    key: str = field(default_factory=new_key)
    created_at: datetime = field(default_factory=now)
    owner_id: int | None = None
    brands: list[Brand] = field(default_factory=list)
    waves: list[Wave] = field(default_factory=list)
    id: int | None = None

    def brand(self, code: str) -> Brand:
        """The brand with a code. Raises StudyError when there is none."""
        for brand in self.brands:
            if brand.code == code:
                return brand
        raise StudyError(f"The study has no brand {code!r}.")

    @property
    def current_wave(self) -> Wave:
        """The wave that answers go to: the last one."""
        return max(self.waves, key=lambda wave: wave.position)

    def missing_for_opening(self) -> list[str]:
        """What still has to be mended before the study can be opened, in plain words."""
        missing = []
        if not self.brands:
            missing.append("Add at least one brand.")
        for language in self.languages:
            if not self.consent.get(language, "").strip():
                missing.append(f"Write the consent text in {language!r}.")
            missing.extend(
                f"Give the brand {brand.code!r} a name in {language!r}."
                for brand in self.brands
                if not brand.names.get(language, "").strip()
            )
        return missing

    def open(self, today: date) -> None:
        """Start taking answers; from now on questionnaire, brands and consent are frozen."""
        if self.state is StudyState.OPEN:
            return
        missing = self.missing_for_opening()
        if missing:
            raise StudyError("The study cannot be opened yet. " + " ".join(missing))
        if not self.waves:
            self.waves.append(Wave(code="1", name="Wave 1", position=1, first_day=today))
        self.state = StudyState.OPEN

    def close(self, today: date) -> None:
        """Stop taking answers. Interviews already begun can no longer be continued."""
        if self.state is not StudyState.OPEN:
            raise StudyError("Only an open study can be closed.")
        self.current_wave.last_day = today
        self.state = StudyState.CLOSED

    def require_draft(self) -> None:
        """Raise StudyError unless the study may still be changed."""
        if self.state is not StudyState.DRAFT:
            raise StudyError(
                "The study has been opened; its questionnaire, brands and consent are frozen. "
                "Make a new study to change them."
            )
