"""What a mailing to contacts would do: to whom it goes, in which words, and why not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.contact import ContactState
from survey_app.domain.invitation import FEWEST_ANONYMOUS, MailingKind
from survey_app.domain.mail_text import MailText
from survey_app.domain.recognisable import too_few
from survey_app.domain.study import Mode, StudyState, now
from survey_app.services.invitation_mail import letter_values, shipped_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from survey_app.domain.contact import Contact
    from survey_app.domain.invitation import Invitation
    from survey_app.domain.recognisable import Group
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork


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


def is_anonymous(study: Study) -> bool:
    """Whether nothing may lead from an answer to who gave it."""
    return study.mode is Mode.ANONYMOUS


def plan_mailing(unit: UnitOfWork, study: Study, wave: Wave, kind: MailingKind) -> MailingPlan:
    """Who would be written to now; nothing is kept."""
    sizes: dict[Group, int] = {}
    for row in recipients(unit, study, wave, kind):
        group = (row.language, row.brand_id)
        sizes[group] = sizes.get(group, 0) + 1
    people = sum(sizes.values())
    rare: dict[str, int] = {}
    rare_brands: dict[Group, int] = {}
    if is_anonymous(study) and kind is MailingKind.INVITATION:
        invited = dict(unit.invitations.cells(wave.id or 0))
        rare, rare_brands = too_few(_added(invited, sizes))
    why = refusal(study, wave, people) or _under_way(unit, study, kind)
    return MailingPlan(kind, sizes, why, rare, rare_brands)


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


def has_finished(unit: UnitOfWork, study: Study, invitation: Invitation, contact: Contact) -> bool:
    """Whether somebody's link has led to a finished interview."""
    if is_anonymous(study):
        return invitation.number in unit.invitations.spent(invitation.wave_id)
    person_id = contact.person_id or 0
    return bool(unit.invitations.persons_finished(invitation.wave_id, person_id))


def recipients(unit: UnitOfWork, study: Study, wave: Wave, kind: MailingKind) -> list[Any]:
    """Those to whom a mailing goes now, as rows with language, brand and the identifier of their
    invitation, None where they have none yet."""
    if kind is MailingKind.INVITATION:
        return unit.invitations.to_be_invited(study.id or 0, wave.id or 0)
    rows = unit.invitations.to_be_reminded(wave.id or 0)
    if is_anonymous(study):
        spent = unit.invitations.spent(wave.id or 0)
        return [row for row in rows if row.number not in spent]
    finished = unit.invitations.persons_finished(wave.id or 0)
    return [row for row in rows if row.person_id not in finished]


def refusal(study: Study, wave: Wave, people: int) -> str:
    """Why nobody may be written to, ``""`` where they may."""
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
