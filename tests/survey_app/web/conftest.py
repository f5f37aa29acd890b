"""The application with people of every role, studies with answers, and visitors in a browser."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from survey_app.config import Config
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.job import Job, JobFile
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import Brand, Wave
from survey_app.services.dataset_import import import_dataset
from survey_app.services.study import create_study, instruments_of, open_study
from survey_app.services.user import assign_brands
from survey_app.storage.database import Database
from tests.people import PASSWORD, add_person
from tests.survey_app.web.making_apps import make_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from survey_app.domain.study import Study
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

SECRET_KEY = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "https://survey.example.org"
CONSENT = {"en": "Do you agree?", "ru": "Вы согласны?"}
PEOPLE = {
    "administrator": "administrator",
    "researcher": "researcher",
    "foreign_researcher": "researcher",
    "manager": "manager",
    "idle_manager": "manager",
}
SIZES = {"north": 150, "south": 130, "tiny": 12}

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def email_of(person: str) -> str:
    """The e-mail address of one of `PEOPLE`."""
    return f"{person.replace('_', '.')}@example.org"


class Visitor:
    """Somebody with a browser of their own. Forms are sent with the token of their session."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, buffered=True, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """Send something that no form of ours would send."""
        return self.client.post(path, buffered=True, **options)

    def submit(self, page: str, target: str | None = None, **fields: Any) -> TestResponse:
        """Open a page, fill in its form and send it to `target` (the page itself)."""
        data = {"csrf_token": self.token(page), **fields}
        return self.post(target or page, data=data)

    def token(self, page: str) -> str:
        """The token of a page's form."""
        found = _TOKEN.search(self.get(page).text)
        assert found is not None, f"{page} has no form"
        return found.group(1)

    def sign_in(self, person: str, password: str = PASSWORD) -> Visitor:
        """Sign in as one of `PEOPLE`."""
        response = self.submit("/sign-in", email=email_of(person), password=password)
        assert response.status_code == 302, response.text
        return self


def text_of(response: TestResponse) -> str:
    """The words of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


@dataclass(frozen=True, slots=True)
class Office:
    """The application and what is in it: keys of studies, identifiers of people."""

    app: Flask
    database: Database
    people: dict[str, int]
    open_key: str
    draft_key: str
    waves_key: str
    job_key: str

    def visitor(self, person: str | None = None) -> Visitor:
        """A new browser, signed in as one of `PEOPLE` if wished."""
        visitor = Visitor(self.app.test_client())
        return visitor.sign_in(person) if person else visitor

    def brand_id(self, key: str, code: str) -> int:
        """The identifier of a brand."""
        with self.database.reading() as unit:
            study = unit.studies.by_key(key)
            assert study is not None
            return study.brand(code).id or 0


@pytest.fixture(scope="session")
def office_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with people and studies, to be copied."""
    file = tmp_path_factory.mktemp("office") / "office.sqlite"
    shutil.copyfile(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    with database.writing() as unit:
        furnish(unit)
        unit.commit()
    database.close()
    return file


@pytest.fixture
def office(office_file: Path, tmp_path: Path) -> Iterator[Office]:
    """An application of its own for each test, reached over TLS."""
    file = tmp_path / "office.sqlite"
    shutil.copyfile(office_file, file)
    app = make_app(Config(f"sqlite:///{file}", SECRET_KEY, "http://localhost"))
    database = app.extensions["database"]
    with database.reading() as unit:
        people = {person: unit.users.by_email(email_of(person)) for person in PEOPLE}
        keys = {study.title: study.key for study in unit.studies.all()}
        job_key = unit.jobs.latest(1)[0].key
    ids = {person: user.id for person, user in people.items()}
    yield Office(app, database, ids, keys["Shops"], keys["Draft"], keys["Tracker"], job_key)
    database.close()


def furnish(unit: UnitOfWork) -> None:
    """Add people of every role, studies with and without answers, and an analysis that is done."""
    people = {
        person: add_person(unit, email_of(person), role, person.capitalize())
        for person, role in PEOPLE.items()
    }
    shops = _shops(unit, people["researcher"])
    _tracker(unit, people["researcher"])
    create_study(
        unit,
        owner=people["researcher"],
        title="Draft",
        instruments=["core_engagement"],
        languages=["en"],
        brands=[Brand("draft-brand", {"en": "Draft brand"})],
    )
    _add_job(unit, shops)
    readable = [shops.brand("north").id or 0, shops.brand("tiny").id or 0]
    assign_brands(unit, people["manager"], readable)


def _shops(unit: UnitOfWork, owner: User) -> Study:
    """One wave, three brands, the smallest too small to be shown; answers as if they were real."""
    names = {"north": "North & Co", "south": "South", "tiny": "Tiny"}
    study = create_study(
        unit,
        owner=owner,
        title="Shops",
        instruments=["core_engagement", "satisfaction"],
        languages=["en", "ru"],
        brands=[Brand(code, {"en": name, "ru": name}) for code, name in names.items()],
        consent=CONSENT,
        population="Customers of three shops",
    )
    open_study(study)
    _answer(unit, study, [Cell(brand, "1", n, 0.3) for brand, n in SIZES.items()])
    return study


def _add_job(unit: UnitOfWork, study: Study) -> None:
    arguments = {"study_id": study.id, "wave": None, "minimum_n": 30}
    job = Job("psychometric_report", study.id or 0, arguments, "0" * 64, study.owner_id or 0)
    job.start(job.created_at)
    job.finish(job.created_at)
    unit.jobs.add(job)
    unit.flush()
    file = JobFile("psychometric-report.pdf", "application/pdf", b"%PDF-1.7")
    unit.jobs.keep_result(job.id or 0, {"scores": {"n_kept": 7}}, [file])


def _tracker(unit: UnitOfWork, owner: User) -> None:
    """Two waves of simulated answers."""
    study = create_study(
        unit,
        owner=owner,
        title="Tracker",
        instruments=["core_engagement"],
        languages=["en"],
        brands=[Brand("one", {"en": "One"}), Brand("two", {"en": "Two"})],
        waves=[Wave("w1", "First wave"), Wave("w2", "Second wave")],
        consent=CONSENT,
        simulated=True,
    )
    open_study(study)
    cells = [Cell(brand, wave, 40, 0.0) for wave in ("w1", "w2") for brand in ("one", "two")]
    _answer(unit, study, cells)


def _answer(unit: UnitOfWork, study: Study, cells: list[Cell]) -> None:
    keys = scoring_keys(instruments_of(study))
    unit.flush()
    dataset = simulate(keys, cells, np.random.default_rng(1), languages=study.languages)
    import_dataset(unit, study, dataset)
