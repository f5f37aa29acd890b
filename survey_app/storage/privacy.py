"""What is stored of one respondent: read whole, taken out of use, erased; and deletion in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, func, select, update

from survey_app.domain.interview import Disposition
from survey_app.domain.study import is_key, whole_day
from survey_app.storage.contacts import contact
from survey_app.storage.invitations import invitation
from survey_app.storage.paper_entries import paper_sheet
from survey_app.storage.tables import (
    brand,
    interview,
    interview_brand,
    page_answers,
    person,
    tally,
    wave,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

_OWN = select(interview, wave.c.code.label("wave"), wave.c.name.label("wave_name")).join(
    wave, wave.c.id == interview.c.wave_id
)

_BLANK: dict[str, Any] = {
    "brand_id": None,
    "channel": "",
    "disposition": Disposition.WITHDRAWN,
    "seconds": None,
    "instructed_passed": None,
    "source_id": None,
    "background": {},
    "device": "",
}
"""What stays of an erased interview: that a link or a panel member has been here, so that nobody
is asked again, and the language in which its address says so."""


class PrivacyStore:
    """What one unit of work reads and deletes of persons."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def interview(self, key: str, *, lock: bool = False) -> Row[Any] | None:
        """Every column of the interview with a key, with code and name of its wave; None when there
        is none. With `lock` nobody adds a page to it before this unit ends."""
        if not is_key(key):
            return None
        query = _OWN.where(interview.c.key == key)
        if lock:
            query = query.with_for_update(of=interview)
        return self._session.execute(query).one_or_none()

    def interviews_of(self, person_id: int, *, lock: bool = False) -> Sequence[Row[Any]]:
        """The interviews of a panel member, in the order of the waves; columns as above."""
        query = _OWN.where(interview.c.person_id == person_id).order_by(
            wave.c.position, interview.c.id
        )
        if lock:
            query = query.with_for_update(of=interview)
        return self._session.execute(query).all()

    def submissions(self, interview_id: int) -> Sequence[Row[Any]]:
        """Every submitted page of an interview, in the order in which they came."""
        query = select(page_answers).where(page_answers.c.interview_id == interview_id)
        return self._session.execute(query.order_by(page_answers.c.id)).all()

    def brand_codes(self, interview_id: int) -> list[str]:
        """Codes of the brands that were drawn for an interview, in their slots."""
        query = (
            select(brand.c.code)
            .join(interview_brand, interview_brand.c.brand_id == brand.c.id)
            .where(interview_brand.c.interview_id == interview_id)
            .order_by(interview_brand.c.slot)
        )
        return list(self._session.scalars(query))

    def person_key(self, person_id: int) -> str | None:
        """The random key of a panel member."""
        return self._session.scalar(select(person.c.key).where(person.c.id == person_id))

    def person_by_key(self, study_id: int, key: str) -> int | None:
        """The panel member of a study with a random key, or None."""
        query = select(person.c.id).where(person.c.study_id == study_id, person.c.key == key)
        return self._session.scalar(query) if is_key(key) else None

    def contacts_of(self, person_id: int) -> Sequence[Row[Any]]:
        """Every column of the contacts that are a panel member; at most one by the rules."""
        query = select(contact).where(contact.c.person_id == person_id)
        return self._session.execute(query).all()

    def invitations_of(self, contact_id: int) -> list[tuple[str, date | None]]:
        """The waves that a contact was given a link to, by name, with the day of the mail that
        brought it, None where none has yet."""
        query = (
            select(wave.c.name, invitation.c.invited_on)
            .join(invitation, invitation.c.wave_id == wave.c.id)
            .where(invitation.c.contact_id == contact_id)
            .order_by(wave.c.position)
        )
        return [(row.name, row.invited_on) for row in self._session.execute(query)]

    def withdraw(self, interview_id: int, moment: datetime) -> None:
        """Take an interview out of use; it takes no more answers."""
        self._session.execute(
            update(interview)
            .where(interview.c.id == interview_id)
            .values(
                disposition=Disposition.WITHDRAWN,
                finished_at=func.coalesce(interview.c.finished_at, moment),
            )
        )

    def erase(self, interview_id: int, moment: datetime) -> None:
        """Delete the content of an interview; what `_BLANK` leaves is all that stays."""
        day = whole_day(moment)
        self._session.execute(
            update(interview)
            .where(interview.c.id == interview_id)
            .values(**_BLANK, started_at=day, finished_at=day)
        )
        for table in (page_answers, interview_brand):
            self._session.execute(delete(table).where(table.c.interview_id == interview_id))

    def n_interviews(self, study_id: int, *, pilot: bool) -> int:
        """How many interviews of a study there are, real ones or those of pilots, with the papers
        that were typed in."""
        counts = (
            select(func.count()).where(table.c.study_id == study_id, table.c.pilot.is_(pilot))
            for table in (interview, paper_sheet)
        )
        return sum(self._session.scalar(count) or 0 for count in counts)

    def n_contacts(self, study_id: int) -> int:
        """How many contacts of a study there are."""
        query = select(func.count()).where(contact.c.study_id == study_id)
        return self._session.scalar(query) or 0

    def delete_interviews(self, study_id: int, *, pilot: bool, most: int) -> int:
        """Delete some interviews of a study with all that belongs to them, the sums they are in,
        and the papers that were typed in; how many. 0 when none is left."""
        waves = select(wave.c.id).where(wave.c.study_id == study_id)
        self._session.execute(
            delete(tally).where(tally.c.wave_id.in_(waves), tally.c.pilot.is_(pilot))
        )
        return sum(
            self._delete(
                table,
                list(
                    self._session.scalars(
                        select(table.c.id)
                        .where(table.c.study_id == study_id, table.c.pilot.is_(pilot))
                        .limit(most)
                    )
                ),
            )
            for table in (interview, paper_sheet)
        )

    def delete_persons_alone(self, study_id: int) -> None:
        """Delete the keys of panel members of whom neither an interview nor a contact is left."""
        self._session.execute(
            delete(person).where(
                person.c.study_id == study_id,
                ~select(interview.c.id).where(interview.c.person_id == person.c.id).exists(),
                ~select(contact.c.id).where(contact.c.person_id == person.c.id).exists(),
            )
        )

    def delete_contacts(self, study_id: int, *, most: int) -> int:
        """Delete some contacts of a study; how many."""
        chosen = select(contact.c.id).where(contact.c.study_id == study_id).limit(most)
        return self._delete(contact, list(self._session.scalars(chosen)))

    def _delete(self, table: Any, ids: Collection[int]) -> int:
        if ids:
            self._session.execute(delete(table).where(table.c.id.in_(ids)))
        return len(ids)
