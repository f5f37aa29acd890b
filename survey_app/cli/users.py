"""`engage users`: the first people who can sign in; the rest an administrator adds on the web."""

from __future__ import annotations

import click

ROLES = ("administrator", "researcher", "manager")


@click.group()
def users() -> None:
    """Add people who can sign in."""


@users.command()
@click.argument("email")
@click.option("--name", required=True, help="Full name, as others shall see it.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.password_option(help="At least 12 characters; asked for when not given.")
def add(email: str, name: str, role: str, password: str) -> None:
    """Add a person by EMAIL."""
    from survey_app.cli.environment import database_from_environment
    from survey_app.domain.audit import AuditKind
    from survey_app.domain.user import Role
    from survey_app.services.audit import record
    from survey_app.services.user import create_user

    database = database_from_environment()
    database.check_is_current()
    with database.writing() as unit:
        made = create_user(unit, email=email, name=name, role=Role(role), password=password)
        about = f"{made.email}: made as {role} from the command line"
        record(unit, None, AuditKind.USER_CHANGED, about=about)
        unit.commit()
    click.echo(f"{email} can sign in as {role}.")
