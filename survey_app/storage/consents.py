"""Consents as they are kept: one for each interview, each text that was shown once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)

from survey_app.domain.consent_given import ConsentGiven
from survey_app.storage.prepared import Prepared
from survey_app.storage.tables import UtcDateTime, interview, metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from survey_app.domain.consent_given import ConsentShown
    from survey_app.storage.prepared import Transaction

consent_text = Table(
    "consent_text",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("interview_id", ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("language", String(35), nullable=False),
    Column("digest", ForeignKey("consent_text.digest"), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Index(None, "digest"),
)

_GIVEN = ("interview_id", "version", "language", "digest", "given_at")
_GIVE = Prepared(insert(consent).values({name: bindparam(name) for name in _GIVEN}))
_KEEP_TEXT = "INSERT INTO consent_text (digest, text) VALUES ({0}, {0}) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class ConsentCount:
    """How many interviews began with a text, and how many of those consents were withdrawn."""

    version: int
    language: str
    digest: str
    given: int
    withdrawn: int


def keep_text(transaction: Transaction, shown: ConsentShown) -> None:
    """Keep a text that is shown, unless it is kept already."""
    mark = "%s" if transaction.dialect.name == "postgresql" else "?"
    transaction.run(_KEEP_TEXT.format(mark), (shown.digest, shown.text))


def give(
    transaction: Transaction, interview_id: int, shown: ConsentShown, moment: datetime
) -> None:
    """Keep a consent in the transaction that begins the interview."""
    transaction.change(
        _GIVE,
        interview_id=interview_id,
        version=shown.version,
        language=shown.language,
        digest=shown.digest,
        given_at=moment,
    )


class Consents:
    """The consents of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, interview_id: int) -> ConsentGiven | None:
        """The consent of an interview with the text that was shown, or None where none was asked
        for, as for imported answers."""
        query = (
            select(consent, consent_text.c.text)
            .join(consent_text, consent_text.c.digest == consent.c.digest)
            .where(consent.c.interview_id == interview_id)
        )
        row = self._session.execute(query).one_or_none()
        if row is None:
            return None
        return ConsentGiven(
            row.version, row.language, row.digest, row.given_at, row.withdrawn_at, row.text
        )

    def withdraw(self, interview_id: int, moment: datetime) -> None:
        """Keep that a consent was withdrawn; the first moment counts."""
        self._session.execute(
            update(consent)
            .where(consent.c.interview_id == bindparam("number"), consent.c.withdrawn_at.is_(None))
            .values(withdrawn_at=moment),
            {"number": interview_id},
        )

    def counts(self, study_id: int) -> list[ConsentCount]:
        """Consents of a study by version, language and text."""
        group = (consent.c.version, consent.c.language, consent.c.digest)
        query = (
            select(*group, func.count().label("given"), func.count(consent.c.withdrawn_at))
            .join(interview, interview.c.id == consent.c.interview_id)
            .where(interview.c.study_id == study_id, ~interview.c.pilot)
            .group_by(*group)
            .order_by(*group)
        )
        return [ConsentCount(*row) for row in self._session.execute(query)]

    def text(self, study_id: int, digest: str) -> str | None:
        """A text that was shown in a study, None where it was shown in none."""
        shown = (
            select(consent.c.interview_id)
            .join(interview, interview.c.id == consent.c.interview_id)
            .where(interview.c.study_id == study_id, consent.c.digest == digest)
            .exists()
        )
        query = select(consent_text.c.text).where(consent_text.c.digest == digest, shown)
        found: str | None = self._session.scalar(query)
        return found
