"""Moments as a researcher reads them: in their own time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.web.current import signed_in_user
from survey_app.web.delivery_words import at

if TYPE_CHECKING:
    from datetime import datetime


def local_words(moment: datetime | None) -> str:
    """A moment in the reader's time zone, e.g. ``3 May 2026, 09:00``; a dash for none."""
    return at(moment, signed_in_user().time_zone)
