"""`engage analyse`: every figure of an analysis, as a summary, as JSON and as a report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from survey_app.cli.answers import (
    answers_options,
    print_notes,
    read_answers,
    require_measurement,
    require_other_files,
    require_structure,
)
from survey_app.cli.facts import facts_of, facts_options


@click.command()
@answers_options
@facts_options
@click.option(
    "--extraction",
    type=click.Choice(["minres", "ml"]),
    default="minres",
    show_default=True,
    help="How factors are extracted.",
)
@click.option(
    "--rotation",
    type=click.Choice(["oblimin", "promax", "varimax"]),
    default="oblimin",
    show_default=True,
    help="How factors are rotated.",
)
@click.option("--factors", type=int, help="Number of factors; one for each scale by default.")
@click.option(
    "--adaptive",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Calibrations, as `engage calibrate` writes them, of scales that were asked adaptively.",
)
@click.option(
    "--standard-error",
    type=float,
    default=0.4,
    show_default=True,
    help="Bound on the trait at which adaptive scales stopped.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write a PDF.")
@click.option(
    "--script",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write an R script that tests the measurement again.",
)
def analyse(
    file: Path, json_file: Path | None, report: Path | None, script: Path | None, **options: Any
) -> None:
    """Analyse a FILE of answers: scores, reliability, structure, models, brands.

    Prints a summary. --json FILE writes every figure, unrounded; --report FILE the psychometric
    report as PDF; --script FILE R code (lavaan) that does the tests of measurement again from
    answers.csv, as `engage export` writes it. Scales of --adaptive FILE are never added up: their
    means come from the calibration.
    """
    from survey_app.cli.short_form_summary import with_short_forms
    from survey_app.cli.summary import print_summary
    from survey_app.services.analyse import FactorChoices
    from survey_app.services.files import (
        write_analysis,
        write_psychometric_report,
        write_r_script,
    )

    require_other_files(file, options, json_file, report, script)
    answers = read_answers(file, options)
    choices = FactorChoices(options["extraction"], options["rotation"], options["factors"])
    analysed = with_short_forms(answers.analysed(factor_choices=choices), options)
    if choices.factors is not None:
        require_structure(analysed, file)
    print_notes(answers)
    replace(answers, dataset=analysed.dataset).require_variation()
    print_summary(analysed)
    if json_file is not None:
        click.echo(f"Wrote {write_analysis(analysed, json_file, notes=answers.notes)}")
    if report is not None:
        facts = facts_of(answers, options)
        click.echo(f"Wrote {write_psychometric_report(analysed, facts, report)}")
    if script is not None:
        require_measurement(analysed, file)
        click.echo(f"Wrote {write_r_script(analysed, script)}")
