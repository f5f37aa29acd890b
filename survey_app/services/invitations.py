"""Mailings to contacts: foreseen, begun, ended. Nothing of who answered is kept with them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from survey_app.domain.invitation import (
    FEWEST_ANONYMOUS,
    InvitationError,
    Mailing,
    MailingKind,
    MailingState,
)
from survey_app.domain.person import Person
from survey_app.domain.posted import DeliveryState
from survey_app.domain.study import is_key, new_key, now
from survey_app.services.invitation_tokens import hash_of, token_of
from survey_app.services.mailing_plan import (
    has_finished,
    is_anonymous,
    plan_mailing,
    recipients,
    refusal,
    texts_to_begin_with,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from survey_app.domain.invitation import MailTask
    from survey_app.domain.mail_text import MailText
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork

__all__ = [
    "add_mailing",
    "begin_mailing",
    "cancel_mailing",
    "end_mailing",
    "forget_reminded",
    "has_finished",
    "is_anonymous",
    "make_links",
    "plan_mailing",
    "texts_to_begin_with",
]

LINKS_AT_ONCE = 2_000
"""How many links are made in one transaction."""

_random = secrets.SystemRandom()


def add_mailing(
    unit: UnitOfWork,
    study: Study,
    wave: Wave,
    kind: MailingKind,
    texts: Mapping[str, MailText],
    *,
    key: str,
    asked_by: int,
    due_at: datetime | None = None,
) -> Mailing:
    """Let a mailing go out at its moment, at once where none is named; the one that is there
    already when the same key was confirmed before.

    Raises
    ------
    InvitationError
        nobody would be written to, too few would in an anonymous study, answers are not taken, or a
        text cannot be sent; the message says all that has to be mended.
    """
    if not is_key(key):
        raise InvitationError("The page was damaged on its way; open it again.")
    known = unit.mailings.by_key(key)
    if known is not None:
        if known.study_id != study.id:
            raise InvitationError("The page was damaged on its way; open it again.")
        return known
    plan = plan_mailing(unit, study, wave, kind)
    faults = [plan.refusal] if plan.refusal else plan.faults(texts)
    if faults:
        raise InvitationError(" ".join(faults))
    mailing = Mailing(
        study_id=study.id or 0,
        wave_id=wave.id or 0,
        kind=kind,
        texts={code: [text.subject, text.text] for code, text in texts.items()},
        due_at=due_at or now(),
        asked_by=asked_by,
        key=key,
    )
    unit.mailings.add(mailing)
    unit.flush()
    return mailing


def make_links(
    unit: UnitOfWork,
    study: Study,
    mailing: Mailing,
    secret_key: str,
    most: int = LINKS_AT_ONCE,
) -> bool:
    """Make some of the links that a mailing will bring, in a transaction of its own, so that nobody
    who answers meanwhile waits for long; whether there are more to make. Made links invite nobody
    before their mails go out."""
    wave = next((one for one in study.waves if one.id == mailing.wave_id), None)
    invites = mailing.kind is MailingKind.INVITATION and mailing.state is MailingState.PLANNED
    if wave is None or not invites or refusal(study, wave, FEWEST_ANONYMOUS):
        return False
    rows = unit.invitations.to_be_invited(study.id or 0, wave.id or 0, most_without_link=most)
    _make_links(unit, study, wave, rows, secret_key)
    return len(rows) == most


def begin_mailing(unit: UnitOfWork, study: Study, mailing: Mailing, secret_key: str) -> None:
    """Make the links and let the mails wait, in an order drawn at random: who is written to first
    may answer first, and nothing shall tell. Cancelled when it may not be sent any more."""
    wave = next((one for one in study.waves if one.id == mailing.wave_id), None)
    if wave is None or mailing.state is not MailingState.PLANNED:
        return
    rows = recipients(unit, study, wave, mailing.kind)
    if refusal(study, wave, len(rows)):
        mailing.state = MailingState.CANCELLED
        mailing.end({}, now())
        return
    if mailing.kind is MailingKind.INVITATION:
        _make_links(
            unit, study, wave, [one for one in rows if one.invitation_id is None], secret_key
        )
        rows = recipients(unit, study, wave, mailing.kind)
    invitation_ids = [row.invitation_id for row in rows]
    _random.shuffle(invitation_ids)
    mailing.planned, mailing.state = len(invitation_ids), MailingState.RUNNING
    unit.mailings.add_tasks(mailing.id or 0, invitation_ids, now())


def end_mailing(unit: UnitOfWork, mailing: Mailing) -> bool:
    """End a mailing of which nothing waits any more: its counts stay, and what tells of single
    people goes, for it says who had not finished yet. False while mails wait."""
    counts = unit.mailings.task_counts(mailing.id or 0)
    if counts.get(DeliveryState.WAITING) or counts.get(DeliveryState.SENDING):
        return False
    unit.invitations.mark_invited(unit.mailings.reached(mailing.id or 0), now().date())
    told = dict(mailing.counts)
    for state, n in counts.items():
        told[state.value] = told.get(state.value, 0) + n
    mailing.end(told, now())
    unit.mailings.forget_tasks(mailing.id or 0)
    return True


def forget_reminded(unit: UnitOfWork, study: Study, mailing: Mailing, task: MailTask) -> None:
    """Keep of a reminder that has come to its end only that it did: in an anonymous study nothing
    shall say who had finished at which moment, not even while the others wait."""
    if mailing.kind is not MailingKind.REMINDER or not is_anonymous(study):
        return
    if task.state in {DeliveryState.WAITING, DeliveryState.SENDING}:
        return
    before = mailing.counts.get(task.state.value, 0)
    mailing.counts = {**mailing.counts, task.state.value: before + 1}
    unit.mailings.forget_task(task)


def cancel_mailing(unit: UnitOfWork, mailing: Mailing) -> None:
    """Send nothing more of a mailing. Raises InvitationError when it has ended."""
    if not mailing.unfinished:
        raise InvitationError("This mailing has ended already.")
    mailing.state = MailingState.CANCELLED
    for task in unit.mailings.waiting(mailing.id or 0):
        task.cancel()
    unit.flush()
    end_mailing(unit, mailing)


def _make_links(
    unit: UnitOfWork, study: Study, wave: Wave, rows: Sequence[Any], secret_key: str
) -> None:
    if not is_anonymous(study):
        _make_persons(unit, study, rows)
    first = unit.invitations.next_number(wave.id or 0)
    numbers = list(range(first, first + len(rows)))
    _random.shuffle(numbers)
    made = []
    for row, number in zip(rows, numbers, strict=True):
        key = new_key()
        made.append(
            {
                "wave_id": wave.id,
                "contact_id": row.id,
                "number": number,
                "key": key,
                "token_hash": hash_of(token_of(secret_key, key)),
            }
        )
    unit.invitations.add(sorted(made, key=lambda one: one["number"]))


def _make_persons(unit: UnitOfWork, study: Study, rows: Sequence[Any]) -> None:
    """A panel member for each contact that is none yet."""
    without = [row.id for row in rows if row.person_id is None]
    persons = [Person(study.id or 0) for _ in without]
    unit.contacts.give_persons(without, persons)
