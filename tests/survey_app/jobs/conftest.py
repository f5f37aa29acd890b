"""A researcher with a study that has answers, and a queue, on either kind of database."""

from __future__ import annotations

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
from survey_app.services.dataset import import_dataset
from survey_app.services.study import create_study, instruments_of

if TYPE_CHECKING:
    from pathlib import Path

    from survey_app.domain.job import Job
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database

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
            keys = scoring_keys(instruments_of(study))
            cells = [Cell("north", wave, n, 0.0)]
            dataset = simulate(keys, cells, np.random.default_rng(seed))
            names = [f"{seed}-{name}" for name in dataset.respondent.tolist()]
            import_dataset(unit, study, replace(dataset, respondent=np.array(names)))
            unit.commit()


def make_desk(database: Database, folder: Path) -> Desk:
    """A researcher with a study of two waves, 60 interviews each."""
    with database.writing() as unit:
        user = User("ada@example.org", "Ada", Role.RESEARCHER, password_hash="none")
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
        unit.commit()
    file = folder / "queue.sqlite"
    made = Desk(database, open_queue(database, file=str(file)), file, user, study.id or 0)
    for seed, wave in enumerate(WAVES):
        made.answer(wave, 60, seed)
    return made


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A researcher at work on either kind of database."""
    return make_desk(database, tmp_path)


@pytest.fixture
def sqlite_desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    """A researcher at work on SQLite, for what does not depend on the kind."""
    return make_desk(sqlite_database, tmp_path)
