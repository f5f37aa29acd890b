"""Moments as a researcher reads and writes them: in their own time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.schedule import checked_zone
from survey_app.web.current import signed_in_user

if TYPE_CHECKING:
    from datetime import datetime


def local_words(moment: datetime | None) -> str:
    """A moment in the reader's time zone, e.g. ``3 May 2026, 09:00``; a dash for none."""
    if moment is None:
        return "–"
    local = moment.astimezone(checked_zone(signed_in_user().time_zone))
    return f"{local.day} {local:%B %Y, %H:%M}"
