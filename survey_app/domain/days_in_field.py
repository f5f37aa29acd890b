"""The days on which waves really were in the field, as reports state them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from survey_app.domain.study import Wave


def note_opening(waves: Sequence[Wave], today: date, moment: datetime) -> None:
    """Note what opening the study means: a wave whose period has begun begins only today, one whose
    period is over never was in the field."""
    waves[0].first_day = waves[0].first_day or (today if waves[0].opens_at is None else None)
    for wave in waves:
        if wave.closes_at is not None and wave.closes_at <= moment:
            wave.first_day = wave.last_day = None
        elif wave.opens_at is not None and wave.opens_at <= moment:
            wave.first_day = today


def note_closing(waves: Sequence[Wave], current: Wave, today: date, moment: datetime) -> None:
    """Note what closing the study means: the wave in the field ends today, later ones never were
    in the field."""
    if current.closes_at is None or current.closes_at > moment:
        current.last_day = today
    for wave in waves:
        if wave.opens_at is not None and wave.opens_at > moment:
            wave.first_day = wave.last_day = None
