"""Failed sign-ins as they are kept, so that every process counts the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from survey_app.storage.tables import sign_in_attempt

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


class SignInAttempts:
    """The attempts of one unit of work. A subject is the hash of what is counted."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, subject: str, moment: datetime) -> None:
        """Count one attempt."""
        row = {"subject": subject, "attempted_at": moment}
        self._session.execute(insert(sign_in_attempt), row)

    def moment(self, subject: str, back: int) -> datetime | None:
        """When the attempt number `back`, counted from the latest (1), was made, or None."""
        return self._session.scalar(
            select(sign_in_attempt.c.attempted_at)
            .where(sign_in_attempt.c.subject == subject)
            .order_by(sign_in_attempt.c.attempted_at.desc())
            .offset(back - 1)
            .limit(1)
        )

    def forget(self, subject: str) -> None:
        """Forget a subject's attempts."""
        self._session.execute(delete(sign_in_attempt).where(sign_in_attempt.c.subject == subject))

    def forget_latest(self, subject: str) -> None:
        """Take back a subject's latest attempt."""
        latest = (
            select(sign_in_attempt.c.id)
            .where(sign_in_attempt.c.subject == subject)
            .order_by(sign_in_attempt.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        self._session.execute(delete(sign_in_attempt).where(sign_in_attempt.c.id == latest))

    def forget_before(self, moment: datetime) -> None:
        """Forget every attempt made before a moment."""
        self._session.execute(
            delete(sign_in_attempt).where(sign_in_attempt.c.attempted_at < moment)
        )
