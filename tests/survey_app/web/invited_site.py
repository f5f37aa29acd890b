"""People who were invited to a study, each with a link of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.invitation import MailingKind
from survey_app.domain.study import Mode, new_key, now
from survey_app.services.contacts import add_contact
from survey_app.services.invitation_tokens import token_of
from survey_app.services.invitations import (
    add_mailing,
    begin_mailing,
    plan_mailing,
    texts_to_begin_with,
)
from tests.survey_app.web.respond_site import SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survey_app.storage.database import Database

Person = tuple[str, str, str]
"""Address, language, code of a brand or ``""``."""


def some(n: int, name: str = "reader", language: str = "en", brand: str = "north") -> list[Person]:
    """People who share a language and a brand."""
    return [(f"{name}{number}@example.org", language, brand) for number in range(n)]


def invite(
    database: Database,
    study_key: str,
    people: Iterable[Person],
    mode: Mode = Mode.ANONYMOUS,
    secret_key: str = SECRET_KEY,
) -> dict[str, str]:
    """Let a study be of a mode and invite people to it; their tokens by address."""
    with database.writing() as unit:
        study = unit.studies.by_key(study_key)
        assert study is not None
        study.mode = mode
        for email, language, brand in people:
            add_contact(unit, study, email=email, name="", language=language, brand_code=brand)
        unit.flush()
        wave, kind = study.current_wave, MailingKind.INVITATION
        plan = plan_mailing(unit, study, wave, kind)
        texts = texts_to_begin_with(unit, study, kind, plan.languages)
        made = add_mailing(
            unit, study, wave, kind, texts, key=new_key(), asked_by=study.owner_id or 0
        )
        begin_mailing(unit, study, made, secret_key)
        unit.flush()
        rows = unit.mailings.waiting(made.id or 0)
        unit.invitations.mark_invited([row.invitation_id for row in rows], now().date())
        unit.mailings.forget_tasks(made.id or 0)
        made.end({"sent": len(rows)}, now())
        tokens = {}
        for row in rows:
            invitation = unit.invitations.by_id(row.invitation_id)
            assert invitation is not None
            contact = unit.contacts.by_id(invitation.contact_id or 0)
            assert contact is not None
            tokens[contact.email] = token_of(secret_key, invitation.key)
        unit.commit()
    return tokens
