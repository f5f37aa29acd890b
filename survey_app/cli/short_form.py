"""`engage short-form`: what adaptive short forms would save and lose, on real answers."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey_app.cli.answers import (
    answers_options,
    print_notes,
    read_answers,
    require_other_files,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from psychometrics.irt.adaptive_simulation import AdaptiveSimulation
    from survey_app.services.short_form import Bounds

TRAIT, SCORE = (0.3, 0.4, 0.5), (6.0, 8.0, 10.0)
UNITS = {"trait": "standard deviations of the trait", "score": "points of 0–100"}


@click.command("short-form")
@answers_options
@click.option("--scale", metavar="ID", multiple=True, help="Scale to shorten; may be repeated.")
@click.option(
    "--standard-error",
    metavar="BOUND",
    type=float,
    multiple=True,
    help="Stop at this error of the trait, e.g. 0.4; may be repeated.",
)
@click.option(
    "--score-error",
    metavar="POINTS",
    type=float,
    multiple=True,
    help="Stop at this error of the score 0–100, e.g. 8; may be repeated.",
)
@click.option("--fewest-items", type=int, default=1, show_default=True, help="Ask at least these.")
@click.option("--most-items", type=int, help="Ask no more than these.")
@click.option(
    "--calibration",
    "calibration_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of `engage calibrate`; without it people are placed by the answers of others.",
)
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False))
def short_form(
    file: Path,
    scale: tuple[str, ...],
    calibration_file: Path | None,
    target: Path | None,
    **options: Any,
) -> None:
    """Ask the people of a FILE again, adaptively, and show what that saves and loses.

    Everybody's real answers are given in the order in which the short form would have asked, until
    the standard error is under a bound. Beside it stands a fixed form as long. Both are compared
    with all answers of the same people. --json FILE writes every figure.
    """
    from rich.console import Console

    from survey_app.exchange.calibration_file import read_calibrations
    from survey_app.services.files import as_json, write_whole
    from survey_app.services.short_form import scales_to_shorten, simulations

    read = [calibration_file] if calibration_file else []
    require_other_files(file, options, *read, target)
    calibrated = read_calibrations(calibration_file) if calibration_file else None
    answers = read_answers(file, options)
    print_notes(answers)
    answers.require_variation()
    analysed = answers.analysed()
    scales = scales_to_shorten(analysed, scale or tuple(calibrated or ()))
    found = [simulations(analysed, scales, each, calibrated) for each in _bounds(options)]
    console = Console(highlight=False)
    for name in scales:
        _print(console, [each[name] for each in found])
    console.print(CLOSING, markup=False)
    if target is not None:
        plain = {name: [each[name].to_dict() for each in found] for name in scales}
        click.echo(f"Wrote {write_whole(target, as_json(plain))}")


CLOSING = (
    "A row with a bound is the short form that stops there, the row below it a fixed form as long. "
    "Bias, RMSE and r compare with all items of the same people, of which these are a part; model "
    "is the RMSE that the model promises. Never set scores of a short form beside those of the "
    "full one."
)


def _bounds(options: dict[str, Any]) -> list[Bounds]:
    from survey_app.services.short_form import Bounds

    trait, score = options["standard_error"], options["score_error"]
    if not trait and not score:
        trait, score = TRAIT, SCORE
    most, fewest = options["most_items"], options["fewest_items"]
    return [
        bounds
        for bounds in (Bounds(trait, "trait", most, fewest), Bounds(score, "score", most, fewest))
        if bounds.values
    ]


def _print(console: Console, found: list[AdaptiveSimulation]) -> None:
    first = found[0]
    console.print(
        f"Scale {first.scale}: {first.items} items, n = {first.n_used}. "
        f"{first.method[:1].upper()}{first.method[1:]}.",
        markup=False,
    )
    for each in found:
        console.print(_table(each))
    for warning in first.warnings:
        console.print(f"Note: {warning}", markup=False, style="yellow")


def _table(found: AdaptiveSimulation) -> Table:
    from rich.table import Table

    metric = found.bounds[0].metric
    digits = 3 if metric == "trait" else 2
    table = Table(title=f"{found.scale}, in {UNITS[metric]}", title_justify="left")
    for heading in ("form", "items", "saved", "reached", "error", "bias", "RMSE", "model", "r"):
        table.add_column(heading, justify="right")
    for bound in found.bounds:
        for form in (bound.adaptive, bound.fixed):
            adaptive = form.method == "adaptive"
            error, told = (
                (form.error, form.trait) if metric == "trait" else (form.score_error, form.score)
            )
            figures = (error, told.bias, told.rmse, told.expected_rmse)
            table.add_row(
                f"≤ {bound.standard_error:g}" if adaptive else "fixed",
                f"{form.mean_items:.1f}",
                f"{form.saved:.0%}",
                f"{bound.reached:.0%}" if adaptive else "",
                *(_figure(value, digits) for value in figures),
                _figure(told.correlation, 3),
                end_section=not adaptive,
            )
    return table


def _figure(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if isfinite(value) else "–"
