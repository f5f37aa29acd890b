"""Invitations as they are kept, beside the bits of those that were spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from survey_app.domain.contact import ContactState
from survey_app.domain.invitation import (
    BLOCK_BITS,
    Invitation,
    SpentBits,
    empty_block,
)
from survey_app.domain.study import is_key
from survey_app.storage.contacts import contact
from survey_app.storage.invitation_outcomes import InvitationOutcomes
from survey_app.storage.invitation_table import invitation
from survey_app.storage.spent import spent
from survey_app.storage.tables import interview

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

__all__ = ["Invitations", "invitation"]

MOST_ASKED_AT_ONCE = 500
"""SQLite takes a limited number of values in one query."""


class Invitations(InvitationOutcomes):
    """The invitations of one unit of work."""

    def by_id(self, invitation_id: int) -> Invitation | None:
        """The invitation with an identifier, or None."""
        return self._session.get(Invitation, invitation_id)

    def by_key(self, key: str) -> Invitation | None:
        """The invitation with a key, or None."""
        if not is_key(key):
            return None
        return self._session.scalars(
            select(Invitation).where(invitation.c.key == key)
        ).one_or_none()

    def by_hash(self, token_hash: str) -> Invitation | None:
        """The invitation whose token has this hash, or None."""
        query = select(Invitation).where(invitation.c.token_hash == token_hash)
        return self._session.scalars(query).one_or_none()

    def to_be_invited(
        self, study_id: int, wave_id: int, *, most_without_link: int | None = None
    ) -> list[Any]:
        """Active contacts of a study that no mailing has invited to a wave yet: rows of contact
        identifier, language, brand and the identifier of an invitation made before, or None. With
        `most_without_link` only so many who have none yet."""
        query = (
            select(
                contact.c.id,
                contact.c.language,
                contact.c.brand_id,
                contact.c.person_id,
                invitation.c.id.label("invitation_id"),
            )
            .outerjoin(
                invitation,
                (invitation.c.contact_id == contact.c.id) & (invitation.c.wave_id == wave_id),
            )
            .where(
                contact.c.study_id == study_id,
                contact.c.state == ContactState.ACTIVE,
                invitation.c.invited_on.is_(None),
            )
            .order_by(contact.c.id)
        )
        if most_without_link is not None:
            query = query.where(invitation.c.id.is_(None)).limit(most_without_link)
        return list(self._session.execute(query))

    def to_be_reminded(self, wave_id: int) -> list[Any]:
        """Invited, active contacts of a wave: rows of invitation identifier, number, person."""
        query = (
            select(
                invitation.c.id.label("invitation_id"),
                invitation.c.number,
                contact.c.person_id,
                contact.c.language,
                contact.c.brand_id,
            )
            .join(contact, contact.c.id == invitation.c.contact_id)
            .where(
                invitation.c.wave_id == wave_id,
                invitation.c.invited_on.is_not(None),
                contact.c.state == ContactState.ACTIVE,
            )
            .order_by(invitation.c.id)
        )
        return list(self._session.execute(query))

    def cells(self, wave_id: int) -> dict[tuple[str, int | None], int]:
        """How many people were given a link to a wave, by language and brand."""
        query = (
            select(contact.c.language, contact.c.brand_id, func.count())
            .join_from(invitation, contact, contact.c.id == invitation.c.contact_id)
            .where(invitation.c.wave_id == wave_id)
            .group_by(contact.c.language, contact.c.brand_id)
        )
        return {(row[0], row[1]): row[2] for row in self._session.execute(query)}

    def next_number(self, wave_id: int) -> int:
        """The first number of a wave that is free with all that follow."""
        query = select(func.max(invitation.c.number)).where(invitation.c.wave_id == wave_id)
        highest: int | None = self._session.scalar(query)
        return 0 if highest is None else highest + 1

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep new invitations of one wave, and room for their bits."""
        if not rows:
            return
        self._session.execute(insert(invitation), rows)
        wave_id = rows[0]["wave_id"]
        there = set(self._session.scalars(select(spent.c.block).where(spent.c.wave_id == wave_id)))
        last = max(row["number"] for row in rows) // BLOCK_BITS
        wanted = [
            {"wave_id": wave_id, "block": block, "bits": empty_block()}
            for block in range(last + 1)
            if block not in there
        ]
        if wanted:
            self._session.execute(insert(spent), wanted)

    def spent(self, wave_id: int) -> SpentBits:
        """The spent links of a wave."""
        query = select(spent.c.block, spent.c.bits).where(spent.c.wave_id == wave_id)
        return SpentBits({row.block: bytes(row.bits) for row in self._session.execute(query)})

    def mark_invited(self, invitation_ids: Iterable[int], day: date) -> None:
        """Keep that a mailing brought these links, all on one day and in no order of their own."""
        wanted = sorted(invitation_ids)
        for start in range(0, len(wanted), MOST_ASKED_AT_ONCE):
            self._session.execute(
                update(invitation)
                .where(
                    invitation.c.id.in_(wanted[start : start + MOST_ASKED_AT_ONCE]),
                    invitation.c.invited_on.is_(None),
                )
                .values(invited_on=day)
            )

    def interview_of(self, wave_id: int, person_id: int) -> tuple[str | None, bool]:
        """The key of a panel member's interview of a wave, None before it began, and whether it is
        finished."""
        query = select(interview.c.key, interview.c.finished_at).where(
            interview.c.wave_id == wave_id, interview.c.person_id == person_id
        )
        row = self._session.execute(query).first()
        return (None, False) if row is None else (row.key, row.finished_at is not None)

    def persons_finished(self, wave_id: int, person_id: int | None = None) -> set[int]:
        """Panel members who finished a wave; where one is named, that one or nobody."""
        query = select(interview.c.person_id).where(
            interview.c.wave_id == wave_id,
            interview.c.person_id.is_not(None),
            interview.c.finished_at.is_not(None),
        )
        if person_id is not None:
            query = query.where(interview.c.person_id == person_id)
        return {one for one in self._session.scalars(query) if one is not None}
