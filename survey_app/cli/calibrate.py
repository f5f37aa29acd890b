"""`engage calibrate`: item parameters from answers, for adaptive short forms."""

from __future__ import annotations

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
    from rich.table import Table

    from psychometrics.irt.calibration import Calibration


@click.command()
@answers_options
@click.option(
    "--scale", metavar="ID", multiple=True, help="Scale to calibrate; may be repeated. All without."
)
@click.option("--source", help="Which answers these are, kept with the figures; the file's name.")
@click.option(
    "--json",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, for a study that asks adaptively.",
)
def calibrate(
    file: Path, scale: tuple[str, ...], source: str | None, target: Path, **options: Any
) -> None:
    """Calibrate the items of a FILE of answers by graded response models.

    Each scale of three items or more by itself, from the interviews that screening keeps. Look at
    what a short form would lose with `engage short-form` before one is asked.
    """
    from rich.console import Console

    from survey_app.exchange.calibration_file import write_calibrations
    from survey_app.services.short_form import calibrations, scales_to_shorten

    require_other_files(file, options, target)
    answers = read_answers(file, options)
    print_notes(answers)
    answers.require_variation()
    analysed = answers.analysed()
    scales = scales_to_shorten(analysed, scale)
    found = calibrations(analysed, scales, source=source or file.name)
    console = Console(highlight=False)
    for each in found.values():
        console.print(_items(each))
        for warning in each.warnings:
            console.print(f"Note: {warning}", markup=False, style="yellow")
    click.echo(f"Wrote {write_calibrations(target, found)}")


def _items(calibration: Calibration) -> Table:
    from rich.table import Table

    width = max(len(each.thresholds) for each in calibration.items)
    table = Table(title=f"{calibration.scale}, n = {calibration.n}", title_justify="left")
    for heading in ("item", "slope", *(f"b{k + 1}" for k in range(width))):
        table.add_column(heading, justify="left" if heading == "item" else "right")
    for each in calibration.items:
        table.add_row(each.item, *(f"{value:.2f}" for value in (each.slope, *each.thresholds)))
    return table
