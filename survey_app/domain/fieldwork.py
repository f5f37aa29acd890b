"""How fieldwork stands: counts of interviews, completion, where respondents stop, and how they
answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Count:
    """Interviews of a group: how many were started and how many were completed."""

    started: int
    completed: int

    @property
    def rate(self) -> float | None:
        """Completed out of started, a proportion; None where nothing was started."""
        return self.completed / self.started if self.started else None


@dataclass(frozen=True, slots=True)
class PageCount:
    """A page of one version: how often it was `shown` to somebody who had not answered it, and how
    many interviews are `waiting` there now. Number 0 stands for no page: everything is answered but
    the end was not confirmed, or nobody knows who was shown what."""

    version: int
    number: int
    shown: int
    waiting: int

    @property
    def share(self) -> float | None:
        """Waiting out of shown, a proportion; None where it was never shown."""
        return self.waiting / self.shown if self.shown else None


@dataclass(frozen=True, slots=True)
class QuotaCount:
    """A quota of a wave: how many complete interviews fill it, of at most how many."""

    id: str
    name: str
    filled: int
    limit: int

    @property
    def is_full(self) -> bool:
        """Whether it takes no more interviews."""
        return self.filled >= self.limit


@dataclass(frozen=True, slots=True)
class FlagCount:
    """A sign of careless answering: how many complete interviews show it, of how many of which it
    could be judged."""

    flag: str
    judged: int
    raised: int

    @property
    def share(self) -> float | None:
        """Raised out of judged, a proportion; None where it could not be judged at all."""
        return self.raised / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class DayCount:
    """A day: how many interviews were started on it, and how many of those are complete."""

    day: date
    started: int
    completed: int


@dataclass(frozen=True, slots=True)
class FieldworkProgress:
    """How the fieldwork of one wave, or of all, stands.

    The groups are keyed by code, `""` where unknown; an interview about several brands counts for
    each of them. `median_seconds` is over the complete interviews whose duration is known, within
    1.5 %; None where there is none. `pages` are in order, the version that is asked now first;
    `days` in order, without days on which nothing was started. `flags_by_wave` has the waves with a
    complete interview, speed judged against each wave's own median.
    """

    started: int
    completed: int
    median_seconds: float | None
    by_wave: Mapping[str, Count]
    by_brand: Mapping[str, Count]
    by_language: Mapping[str, Count]
    by_channel: Mapping[str, Count]
    by_disposition: Mapping[str, int]
    pages: tuple[PageCount, ...] = ()
    flags: tuple[FlagCount, ...] = ()
    days: tuple[DayCount, ...] = ()
    quotas: tuple[QuotaCount, ...] = field(default=())
    flags_by_wave: Mapping[str, tuple[FlagCount, ...]] = field(default_factory=dict)

    @property
    def completion_rate(self) -> float | None:
        """Completed out of started, a proportion; an open link has no denominator for a response
        rate. None where nothing was started."""
        return self.completed / self.started if self.started else None
