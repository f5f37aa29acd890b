"""A Table becomes contacts: a row for each person, with the faults of every row that is none."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.contact import (
    LONGEST_ATTRIBUTE,
    LONGEST_NAME,
    MOST_ATTRIBUTES,
    ContactError,
    checked_email,
)
from survey_app.exchange.columns import Journal, folded
from survey_app.exchange.errors import Fault
from survey_app.exchange.known_codes import KnownCodes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from survey_app.exchange.table import Column, Table

HEADERS = {
    "email": ("email", "e mail", "mail", "email address", "e mail address", "mail address"),
    "name": ("name", "full name", "contact", "contact name"),
    "first name": ("first name", "firstname", "given name", "forename"),
    "last name": ("last name", "lastname", "surname", "family name"),
    "language": ("language", "lang", "locale", "userlanguage"),
    "brand": ("brand", "brand code"),
    "source_id": ("id", "source id", "contact id", "customer id", "crm id", "external id"),
}
"""Names of the columns; capitals, blanks, hyphens and underscores do not matter."""

_SHARE_OF_ADDRESSES = 0.8


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One person of a file; what the file does not tell is empty. `brand` is a code."""

    place: str
    email: str
    name: str
    language: str
    brand: str
    source_id: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class ReadContacts:
    """The contacts of a file. `refused` are the rows that are none, each with what to mend."""

    source: str
    rows: tuple[ContactRow, ...]
    refused: tuple[Fault, ...]
    notes: tuple[str, ...]


def to_contacts(
    table: Table,
    *,
    languages: Mapping[str, Collection[str]],
    brands: Mapping[str, Collection[str]],
) -> ReadContacts:
    """The contacts in a table. A row that cannot be one is refused by itself, with its place and
    everything that is wrong with it.

    Parameters
    ----------
    languages, brands : other names by code; a cell names one by either.

    Raises
    ------
    ExchangeError
        there is no column of addresses, or several may be the same part.
    """
    journal = Journal(table)
    parts = {part: _column(journal, part) for part in HEADERS}
    if parts["email"] is None:
        parts["email"] = _by_content(journal)
    journal.refuse_faults()
    reader = _Reader(table, parts, KnownCodes("language", languages), KnownCodes("brand", brands))
    _note_attributes(journal, reader.others)
    rows, refused = reader.read()
    return ReadContacts(table.source, tuple(rows), tuple(refused), tuple(journal.notes))


class _Reader:
    """Reads row by row; what a cell means is worked out once for all that say the same."""

    def __init__(
        self,
        table: Table,
        parts: Mapping[str, Column | None],
        languages: KnownCodes,
        brands: KnownCodes,
    ) -> None:
        self._table = table
        self._cells = {
            part: column.cells if column else ("",) * table.n for part, column in parts.items()
        }
        taken = {column.name for column in parts.values() if column}
        self.others = [column for column in table.columns if column.name not in taken]
        self._known = {"language": languages, "brand": brands}
        self._codes: dict[tuple[str, str], str] = {}

    def read(self) -> tuple[list[ContactRow], list[Fault]]:
        rows: list[ContactRow] = []
        refused: list[Fault] = []
        first: dict[str, str] = {}
        for row in range(self._table.n):
            faults: list[str] = []
            contact = self._row(row, faults)
            if contact.email in first and contact.email:
                faults.append(f"the same address stands in {first[contact.email]}; remove one.")
            if faults:
                refused.append(Fault(contact.place, " ".join(faults)))
            else:
                first[contact.email] = contact.place
                rows.append(contact)
        return rows, refused

    def _row(self, row: int, faults: list[str]) -> ContactRow:
        others = self.others[:MOST_ATTRIBUTES]
        return ContactRow(
            place=self._table.place(row),
            email=_email(self._cells["email"][row], faults),
            name=_plain("name", self._name(row), LONGEST_NAME, faults),
            language=self._code("language", self._cells["language"][row], faults),
            brand=self._code("brand", self._cells["brand"][row], faults),
            source_id=_plain("id", self._cells["source_id"][row], LONGEST_ATTRIBUTE, faults),
            attributes={
                column.name: text
                for column in others
                if (text := _plain(column.name, column.cells[row], LONGEST_ATTRIBUTE, faults))
            },
        )

    def _name(self, row: int) -> str:
        whole = self._cells["name"][row].strip()
        parts = (self._cells[part][row].strip() for part in ("first name", "last name"))
        return whole or " ".join(filter(None, parts))

    def _code(self, part: str, cell: str, faults: list[str]) -> str:
        text = cell.strip()
        if not text:
            return ""
        if (part, text) not in self._codes:
            self._codes[part, text] = self._known[part].find(text)
        if not self._codes[part, text]:
            faults.append(self._known[part].mend(text))
        return self._codes[part, text]


def _email(cell: str, faults: list[str]) -> str:
    if not cell.strip():
        faults.append("no e-mail address; fill it in.")
        return ""
    try:
        return checked_email(cell)
    except ContactError as error:
        faults.append(str(error))
        return ""


def _plain(part: str, cell: str, longest: int, faults: list[str]) -> str:
    """The text of a cell that may stand in a mail's header and on one line."""
    text = cell.strip()
    if not text:
        return ""
    if not text.isprintable() and any(map(_breaks_lines, text)):
        faults.append(f"the {part} holds a line break or a control character; take it out.")
    elif len(text) > longest:
        faults.append(f"the {part} is longer than {longest} characters; shorten it.")
    elif part == "name" and "=?" in text:
        faults.append("the name holds '=?', which mail programs read as code; take it out.")
    return text


def _breaks_lines(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}


def _column(journal: Journal, part: str) -> Column | None:
    found = [one for one in journal.table.columns if folded(one.name) in HEADERS[part]]
    if len(found) > 1:
        names = ", ".join(column.name for column in found)
        journal.fault(f"several columns may be the {part}: {names}; keep one.")
    return found[0] if found else None


def _by_content(journal: Journal) -> Column | None:
    """The one column whose cells are addresses, where none is named so."""
    if any("@" in name for name in journal.table.names):
        journal.fault(
            "the first row is a contact, not a header; put a row with the names of the columns on "
            "top: email, name, language."
        )
        return None
    found = [column for column in journal.table.columns if _holds_addresses(column.cells)]
    if len(found) != 1:
        there = ", ".join(journal.table.names[:20])
        journal.fault(
            f"there is no column of addresses; name one 'email'. The columns are {there}."
        )
        return None
    journal.note(f"Column {found[0].name!r} is read as email.")
    return found[0]


def _holds_addresses(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum("@" in cell for cell in filled) >= _SHARE_OF_ADDRESSES * len(filled)


def _note_attributes(journal: Journal, others: Sequence[Column]) -> None:
    kept = [column.name for column in others[:MOST_ATTRIBUTES]]
    if kept:
        journal.note(f"Kept as attributes: {', '.join(kept)}.")
    if len(others) > MOST_ATTRIBUTES:
        journal.note(
            f"Left out, for a contact has at most {MOST_ATTRIBUTES} attributes: "
            f"{', '.join(column.name for column in others[MOST_ATTRIBUTES:][:20])}."
        )
