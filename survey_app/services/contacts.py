"""Contacts of a study: taken from files, added, removed, opted out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from survey_app.domain.contact import (
    LONGEST_NAME,
    Contact,
    ContactError,
    ContactState,
    checked_email,
    email_digest,
)
from survey_app.domain.recognisable import too_few
from survey_app.domain.study import now
from survey_app.domain.text import one_line
from survey_app.exchange.errors import Fault
from survey_app.exchange.limits import NO_LIMITS, Limits
from survey_app.exchange.read import MAX_BYTES, read_table
from survey_app.exchange.read_contacts import ContactRow, ReadContacts, to_contacts
from survey_app.services.upload import uploaded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from survey_app.domain.recognisable import Group
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork

LARGEST_UPLOAD = 32 * 1024 * 1024
"""Bytes of a file that is sent through a browser."""
UPLOAD_LIMITS = Limits(rows=150_000, cells=3_000_000)

OPTED_OUT = "has opted out of your invitations, and stays out."

_KEPT = ("name", "language", "brand_id", "attributes", "source_id")


@dataclass(frozen=True)
class ContactPlan:
    """What importing a file of contacts does.

    Parameters
    ----------
    new, changed : rows for the table. unchanged : how many stay as they are.
    refused : rows that are left out, each with its place and what to mend.
    sizes : active contacts by language and brand as they would be then.
    notes : what was detected while reading.
    """

    new: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    unchanged: int
    refused: tuple[Fault, ...]
    sizes: Mapping[Group, int]
    notes: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """The four numbers as a short text, to tell a plan that was shown from another."""
        counts = (len(self.new), len(self.changed), self.unchanged, len(self.refused))
        return "-".join(map(str, counts))

    @property
    def languages(self) -> dict[str, int]:
        """Active contacts by language, the most first."""
        return _totals(self.sizes, 0)

    @property
    def brands(self) -> dict[int | None, int]:
        """Active contacts by brand, the most first; None for those without."""
        return _totals(self.sizes, 1)

    @property
    def too_few(self) -> tuple[dict[str, int], dict[Group, int]]:
        """What links of an anonymous study would not carry: see `domain.recognisable.too_few`."""
        return too_few(self.sizes)


def read_contacts_file(
    study: Study,
    path: Path,
    *,
    name: str = "",
    encoding: str | None = None,
    max_bytes: int = MAX_BYTES,
    limits: Limits = NO_LIMITS,
) -> ReadContacts:
    """The contacts in a file, checked against the study; nothing is kept.

    Raises
    ------
    survey_app.exchange.errors.ExchangeError
        the file cannot be read, or has no column of addresses.
    """
    table = read_table(
        path,
        name=name,
        encoding=encoding,
        max_bytes=max_bytes,
        fewest_columns=1,
        limits=limits,
    )
    return to_contacts(
        table,
        languages={code: _language_names(code) for code in study.languages},
        brands={brand.code: tuple(brand.names.values()) for brand in study.brands},
    )


def read_contacts_upload(study: Study, file_name: str, content: bytes) -> ReadContacts:
    """The contacts in an uploaded file, which may be no larger than `LARGEST_UPLOAD` and hold no
    more than `UPLOAD_LIMITS`. Raises as `read_contacts_file`."""
    with uploaded(file_name, content, "contacts.csv") as (path, name):
        return read_contacts_file(
            study, path, name=name, max_bytes=LARGEST_UPLOAD, limits=UPLOAD_LIMITS
        )


def plan_import(unit: UnitOfWork, study: Study, read: ReadContacts) -> ContactPlan:
    """What importing these contacts would do; nothing is kept."""
    known = unit.contacts.known(study.id or 0)
    unwilling = unit.contacts.opted_out(study.owner_id or 0)
    brands = {brand.code: brand.id for brand in study.brands}
    today = now().date()
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    unchanged = 0
    refused = list(read.refused)
    sizes = Counter(
        (row.language, row.brand_id) for row in known.values() if row.state is ContactState.ACTIVE
    )
    for row in read.rows:
        before = known.get(row.email)
        if unwilling and email_digest(row.email) in unwilling:
            refused.append(Fault(row.place, OPTED_OUT))
            continue
        values = _values(study, row, brands, before, today)
        group = (values["language"], values["brand_id"])
        if before is None:
            new.append(values)
            sizes[group] += 1
            continue
        if before.state is ContactState.ACTIVE:
            sizes[before.language, before.brand_id] -= 1
            sizes[group] += 1
        if all(getattr(before, name) == values[name] for name in _KEPT):
            unchanged += 1
        else:
            changed.append({"id": before.id, **{name: values[name] for name in _KEPT}})
    sizes = Counter({group: n for group, n in sizes.items() if n})
    return ContactPlan(new, changed, unchanged, tuple(refused), sizes, read.notes)


def import_contacts(unit: UnitOfWork, study: Study, read: ReadContacts) -> ContactPlan:
    """Keep the contacts of a file: new ones are added, those known take what the file tells, an
    empty cell leaves what was there; what it did."""
    plan = plan_import(unit, study, read)
    unit.contacts.add(plan.new)
    unit.contacts.change(plan.changed)
    return plan


def add_contact(
    unit: UnitOfWork, study: Study, *, email: str, name: str, language: str, brand_code: str
) -> None:
    """Add one contact.

    Raises
    ------
    ContactError
        the address is none, is there already, or has opted out; the name, language or brand cannot
        be used.
    """
    address, named = checked_email(email), one_line(name)
    if len(named) > LONGEST_NAME or "=?" in named:
        raise ContactError(f"Write a name of at most {LONGEST_NAME} characters, without '=?'.")
    if language not in study.languages:
        raise ContactError("Choose one of the study's languages.")
    brands = {"": None, **{brand.code: brand.id for brand in study.brands}}
    if brand_code not in brands:
        raise ContactError("Choose one of the study's brands.")
    if unit.contacts.has_opted_out(study.owner_id or 0, email_digest(address)):
        raise ContactError(f"{address} {OPTED_OUT}")
    if unit.contacts.by_email(study.id or 0, address) is not None:
        raise ContactError(f"{address} is among the contacts already.")
    row = ContactRow("", address, named, language, brand_code, "", {})
    unit.contacts.add([_values(study, row, brands, None, now().date())])


def opt_out(unit: UnitOfWork, owner_id: int, digest: str) -> None:
    """Invite somebody to no study of a researcher any more, from this moment on."""
    unit.contacts.opt_out(owner_id, digest, now().date())


def own_contact(unit: UnitOfWork, study: Study, contact_id: int) -> Contact | None:
    """The contact with an identifier when it is of this study; None for any other."""
    found = unit.contacts.by_id(contact_id)
    return found if found is not None and found.study_id == study.id else None


def _values(
    study: Study, row: ContactRow, brands: Mapping[str, int | None], before: Any, today: date
) -> dict[str, Any]:
    """The row of a contact; what a file leaves empty stays as it was."""
    values: dict[str, Any] = {
        "study_id": study.id,
        "email": row.email,
        "email_digest": "" if before else email_digest(row.email),
        "state": ContactState.ACTIVE,
        "added_on": today,
        "person_id": None,
        "name": row.name,
        "language": row.language or (before.language if before else study.languages[0]),
        "brand_id": brands[row.brand] if row.brand else None,
        "attributes": row.attributes,
        "source_id": row.source_id,
    }
    if before is not None:
        values["attributes"] = {**before.attributes, **row.attributes}
        for name in ("name", "brand_id", "source_id"):
            values[name] = values[name] or getattr(before, name)
    return values


def _totals(sizes: Mapping[Group, int], part: int) -> dict[Any, int]:
    totals: Counter[Any] = Counter()
    for group, n in sizes.items():
        totals[group[part]] += n
    return dict(totals.most_common())


@lru_cache(maxsize=64)
def _language_names(code: str) -> tuple[str, ...]:
    """A language's name in English and in itself."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return ()
    own = locale.get_display_name(code.replace("-", "_"))
    return tuple(name for name in (locale.get_display_name("en"), own) if name)
