"""The database: SQLite by default, PostgreSQL by address, and the unit of work on either."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alembic.util.exc import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from survey_app.storage import migrations
from survey_app.storage.alerts import Alerts
from survey_app.storage.audit import AuditTrail
from survey_app.storage.consents import Consents
from survey_app.storage.contacts import Contacts
from survey_app.storage.deliveries import Deliveries
from survey_app.storage.errors import DatabaseError, usable
from survey_app.storage.evidence import EvidenceStore
from survey_app.storage.interviews import Interviews
from survey_app.storage.invitations import Invitations
from survey_app.storage.jobs import Jobs
from survey_app.storage.looks import Logos
from survey_app.storage.mailings import Mailings
from survey_app.storage.metrics import MetricStore
from survey_app.storage.notices import Notices
from survey_app.storage.panel import Panels
from survey_app.storage.paper_entries import PaperSheets
from survey_app.storage.places import Places
from survey_app.storage.prepared import Driver
from survey_app.storage.privacy import PrivacyStore
from survey_app.storage.schedules import Schedules
from survey_app.storage.sign_in_attempts import SignInAttempts
from survey_app.storage.studies import Studies
from survey_app.storage.tallies import Tallies
from survey_app.storage.users import Users
from survey_app.storage.versions import Versions

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator


__all__ = ["Database", "DatabaseError", "UnitOfWork"]

WAIT_MILLISECONDS = 10_000
"""How long a writer waits for another one."""

# Any constant that no other lock of ours has.
_WRITE_LOCK = 5_021_971

_MEND = "Run `engage database upgrade` first."


class UnitOfWork:
    """One transaction and the repositories that work in it. Nothing is kept without `commit`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before_commit: list[Callable[[], None]] = []
        self.studies = Studies(session)
        self.tallies = Tallies(session)
        self.alerts = Alerts(session)
        self.interviews = Interviews(session)
        self.users = Users(session)
        self.evidence = EvidenceStore(session)
        self.jobs = Jobs(session)
        self.metrics = MetricStore(session)
        self.logos = Logos(session)
        self.schedules = Schedules(session)
        self.deliveries = Deliveries(session)
        self.contacts = Contacts(session)
        self.consents = Consents(session)
        self.notices = Notices(session)
        self.privacy = PrivacyStore(session)
        self.audit = AuditTrail(session)
        self.invitations = Invitations(session)
        self.mailings = Mailings(session)
        self.versions = Versions(session)
        self.panels = Panels(session)
        self.places = Places(session)
        self.paper_sheets = PaperSheets(session)
        self.sign_in_attempts = SignInAttempts(session)

    def before_commit(self, call: Callable[[], None]) -> None:
        """Let something be done in this transaction when, and only when, it is kept."""
        self._before_commit.append(call)

    def commit(self) -> None:
        """Make everything durable. When this returns, the work survives the end of the process."""
        while self._before_commit:
            self._before_commit.pop(0)()
        self._session.commit()

    def flush(self) -> None:
        """Send pending rows, so that they have identifiers, without committing. Raises
        ConflictError when another process has stored the same."""
        with usable():
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
        self.driver = Driver(self.engine)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit of work that sees one moment of the database, whoever writes meanwhile. It takes
        no write lock and is always rolled back."""
        engine = self.engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with _unit_of_work(engine) as unit:
            yield unit

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A unit of work that nobody else's runs beside: what it reads stays true until it is
        committed. Respondents' answers are no units of work and do not wait for it on PostgreSQL.
        Rolled back unless `commit` was called."""
        with _unit_of_work(self.writes, _take_turns) as unit:
            yield unit

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for one in memory and for any other kind."""
        name = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        return Path(name) if name and name != ":memory:" else None

    @property
    def writes(self) -> Engine:
        """The engine for transactions that hold the write lock from their first statement."""
        return self.engine.execution_options(write=True)

    def upgrade(self) -> None:
        """Create the tables, or bring them to the shape that this version needs; all or nothing.

        Raises
        ------
        DatabaseError
            the database cannot be reached or written, or is newer than this version.
        """
        with (
            self._explained(),
            self.writes.connect() as connection,
            _sqlite_prepared_for_upgrade(connection),
            connection.begin(),
        ):
            migrations.upgrade(connection)
            _require_whole_references(connection)

    def check_is_current(self) -> None:
        """Raise DatabaseError unless the tables are those of this version."""
        if self.file is not None and not self.file.exists():
            raise DatabaseError(f"There is no database {self.file}. {_MEND}")
        with self._explained(), self.engine.connect() as connection:
            found = migrations.current(connection)
        if found is None:
            raise DatabaseError(f"The database is empty. {_MEND}")
        if found != migrations.head():
            raise DatabaseError(
                f"The tables are of version {found}, not {migrations.head()}. {_MEND} If the "
                "database is newer than this program, install the newer program instead."
            )
        # A server that forks after this check must not share a connection among its processes.
        self.engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        place = self.engine.url.render_as_string(hide_password=True)
        try:
            yield
        except (SQLAlchemyError, CommandError) as error:
            reason = " ".join(str(getattr(error, "orig", error)).split()).rstrip(".?")
            raise DatabaseError(
                f"The database {place} cannot be used: {reason}. Check DATABASE_URL, that the "
                "server runs and that this user may write there."
            ) from None

    def close(self) -> None:
        """Give back every connection."""
        self.driver.close()
        self.engine.dispose()


@contextmanager
def _unit_of_work(
    engine: Engine, prepare: Callable[[Session], None] = lambda _: None
) -> Iterator[UnitOfWork]:
    with usable(), Session(engine, expire_on_commit=False) as session:
        prepare(session)
        yield UnitOfWork(session)


def _take_turns(session: Session) -> None:
    """One writer after the other, as SQLite has it by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = {WAIT_MILLISECONDS}"))
        session.execute(select(func.pg_advisory_xact_lock(_WRITE_LOCK)))


@contextmanager
def _sqlite_prepared_for_upgrade(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    # Kept in the file, so set here once; set by every connection it would race.
    driver.execute("PRAGMA journal_mode = WAL")
    # SQLite alters a table by building it anew; dropping the old one must not cascade.
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _require_whole_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DatabaseError(f"The table {broken[0]!r} points to rows that are not there.")


def _make_engine(url: str) -> Engine:
    try:
        address = _address(make_url(url))
        engine = create_engine(
            address,
            pool_pre_ping=address.get_backend_name() != "sqlite",
            # Values may be answers, and keys of interviews: no message and no log shall hold them.
            hide_parameters=True,
        )
        engine.dialect.create_connect_args(address)
    except (ArgumentError, TypeError, ValueError):
        raise DatabaseError(
            "DATABASE_URL is not the address of a database. Write sqlite:///file.sqlite or "
            "postgresql://user:password@host/name."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _address(address: URL) -> URL:
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise ValueError(address.drivername)
    return address


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Transactions are begun by _begin_sqlite; the driver's own rules would start them too late.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    # What was deleted, such as who was reminded, shall not lie on in free pages of the file.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write", False) else "BEGIN")
