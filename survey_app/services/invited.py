"""Who comes by a link of their own: what the link leads to, and whether it was spent."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.invitation import CHANNEL
from survey_app.domain.recognisable import Carried, carried
from survey_app.domain.study import is_key, now
from survey_app.services.invitation_tokens import hash_of
from survey_app.services.invitations import is_anonymous

if TYPE_CHECKING:
    from survey_app.domain.invitation import Invitation
    from survey_app.domain.recognisable import Group
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork

__all__ = ["CHANNEL", "Invited", "Invitees"]

SECONDS_TO_REMEMBER = 60.0
"""How long the sizes of groups are taken to be as they were."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody with a link of their own.

    `language` and `brand_code` are what the questionnaire opens with, None where the person
    chooses. `person_id` and `interview_key` are those of a panel member in a pseudonymous study;
    of an anonymous respondent nothing of the kind is known. `in_field` says whether the wave of the
    link takes answers now.
    """

    study_key: str
    language: str | None
    brand_code: str | None
    person_id: int | None
    interview_key: str | None
    spent: bool
    in_field: bool


class Invitees:
    """Reads links for every study of a database. One for each process; safe among threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sizes: dict[int, tuple[float, dict[Group, int]]] = {}

    def find(self, token: str) -> Invited | None:
        """What a token leads to, None for one that was never given out."""
        if not is_key(token):
            return None
        with self._database.reading() as unit:
            invitation = unit.invitations.by_hash(hash_of(token))
            study = unit.studies.of_wave(invitation.wave_id) if invitation else None
            if invitation is None or study is None:
                return None
            return self._invited(unit, study, invitation)

    def _invited(self, unit: UnitOfWork, study: Study, invitation: Invitation) -> Invited | None:
        wave = next(one for one in study.waves if one.id == invitation.wave_id)
        opened = self._carried(unit, study, invitation)
        brand = next((one for one in study.brands if one.id == opened.brand_id), None)
        person_id, key, finished = None, None, False
        if is_anonymous(study):
            finished = invitation.number in unit.invitations.spent(invitation.wave_id)
        else:
            contact = unit.contacts.by_id(invitation.contact_id or 0)
            person_id = contact.person_id if contact else None
            if person_id is None:
                return None  # of a contact that was removed nobody could say that it answered
            key, finished = unit.invitations.interview_of(invitation.wave_id, person_id)
        return Invited(
            study_key=study.key,
            language=opened.language if opened.language in study.languages else None,
            brand_code=brand.code if brand else None,
            person_id=person_id,
            interview_key=key,
            spent=finished,
            in_field=study.wave_in_field(now()) is wave,
        )

    def _carried(self, unit: UnitOfWork, study: Study, invitation: Invitation) -> Carried:
        contact = unit.contacts.by_id(invitation.contact_id or 0)
        if contact is None:
            return Carried(None, None)
        anonymous = is_anonymous(study)
        sizes = self._group_sizes(unit, invitation.wave_id) if anonymous else {}
        return carried((contact.language, contact.brand_id), sizes, anonymous=anonymous)

    def _group_sizes(self, unit: UnitOfWork, wave_id: int) -> dict[Group, int]:
        known = self._sizes.get(wave_id)
        if known is None or known[0] < time.monotonic() - SECONDS_TO_REMEMBER:
            known = time.monotonic(), unit.invitations.cells(wave_id)
            self._sizes[wave_id] = known
        return known[1]
