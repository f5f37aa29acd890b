"""`engage instruments evidence`: what is known of an instrument, and carrying it elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from instruments.model import Instrument
    from survey_app.domain.evidence import JudgedWave, Standing
    from survey_app.domain.evidence_figures import Figures
    from survey_app.storage.database import Database

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("instrument", metavar="ID|FILE")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, unrounded.")
@click.option(
    "--export", "target", type=_FILE, help="Write the waves to a .json or .csv file instead."
)
@click.option(
    "--import", "source", type=_FILE, help="First add the waves of a .json file from elsewhere."
)
def evidence(instrument: str, as_json: bool, target: Path | None, source: Path | None) -> None:
    """Show where an instrument is validated: published elsewhere, shown here, or not yet.

    Waves are added in the workspace, on a study's results. A file carries them to another
    installation; it holds no answers, no brand names and no links.
    """
    from instruments.load import load_instrument

    known = load_instrument(instrument)
    database = _database(required=bool(target or source))
    if database is not None and source is not None:
        _import(database, known, source)
    found = _standing(database, known)
    if target is not None:
        _export(found, known, target)
    elif as_json:
        _print_json(known, found)
    else:
        _print(known, found, looked=database is not None)


def _database(*, required: bool) -> Database | None:
    """The database; None where there is no file of one and none is needed."""
    from survey_app.cli.environment import database_from_environment

    database = database_from_environment()
    file = database.file
    if not required and file is not None and not file.exists():
        return None
    database.check_is_current()
    return database


def _standing(database: Database | None, instrument: Instrument) -> Standing:
    from survey_app.domain.evidence import Published, standing
    from survey_app.services.evidence import standing_of

    if database is None:
        return standing(Published.of(instrument), ())
    with database.reading() as unit:
        return standing_of(unit, instrument)


def _import(database: Database, instrument: Instrument, source: Path) -> None:
    from survey_app.exchange.evidence_file import read_evidence
    from survey_app.services.evidence import keep_all

    waves = read_evidence(source, instrument.id)
    with database.writing() as unit:
        kept = keep_all(unit, waves)
        told = [f"{one.entry.label}: {_BECAME[one.outcome.value]}" for one in kept]
        unit.commit()
    for line in told:
        click.echo(line, err=True)
    click.echo(f"{source}: {len(told)} waves read.", err=True)


_BECAME = {
    "added": "added",
    "replaced": "takes the place of what was kept of this wave",
    "unchanged": "was there already",
    "own": "was analysed here; the file's figures are not taken",
}


def _export(found: Standing, instrument: Instrument, target: Path) -> None:
    from survey_app.exchange.evidence_file import write_evidence

    waves = [one.wave for one in found.waves if not one.wave.withdrawn]
    write_evidence(target, instrument.id, waves)
    click.echo(f"Wrote {target}: {len(waves)} waves.")


def _print_json(instrument: Instrument, found: Standing) -> None:
    import json

    from survey_app.services.evidence_words import standing_plain

    plain = standing_plain(instrument, found)
    click.echo(json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False))


def _print(instrument: Instrument, found: Standing, *, looked: bool) -> None:
    from survey_app.services.evidence_words import (
        STANDINGS,
        figure_words,
        published_words,
        shown_words,
    )

    click.secho(f"{instrument.id} {instrument.version}: {STANDINGS[found.word]}", bold=True)
    click.echo(f"  published elsewhere: {published_words(instrument, found)}")
    click.echo(f"  shown here: {shown_words(found)}")
    if not looked:
        click.echo("  (there is no database here, so no wave was looked up)")
    for figure in instrument.evidence:
        click.echo(f"  {figure.origin}: {figure_words(figure)}; {figure.source}")
    for one in found.waves:
        _print_wave(one)


def _print_wave(one: JudgedWave) -> None:
    from survey_app.services.evidence_words import (
        FIGURES,
        counts_words,
        explored_words,
        outcome_words,
        readable_figures,
    )

    wave, figures = one.wave, readable_figures(one.wave)
    click.secho(f"{wave.label}, {wave.day}", bold=True)
    click.echo(f"  {counts_words(one)}")
    click.echo(f"  n = {FIGURES.count(wave.n)}{_sample(figures)}; data {wave.fingerprint[:12]}")
    for outcome in one.outcomes:
        click.echo(f"  {outcome_words(outcome)}")
    if one.explored is not None:
        click.echo(f"  {explored_words(one)}")
    if figures is not None:
        _print_figures(figures)


def _print_figures(figures: Figures) -> None:
    from survey_app.services.evidence_words import (
        invariance_words,
        model_words,
        reliability_words,
    )

    for scale in figures.scales:
        alpha, omega = reliability_words(scale.alpha), reliability_words(scale.omega)
        click.echo(f"  {scale.scale}: alpha {alpha}, omega {omega}")
    for name, fit in figures.fit.items():
        click.echo(f"  {model_words(name, fit)}")
    for check in figures.invariance:
        click.echo(f"  invariance across {check.across}: {invariance_words(check)}")


def _sample(figures: Figures | None) -> str:
    if figures is None:
        return ""
    counted = ", ".join(f"{code or 'unknown'} {n}" for code, n in figures.languages.items())
    return f" ({counted}; {figures.brands} brands)"
