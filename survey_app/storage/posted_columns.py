"""What is kept of every mail while it is handed over (`survey_app.domain.posted.Posted`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Integer, String, Text

from survey_app.domain.posted import DeliveryState
from survey_app.storage.tables import UtcDateTime, choice


def posted_columns() -> list[Column[Any]]:
    """The columns of a table of mails that say how far each has come."""
    return [
        Column("state", choice(DeliveryState), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_try_at", UtcDateTime, nullable=False),
        Column("error", Text, nullable=False),
        Column("message_id", String(300), nullable=False),
        Column("claim_job", Integer),
        Column("claim_attempt", Integer),
        Column("sent_at", UtcDateTime),
    ]
