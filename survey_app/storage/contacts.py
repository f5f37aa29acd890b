"""Contacts as they are kept, and the addresses to which nothing is sent any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from survey_app.domain.contact import Contact, ContactState
from survey_app.storage.tables import choice, mapper_registry, metadata, study
from survey_app.storage.users import LARGEST_ID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from survey_app.domain.person import Person

contact = Table(
    "contact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("email", String(254), nullable=False),
    Column("email_digest", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("language", String(35), nullable=False),
    Column("brand_id", ForeignKey("brand.id", ondelete="SET NULL")),
    Column("attributes", JSON, nullable=False),
    Column("source_id", String(200), nullable=False),
    Column("state", choice(ContactState), nullable=False),
    Column("added_on", Date, nullable=False),
    Column("person_id", ForeignKey("person.id", ondelete="SET NULL")),
    UniqueConstraint("study_id", "email"),
    Index(None, "email_digest"),
    Index(None, "person_id"),
    Index(None, "study_id", "state"),
)

opt_out = Table(
    "opt_out",
    metadata,
    Column("owner_id", ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("email_digest", String(64), primary_key=True),
    Column("opted_out_on", Date, nullable=False),
)

mapper_registry.map_imperatively(Contact, contact, exclude_properties=["email_digest"])

_COLUMNS = ("name", "language", "brand_id", "attributes", "source_id")


@dataclass(frozen=True, slots=True)
class Cell:
    """How many active contacts share a language and a brand."""

    language: str
    brand_id: int | None
    n: int


class Contacts:
    """The contacts of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_id(self, contact_id: int) -> Contact | None:
        """The contact with an identifier, or None."""
        return self._session.get(Contact, contact_id) if contact_id <= LARGEST_ID else None

    def by_email(self, study_id: int, email: str) -> Contact | None:
        """The contact of a study with an address as it is kept, or None."""
        query = select(Contact).where(contact.c.study_id == study_id, contact.c.email == email)
        return self._session.scalars(query).one_or_none()

    def known(self, study_id: int) -> dict[str, Any]:
        """Every contact of a study by address: a row with what a file may change."""
        table = contact.c
        query = select(
            table.id, table.email, table.state, *(table[name] for name in _COLUMNS)
        ).where(table.study_id == study_id)
        return {row.email: row for row in self._session.execute(query)}

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep new contacts; each row holds every column but the identifiers."""
        if rows:
            self._session.execute(insert(contact), rows)

    def change(self, rows: Sequence[dict[str, Any]]) -> None:
        """Change contacts; each row holds ``id`` and what a file may change."""
        if not rows:
            return
        values = {name: bindparam(f"new_{name}", type_=contact.c[name].type) for name in _COLUMNS}
        statement = update(contact).where(contact.c.id == bindparam("row_id")).values(values)
        given = [
            {"row_id": row["id"], **{f"new_{name}": row[name] for name in _COLUMNS}} for row in rows
        ]
        self._session.connection().execute(statement, given)

    def give_persons(self, contact_ids: Sequence[int], persons: Sequence[Person]) -> None:
        """Keep new panel members, one for each of these contacts."""
        self._session.add_all(persons)
        self._session.flush()
        statement = (
            update(contact)
            .where(contact.c.id == bindparam("row_id"))
            .values(person_id=bindparam("new_person"))
        )
        given = [
            {"row_id": contact_id, "new_person": person.id}
            for contact_id, person in zip(contact_ids, persons, strict=True)
        ]
        if given:
            self._session.connection().execute(statement, given)

    def remove(self, contact_id: int) -> None:
        """Remove a contact; its invitations stay without it."""
        self._session.execute(delete(contact).where(contact.c.id == contact_id))

    def page(
        self,
        study_id: int,
        *,
        search: str = "",
        state: ContactState | None = None,
        after: int = 0,
        most: int = 50,
    ) -> list[Contact]:
        """Contacts in the order in which they were added, those after an identifier; `search` is a
        part of the name or the address."""
        table = contact.c
        query = select(Contact).where(table.study_id == study_id, table.id > min(after, LARGEST_ID))
        if state is not None:
            query = query.where(table.state == state)
        if search:
            query = query.where(
                or_(
                    table.email.contains(search.lower(), autoescape=True),
                    func.lower(table.name).contains(search.lower(), autoescape=True),
                )
            )
        return list(self._session.scalars(query.order_by(table.id).limit(most)))

    def counts(self, study_id: int) -> dict[ContactState, int]:
        """How many contacts of a study stand where; states without any are left out."""
        query = (
            select(contact.c.state, func.count())
            .where(contact.c.study_id == study_id)
            .group_by(contact.c.state)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def opted_out(self, owner_id: int) -> set[str]:
        """Digests of the addresses that want nothing from a researcher."""
        query = select(opt_out.c.email_digest).where(opt_out.c.owner_id == owner_id)
        return set(self._session.scalars(query))

    def opt_out(self, owner_id: int, digest: str, day: date) -> None:
        """Send nothing of a researcher to an address any more, in any study."""
        known = select(opt_out.c.email_digest).where(
            opt_out.c.owner_id == owner_id, opt_out.c.email_digest == digest
        )
        if self._session.scalar(known) is None:
            row = {"owner_id": owner_id, "email_digest": digest, "opted_out_on": day}
            self._session.execute(insert(opt_out), row)
        own = select(study.c.id).where(study.c.owner_id == owner_id)
        self._session.execute(
            update(contact)
            .where(contact.c.email_digest == digest, contact.c.study_id.in_(own))
            .values(state=ContactState.OPTED_OUT)
        )

    def has_opted_out(self, owner_id: int, digest: str) -> bool:
        """Whether an address wants nothing from a researcher."""
        query = select(opt_out.c.email_digest).where(
            opt_out.c.owner_id == owner_id, opt_out.c.email_digest == digest
        )
        return self._session.scalar(query) is not None
