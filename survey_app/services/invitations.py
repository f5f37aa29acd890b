"""Mailings to contacts: foreseen, begun, ended. Nothing of who answered is kept with them."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.contact import ContactState
from survey_app.domain.invitation import (
    FEWEST_ANONYMOUS,
    InvitationError,
    Mailing,
    MailingKind,
    MailingState,
)
from survey_app.domain.mail_text import MailText
from survey_app.domain.person import Person
from survey_app.domain.posted import DeliveryState
from survey_app.domain.recognisable import too_few
from survey_app.domain.study import Mode, StudyState, is_key, new_key, now
from survey_app.services.invitation_mail import letter_values, shipped_text
from survey_app.services.invitation_tokens import hash_of, token_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from survey_app.domain.contact import Contact
    from survey_app.domain.invitation import Invitation, MailTask
    from survey_app.domain.recognisable import Group
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork

_random = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class MailingPlan:
    """What a mailing would do now.

    Parameters
    ----------
    sizes : how many would be written to, by language and brand.
    refusal : why it cannot be sent, ``""`` when it can.
    rare, rare_brands : what links of an anonymous study leave to the person.
    """

    kind: MailingKind
    sizes: Mapping[Group, int]
    refusal: str
    rare: Mapping[str, int]
    rare_brands: Mapping[Group, int]

    @property
    def people(self) -> int:
        """How many would be written to."""
        return sum(self.sizes.values())

    @property
    def languages(self) -> list[str]:
        """Languages in which somebody would be written to, those of most people first."""
        totals: Counter[str] = Counter()
        for (language, _), n in self.sizes.items():
            totals[language] += n
        return [language for language, _ in totals.most_common()]

    def faults(self, texts: Mapping[str, MailText]) -> list[str]:
        """What has to be mended in the texts before they can be sent."""
        found = []
        for language in self.languages:
            text = texts.get(language)
            if text is None:
                found.append(f"Write the mail in {language!r} too.")
                continue
            without = self.sizes.get((language, None), 0)
            if text.uses("brand") and without:
                found.append(
                    f"{{brand}} cannot be put in for {without} contacts in {language!r}: their "
                    "brand is not known. Take it out."
                )
            found += [f"{language}: {fault}" for fault in text.faults()]
        return found


def is_anonymous(study: Study) -> bool:
    """Whether nothing may lead from an answer to who gave it."""
    return study.mode is Mode.ANONYMOUS


def plan_mailing(unit: UnitOfWork, study: Study, wave: Wave, kind: MailingKind) -> MailingPlan:
    """Who would be written to now; nothing is kept."""
    sizes: dict[Group, int] = {}
    for row in _rows(unit, study, wave, kind):
        group = (row.language, row.brand_id)
        sizes[group] = sizes.get(group, 0) + 1
    people = sum(sizes.values())
    rare: dict[str, int] = {}
    rare_brands: dict[Group, int] = {}
    if is_anonymous(study) and kind is MailingKind.INVITATION:
        invited = dict(unit.invitations.cells(wave.id or 0))
        rare, rare_brands = too_few(_added(invited, sizes))
    refusal = _refusal(study, wave, people) or _under_way(unit, study, kind)
    return MailingPlan(kind, sizes, refusal, rare, rare_brands)


def texts_to_begin_with(
    unit: UnitOfWork, study: Study, kind: MailingKind, languages: Sequence[str]
) -> dict[str, MailText]:
    """The texts of the latest mailing of this kind, else those that ship."""
    latest = unit.mailings.newest_texts(study.id or 0, kind)
    return {
        language: MailText(*latest[language])
        if language in latest
        else shipped_text(kind, language)
        for language in languages
    }


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


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as somebody receives it; `chosen` is False for somebody picked for the researcher."""

    contact: Contact
    mail: MailText
    address: str
    chosen: bool


def preview_for(
    unit: UnitOfWork, study: Study, texts: Mapping[str, MailText], wish: str
) -> Preview | None:
    """The mail as the first contact receives it whose name or address holds `wish`, else as the
    first of all; None without any. The link of a preview leads nowhere."""
    study_id = study.id or 0
    found = unit.contacts.page(study_id, search=wish, most=1) if wish else []
    anybody = found or unit.contacts.page(study_id, state=ContactState.ACTIVE, most=1)
    if not anybody:
        return None
    contact = anybody[0]
    text = texts.get(contact.language) or next(iter(texts.values()))
    address = "/t/" + "x" * 22
    return Preview(
        contact, text.filled(letter_values(study, contact, address)), address, bool(found)
    )


def begin_mailing(unit: UnitOfWork, study: Study, mailing: Mailing, secret_key: str) -> None:
    """Make the links and let the mails wait, in an order drawn at random: who is written to first
    may answer first, and nothing shall tell. Cancelled when it may not be sent any more."""
    wave = next((one for one in study.waves if one.id == mailing.wave_id), None)
    if wave is None or mailing.state is not MailingState.PLANNED:
        return
    rows = _rows(unit, study, wave, mailing.kind)
    if _refusal(study, wave, len(rows)):
        mailing.state = MailingState.CANCELLED
        mailing.end({}, now())
        return
    if mailing.kind is MailingKind.INVITATION:
        _make_links(
            unit, study, wave, [one for one in rows if one.invitation_id is None], secret_key
        )
        rows = _rows(unit, study, wave, mailing.kind)
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


def has_finished(unit: UnitOfWork, study: Study, invitation: Invitation, contact: Contact) -> bool:
    """Whether somebody's link has led to a finished interview."""
    if is_anonymous(study):
        return invitation.number in unit.invitations.spent(invitation.wave_id)
    person_id = contact.person_id or 0
    return bool(unit.invitations.persons_finished(invitation.wave_id, person_id))


def _rows(unit: UnitOfWork, study: Study, wave: Wave, kind: MailingKind) -> list[Any]:
    if kind is MailingKind.INVITATION:
        return unit.invitations.to_be_invited(study.id or 0, wave.id or 0)
    rows = unit.invitations.to_be_reminded(wave.id or 0)
    if is_anonymous(study):
        spent = unit.invitations.spent(wave.id or 0)
        return [row for row in rows if row.number not in spent]
    finished = unit.invitations.persons_finished(wave.id or 0)
    return [row for row in rows if row.person_id not in finished]


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


def _refusal(study: Study, wave: Wave, people: int) -> str:
    if study.state is not StudyState.OPEN:
        return "The study takes no answers now; open it first."
    if wave.closes_at is not None and wave.closes_at <= now():
        return f"The field period of {wave.name} is over."
    if not people:
        return "There is nobody to be written to."
    if is_anonymous(study) and people < FEWEST_ANONYMOUS:
        return (
            f"Only {people} would be written to. In an anonymous study a mailing goes to "
            f"{FEWEST_ANONYMOUS} people or more, or it would show who answered."
        )
    return ""


def _under_way(unit: UnitOfWork, study: Study, kind: MailingKind) -> str:
    """Why nothing is added to what waits: the same people would be written to twice."""
    if any(one.kind is kind for one in unit.mailings.unfinished(study.id or 0)):
        return (
            f"The last {kind.value} is still on its way. Wait until it has ended, or take it back."
        )
    return ""


def _added(first: Mapping[Group, int], second: Mapping[Group, int]) -> dict[Group, int]:
    return {group: first.get(group, 0) + second.get(group, 0) for group in {*first, *second}}
