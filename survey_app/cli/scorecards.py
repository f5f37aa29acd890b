"""`engage scorecards`: one PDF per brand from a file of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from survey_app.cli.answers import answers_options, print_notes, read_answers
from survey_app.cli.facts import facts_of, facts_options
from survey_app.services.report import REPORT_LANGUAGES


@click.command()
@answers_options
@facts_options
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--portfolio",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write one PDF with all brands side by side and named.",
)
@click.option("--name-others", is_flag=True, help="Name the other brands on each scorecard.")
@click.option(
    "--report-language",
    type=click.Choice(REPORT_LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the PDF.",
)
@click.option(
    "--paper",
    type=click.Choice(["A4", "Letter"]),
    default="A4",
    show_default=True,
    help="Paper on which the PDF is printed.",
)
@click.option(
    "--minimum-n",
    type=click.IntRange(min=30),
    default=30,
    show_default=True,
    help="Fewest interviews shown.",
)
def scorecards(file: Path, out: Path, **options: Any) -> None:
    """Write one PDF scorecard per brand from a FILE of answers into the folder --out."""
    from survey_app.services.files import write_portfolio, write_scorecards

    if not options["brand_column"]:
        raise click.UsageError("Name the column that holds the brand: --brand-column NAME.")
    answers = read_answers(file, options)
    waves = sorted({str(code) for code in answers.dataset.wave if code})
    if len(waves) > 1:
        raise click.UsageError(f"The file holds waves {', '.join(waves)}; choose one with --wave.")
    print_notes(answers)
    answers.require_variation()
    survey = answers.survey(
        facts_of(answers, options),
        minimum_n=options["minimum_n"],
        name_others=options["name_others"],
    )
    look = {"language": options["report_language"], "paper": options["paper"]}
    written = write_scorecards(survey, out, **look)
    if options["portfolio"]:
        written.append(write_portfolio(survey, options["portfolio"], **look))
    for path in written:
        click.echo(f"Wrote {path}")
