"""Addresses, transactions and durability settings of the database."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from survey_app.domain.user import Role, User
from survey_app.storage.database import Database, DatabaseError
from survey_app.storage.errors import ConflictError


def _user(email: str) -> User:
    return User(email=email, name="Somebody", role=Role.MANAGER, password_hash="x")


def test_nothing_is_kept_without_commit(database: Database) -> None:
    """A unit of work rolls back unless it was committed."""
    with database.writing() as unit:
        unit.users.add(_user("kept@example.org"))
        unit.commit()
    with database.writing() as unit:
        unit.users.add(_user("lost@example.org"))
        unit.flush()
    with database.reading() as unit:
        assert [user.email for user in unit.users.all()] == ["kept@example.org"]


def test_an_error_rolls_back(database: Database) -> None:
    """What was written before an error is not kept."""

    def write_and_fail() -> None:
        with database.writing() as unit:
            unit.users.add(_user("lost@example.org"))
            unit.flush()
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    with database.reading() as unit:
        assert unit.users.all() == []


def test_sqlite_is_durable(sqlite_database: Database) -> None:
    """Write-ahead log, full synchronisation and foreign keys are on in every connection."""
    with sqlite_database.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    """While one unit of work writes, another reads what was committed before, at once."""
    read: list[int] = []

    def count_users() -> None:
        with database.reading() as unit:
            read.append(len(unit.users.all()))

    with database.writing() as unit:
        unit.users.add(_user("pending@example.org"))
        unit.flush()
        reader = threading.Thread(target=count_users)
        reader.start()
        reader.join(timeout=5)
        assert read == [0]


def test_reading_sees_one_moment(database: Database) -> None:
    """What is stored while a unit of work reads is not seen by it, so that its parts fit."""
    with database.reading() as unit:
        assert unit.users.all() == []
        with database.writing() as other:
            other.users.add(_user("meanwhile@example.org"))
            other.commit()
        assert unit.users.all() == []
    with database.reading() as unit:
        assert len(unit.users.all()) == 1


def test_same_thing_twice_is_a_conflict(database: Database) -> None:
    """A broken constraint is told in plain words and keeps nothing."""
    with database.writing() as unit:
        unit.users.add(_user("twice@example.org"))
        unit.flush()
        unit.users.add(_user("twice@example.org"))
        with pytest.raises(ConflictError, match="nothing was stored"):
            unit.flush()


def test_writers_wait_for_each_other(sqlite_database: Database) -> None:
    """Many threads that write at once all succeed: none finds the database locked."""
    failures: list[Exception] = []

    def write(number: int) -> None:
        try:
            for step in range(5):
                with sqlite_database.writing() as unit:
                    unit.users.add(_user(f"{number}-{step}@example.org"))
                    unit.commit()
        except DatabaseError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite_database.reading() as unit:
        assert (failures, len(unit.users.all())) == ([], 40)


def test_what_a_writer_read_stays_true(database: Database) -> None:
    """Many that read, think and write at once lose nothing of each other, on either database."""
    with database.writing() as unit:
        unit.users.add(_user("one@example.org"))
        unit.commit()

    def count(_: int) -> None:
        with database.writing() as unit:
            user = unit.users.by_email("one@example.org")
            assert user is not None
            seen = user.session_number
            time.sleep(0.02)
            user.session_number = seen + 1
            unit.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    with database.reading() as unit:
        user = unit.users.by_email("one@example.org")
        assert user is not None
        assert user.session_number == 8


def test_what_no_identifier_can_be_is_not_looked_for(database: Database) -> None:
    """Numbers beyond any identifier and keys that no database can hold are found to be nothing."""
    with database.reading() as unit:
        assert unit.users.by_id(2**31) is None
        assert unit.users.by_id(10**30) is None
        assert unit.studies.by_key("\0") is None
        assert unit.studies.by_key("' OR 1=1 --") is None


@pytest.mark.parametrize(
    "url", ["", "answers.sqlite", "mysql://host/name", "postgresql+psycopg2://host/name", "//"]
)
def test_unusable_address_is_explained(url: str) -> None:
    """An address that is none of ours is refused with an example, and never echoed."""
    with pytest.raises(DatabaseError, match=r"DATABASE_URL.*sqlite:///file\.sqlite"):
        Database(url)


def test_failing_disk_is_explained(sqlite_database: Database) -> None:
    """A database that cannot grow any more is reported in plain words; earlier rows stay."""
    with sqlite_database.writing() as unit:
        unit.users.add(_user("first@example.org"))
        unit.commit()

    def fill() -> None:
        with sqlite_database.writing() as unit:
            for number in range(5000):
                unit.users.add(_user(f"{number}@example.org"))
            unit.commit()

    with sqlite_database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(DatabaseError, match="disk is full"):
        fill()
    with sqlite_database.reading() as unit:
        assert [user.email for user in unit.users.all()] == ["first@example.org"]


def test_damaged_file_is_explained(sqlite_database: Database) -> None:
    """A file that was overwritten in the middle is told as any other failure of the database."""
    file = Path(str(sqlite_database.engine.url.database))
    with sqlite_database.writing() as unit:
        unit.users.add(_user("first@example.org"))
        unit.commit()
    sqlite_database.close()
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(bytes(size - 4096))
    with (
        pytest.raises(DatabaseError, match=r"cannot be used at the moment .*malformed"),
        sqlite_database.reading() as unit,
    ):
        unit.users.all()


def test_password_is_not_shown() -> None:
    """The message about a server that does not answer keeps the password to itself."""
    database = Database("postgresql://somebody:hidden-word@127.0.0.1:1/name")
    with pytest.raises(DatabaseError, match="somebody:\\*\\*\\*@") as caught:
        database.check_is_current()
    assert "hidden-word" not in str(caught.value)


def test_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """A file of another kind is refused and stays as it was."""
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(DatabaseError, match="file is not a database"):
        Database(f"sqlite:///{file}").upgrade()
    assert file.read_text() == "Dear Sir or Madam, " * 100


def test_checking_makes_no_file(tmp_path: Path) -> None:
    """Asking whether a missing database is current leaves no empty file behind."""
    file = tmp_path / "missing.sqlite"
    with pytest.raises(DatabaseError, match="There is no database"):
        Database(f"sqlite:///{file}").check_is_current()
    assert not file.exists()
