"""How fieldwork stands: counts of interviews, completion and where respondents stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Count:
    """Interviews of a group: how many were started and how many were completed."""

    started: int
    completed: int


@dataclass(frozen=True, slots=True)
class FieldworkProgress:
    """How fieldwork stands.

    The groups are keyed by code, `""` where unknown. `completion_rate` is completed by started, a
    proportion; an open link has no denominator for a response rate. `median_seconds` is over the
    completed interviews. `break_off[page]` counts the partial interviews that stopped at a page.
    Both figures are None where nothing was started or completed.
    """

    started: int
    completed: int
    completion_rate: float | None
    median_seconds: float | None
    by_wave: Mapping[str, Count]
    by_brand: Mapping[str, Count]
    by_language: Mapping[str, Count]
    by_channel: Mapping[str, Count]
    by_disposition: Mapping[str, int]
    break_off: Mapping[int, int]
