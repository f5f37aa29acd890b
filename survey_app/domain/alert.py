"""A mail to the researcher about what happened in fieldwork, once for each event."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from survey_app.domain.posted import Posted
from survey_app.domain.study import new_key, now

if TYPE_CHECKING:
    from datetime import datetime


class AlertKind(StrEnum):
    """What happened: a quota filled, or more respondents stop at a page than before."""

    QUOTA_FILLED = "quota_filled"
    BREAK_OFF = "break_off"


@dataclass(eq=False, kw_only=True)
class Alert(Posted):
    """One event of a wave and the mail about it.

    `event` names it, so that it is told once: the kind, then what it is about. `told` holds the
    figures of the moment at which it was noticed.
    """

    study_id: int
    wave_id: int
    reader_id: int
    event: str
    told: dict[str, Any]
    noticed_at: datetime = field(default_factory=now)
    key: str = field(default_factory=new_key)

    @property
    def kind(self) -> AlertKind:
        """What happened."""
        return AlertKind(self.event.partition(":")[0])
