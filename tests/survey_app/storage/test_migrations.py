"""The migrations and the tables say the same, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, inspect

from survey_app.storage import migrations
from survey_app.storage.database import Database, DatabaseError
from survey_app.storage.tables import metadata

if TYPE_CHECKING:
    from typing import Any


def _differences(database: Database, tables: MetaData) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), tables))


def test_head_equals_tables(database: Database) -> None:
    """A database at the head of the migrations has exactly the tables that the program maps."""
    assert _differences(database, metadata) == []


def test_comparison_notices_a_missing_column(database: Database) -> None:
    """The comparison that the test above rests on sees a column that no migration adds."""
    changed = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(changed)
    changed.tables["wave"].append_column(Column("forgotten", Integer))
    assert [step[0] for step in _differences(database, changed)] == ["add_column"]


def test_names_of_constraints_are_those_of_the_tables(database: Database) -> None:
    """Constraints bear the names that later migrations will look for."""
    inspector = inspect(database.engine)
    for table in metadata.sorted_tables:
        expected = {str(key.name) for key in table.foreign_key_constraints}
        assert {key["name"] for key in inspector.get_foreign_keys(table.name)} == expected
        assert inspector.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"


def test_upgrade_creates_and_can_be_repeated(empty_database: Database) -> None:
    """An empty database is refused with the mend, upgraded, and left alone the second time."""
    with pytest.raises(DatabaseError, match="engage database upgrade"):
        empty_database.check_is_current()
    empty_database.upgrade()
    empty_database.upgrade()
    empty_database.check_is_current()


def test_database_newer_than_the_program_is_refused(database: Database) -> None:
    """A revision that this version does not know is refused by check and by upgrade."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    with pytest.raises(DatabaseError, match=f"version later, not {migrations.head()}"):
        database.check_is_current()
    with pytest.raises(DatabaseError, match="later"):
        database.upgrade()


def test_failed_upgrade_leaves_nothing(empty_database: Database) -> None:
    """A migration that fails in the middle is rolled back with everything before it."""
    with empty_database.engine.execution_options(write=True).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE interview (foreign_to_us INTEGER)")
    with pytest.raises(DatabaseError, match="interview"):
        empty_database.upgrade()
    assert inspect(empty_database.engine).get_table_names() == ["interview"]
