"""The database: SQLite by default, PostgreSQL by address, and the unit of work on either."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from survey_app.storage.errors import DatabaseError
from survey_app.storage.interviews import Interviews
from survey_app.storage.sign_in_attempts import SignInAttempts
from survey_app.storage.studies import Studies
from survey_app.storage.users import Users

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


__all__ = ["Database", "DatabaseError", "UnitOfWork"]


class UnitOfWork:
    """One transaction and the repositories that work in it. Nothing is kept without `commit`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.studies = Studies(session)
        self.interviews = Interviews(session)
        self.users = Users(session)
        self.sign_in_attempts = SignInAttempts(session)

    def commit(self) -> None:
        """Make everything durable. When this returns, the work survives the end of the process."""
        self._session.commit()

    def flush(self) -> None:
        """Send pending rows, so that they have identifiers, without committing."""
        self._session.flush()


class Database:
    """A database by its SQLAlchemy address, e.g. ``sqlite:///engage.sqlite``.

    Raises
    ------
    DatabaseError
        the address cannot be understood.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _make_engine(url)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit of work that takes no write lock and is always rolled back."""
        with self._unit_of_work(write=False) as unit:
            yield unit

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A unit of work that holds the write lock from its first statement (SQLite: BEGIN
        IMMEDIATE). Rolled back unless `commit` was called."""
        with self._unit_of_work(write=True) as unit:
            yield unit

    @contextmanager
    def _unit_of_work(self, *, write: bool) -> Iterator[UnitOfWork]:
        engine = self.engine.execution_options(write=write)
        with Session(engine, expire_on_commit=False) as session:
            yield UnitOfWork(session)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _make_engine(url: str) -> Engine:
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseError(
            f"DATABASE_URL {url!r} is not an address. Write sqlite:///file.sqlite or "
            "postgresql+psycopg://user:password@host/name."
        ) from None
    engine = create_engine(address, pool_pre_ping=not address.drivername.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Transactions are begun by _begin_sqlite; the driver's own rules would start them too late.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 10000")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
