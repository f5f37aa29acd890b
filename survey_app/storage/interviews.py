"""Interviews as they are kept: read whole for an analysis, counted for the fieldwork."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Interviews:
    """The interviews of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session
