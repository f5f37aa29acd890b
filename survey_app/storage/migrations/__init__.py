"""The shape of the tables, step by step, and whether a database has the latest one.

A change of `storage/tables.py` comes with a new revision: `revise("what changes")` writes a draft
into `versions/` by comparing the tables with a database; read it by hand before it is committed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

# Any constant: it keeps two processes from upgrading one PostgreSQL database at once.
_UPGRADE_LOCK = 5_021_970


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings without an ini file; the migrations run in `connection`'s transaction."""
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str | None:
    """The revision that this version of the program needs."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(configuration()).get_current_head()


def current(connection: Connection) -> str | None:
    """The revision that a database has; None when it has none of our tables."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection) -> None:
    """Bring a database to the latest revision within the transaction of `connection`."""
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
    command.upgrade(configuration(connection), "head")


def revise(connection: Connection, message: str) -> None:
    """Write a draft of the next revision from the difference between tables and database."""
    from alembic import command

    command.revision(configuration(connection), message=message, autogenerate=True)
