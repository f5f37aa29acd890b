"""`engage metrics`: what may be measured beside a survey, and the values of a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survey_app.domain.study import Study
    from survey_app.services.metrics import ImportPlan, KeptMetric
    from survey_app.storage.database import Database, UnitOfWork

_FILE = click.Path(path_type=Path, dir_okay=False)
_study_option = click.option(
    "--study", "study_key", required=True, metavar="KEY", help="Key of the study, as in its links."
)


@click.group()
def metrics() -> None:
    """Measure what people do beside what they answer.

    `list` names the metrics, `import` takes their values, `show` tells what a study has, `weights`
    chooses how they count.
    """


@metrics.command("list")
def list_metrics() -> None:
    """List the metrics with unit, window and standard weight."""
    from instruments.metrics import standard_metrics

    shipped = standard_metrics()
    weights = shipped.profile("standard").weights
    for kind in ("root", "action", "outcome"):
        click.secho(kind, bold=True)
        for metric in shipped.metrics:
            if metric.kind == kind:
                notes = [metric.unit["en"]]
                notes += [f"{metric.days} days"] if metric.days else []
                notes += ["lower is better"] if metric.direction == "lower" else []
                notes += [metric.valence] if metric.valence != "none" else []
                notes += [f"weight {weights[metric.id]:.0%}"] if metric.id in weights else []
                click.echo(f"  {metric.id:<22}{metric.name['en']}: {', '.join(notes)}")


@metrics.command("import")
@click.argument("file", type=_FILE)
@_study_option
@click.option("--dry-run", is_flag=True, help="Show what would be kept, and keep nothing.")
@click.option("--encoding", help="Of a text file that is not UTF-8, e.g. cp1251.")
def import_file(file: Path, study_key: str, dry_run: bool, encoding: str | None) -> None:
    """Keep the values in FILE, all of them or none.

    A row holds person (or cell), brand, wave, metric and value. Importing again replaces values of
    the same person or cell, brand, wave and metric.
    """
    from survey_app.services.metrics import import_metrics, plan_import, read_metrics_file

    database = _database()
    if dry_run:
        with database.reading() as unit:
            study = study_by_key(unit, study_key)
            plan = plan_import(unit, study, read_metrics_file(study, file, encoding=encoding))
    else:
        with database.writing() as unit:
            study = study_by_key(unit, study_key)
            plan = import_metrics(unit, study, read_metrics_file(study, file, encoding=encoding))
            unit.commit()
    for line in _planned(plan):
        click.echo(line)
    click.echo(_outcome(plan, dry_run=dry_run))


@metrics.command()
@_study_option
def show(study_key: str) -> None:
    """Show what a study has: each metric by wave and brand."""
    from survey_app.services.metrics import kept_metrics

    with _database().reading() as unit:
        study = study_by_key(unit, study_key)
        kept = kept_metrics(unit, study)
        lines = [*_weights(study), *(_line(row) for row in kept)]
    for line in lines:
        click.echo(line)
    if not kept:
        click.echo("The study has no values yet; add them with `engage metrics import`.")


@metrics.command()
@click.argument("profile", metavar="standard|equal|FILE")
@_study_option
def weights(profile: str, study_key: str) -> None:
    """Choose how the metrics of a study count in the index.

    FILE is YAML (reviews: 5) or a table with the columns metric and weight.
    """
    choose = _chooser(profile)
    with _database().writing() as unit:
        study = study_by_key(unit, study_key)
        choose(study)
        lines = list(_weights(study))
        unit.commit()
    for line in lines:
        click.echo(line)


def _chooser(profile: str) -> Callable[[Study], object]:
    from instruments.metrics import standard_metrics
    from survey_app.exchange.read_weights import read_weights
    from survey_app.services.metrics import choose_profile, choose_weights

    known = standard_metrics()
    if profile in {one.id for one in known.profiles}:
        return lambda study: choose_profile(study, profile)
    own = read_weights(Path(profile), known)
    return lambda study: choose_weights(study, own.weights)


def _database() -> Database:
    from survey_app.cli.environment import database_from_environment

    database = database_from_environment()
    database.check_is_current()
    return database


def study_by_key(unit: UnitOfWork, key: str) -> Study:
    """The study with a key. Raises StudyError, naming those that there are."""
    from survey_app.domain.study import StudyError

    study = unit.studies.by_key(key)
    if study is None:
        known = [f"{one.key} ({one.title})" for one in unit.studies.all()[:10]]
        listed = f"; there are {', '.join(known)}" if known else ""
        raise StudyError(f"There is no study with the key {key[:40]!r}{listed}.")
    return study


def _planned(plan: ImportPlan) -> Iterator[str]:
    yield from plan.notes
    for (wave, brand, metric), n in plan.counts.items():
        yield f"  {wave:<12}{brand:<20}{metric:<22}{n:>8} {'row' if n == 1 else 'rows'}"


def _outcome(plan: ImportPlan, *, dry_run: bool) -> str:
    told = f"{plan.new} new, {plan.replaced} replaced, {plan.unchanged} as they were"
    return f"Would be kept: {told}. Nothing was kept." if dry_run else f"Kept: {told}."


def _weights(study: Study) -> Iterator[str]:
    from survey_app.services.metrics import profile_of

    profile = profile_of(study)
    counted = ", ".join(f"{name} {share:.1%}" for name, share in profile.weights.items())
    yield f"{study.title}: {profile.name['en']} ({counted})"


def _line(row: KeptMetric) -> str:
    from reports.format import formatter

    figures = formatter("en")
    value = figures.percent(row.value, 1) if row.metric.pooled == "share" else f"{row.value:,.6g}"
    who = f"{row.n} {'people, mean' if row.unit == 'person' else 'cells'}"
    if row.n == 1:
        who = "1 person" if row.unit == "person" else "1 cell"
    unit = "" if row.metric.pooled == "share" else f" {row.metric.unit['en']}"
    return f"  {row.wave:<12}{row.brand:<20}{row.metric.id:<22}{value}{unit} ({who})"
