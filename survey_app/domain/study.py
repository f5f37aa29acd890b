"""A study: what is asked, about which brands, in which languages, and whether it is open."""

from __future__ import annotations

import re
import secrets
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from instruments.texts import in_language
from survey_app.domain.days_in_field import note_closing, note_opening
from survey_app.domain.missing import missing_in

GRACE = timedelta(hours=1)
"""How long an interview that was begun in time may go on after its field period has ended."""

_KEY = re.compile(r"[A-Za-z0-9_-]{1,22}")


class StudyError(ValueError):
    """A rule of the study is broken. The message says which and how to mend it."""


class StudyState(StrEnum):
    """Where a study stands: answers are taken only while it is open, answers to try the
    questionnaire out while it is piloted."""

    DRAFT = "draft"
    PILOT = "pilot"
    OPEN = "open"
    CLOSED = "closed"


class Mode(StrEnum):
    """What is kept of who answered: nothing, or a random key by which a person's interviews of
    several waves belong together."""

    ANONYMOUS = "anonymous"
    PSEUDONYMOUS = "pseudonymous"


class Repeats(StrEnum):
    """Whether an open link lets one browser answer again: it leads back to the interview that was
    begun (`cookie`), or every start begins a new one (`none` is stopped), as on a shared device."""

    COOKIE = "cookie"
    NONE = "none"


def new_key() -> str:
    """An unguessable identifier for links: 128 bits, URL-safe, 22 characters."""
    return secrets.token_urlsafe(16)


def is_key(text: str) -> bool:
    """True when a text from a link could be such an identifier, so that looking it up is safe."""
    return _KEY.fullmatch(text) is not None


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def whole_day(moment: datetime) -> datetime:
    """The beginning of a moment's day, in UTC."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


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
        """The name in a language; English, any other, then the code, where that language has none:
        a brand of a draft may have no name yet."""
        return in_language(self.names, language, self.code)


@dataclass(eq=False)
class Wave:
    """One field period of a study: from `opens_at` until `closes_at`, where they are set. The days
    are those on which it was really in the field."""

    code: str
    name: str
    position: int = 0
    first_day: date | None = None
    last_day: date | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    id: int | None = None

    def in_field(self, moment: datetime) -> bool:
        """Whether the field period holds a moment."""
        begun = self.opens_at is None or self.opens_at <= moment
        return begun and (self.closes_at is None or moment < self.closes_at)


@dataclass(eq=False)
class StudyVersion:
    """A questionnaire as it was launched, never changed afterwards: `content` as
    `Study.content` gives it. `reason` says in words why it was made."""

    number: int
    content: dict[str, Any]
    launched_at: datetime
    pilot: bool = False
    reason: str = ""
    id: int | None = None


@dataclass(eq=False)
class Study:
    """A study and its rules.

    `instruments` are frozen copies (`instruments.load.to_plain`), the main questionnaire first, so
    that a later release of a definition changes no running study. `consent` is the consent text by
    language. `competitors_named` lets a scorecard name the other brands. `population`, `sponsor`
    and `source` are facts that every scorecard states; empty where the researcher stated none.
    `target` is the target market: values by background variable, all variables to be met, any of
    the values. `metrics` are choices about behavioural metrics (their weight profile), `retention`
    how long what was collected is kept (`retention.plain_retention`). `design` is
    the order of the questionnaire (`questionnaire.plain_design`), empty for every instrument in its
    order. `versions` are the questionnaires launched so far, `version` the number of the one that
    is asked now, 0 before the first. `next_content` is a next version in the making, empty where
    there is none.
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
    retention: dict[str, Any] = field(default_factory=dict)
    design: dict[str, Any] = field(default_factory=dict)
    mode: Mode = Mode.ANONYMOUS
    repeats: Repeats = Repeats.COOKIE
    version: int = 0
    next_content: dict[str, Any] = field(default_factory=dict)
    state: StudyState = StudyState.DRAFT
    key: str = field(default_factory=new_key)
    created_at: datetime = field(default_factory=now)
    owner_id: int | None = None
    brands: list[Brand] = field(default_factory=list)
    waves: list[Wave] = field(default_factory=list)
    versions: list[StudyVersion] = field(default_factory=list)
    id: int | None = None

    def brand(self, code: str) -> Brand:
        """The brand with a code. Raises StudyError when there is none."""
        for brand in self.brands:
            if brand.code == code:
                return brand
        raise StudyError(f"The study has no brand {code!r}.")

    @property
    def current_wave(self) -> Wave:
        """The wave that answers go to now, else the last one that did, else the last."""
        moment = now()
        begun = [wave for wave in self.waves if wave.opens_at is None or wave.opens_at <= moment]
        last = max(begun or self.waves, key=lambda wave: wave.position)
        return self.wave_in_field(moment) or last

    def wave_in_field(self, moment: datetime) -> Wave | None:
        """The wave whose field period holds a moment, the latest of several; None where none."""
        return max(
            (wave for wave in self.waves if wave.in_field(moment)),
            key=lambda wave: wave.position,
            default=None,
        )

    def content(self) -> dict[str, Any]:
        """All that a respondent is shown, as plain data of its own."""
        return deepcopy(
            {
                "instruments": self.instruments,
                "languages": self.languages,
                "consent": self.consent,
                "shuffle_items": self.shuffle_items,
                "instructed_item": self.instructed_item,
                "design": self.design,
                "brands": [{"code": brand.code, "names": brand.names} for brand in self.brands],
            }
        )

    def asked_content(self) -> dict[str, Any]:
        """The content of the version that is asked now. Raises StudyError before the first."""
        return self.asked_version(self.version).content

    def asked_version(self, number: int) -> StudyVersion:
        """The version with a number. Raises StudyError when there is none."""
        for version in self.versions:
            if version.number == number:
                return version
        raise StudyError(f"The study has no version {number} of its questionnaire.")

    def missing_for_opening(self) -> list[str]:
        """What still has to be mended before the study can be opened, in plain words."""
        return missing_in(self.content())

    def open(self, today: date) -> None:
        """Start taking answers; from now on what is asked is frozen as a version."""
        if self.state is StudyState.OPEN:
            return
        if self.state is StudyState.CLOSED:
            raise StudyError("A closed study is not opened again. Copy it to ask anew.")
        self._require_ready("opened")
        self._have_wave()
        note_opening(self.waves, today, now())
        self._launch(pilot=False)
        self.state = StudyState.OPEN

    def pilot(self) -> None:
        """Start taking answers that never count. Raises StudyError unless it is a draft."""
        if self.state is not StudyState.DRAFT:
            raise StudyError("Only a draft can be piloted.")
        self._require_ready("piloted")
        self._have_wave()
        self._launch(pilot=True)
        self.state = StudyState.PILOT

    def end_pilot(self) -> None:
        """Back to the draft, to change it. Raises StudyError unless it is being piloted."""
        if self.state is not StudyState.PILOT:
            raise StudyError("The study is not being piloted.")
        self.state = StudyState.DRAFT

    def _require_ready(self, done: str) -> None:
        missing = self.missing_for_opening()
        if missing:
            raise StudyError(f"The study cannot be {done} yet. " + " ".join(missing))

    def _have_wave(self) -> Wave:
        if not self.waves:
            self.waves.append(Wave(code="1", name="Wave 1", position=1))
        return self.waves[0]

    def launch_next(self, reason: str) -> None:
        """Ask the next version from now on; interviews already begun go on with their own.

        Raises StudyError unless the study is open and a next version was begun.
        """
        if self.state is not StudyState.OPEN or not self.next_content:
            raise StudyError("There is no next version that could be launched.")
        content = deepcopy(self.next_content)
        known = {brand.code: brand for brand in self.brands}
        self.brands = [
            known.get(each["code"]) or Brand(each["code"], {}) for each in content.pop("brands")
        ]
        for position, (brand, each) in enumerate(
            zip(self.brands, self.next_content["brands"], strict=True), start=1
        ):
            brand.names, brand.position = dict(each["names"]), position
        for name, value in content.items():
            setattr(self, name, value)
        self.next_content = {}
        self._launch(pilot=False, reason=reason)

    def _launch(self, *, pilot: bool, reason: str = "") -> None:
        self.version = max((version.number for version in self.versions), default=0) + 1
        self.versions.append(
            StudyVersion(self.version, self.content(), now(), pilot=pilot, reason=reason)
        )

    def close(self, today: date) -> None:
        """Stop taking answers. Interviews already begun can no longer be continued."""
        if self.state is not StudyState.OPEN:
            raise StudyError("Only an open study can be closed.")
        note_closing(self.waves, self.current_wave, today, now())
        self.state = StudyState.CLOSED

    def require_draft(self) -> None:
        """Raise StudyError unless the study may still be changed."""
        if self.state is StudyState.PILOT:
            raise StudyError("The study is being piloted. End the pilot to change it.")
        if self.state is not StudyState.DRAFT:
            raise StudyError(
                "The study has been opened; its questionnaire, brands and consent are frozen. "
                "Begin a next version of the questionnaire, or copy the study."
            )
