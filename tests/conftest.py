"""What every test may ask for: a fresh database of each kind."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from survey_app.storage.database import Database
from tests.postgresql_server import PostgresqlServer, running_postgresql
from tests.scheduling import DearFilesWhole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> DearFilesWhole:
    """How tests are shared out among processes."""
    return DearFilesWhole(config, log)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server of this test process."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql: PostgresqlServer) -> str:
    """Name of a PostgreSQL database with all tables, to be copied."""
    name = postgresql.create_database()
    _upgrade(postgresql.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    _upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a new SQLite database with all tables."""
    file = tmp_path / "engage.sqlite"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(postgresql: PostgresqlServer, postgresql_template: str) -> Iterator[str]:
    """Address of a new PostgreSQL database with all tables."""
    name = postgresql.create_database(postgresql_template)
    yield postgresql.url(name)
    postgresql.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a new database with all tables; the test runs on either kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A new database with all tables; the test runs on either kind."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A new SQLite database with all tables, for what does not depend on the kind."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A new database without any table; the test runs on either kind."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield opened
        opened.close()
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    name = server.create_database()
    opened = Database(server.url(name))
    yield opened
    opened.close()
    server.drop_database(name)


def _upgrade(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()
