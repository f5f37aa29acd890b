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

    database_from_environment().upgrade()
    click.echo("The database is up to date.")
