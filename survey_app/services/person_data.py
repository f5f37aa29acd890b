"""All that a study keeps about one person, gathered for whoever asked for it (GDPR, article 15)."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.domain.contact import ContactError, checked_email
from survey_app.domain.study import Mode, is_key
from survey_app.exchange.plain_text import neutral, writable
from survey_app.services.own_data import OwnData, data_of_person, own_data, plain_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from survey_app.domain.contact import Contact
    from survey_app.domain.study import Study
    from survey_app.services.collect import Collector
    from survey_app.storage.database import UnitOfWork

_ADDRESS = re.compile(r"/i/([A-Za-z0-9_-]{1,22})")


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is kept of a person: as a contact, and as a respondent. Either may be missing; in an
    anonymous study nothing leads from the one to the other.

    Parameters
    ----------
    brand : name of the brand that the contact is a customer of, "" where unknown.
    invited : waves for which a link was made, by name, with the day of the mail, None for none yet.
    """

    contact: Contact | None
    answers: OwnData | None
    brand: str = ""
    invited: tuple[tuple[str, date | None], ...] = ()


def person_data(
    unit: UnitOfWork, collector: Collector, study: Study, who: str
) -> PersonData | None:
    """What a study keeps of a person; None where it knows nobody of that kind.

    Parameters
    ----------
    who : the address of an interview, its key, the random key of a panel member, or the e-mail
        address of a contact.
    """
    who = who.strip()
    if "@" in who:
        return _of_contact(unit, collector, study, who)
    found = _ADDRESS.search(who)
    key = found[1] if found else who
    if study.mode is Mode.ANONYMOUS or not is_key(key):
        return None
    person_id = unit.privacy.person_by_key(study.id or 0, key)
    if person_id is not None:
        answers = data_of_person(unit, collector, study, person_id)
        return _gathered(unit, study, _contact_of(unit, person_id), answers)
    row = unit.privacy.interview(key)
    if row is None or row.study_id != study.id:
        return None
    answers = own_data(unit, collector, key)
    contact = None if row.person_id is None else _contact_of(unit, row.person_id)
    return _gathered(unit, study, contact, answers)


def plain_person(data: PersonData) -> dict[str, Any]:
    """All of it, ready for JSON."""
    one = data.contact
    return {
        "contact": None
        if one is None
        else {
            "email": one.email,
            "name": one.name,
            "language": one.language,
            "attributes": one.attributes,
            "source_id": one.source_id,
            "brand": data.brand,
            "state": one.state.value,
            "added_on": one.added_on.isoformat(),
            "invited": {wave: day.isoformat() if day else None for wave, day in data.invited},
        },
        "answers": None if data.answers is None else plain_data(data.answers),
    }


def person_csv(data: PersonData) -> bytes:
    """All of it as lines of: part, what, brand, question, answer. UTF-8 with a byte order mark, by
    which spreadsheets know it; what they would take for a formula begins with an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["part", "what", "brand", "question", "answer"])
    for row in _rows(data):
        writer.writerow([neutral(writable(cell)) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def _rows(data: PersonData) -> Iterator[Sequence[str]]:
    plain = plain_person(data)
    for name, value in (plain["contact"] or {}).items():
        yield ("contact", name, "", "", str(value))
    for number, one in enumerate((plain["answers"] or {}).get("interviews", ()), start=1):
        part = f"interview {number}"
        for name, value in one.items():
            if name == "consent":
                for what, told in (value or {}).items():
                    yield (part, f"consent: {what}", "", "", str(told))
            elif name not in {"answers", "submissions"}:
                yield (part, name, "", "", "" if value is None else str(value))
        for each in one["answers"]:
            answer = each["label"] or ("" if each["answer"] is None else str(each["answer"]))
            yield (part, each["item"], each["brand"], each["question"], answer)


def _of_contact(
    unit: UnitOfWork, collector: Collector, study: Study, email: str
) -> PersonData | None:
    try:
        contact = unit.contacts.by_email(study.id or 0, checked_email(email))
    except ContactError:
        return None
    if contact is None:
        return None
    if contact.person_id is None or study.mode is Mode.ANONYMOUS:
        return _gathered(unit, study, contact, None)
    answers = data_of_person(unit, collector, study, contact.person_id)
    return _gathered(unit, study, contact, answers)


def _gathered(
    unit: UnitOfWork, study: Study, contact: Contact | None, answers: OwnData | None
) -> PersonData:
    if contact is None:
        return PersonData(None, answers)
    names = [brand.name("en") for brand in study.brands if brand.id == contact.brand_id]
    invited = unit.privacy.invitations_of(contact.id or 0)
    return PersonData(contact, answers, "".join(names), tuple(invited))


def _contact_of(unit: UnitOfWork, person_id: int) -> Contact | None:
    found = unit.privacy.contacts_of(person_id)
    return unit.contacts.by_id(found[0].id) if found else None
