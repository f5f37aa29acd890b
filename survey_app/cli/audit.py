"""`engage audit`: letting old entries of the audit trail go."""

from __future__ import annotations

import click


@click.group()
def audit() -> None:
    """Look after the audit trail."""


@audit.command()
def forget() -> None:
    """Delete the entries that are older than two years. Younger ones the database keeps."""
    from survey_app.cli.environment import database_from_environment
    from survey_app.services.audit import forget_old

    database = database_from_environment()
    database.check_is_current()
    with database.writing() as unit:
        gone = forget_old(unit)
        unit.commit()
    click.echo(f"{gone} entries of the audit trail were deleted.")
