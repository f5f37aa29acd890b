"""A researcher with a study that has answers, and a queue, on either kind of database."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import Brand, Wave
from survey_app.domain.user import Role, User
from survey_app.jobs.ask import ask
from survey_app.jobs.queue import JobQueue, open_queue
from survey_app.services.dataset_import import import_dataset
from survey_app.services.study import create_study, instruments_of
from survey_app.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from survey_app.domain.job import Job
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork
    from tests.postgresql_server import PostgresqlServer

EMAIL = "ada@example.org"
WAVES = ("w1", "w2")


@dataclass(frozen=True, slots=True)
class Desk:
    """A researcher at work: the study as it is stored, and where jobs are queued."""

    database: Database
    queue: JobQueue
    queue_file: Path
    user: User
    study_id: int

    @property
    def study(self) -> Study:
        """The study as it is now."""
        with self.database.reading() as unit:
            found = unit.studies.by_id(self.study_id)
        assert found is not None
        return found

    def ask(self, **options: Any) -> Job:
        """Ask for the psychometric report."""
        kind = options.pop("kind", "psychometric_report")
        return ask(self.database, self.queue, self.user, self.study, kind, **options)

    def job(self, known: Job) -> Job:
        """A job as it is now."""
        with self.database.reading() as unit:
            found = unit.jobs.by_id(known.id or 0)
        assert found is not None
        return found

    def answer(self, wave: str, n: int, seed: int) -> None:
        """Add interviews to a wave."""
        with self.database.writing() as unit:
            study = unit.studies.by_id(self.study_id)
            assert study is not None
            _answer(unit, study, wave, n, seed)
            unit.commit()


def _furnish(url: str) -> None:
    """A researcher with a study of two waves, 60 interviews each."""
    database = Database(url)
    with database.writing() as unit:
        user = User(EMAIL, "Ada", Role.RESEARCHER, password_hash="none")
        unit.users.add(user)
        unit.flush()
        study = create_study(
            unit,
            owner=user,
            title="Engagement",
            instruments=["core_engagement"],
            languages=["en"],
            brands=[Brand("north", {"en": "North"})],
            waves=[Wave(code, f"Wave {code}", position) for position, code in enumerate(WAVES)],
        )
        for seed, wave in enumerate(WAVES):
            _answer(unit, study, wave, 60, seed)
        unit.commit()
    database.close()


def _answer(unit: UnitOfWork, study: Study, wave: str, n: int, seed: int) -> None:
    keys = scoring_keys(instruments_of(study))
    unit.flush()
    dataset = simulate(keys, [Cell("north", wave, n, 0.0)], np.random.default_rng(seed))
    names = [f"{seed}-{name}" for name in dataset.respondent.tolist()]
    import_dataset(unit, study, replace(dataset, respondent=np.array(names)))


@pytest.fixture(scope="session")
def furnished_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the study, to be copied."""
    file = tmp_path_factory.mktemp("jobs") / "furnished.sqlite"
    shutil.copyfile(sqlite_template, file)
    _furnish(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def furnished_name(postgresql: PostgresqlServer, postgresql_template: str) -> str:
    """Name of a PostgreSQL database with the study, to be copied."""
    name = postgresql.create_database(postgresql_template)
    _furnish(postgresql.url(name))
    return name


@pytest.fixture
def sqlite_desk(furnished_file: Path, tmp_path: Path) -> Iterator[Desk]:
    """A researcher at work on SQLite, for what does not depend on the kind."""
    shutil.copyfile(furnished_file, tmp_path / "engage.sqlite")
    with _desk(f"sqlite:///{tmp_path / 'engage.sqlite'}", tmp_path) as made:
        yield made


@pytest.fixture
def postgresql_desk(
    postgresql: PostgresqlServer, furnished_name: str, tmp_path: Path
) -> Iterator[Desk]:
    """A researcher at work on PostgreSQL."""
    name = postgresql.create_database(furnished_name)
    with _desk(postgresql.url(name), tmp_path) as made:
        yield made
    postgresql.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """A researcher at work; the test runs on either kind of database."""
    made: Desk = request.getfixturevalue(f"{request.param}_desk")
    return made


@contextmanager
def _desk(url: str, folder: Path) -> Iterator[Desk]:
    database = Database(url)
    with database.reading() as unit:
        user = unit.users.by_email(EMAIL)
        assert user is not None
        study = unit.studies.all()[0]
    file = folder / "queue.sqlite"
    yield Desk(database, open_queue(database, file=str(file)), file, user, study.id or 0)
    database.close()
