"""`engage export`: labelled data for other programs."""

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
    from survey_app.exchange.write import FileFormat


@click.command()
@answers_options
@click.option("--format", "kind", type=click.Choice(["csv", "sav", "xlsx"]), required=True)
@click.option("--label-language", default="en", show_default=True, help="Language of the labels.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path, kind: FileFormat, out: Path, **options: Any) -> None:
    """Write the answers of a FILE, labelled, with screening flags and scale scores.

    csv comes with a codebook beside it; sav carries labels and missing values.
    """
    from survey_app.exchange.write import paths_of
    from survey_app.services.export import write_answers

    require_other_files(file, options, *paths_of(out, kind))
    answers = read_answers(file, options)
    print_notes(answers)
    written = write_answers(
        answers.analysed(),
        out,
        kind,
        language=options["label_language"],
        brand_labels=answers.brand_labels,
    )
    for note in written.notes:
        click.echo(note)
    for path in written.paths:
        click.echo(f"Wrote {path}")
