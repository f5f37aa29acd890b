"""Users, their passwords, roles and brands."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import TYPE_CHECKING, Any

import pytest

from survey_app.domain.user import Role, UserError
from survey_app.services.study import create_study
from survey_app.services.user import (
    assign_brands,
    create_user,
    deactivate,
    password_hasher,
    reactivate,
    set_password,
    set_role,
)
from tests.people import PASSWORD, add_person
from tests.survey_app.services.conftest import two_brands

if TYPE_CHECKING:
    from survey_app.domain.user import User
    from survey_app.storage.database import Database, UnitOfWork


def _create(unit: UnitOfWork, email: str = "ada@example.org", role: str = "researcher") -> User:
    return create_user(unit, email=email, name="Ada", role=role, password=PASSWORD)


def test_user_is_kept(database: Database) -> None:
    """E-mail in lower case, an argon2id hash, found again whatever the case."""
    with database.writing() as unit:
        _create(unit, " Ada@Example.ORG ")
        unit.commit()
    with database.reading() as unit:
        user = unit.users.by_email("ADA@example.org")
        assert user is not None
        assert (user.email, user.role, user.active) == ("ada@example.org", Role.RESEARCHER, True)
        assert user.password_hash.startswith("$argon2id$")
        assert PASSWORD not in user.password_hash
        assert password_hasher().verify(user.password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"email": "ada"}, "not an e-mail address"),
        ({"email": "ada@example"}, "not an e-mail address"),
        ({"email": "ada@@example.org"}, "not an e-mail address"),
        ({"email": "a da@example.org"}, "not an e-mail address"),
        ({"email": "ada@example.org\x00"}, "not an e-mail address"),
        ({"email": "<b>@example.org"}, "not an e-mail address"),
        ({"email": f"{'a' * 250}@example.org"}, "not an e-mail address"),
        ({"email": "BOB@example.org"}, "already a user"),
        ({"email": "ｂob＠example.org"}, "already a user"),
        ({"name": " \x00 "}, "name"),
        ({"role": "owner"}, "no role 'owner'"),
        ({"password": "short words"}, "at least 12"),
        ({"password": "x" * 1025}, "at most 1024"),
        ({"password": "Ada@Example.org"}, "must not be the e-mail"),
        ({"password": "aaaaaaaaaaaaaab"}, "too few characters"),
    ],
)
def test_broken_rules_are_named(
    sqlite_database: Database, changed: dict[str, Any], message: str
) -> None:
    """Each rule about a new user is checked, and nobody is added."""
    new = {
        "email": "ada@example.org",
        "name": "Ada",
        "role": "researcher",
        "password": PASSWORD,
        **changed,
    }
    with sqlite_database.writing() as unit:
        add_person(unit, "bob@example.org")
        with pytest.raises(UserError, match=message):
            create_user(unit, **new)
        assert len(unit.users.all()) == 1


def test_two_processes_add_the_same_user(database: Database) -> None:
    """Of several that add the same address at once one succeeds; the others are told plainly."""

    def add(_: int) -> str:
        with database.writing() as unit:
            try:
                _create(unit)
            except UserError as error:
                return str(error)
            unit.commit()
        return "added"

    with ThreadPoolExecutor(4) as pool:
        outcomes = Counter(pool.map(add, range(4)))
    taken = "There is already a user with the e-mail address ada@example.org."
    assert outcomes == {"added": 1, taken: 3}


def test_new_password_ends_sessions(sqlite_database: Database) -> None:
    """After a new password the old one is wrong and open sessions are over; a bad one changes
    nothing."""
    with sqlite_database.writing() as unit:
        user = _create(unit)
        old = user.password_hash
        with pytest.raises(UserError):
            set_password(user, "short")
        assert (user.password_hash, user.session_number) == (old, 0)
        set_password(user, "four other words")
        assert password_hasher().verify(user.password_hash, "four other words")
        assert user.session_number == 1


def test_last_administrator_stays(sqlite_database: Database) -> None:
    """The last active administrator can be neither shut out nor given another role."""
    with sqlite_database.writing() as unit:
        root = add_person(unit, "root@example.org", "administrator")
        second = add_person(unit, "second@example.org", "administrator")
        deactivate(unit, second)
        assert (second.active, second.session_number) == (False, 1)
        for change in (deactivate, lambda u, user: set_role(u, user, "manager")):
            with pytest.raises(UserError, match="last administrator"):
                change(unit, root)
        reactivate(second)
        set_role(unit, root, "manager")
        assert (root.role, root.active) == (Role.MANAGER, True)


def test_two_administrators_cannot_shut_each_other_out(database: Database) -> None:
    """Both try at the same moment; the second is told to be the last, on either database."""
    pair = ("one@example.org", "two@example.org")
    with database.writing() as unit:
        for email in pair:
            add_person(unit, email, "administrator")
        unit.commit()
    both_read = Barrier(2)

    def shut_out(email: str) -> str:
        with database.writing() as unit:
            user = unit.users.by_email(email)
            assert user is not None
            with suppress(BrokenBarrierError):
                both_read.wait(0.3)
            try:
                deactivate(unit, user)
            except UserError as refused:
                return str(refused)
            unit.commit()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(shut_out, pair))
    assert told == ["This is the last administrator. Make another one first.", "done"]


def test_brands_belong_to_managers(database: Database) -> None:
    """Brands are replaced as a whole, refused when unknown, and lost with the role."""
    with database.writing() as unit:
        researcher, manager = (
            add_person(unit, "ada@example.org"),
            add_person(unit, "max@example.org", "manager"),
        )
        study = create_study(
            unit,
            owner=researcher,
            title="Engagement",
            instruments=["satisfaction"],
            languages=["en"],
            brands=two_brands(),
        )
        north, south = (brand.id or 0 for brand in study.brands)
        assign_brands(unit, manager, [north])
        assign_brands(unit, manager, [south, south])
        with pytest.raises(UserError, match="managers only"):
            assign_brands(unit, researcher, [north])
        for forged in ([north, 999], [10**30], range(70_000)):
            with pytest.raises(UserError, match="does not exist"):
                assign_brands(unit, manager, forged)
        unit.commit()
    with database.writing() as unit:
        again = unit.users.by_email("max@example.org")
        assert again is not None
        assert again.brand_ids == {south}
        set_role(unit, again, "researcher")
        unit.commit()
    with database.reading() as unit:
        last = unit.users.by_email("max@example.org")
        assert last is not None
        assert last.brand_ids == set()
