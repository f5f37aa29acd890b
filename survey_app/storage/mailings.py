"""Mailings as they are kept, and the mails of those that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from survey_app.domain.invitation import Mailing, MailingKind, MailingState, MailTask
from survey_app.domain.posted import DeliveryState
from survey_app.domain.study import is_key
from survey_app.storage.posted_columns import posted_columns
from survey_app.storage.tables import UtcDateTime, choice, mapper_registry, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

mailing = Table(
    "mailing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(22), nullable=False, unique=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), nullable=False),
    Column("kind", choice(MailingKind), nullable=False),
    Column("texts", JSON, nullable=False),
    Column("asked_by", ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", choice(MailingState), nullable=False),
    Column("planned", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "state"),
)

mail_task = Table(
    "mail_task",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mailing_id", ForeignKey("mailing.id", ondelete="CASCADE"), nullable=False),
    Column("invitation_id", ForeignKey("invitation.id", ondelete="CASCADE"), nullable=False),
    *posted_columns(),
    UniqueConstraint("mailing_id", "invitation_id"),
    Index(None, "state", "next_try_at"),
    Index(None, "invitation_id"),
)

mapper_registry.map_imperatively(Mailing, mailing)
mapper_registry.map_imperatively(MailTask, mail_task)


class Mailings:
    """The mailings of one unit of work, and the mails of those that run."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Mailing) -> None:
        """Keep a mailing."""
        self._session.add(new)

    def mailing(self, mailing_id: int) -> Mailing | None:
        """The mailing with an identifier, or None."""
        return self._session.get(Mailing, mailing_id)

    def by_key(self, key: str) -> Mailing | None:
        """The mailing with a key, or None."""
        if not is_key(key):
            return None
        return self._session.scalars(select(Mailing).where(mailing.c.key == key)).one_or_none()

    def of_study(self, study_id: int, most: int = 50) -> list[Mailing]:
        """The mailings of a study, the latest first."""
        query = (
            select(Mailing)
            .where(mailing.c.study_id == study_id)
            .order_by(mailing.c.id.desc())
            .limit(most)
        )
        return list(self._session.scalars(query))

    def unfinished(self, study_id: int) -> list[Mailing]:
        """The mailings of a study of which something is still to be done, the oldest first."""
        query = (
            select(Mailing)
            .where(mailing.c.study_id == study_id, mailing.c.ended_at.is_(None))
            .order_by(mailing.c.id)
        )
        return list(self._session.scalars(query))

    def studies_due(self, moment: datetime) -> list[int]:
        """Studies with a mailing whose moment has come and in which something is to be done."""
        planned = select(mailing.c.study_id).where(
            mailing.c.state == MailingState.PLANNED, mailing.c.due_at <= moment
        )
        waits = (
            select(mail_task.c.id)
            .where(
                mail_task.c.mailing_id == mailing.c.id,
                (mail_task.c.state == DeliveryState.WAITING) & (mail_task.c.next_try_at > moment)
                | (mail_task.c.state == DeliveryState.SENDING),
            )
            .exists()
        )
        due = (
            select(mail_task.c.id)
            .where(
                mail_task.c.mailing_id == mailing.c.id,
                mail_task.c.state == DeliveryState.WAITING,
                mail_task.c.next_try_at <= moment,
            )
            .exists()
        )
        running = select(mailing.c.study_id).where(
            mailing.c.state.in_([MailingState.RUNNING, MailingState.CANCELLED]),
            mailing.c.ended_at.is_(None),
            due | ~waits,
        )
        found = set(self._session.scalars(planned)) | set(self._session.scalars(running))
        return sorted(found)

    def add_tasks(self, mailing_id: int, invitation_ids: Sequence[int], moment: datetime) -> None:
        """Let mails wait for being sent, in this order."""
        rows = [
            {
                "mailing_id": mailing_id,
                "invitation_id": one,
                "state": DeliveryState.WAITING,
                "attempts": 0,
                "next_try_at": moment,
                "error": "",
                "message_id": "",
            }
            for one in invitation_ids
        ]
        if rows:
            self._session.execute(insert(mail_task), rows)

    def by_id(self, task_id: int) -> MailTask | None:
        """The mail with an identifier, or None."""
        return self._session.get(MailTask, task_id)

    def in_hands(self) -> list[MailTask]:
        """Mails that are being sent."""
        query = select(MailTask).where(mail_task.c.state == DeliveryState.SENDING)
        return list(self._session.scalars(query))

    def due(self, study_id: int, moment: datetime, most: int) -> list[MailTask]:
        """Mails of a study that wait and whose moment has come."""
        query = (
            select(MailTask)
            .join(mailing, mailing.c.id == mail_task.c.mailing_id)
            .where(
                mailing.c.study_id == study_id,
                mailing.c.state == MailingState.RUNNING,
                mail_task.c.state == DeliveryState.WAITING,
                mail_task.c.next_try_at <= moment,
            )
            .order_by(mail_task.c.id)
            .limit(most)
        )
        return list(self._session.scalars(query))

    def waiting(self, mailing_id: int) -> list[MailTask]:
        """Mails of a mailing that wait."""
        query = select(MailTask).where(
            mail_task.c.mailing_id == mailing_id, mail_task.c.state == DeliveryState.WAITING
        )
        return list(self._session.scalars(query))

    def hurry(self, study_id: int, moment: datetime) -> None:
        """Let the mails of a study that wait for later be due at a moment; none that was handed
        over is among them."""
        running = select(mailing.c.id).where(
            mailing.c.study_id == study_id, mailing.c.state == MailingState.RUNNING
        )
        waits = mail_task.c.mailing_id.in_(running) & (mail_task.c.state == DeliveryState.WAITING)
        later = waits & (mail_task.c.next_try_at > moment)
        self._session.execute(update(mail_task).where(later).values(next_try_at=moment))

    def task_counts(self, mailing_id: int) -> dict[DeliveryState, int]:
        """How many mails of a mailing stand where."""
        query = (
            select(mail_task.c.state, func.count())
            .where(mail_task.c.mailing_id == mailing_id)
            .group_by(mail_task.c.state)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def reached(self, mailing_id: int) -> list[int]:
        """Invitations whose mail was sent, or may have been."""
        query = select(mail_task.c.invitation_id).where(
            mail_task.c.mailing_id == mailing_id,
            mail_task.c.state.in_([DeliveryState.SENT, DeliveryState.UNCERTAIN]),
        )
        return list(self._session.scalars(query))

    def forget_task(self, task: MailTask) -> None:
        """Forget one mail."""
        self._session.delete(task)

    def forget_tasks(self, mailing_id: int) -> None:
        """Forget every mail of a mailing."""
        self._session.execute(delete(mail_task).where(mail_task.c.mailing_id == mailing_id))

    def newest_texts(self, study_id: int, kind: MailingKind) -> dict[str, list[str]]:
        """The texts of the latest mailing of a kind, empty where there was none."""
        query = (
            select(mailing.c.texts)
            .where(mailing.c.study_id == study_id, mailing.c.kind == kind)
            .order_by(mailing.c.id.desc())
            .limit(1)
        )
        found: dict[str, list[str]] | None = self._session.scalar(query)
        return dict(found or {})
