"""The demo: two studies in a database, and everything that a study leads to, as files."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.suppression import HIDDEN_BELOW
from survey_app.demo import coffee, coffee_metrics, tap_water
from survey_app.demo.coffee_looks import add_looks
from survey_app.domain.user import Role
from survey_app.exchange.read_metrics import ReadMetrics
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.dataset_import import import_dataset
from survey_app.services.export import write_answers
from survey_app.services.files import (
    write_analysis,
    write_portfolio,
    write_psychometric_report,
    write_scorecards,
    write_whole,
)
from survey_app.services.metrics import import_metrics
from survey_app.services.study import create_study, instruments_of, open_study
from survey_app.services.survey import study_survey
from survey_app.services.user import assign_brands, create_user
from survey_app.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from survey_app.domain.study import Study
    from survey_app.domain.user import User
    from survey_app.exchange.write import FileFormat
    from survey_app.storage.database import UnitOfWork

    Progress = Callable[[str], None]

FORMATS: tuple[FileFormat, ...] = ("csv", "sav", "xlsx")


class DemoError(ValueError):
    """There can be no demo here. The message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Login:
    """A demo login; these passwords exist in the demo only."""

    role: Role
    email: str
    password: str
    name: str


LOGINS = (
    Login(Role.RESEARCHER, "researcher@demo.example", "demo-researcher-1", "Rosa Researcher"),
    Login(Role.MANAGER, "manager@demo.example", "demo-manager-1", "Max Manager"),
    Login(Role.ADMINISTRATOR, "administrator@demo.example", "demo-administrator-1", "Ada Admin"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A built demo: where it lies, its settings, and the links that a customer may open."""

    database_url: str
    secret_key: str
    survey_path: str


def build(folder: Path, say: Progress) -> Demo:
    """Build the demo in `folder`, or renew its files where the database is there already.

    Raises
    ------
    OSError, survey_app.storage.database.DatabaseError
    DemoError
        the folder's database is not a demo's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(f"sqlite:///{folder.resolve() / 'engage.sqlite'}")
    say("Preparing the database")
    database.upgrade()
    with database.writing() as unit:
        if unit.users.by_email(LOGINS[0].email) is None:
            if unit.users.all():
                raise DemoError(
                    f"{folder} holds a database with people of its own; the demo's logins, which "
                    "everybody knows, are not added to it. Name another folder with --directory."
                )
            _add_studies(unit, say)
            unit.commit()
    with database.reading() as unit:
        owner = unit.users.by_email(LOGINS[0].email)
        studies = {study.title: study for study in unit.studies.owned_by(_id(owner))}
        water, houses = studies[tap_water.TITLE], studies[coffee.TITLE]
        _write_files(unit, water, folder / "tap-water", say)
        _write_files(unit, houses, folder / "coffee-simulated", say)
    database.close()
    return Demo(database.url, _secret_key(folder), f"/s/{houses.key}")


def _add_studies(unit: UnitOfWork, say: Progress) -> None:
    users = {
        login.role: create_user(
            unit, email=login.email, name=login.name, role=login.role, password=login.password
        )
        for login in LOGINS
    }
    say("Importing real answers about tap water")
    water = _add_tap_water(unit, users[Role.RESEARCHER])
    say("Simulating three waves about four coffee houses")
    houses = _add_coffee(unit, users[Role.RESEARCHER])
    shown = [water.brands[0], *houses.brands[:2]]
    assign_brands(unit, users[Role.MANAGER], [brand.id for brand in shown if brand.id is not None])


def _add_tap_water(unit: UnitOfWork, owner: User) -> Study:
    study = create_study(
        unit,
        owner=owner,
        title=tap_water.TITLE,
        instruments=[tap_water.INSTRUMENT],
        languages=["en"],
        brands=tap_water.brands(),
        waves=[tap_water.wave()],
        competitors_named=True,
        population=tap_water.POPULATION,
        source=tap_water.SOURCE,
    )
    import_dataset(unit, study, tap_water.answers(instruments_of(study)[0]))
    return study


def _add_coffee(unit: UnitOfWork, owner: User) -> Study:
    study = create_study(
        unit,
        owner=owner,
        title=coffee.TITLE,
        instruments=coffee.INSTRUMENTS,
        languages=coffee.LANGUAGES,
        brands=coffee.brands(),
        waves=coffee.waves(),
        consent=coffee.CONSENT,
        shuffle_items=True,
        instructed_item=True,
        simulated=True,
    )
    study.target = {variable: list(codes) for variable, codes in coffee.TARGET.items()}
    add_looks(unit, study)
    open_study(study)
    # Opened only today, the study would not count the days of waves that are over.
    for wave, told in zip(study.waves, coffee.waves(), strict=True):
        wave.first_day, wave.last_day = told.first_day, told.last_day
    answers = coffee.answers(instruments_of(study))
    import_dataset(unit, study, answers)
    values = coffee_metrics.metric_values(answers, coffee.waves())
    import_metrics(unit, study, ReadMetrics(values, ()))
    return study


def _write_files(unit: UnitOfWork, study: Study, folder: Path, say: Progress) -> None:
    say(f"{study.title}: analysing")
    folder.mkdir(exist_ok=True)
    wave = study.current_wave
    cache = AnalysisCache()
    survey = study_survey(unit, study, wave, cache=cache, minimum_n=HIDDEN_BELOW)
    analysed = analyse_study(unit, study, wave, cache=cache)
    everything = analyse_study(unit, study, cache=cache)
    for kind in FORMATS:
        say(f"{study.title}: writing {kind}")
        names = {brand.code: brand.name("en") for brand in study.brands}
        write_answers(everything, folder / f"answers.{kind}", kind, brand_labels=names)
    say(f"{study.title}: writing scorecards")
    write_scorecards(survey, folder / "scorecards")
    write_portfolio(survey, folder / "portfolio.pdf")
    say(f"{study.title}: writing the psychometric report")
    write_psychometric_report(analysed, survey.facts, folder / "psychometric-report.pdf")
    write_analysis(analysed, folder / "analysis.json")


def _secret_key(folder: Path) -> str:
    path = folder / "secret_key"
    if not path.exists():
        write_whole(path, secrets.token_urlsafe(48).encode())
        path.chmod(0o600)
    return path.read_text(encoding="ascii")


def _id(user: User | None) -> int:
    if user is None or user.id is None:
        raise LookupError("The demo's researcher is missing; remove the demo folder and try again.")
    return user.id
