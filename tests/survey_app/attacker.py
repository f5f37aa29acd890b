"""Somebody who has a whole dump of the database, the server's logs and the secret key, and wants to
know which interview is whose."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, text

from survey_app.services.collect_checks import digest
from survey_app.services.invitation_tokens import token_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from survey_app.storage.database import Database

Row = dict[str, Any]
Guess = dict[int, int]
"""Contact by interview."""

PLACE, WRITER = "(place)", "(writer)"
"""Where a row lies, and the transaction that wrote it last: no dump shows them as columns."""

LONG = 16
"""Letters from which on a text that two rows share is no accident."""


@dataclass(frozen=True, slots=True)
class Dump:
    """Every row of every table in the order in which it lies in the database."""

    tables: dict[str, list[Row]]

    def about(self, table: str, column: str) -> dict[Any, list[Row]]:
        """Rows of a table by what a column names."""
        found = defaultdict(list)
        for row in self.tables.get(table, []):
            found[row[column]].append(row)
        return found


def take_dump(database: Database) -> Dump:
    """All that a dump holds, and on PostgreSQL the hidden columns of the heap besides."""
    known = MetaData()
    known.reflect(database.engine)
    postgresql = database.engine.dialect.name == "postgresql"
    tables = {}
    with database.engine.connect() as connection:
        for table in known.tables:
            hidden = "ctid::text AS place, xmin::text::bigint AS writer" if postgresql else "rowid"
            rows = connection.execute(text(f'SELECT {hidden}, * FROM "{table}"')).mappings()
            tables[table] = [_row(dict(row), n) for n, row in enumerate(rows)]
    return Dump(tables)


def _row(row: Row, n: int) -> Row:
    writer = row.pop("writer", n)
    row.pop("place", None)
    return {**row, PLACE: n, WRITER: writer}


class Attacker:
    """Tries to say which contact gave which interview."""

    def __init__(self, dump: Dump, logs: str, secret_key: str) -> None:
        self._dump, self._logs, self._secret = dump, logs, secret_key
        tables = dump.tables
        self._study = tables["study"][0]
        self._brands = {row["id"]: row["code"] for row in tables["brand"]}
        self.interviews = [row for row in tables["interview"] if row["finished_at"] is not None]
        self._invitations = {row["contact_id"]: row for row in tables["invitation"]}
        self._contacts = {row["id"]: row for row in tables["contact"]}
        self.finished = self._who_finished()

    def answers_of(self, interview: Row) -> list[Row]:
        """The submitted pages of an interview."""
        return self._dump.about("page_answers", "interview_id")[interview["id"]]

    def contact(self, email: str) -> int:
        """The contact with an address."""
        return next(int(one) for one, row in self._contacts.items() if row["email"] == email)

    def if_order_were_kept(self, names: dict[int, str]) -> Attacker:
        """The same attacker where a row for each link had been touched when it was spent: names are
        those who finished, in their order."""
        moments = {self.contact(email): f"moment {n:03}" for n, email in names.items()}
        invitations = [
            {**row, "spent": moments.get(row["contact_id"], "never")}
            for row in self._dump.tables["invitation"]
        ]
        dump = Dump({**self._dump.tables, "invitation": invitations})
        return Attacker(dump, self._logs, self._secret)

    def tokens(self) -> list[str]:
        """The token of every link."""
        return [token_of(self._secret, row["key"]) for row in self._invitations.values()]

    def secrets(self) -> list[str]:
        """What no log may hold: tokens, keys and addresses."""
        keys = [row["key"] for row in self._dump.tables["interview"]]
        emails = [row["email"] for row in self._contacts.values()]
        return [*self.tokens(), *keys, *emails]

    def guesses(self) -> Iterator[tuple[str, Guess]]:
        """Every attack by its name."""
        yield "shared values", self._by_shared_values()
        yield "values made of others", self._by_hashes()
        yield "lines of the log", self._by_log()
        yield from self._by_orders()

    def _who_finished(self) -> list[int]:
        """Contacts whose link was spent, or whose person finished an interview."""
        bits = {row["block"]: bytes(row["bits"]) for row in self._dump.tables["spent"]}
        persons = {row["person_id"] for row in self.interviews} - {None}

        def spent(number: int) -> bool:
            block, place = divmod(number, 4096)
            return bool(bits[block][place // 8] >> (place % 8) & 1)

        return [
            contact
            for contact, row in self._invitations.items()
            if spent(row["number"]) or self._contacts[contact]["person_id"] in persons
        ]

    def _rows_of_contact(self, contact: int) -> list[Row]:
        invitation = self._invitations[contact]
        tasks = self._dump.about("mail_task", "invitation_id")[invitation["id"]]
        return [self._contacts[contact], invitation, *tasks]

    def _rows_of_interview(self, interview: Row) -> list[Row]:
        found = [interview]
        for table, rows in self._dump.tables.items():
            if table != "interview" and rows and "interview_id" in rows[0]:
                found += [row for row in rows if row["interview_id"] == interview["id"]]
        return found

    def _by_shared_values(self) -> Guess:
        """The same value in columns of one name, or the same long text anywhere."""
        owners: dict[Any, set[int]] = defaultdict(set)
        for contact in self._contacts:
            if contact in self._invitations:
                for value in _telling(self._rows_of_contact(contact)):
                    owners[value].add(contact)
        return self._matched(owners, lambda row: _telling(self._rows_of_interview(row)))

    def _by_hashes(self) -> Guess:
        """What can be worked out of a contact, with the secret key, stands with an interview."""
        owners: dict[Any, set[int]] = defaultdict(set)
        for contact in self._invitations:
            for made in self._made_of(contact):
                owners[made].add(contact)
        return self._matched(owners, lambda row: _texts(self._rows_of_interview(row)))

    def _made_of(self, contact: int) -> Iterator[str]:
        invitation = self._invitations[contact]
        own = [
            token_of(self._secret, invitation["key"]),
            *(str(invitation[name]) for name in ("id", "number", "key", "token_hash")),
            *(str(self._contacts[contact][name]) for name in ("id", "email", "email_digest")),
        ]
        languages, brands = self._study["languages"], ["", *self._brands.values()]
        for seed in own:
            yield seed
            for key in (b"", self._secret.encode(), self._study["key"].encode()):
                raw = hmac.digest(key or b"-", seed.encode(), hashlib.sha256)
                for one in (raw, hashlib.sha256(key + seed.encode()).digest()):
                    yield one.hex()
                    yield base64.urlsafe_b64encode(one).rstrip(b"=").decode()
                    yield base64.urlsafe_b64encode(one[:16]).rstrip(b"=").decode()
            for language, brand in product(languages, brands):
                yield digest(self._study["key"], brand, language, seed)

    def _by_log(self) -> Guess:
        """A contact's secrets and an interview's on neighbouring lines."""
        lines = self._logs.splitlines()
        guess = {}
        for interview in self.interviews:
            near = [n for n, line in enumerate(lines) if interview["key"] in line]
            for contact in self.finished:
                token = token_of(self._secret, self._invitations[contact]["key"])
                told = (token, self._contacts[contact]["email"])
                if any(one in " ".join(lines[max(0, n - 3) : n + 4]) for n in near for one in told):
                    guess[interview["id"]] = contact
        return guess

    def _by_orders(self) -> Iterator[tuple[str, Guess]]:
        """Those who finished in any order beside the interviews in any order, as a whole and within
        each language and brand."""
        theirs = dict(_orders({one: self._rows_of_contact(one) for one in self.finished}))
        ours = dict(_orders({row["id"]: self._rows_of_interview(row) for row in self.interviews}))
        groups = {row["id"]: (row["language"], row["brand_id"]) for row in self.interviews}
        of_contact = {
            one: (self._contacts[one]["language"], self._contacts[one]["brand_id"])
            for one in self.finished
        }
        for (how, contacts), (where, interviews) in product(theirs.items(), ours.items()):
            for name, order in ((how, contacts), (f"{how} backwards", contacts[::-1])):
                yield f"{name} as {where}", dict(zip(interviews, order, strict=False))
                guess: Guess = {}
                for group in set(groups.values()):
                    some = [one for one in interviews if groups[one] == group]
                    guess |= dict(
                        zip(some, [c for c in order if of_contact[c] == group], strict=False)
                    )
                yield f"{name} as {where} within groups", guess

    def _matched(self, owners: dict[Any, set[int]], values: Any) -> Guess:
        guess: Guess = {}
        for interview in self.interviews:
            for value in values(interview):
                if len(owners.get(value, ())) == 1:
                    guess[interview["id"]] = next(iter(owners[value]))
        return guess


def _telling(rows: Iterable[Row]) -> set[Any]:
    found: set[Any] = set()
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str) and len(value) >= LONG:
                found.add(value)
            if name.endswith("_id") and name not in {"study_id", "wave_id", "brand_id"} and value:
                found.add((name, value))
    return found


def _texts(rows: Iterable[Row]) -> set[str]:
    return {value for row in rows for value in row.values() if isinstance(value, str)}


def _orders(owners: dict[int, list[Row]]) -> Iterator[tuple[str, list[int]]]:
    """Owners in the order of every column that their rows have, by its lowest and highest value."""
    columns = {
        (n, name) for rows in owners.values() for n, row in enumerate(rows[:3]) for name in row
    }
    for n, name in sorted(columns):
        for pick in (min, max):
            keys = {
                owner: pick(str(row[name]).rjust(25, "0") for row in rows[n:] if name in row)
                for owner, rows in owners.items()
                if any(name in row for row in rows[n:])
            }
            if len(keys) == len(owners) and len(set(keys.values())) > len(keys) // 2:
                yield f"{name} {n} {pick.__name__}", sorted(keys, key=keys.__getitem__)
