"""Statements that run straight on the driver, on both kinds of database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, insert, select, text

from survey_app.domain.interview import Disposition
from survey_app.domain.study import new_key
from survey_app.storage.database import Database
from survey_app.storage.errors import ConflictError, DatabaseError
from survey_app.storage.prepared import Prepared
from survey_app.storage.tables import interview, page_answers
from tests.survey_app.services.conftest import open_fieldwork

if TYPE_CHECKING:
    from tests.survey_app.services.conftest import Fieldwork

KEYS = Prepared(select(interview.c.key, interview.c.disposition).order_by(interview.c.key))
ADD = Prepared(
    insert(page_answers).values(
        {name: bindparam(f"new_{name}") for name in page_answers.c.keys() if name != "id"}  # noqa: SIM118
    )
)


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    """An open study, on either kind of database."""
    return open_fieldwork(database)


def keys(database: Database) -> list[str]:
    """The keys of all interviews."""
    return [row.key for row in database.driver.rows(KEYS)]


def test_values_come_out_as_sqlalchemy_reads_them(fieldwork: Fieldwork) -> None:
    """Moments, choices, numbers, JSON and nothing at all are the same by either way."""
    key = fieldwork.start()
    fieldwork.answer(key, 1, seconds=12.5)
    statement = select(
        *interview.c, page_answers.c.answers, page_answers.c.seconds.label("took")
    ).join(page_answers, page_answers.c.interview_id == interview.c.id)
    (quick,) = fieldwork.database.driver.rows(Prepared(statement))
    with fieldwork.database.engine.connect() as connection:
        usual = connection.execute(statement).one()
    assert tuple(quick) == tuple(usual)
    assert (quick.disposition, quick.took) == (Disposition.PARTIAL, 12.5)
    assert quick.finished_at is None
    assert fieldwork.database.driver.one(Prepared(statement.where(interview.c.id == 0))) is None


def test_nothing_is_kept_without_commit(fieldwork: Fieldwork) -> None:
    """Neither where the caller stops nor where it fails; the connection is good for the next."""
    driver = fieldwork.database.driver
    rename = Prepared(interview.update().values(key=bindparam("new_name")))
    key = fieldwork.start()
    with driver.writing() as transaction:
        assert transaction.change(rename, new_name=new_key()) == 1

    def fail() -> None:
        with driver.writing() as transaction:
            transaction.change(rename, new_name=new_key())
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert keys(fieldwork.database) == [key]


def test_a_broken_constraint_is_a_conflict(fieldwork: Fieldwork) -> None:
    """A page of an interview that does not exist is refused, and nothing of it stays."""
    page = {f"new_{name}": None for name in page_answers.c.keys()}  # noqa: SIM118
    driver = fieldwork.database.driver
    with pytest.raises(ConflictError, match="nothing was stored"), driver.writing() as transaction:
        transaction.change(ADD, **page)
    with pytest.raises(KeyError, match="new_answers"), driver.writing() as transaction:
        transaction.change(ADD)


def test_a_dropped_connection_is_replaced(postgresql_url: str) -> None:
    """After the server ended every connection, the next statement and the next transaction run."""
    database = Database(postgresql_url)
    fieldwork = open_fieldwork(database)
    key = fieldwork.start()
    drop_connections(database)
    assert keys(database) == [key]
    drop_connections(database)
    fieldwork.answer(key, 1)
    assert fieldwork.collector.position(key).submitted == {1}
    database.close()


def test_connections_are_kept_and_given_back(fieldwork: Fieldwork) -> None:
    """A database that was closed opens a new connection for the next statement."""
    key = fieldwork.start()
    fieldwork.database.close()
    assert keys(fieldwork.database) == [key]


def test_a_database_that_cannot_be_used_is_told(sqlite_database: Database) -> None:
    """A statement on a table that is gone is an error in words, not the driver's."""
    with pytest.raises(DatabaseError, match="cannot be used at the moment"):
        sqlite_database.driver.rows(Prepared(select(text("nothing"))))


def drop_connections(database: Database) -> None:
    """Let the server end every connection but this one, as it does when it is restarted."""
    with database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
