"""`engage database`: create the tables or bring them up to date."""

from __future__ import annotations

import click


@click.group()
def database() -> None:
    """Create or upgrade the database named by DATABASE_URL."""


@database.command()
def upgrade() -> None:
    """Create the tables, or bring them to the shape that this version needs."""
    from survey_app.cli.environment import database_from_environment
    from survey_app.services.fieldwork_sums import recount_all_due

    database = database_from_environment()
    database.upgrade()
    counted = recount_all_due(database)
    if counted:
        studies = "1 study" if counted == 1 else f"{counted} studies"
        click.echo(f"Counted the answers of {studies} for the pages of fieldwork.")
    click.echo("The database is up to date.")


@database.command()
@click.option("--study", "key", help="Key of the study, as in its address. Every study without.")
def recount(key: str | None) -> None:
    """Count the answers anew for the pages of fieldwork.

    The counts there are kept beside the answers as they come. This sets right what a database that
    was restored or changed by hand got wrong, also while answers arrive.
    """
    from survey_app.cli.environment import database_from_environment
    from survey_app.services.fieldwork_sums import recount as recount_study

    database = database_from_environment()
    database.check_is_current()
    with database.reading() as unit:
        studies = [one for one in unit.studies.all() if key in (None, one.key)]
    if key is not None and not studies:
        raise click.ClickException(f"There is no study {key!r}. Its key stands in its address.")
    for study in studies:
        wrong = recount_study(database, study.id or 0)
        sums = "1 sum" if wrong == 1 else f"{wrong} sums"
        click.echo(f"{study.title}: {f'{sums} set right' if wrong else 'all sums are right'}")
