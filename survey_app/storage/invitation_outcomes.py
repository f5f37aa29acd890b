"""What is known of how invitations came out: few rows and counts, however many were sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, or_, select

from survey_app.domain.contact import ContactState
from survey_app.domain.invitation import CHANNEL
from survey_app.storage.contacts import contact
from survey_app.storage.invitation_table import NOT_BROUGHT, invitation
from survey_app.storage.tables import interview, page_answers

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from survey_app.domain.interview import Disposition


@dataclass(frozen=True, slots=True)
class Inactive:
    """An invitation whose contact has `bounced` or else opted out. `finished`: the contact's panel
    member finished the wave, which is known in no anonymous study."""

    number: int
    invited: bool
    bounced: bool
    finished: bool


@dataclass(frozen=True, slots=True)
class ByLink:
    """Interviews of a wave that came by a link, of one disposition: how many are `finished`, how
    many are not, and how many of those have a page."""

    disposition: Disposition
    finished: int
    unfinished: int
    with_pages: int


class InvitationOutcomes:
    """How the invitations came out, as one unit of work sees it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_links(self, wave_id: int) -> int:
        """How many links of their own people have to a wave, brought by a mailing or not."""
        query = select(func.count()).where(invitation.c.wave_id == wave_id)
        return self._session.scalar(query) or 0

    def not_brought(self, wave_id: int) -> list[int]:
        """Numbers of the links to a wave that no mailing has brought yet."""
        query = select(invitation.c.number).where(invitation.c.wave_id == wave_id, NOT_BROUGHT)
        return list(self._session.scalars(query))

    def inactive(self, study_id: int, wave_id: int) -> list[Inactive]:
        """The invitations to a wave of a study whose contact is not active any more."""
        query = (
            select(
                invitation.c.number,
                invitation.c.invited_on.is_not(None),
                contact.c.state == ContactState.BOUNCED,
                _finished_by(contact.c.person_id, wave_id),
            )
            .join_from(contact, invitation, invitation.c.contact_id == contact.c.id)
            .where(
                contact.c.study_id == study_id,
                contact.c.state.in_(set(ContactState) - {ContactState.ACTIVE}),
                invitation.c.wave_id == wave_id,
            )
        )
        return [Inactive(*row) for row in self._session.execute(query)]

    def not_brought_finished(self, wave_id: int) -> int:
        """How many panel members finished a wave by a link that no mailing counts as brought, as
        while the mailing runs."""
        query = (
            select(func.count())
            .join_from(invitation, contact, contact.c.id == invitation.c.contact_id)
            .where(
                invitation.c.wave_id == wave_id,
                NOT_BROUGHT,
                _finished_by(contact.c.person_id, wave_id),
            )
        )
        return self._session.scalar(query) or 0

    def by_link(self, study_id: int, wave_id: int) -> list[ByLink]:
        """The interviews of a wave that came by a link, by disposition, without pilots. Of what was
        erased only the panel member tells that it did."""
        open_yet = interview.c.finished_at.is_(None)
        page = exists().where(page_answers.c.interview_id == interview.c.id)
        query = (
            select(
                interview.c.disposition,
                func.count(interview.c.finished_at),
                func.count().filter(open_yet),
                func.count().filter(open_yet & page),
            )
            .where(
                interview.c.study_id == study_id,
                interview.c.wave_id == wave_id,
                or_(
                    interview.c.channel == CHANNEL,
                    (interview.c.channel == "") & interview.c.person_id.is_not(None),
                ),
                ~interview.c.pilot,
            )
            .group_by(interview.c.disposition)
        )
        return [ByLink(*row) for row in self._session.execute(query)]


def _finished_by(person_id: ColumnElement[Any], wave_id: int) -> ColumnElement[bool]:
    """Whether a panel member finished a wave."""
    return exists().where(
        interview.c.wave_id == wave_id,
        interview.c.person_id == person_id,
        interview.c.finished_at.is_not(None),
    )
