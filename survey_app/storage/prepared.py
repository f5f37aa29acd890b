"""Statements made once and run straight on the driver: the respondent's way has no time for more.

SQLAlchemy writes the statements and knows how values are stored; looking after a connection and a
result costs it several times what SQLite needs for the statement itself, at every page.
"""

from __future__ import annotations

from collections import deque, namedtuple
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from survey_app.storage.errors import ConflictError, unusable, usable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.sql.dml import UpdateBase
    from sqlalchemy.sql.selectable import SelectBase

    Statement = SelectBase | UpdateBase
    Convert = Callable[[Any], Any]


class Prepared:
    """A statement with its values named, made for each kind of database once."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._made: dict[str, _Made] = {}

    def on(self, dialect: Dialect) -> _Made:
        """The statement as a kind of database takes it."""
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = _Made(self._statement, dialect)
        return made


class _Made:
    """A statement in the words of one kind of database, with how its values go in and come out."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        ingoing = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in compiled.binds.items()
        }
        given = {name for name, bind in compiled.binds.items() if bind.required}
        self._given = [(name, ingoing[name]) for name in sorted(given)]
        self._fixed = {
            name: convert(value) if (convert := ingoing[name]) else value
            for name, value in compiled.params.items()
            if name not in given
        }
        columns = statement.exported_columns
        names = [str(name) for name in columns.keys()]  # noqa: SIM118 - no mapping
        row: Any = namedtuple("row", names)  # type: ignore[misc]  # noqa: PYI024 - known only now
        self._as_row: Callable[[list[Any]], Any] = row._make
        self._types = [column.type.dialect_impl(dialect) for column in columns]
        self._dialect = dialect
        self._outgoing: list[tuple[int, Convert]] | None = None

    def values(self, given: Mapping[str, Any]) -> Any:
        """The values as the driver takes them. Raises KeyError where one is missing."""
        values = dict(self._fixed)
        for name, convert in self._given:
            value = given[name]
            values[name] = convert(value) if convert else value
        return values if self._order is None else [values[name] for name in self._order]

    def rows(self, found: Any) -> list[Any]:
        """The rows of the driver's result, with their values by name."""
        if self._outgoing is None:
            # How a number comes out depends on what the database calls its kind.
            kinds = zip(self._types, found.description, strict=True)
            made = [kind.result_processor(self._dialect, column[1]) for kind, column in kinds]
            self._outgoing = [(at, convert) for at, convert in enumerate(made) if convert]
        rows = []
        for kept in found.fetchall():
            values = list(kept)
            for at, convert in self._outgoing:
                values[at] = convert(values[at])
            rows.append(self._as_row(values))
        return rows


class Transaction:
    """A transaction of a `Driver`; nothing is kept without `commit`."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self._connection = connection
        self.dialect = dialect
        self.open = True

    @classmethod
    def of(cls, connection: Connection) -> Transaction:
        """The transaction that SQLAlchemy has open on a connection, and will commit."""
        return cls(connection.connection.driver_connection, connection.dialect)

    def rows(self, statement: Prepared, **given: Any) -> list[Any]:
        """All rows that a statement gives."""
        made = statement.on(self.dialect)
        return made.rows(self._connection.execute(made.text, made.values(given)))

    def change(self, statement: Prepared, **given: Any) -> int:
        """Run a statement; how many rows it changed."""
        made = statement.on(self.dialect)
        return int(self._connection.execute(made.text, made.values(given)).rowcount)

    def run(self, text: str, values: Any) -> None:
        """Run a statement that is written out for this kind of database."""
        self._connection.execute(text, values)

    def run_many(self, text: str, rows: list[Any]) -> None:
        """Run a statement of SQLite, written out, once for each row of values."""
        self._connection.executemany(text, rows)

    def commit(self) -> None:
        """Make everything durable."""
        self._connection.execute("COMMIT")
        self.open = False


class Driver:
    """Runs prepared statements for the threads of one process, on connections of its own.

    Every method raises DatabaseError when the database cannot be used at the moment, and
    ConflictError when a constraint was broken. A connection that the server has dropped is replaced
    before the first statement of a transaction.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: deque[Any] = deque()
        sqlite = engine.dialect.name == "sqlite"
        self._begin = "BEGIN IMMEDIATE" if sqlite else "BEGIN"

    def rows(self, statement: Prepared, **given: Any) -> list[Any]:
        """All rows of a statement, without a transaction around it."""
        made = statement.on(self._engine.dialect)
        values = made.values(given)
        with self._explained():
            connection, found = self._first(made.text, values)
            try:
                return made.rows(found)
            finally:
                self._idle.append(connection)

    def one(self, statement: Prepared, **given: Any) -> Any:
        """The first row of a statement, None where there is none."""
        return next(iter(self.rows(statement, **given)), None)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that holds SQLite's write lock from its first statement."""
        with self._explained():
            connection, _ = self._first(self._begin, ())
            transaction = Transaction(connection, self._engine.dialect)
            try:
                yield transaction
            finally:
                self._give_back(connection, roll_back=transaction.open)

    def close(self) -> None:
        """Give back every connection that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    def _first(self, text: str, values: Any) -> tuple[Any, Any]:
        """A connection on which a first statement was run, and its result."""
        dialect = self._engine.dialect
        while True:
            connection, kept = self._take()
            try:
                return connection, connection.execute(text, values)
            except dialect.loaded_dbapi.Error as error:
                gone = dialect.is_disconnect(error, connection, None)
                connection.close()
                if not (kept and gone):
                    raise

    def _take(self) -> tuple[Any, bool]:
        """A connection, and whether it was used before."""
        try:
            return self._idle.pop(), True
        except IndexError:
            return self._connect(), False

    def _connect(self) -> Any:
        with usable():
            proxy = self._engine.raw_connection()
        connection: Any = proxy.driver_connection
        proxy.detach()
        # Transactions are begun and ended by statements of ours, as SQLite's driver has it.
        if self._engine.dialect.name != "sqlite":
            connection.autocommit = True
        return connection

    def _give_back(self, connection: Any, *, roll_back: bool) -> None:
        try:
            if roll_back:
                connection.execute("ROLLBACK")
        except self._engine.dialect.loaded_dbapi.Error:
            connection.close()
        else:
            self._idle.append(connection)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        driver = self._engine.dialect.loaded_dbapi
        try:
            yield
        except driver.IntegrityError:
            raise ConflictError from None
        except driver.DataError:
            raise
        except driver.Error as error:
            raise unusable(error) from None
