"""Signing in tells nothing to those who guess, and counts them across processes."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from argon2.low_level import verify_secret
from sqlalchemy import select, update

from survey_app.domain.study import now
from survey_app.services.sign_in import (
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_EMAIL,
    SignInRefused,
    TooManyAttempts,
    sign_in,
)
from survey_app.services.user import create_user, deactivate
from survey_app.storage.database import Database
from survey_app.storage.tables import sign_in_attempt
from tests.people import PASSWORD, add_person

if TYPE_CHECKING:
    from types import FrameType


def _with_user(database: Database) -> Database:
    with database.writing() as unit:
        add_person(unit, "ada@example.org")
        unit.commit()
    return database


def _with_costly_user(database: Database) -> Database:
    """With a user whose password is hashed as the product does it."""
    with database.writing() as unit:
        create_user(unit, email="ada@example.org", name="Ada", role="researcher", password=PASSWORD)
        unit.commit()
    return database


@pytest.fixture
def users(database: Database) -> Database:
    """A database of either kind with one user who may sign in."""
    return _with_user(database)


@pytest.fixture
def sqlite_users(sqlite_database: Database) -> Database:
    """The same on SQLite only, for what does not depend on the kind."""
    return _with_user(sqlite_database)


@pytest.fixture
def crowd(sqlite_database: Database) -> Database:
    """Users at numbered addresses; nobody has the first three."""
    with sqlite_database.writing() as unit:
        for number in range(3, ATTEMPTS_PER_ADDRESS):
            add_person(unit, f"{number}@example.org")
        unit.commit()
    return sqlite_database


def _guess(database: Database, email: str = "ada@example.org", address: str = "192.0.2.1") -> str:
    try:
        sign_in(database, email, "a wrong password", address=address)
    except (SignInRefused, TooManyAttempts) as error:
        return type(error).__name__
    return "signed in"


def test_right_password(database: Database) -> None:
    """The user is given back, whatever the case of the address, and no attempt is left behind."""
    users = _with_costly_user(database)
    assert sign_in(users, " Ada@Example.org ", PASSWORD, address="192.0.2.1").name == "Ada"
    with users.engine.connect() as connection:
        assert connection.execute(select(sign_in_attempt)).all() == []


def test_refusals_are_alike(sqlite_users: Database) -> None:
    """Wrong password, unknown user, shut-out user and nonsense get the same words."""
    with sqlite_users.writing() as unit:
        deactivate(unit, add_person(unit, "bob@example.org", "manager"))
        unit.commit()
    tries = [
        ("ada@example.org", "a wrong password"),
        ("nobody@example.org", PASSWORD),
        ("bob@example.org", PASSWORD),
        ("\x00", "\x00"),
        ("", ""),
        ("ada@example.org", PASSWORD + "x" * 2000),
    ]
    messages = set()
    for email, password in tries:
        with pytest.raises(SignInRefused) as caught:
            sign_in(sqlite_users, email, password, address="192.0.2.1")
        messages.add(str(caught.value))
    assert len(messages) == 1


def test_unknown_user_takes_as_long(sqlite_database: Database) -> None:
    """An unknown address has as many hashes computed as a wrong password, each as dear: that is
    what a sign-in spends its time with."""
    sqlite_users = _with_costly_user(sqlite_database)
    known = _hashes_of_a_guess(sqlite_users, "ada@example.org")
    assert known == [PasswordHasher().hash("").split("$")[1:4]]
    assert _hashes_of_a_guess(sqlite_users, "nobody@example.org") == known


def _hashes_of_a_guess(users: Database, email: str) -> list[list[str]]:
    """Kind, version and cost of each hash that a refused guess has computed."""
    computed = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is verify_secret.__code__:
            computed.append(frame.f_locals["hash"].decode().split("$")[1:4])

    sys.setprofile(note)
    try:
        assert _guess(users, email) == "SignInRefused"
    finally:
        sys.setprofile(None)
    return computed


def test_few_guesses_for_an_account(users: Database) -> None:
    """After five wrong passwords the right one waits too, from any address, but nobody else."""
    outcomes = [_guess(users, address=f"192.0.2.{n}") for n in range(ATTEMPTS_PER_EMAIL + 2)]
    assert outcomes == ["SignInRefused"] * 5 + ["TooManyAttempts"] * 2
    with pytest.raises(TooManyAttempts) as caught:
        sign_in(users, "ada@example.org", PASSWORD, address="198.51.100.1")
    assert timedelta(minutes=14) < caught.value.wait <= timedelta(minutes=15)
    assert "15 minutes" in str(caught.value)
    assert _guess(users, "bob@example.org") == "SignInRefused"


def test_waiting_helps(users: Database) -> None:
    """When the window has passed the right password is good again; old attempts are forgotten."""
    for _ in range(ATTEMPTS_PER_EMAIL + 1):
        _guess(users)
    past = now() - timedelta(minutes=15, seconds=1)
    with users.writes.begin() as connection:
        connection.execute(update(sign_in_attempt).values(attempted_at=past))
    assert sign_in(users, "ada@example.org", PASSWORD, address="192.0.2.1").name == "Ada"
    with users.engine.connect() as connection:
        assert connection.execute(select(sign_in_attempt)).all() == []


def test_success_gives_the_guesses_back(sqlite_users: Database) -> None:
    """Somebody who mistyped four times and then signs in starts afresh."""
    for _ in range(2):
        for _ in range(ATTEMPTS_PER_EMAIL - 1):
            assert _guess(sqlite_users) == "SignInRefused"
        assert sign_in(sqlite_users, "ada@example.org", PASSWORD, address="192.0.2.1").name == "Ada"


def test_few_guesses_from_one_address(crowd: Database) -> None:
    """One address trying many accounts is stopped; another address is not."""
    for number in range(ATTEMPTS_PER_ADDRESS):
        assert _guess(crowd, f"{number}@example.org") == "SignInRefused"
    assert _guess(crowd, "someone@example.org") == "TooManyAttempts"
    assert _guess(crowd, "someone@example.org", "192.0.2.2") == "SignInRefused"


def test_whole_network_of_a_visitor_is_one_address(crowd: Database) -> None:
    """With IPv6 a visitor has 2^64 addresses; taking a new one for each guess gains nothing."""
    for number in range(ATTEMPTS_PER_ADDRESS):
        origin = f"2001:db8:1:2::{number:x}"
        assert _guess(crowd, f"{number}@example.org", origin) == "SignInRefused"
    assert _guess(crowd, "a@example.org", "2001:db8:1:2:ffff::1") == "TooManyAttempts"
    assert _guess(crowd, "a@example.org", "2001:db8:1:3::1") == "SignInRefused"


def test_spelling_of_an_address_gains_no_guesses(sqlite_users: Database) -> None:
    """Capitals, blanks and wide letters are the same address: counted together, and signing in."""
    spellings = ["ada@example.org", "ADA@example.org", " ada@example.org", "ａｄａ＠example.org"]
    assert [_guess(sqlite_users, each) for each in spellings] == ["SignInRefused"] * 4
    wide = sign_in(sqlite_users, "Ａda@example.org ", PASSWORD, address="192.0.2.1")
    assert wide.email == "ada@example.org"
    outcomes = [_guess(sqlite_users, each) for each in (*spellings, *spellings)]
    assert outcomes == ["SignInRefused"] * 5 + ["TooManyAttempts"] * 3


def test_no_address_is_stored_readably(users: Database) -> None:
    """Neither the e-mail address nor the network address can be read in the table."""
    _guess(users)
    with users.engine.connect() as connection:
        subjects = connection.execute(select(sign_in_attempt.c.subject)).scalars().all()
    assert len(subjects) == 2
    assert all(len(subject) == 64 and int(subject, 16) >= 0 for subject in subjects)


def test_processes_count_together(users: Database) -> None:
    """Twelve guesses at once, each by its own connections, are looked at five times in all."""

    def guess(_: int) -> str:
        own = Database(users.engine.url.render_as_string(hide_password=False))
        try:
            return _guess(own)
        finally:
            own.close()

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(guess, range(12)))
    assert outcomes.count("SignInRefused") == ATTEMPTS_PER_EMAIL
    assert outcomes.count("TooManyAttempts") == 12 - ATTEMPTS_PER_EMAIL
