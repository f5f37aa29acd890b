"""Moments as a researcher reads them: in their own time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash

from survey_app.domain.field_period import is_shown_twice
from survey_app.web.current import signed_in_user
from survey_app.web.delivery_words import at

if TYPE_CHECKING:
    from datetime import datetime


def local_words(moment: datetime | None) -> str:
    """A moment in the reader's time zone, e.g. ``3 May 2026, 09:00``; a dash for none."""
    return at(moment, signed_in_user().time_zone)


def tell_if_twice(moment: datetime | None, time_zone: str) -> None:
    """Tell whoever chose a moment whose time clocks show twice which one is meant."""
    if moment is not None and is_shown_twice(moment, time_zone):
        flash(
            f"Clocks show {at(moment, time_zone)} twice, as they are put back. The first is meant."
        )
