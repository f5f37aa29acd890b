"""`engage paper`: a questionnaire to be filled in with a pen, from a study or an instrument."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from reports.paper.questionnaire import PaperQuestionnaire


@click.command()
@click.argument("source", metavar="STUDY-OR-INSTRUMENT")
@click.option("--language", default="en", show_default=True, help="Language of the paper.")
@click.option("--brand", required=True, help="Code of the study's brand, or any name.")
@click.option(
    "--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="PDF to write."
)
@click.option(
    "--paper",
    type=click.Choice(["A4", "Letter"]),
    default="A4",
    show_default=True,
    help="Paper on which it is printed.",
)
@click.option("--fold", is_flag=True, help="Two pages on each side, to be folded to a booklet.")
@click.option("--hand-in", default="", help="Where to hand it in: one sentence at the end.")
def paper(
    source: str, language: str, brand: str, output: Path, paper: str, fold: bool, hand_in: str
) -> None:
    """Write a questionnaire as a PDF to be filled in with a pen.

    It is that of a study (its key, as in its links), of a shipped instrument (its name) or of an
    instrument in a file.
    """
    from dataclasses import replace

    from survey_app.exchange.atomic import replacing
    from survey_app.services.paper_questionnaire import questionnaire_pdf

    asked = _of_instrument(source, language, brand) or _of_study(source, language, brand)
    content = questionnaire_pdf(
        replace(asked, hand_in=hand_in),
        paper="Letter" if paper == "Letter" else "A4",
        fold=fold,
    )
    with replacing(output) as (whole,):
        whole.write_bytes(content)
    click.echo(f"Wrote {output}")


def _of_instrument(source: str, language: str, brand: str) -> PaperQuestionnaire | None:
    from instruments.load import available, load_instrument
    from survey_app.services.paper_questionnaire import instrument_paper

    is_file = source.endswith((".yaml", ".yml")) or Path(source).is_file()
    if not is_file and source not in available():
        return None
    instrument = load_instrument(Path(source) if is_file else source)
    return instrument_paper([instrument], language=language, brand=brand)


def _of_study(source: str, language: str, brand: str) -> PaperQuestionnaire:
    from survey_app.cli.environment import database_from_environment
    from survey_app.services.paper_questionnaire import asked_study, study_paper
    from survey_app.storage.errors import DatabaseError

    database = database_from_environment()
    try:
        database.check_is_current()
    except DatabaseError as error:
        raise click.UsageError(
            f"{source!r} is no shipped instrument and no file; for a study: {error}"
        ) from None
    with database.reading() as unit:
        study = unit.studies.by_key(source)
        if study is None:
            raise click.UsageError(
                f"There is no study with the key {source!r} in this database, nor an instrument or "
                "file of that name."
            )
        return study_paper(asked_study(study), language=language, brand_code=brand)
