"""`engage export`: labelled data for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from survey_app.cli.answers import answers_options, read_answers


@click.command()
@answers_options
@click.option("--format", "kind", type=click.Choice(["csv", "sav", "xlsx"]), required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path, kind: str, out: Path, **options: Any) -> None:
    """Write the answers of a FILE, labelled, with screening flags and scale scores.

    csv comes with a codebook beside it; sav carries labels and missing values.
    """
    from survey_app.services.export import export_file

    answers = read_answers(file, options)
    for note in answers.notes:
        click.echo(note)
    for path in export_file(answers.analysed(), out, kind):
        click.echo(f"Wrote {path}")
