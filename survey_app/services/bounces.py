"""Mails that came back: nobody writes to their addresses again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from survey_app.domain.contact import ContactState
from survey_app.exchange.read import read_table
from survey_app.exchange.read_bounces import read_bounces
from survey_app.exchange.read_contacts import to_contacts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from survey_app.domain.contact import Contact
    from survey_app.domain.study import Study
    from survey_app.exchange.read_bounces import Bounce
    from survey_app.storage.database import UnitOfWork

MARKED, KNOWN, PASSING, FOREIGN = "bounced", "known", "temporary", "foreign"


def take_bounces(unit: UnitOfWork, bounces: Iterable[Bounce]) -> Counter[str]:
    """Mark the contacts whose mails came back for good; how many reports were which: `MARKED`,
    `KNOWN` before, `PASSING` troubles, `FOREIGN` mails that are no report about an invitation."""
    told = Counter[str]()
    for bounce in bounces:
        invitation = unit.invitations.by_key(bounce.invitation_id)
        contact = unit.contacts.by_id(invitation.contact_id or 0) if invitation else None
        if invitation is None:
            told[FOREIGN] += 1
        elif not bounce.permanent:
            told[PASSING] += 1
        else:
            told[_mark(contact)] += 1
    return told


def take_bounced_addresses(unit: UnitOfWork, study: Study, path: Path) -> Counter[str]:
    """Mark the contacts of a study whose addresses stand in a table with a column email.

    Raises
    ------
    survey_app.exchange.errors.ExchangeError
        the file cannot be read, or has no column of addresses.
    """
    read = to_contacts(read_table(path, fewest_columns=1), languages={}, brands={})
    told = Counter[str]({FOREIGN: len(read.refused)})
    for row in read.rows:
        contact = unit.contacts.by_email(study.id or 0, row.email)
        told[_mark(contact) if contact else FOREIGN] += 1
    return +told


def take_bounce_files(
    unit: UnitOfWork, paths: Iterable[Path], study: Study | None = None
) -> Counter[str]:
    """Mark what mails (.eml, mbox) and, for a study, tables of addresses tell. Raises
    ExchangeError."""
    told = Counter[str]()
    for path in paths:
        table = path.suffix.lower() in {".csv", ".tsv", ".xlsx"}
        if table and study is not None:
            told += take_bounced_addresses(unit, study, path)
        else:
            told += take_bounces(unit, read_bounces(path))
    return told


def _mark(contact: Contact | None) -> str:
    if contact is None or contact.state is not ContactState.ACTIVE:
        return KNOWN
    contact.state = ContactState.BOUNCED
    return MARKED
