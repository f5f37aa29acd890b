"""`engage contacts`: the people of a study who can be invited, and `engage bounces`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.domain.study import Study
    from survey_app.services.contacts import ContactPlan
    from survey_app.storage.database import Database, UnitOfWork

_FILE = click.Path(path_type=Path, dir_okay=False)
_KEY = "Key of the study, as in its links."


@click.group()
def contacts() -> None:
    """Keep the people of a study who can be invited by mail.

    `import` takes them from a file, `show` counts them.
    """


@contacts.command("import")
@click.argument("file", type=_FILE)
@click.option("--study", "study_key", required=True, metavar="KEY", help=_KEY)
@click.option("--dry-run", is_flag=True, help="Show what would be kept, and keep nothing.")
@click.option("--encoding", help="Of a text file that is not UTF-8, e.g. cp1251.")
def import_file(file: Path, study_key: str, dry_run: bool, encoding: str | None) -> None:
    """Keep the contacts in FILE; rows that are none are refused one by one.

    A row holds email and, where known, name, language, brand and id. Importing again changes what
    the file tells otherwise.
    """
    from survey_app.domain.audit import AuditKind
    from survey_app.services.audit import record
    from survey_app.services.contacts import import_contacts, plan_import, read_contacts_file

    database = _database()
    opened = database.reading if dry_run else database.writing
    with opened() as unit:
        study = _study(unit, study_key)
        read = read_contacts_file(study, file, encoding=encoding)
        plan = plan_import(unit, study, read) if dry_run else import_contacts(unit, study, read)
        if not dry_run:
            told = {"new": len(plan.new), "changed": len(plan.changed)}
            about = "import from the command line"
            record(unit, None, AuditKind.CONTACTS_CHANGED, study, about, **told)
            unit.commit()
    for line in _planned(study, plan):
        click.echo(line)
    click.echo(_outcome(plan, dry_run=dry_run))


@contacts.command()
@click.option("--study", "study_key", required=True, metavar="KEY", help=_KEY)
def show(study_key: str) -> None:
    """Show how many contacts a study has, and what became of its invitations."""
    from survey_app.services.invitation_counts import invitation_counts

    with _database().reading() as unit:
        study = _study(unit, study_key)
        counts = unit.contacts.counts(study.id or 0)
        waves = {wave.name: invitation_counts(unit, study, wave) for wave in study.waves}
    for state, n in counts.items():
        click.echo(f"  {state.value:<12}{n:>9,}")
    for name, outcomes in waves.items():
        told = ", ".join(f"{code} {n:,}" for code, n in outcomes.items() if n)
        click.echo(f"  {name}: {told or 'nobody invited'}")
    if not counts:
        click.echo("The study has no contacts yet; add them with `engage contacts import`.")


@click.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--study", "study_key", metavar="KEY", help="Study of a table of addresses.")
def bounces(files: tuple[Path, ...], study_key: str | None) -> None:
    """Write to addresses no more from which mails came back.

    FILES are mails as mail servers send them back (.eml) or mailboxes of them (mbox); with --study
    also tables (CSV, Excel) with a column email. Only failures for good count.
    """
    from survey_app.services.bounces import take_bounce_files

    with _database().writing() as unit:
        study = _study(unit, study_key) if study_key else None
        told = take_bounce_files(unit, files, study)
        unit.commit()
    click.echo(
        f"{told['bounced']:,} contacts marked as bounced, {told['known']:,} were before; "
        f"{told['temporary']:,} troubles will pass, {told['foreign']:,} were about no invitation."
    )


def _database() -> Database:
    from survey_app.cli.environment import database_from_environment

    database = database_from_environment()
    database.check_is_current()
    return database


def _study(unit: UnitOfWork, key: str) -> Study:
    from survey_app.cli.metrics import study_by_key

    return study_by_key(unit, key)


def _planned(study: Study, plan: ContactPlan) -> Iterator[str]:
    from survey_app.services.invitations import is_anonymous

    yield from plan.notes
    for fault in plan.refused:
        yield f"  {fault.place}: {fault.what}"
    for language, n in plan.languages.items():
        yield f"  {language:<12}{n:>9,}"
    if is_anonymous(study):
        rare, groups = plan.too_few
        few = [*rare, *(f"a brand in {language}" for language, _ in groups)]
        if few:
            yield f"So few would be recognisable that links do not carry: {', '.join(few)}."


def _outcome(plan: ContactPlan, *, dry_run: bool) -> str:
    told = (
        f"{len(plan.new):,} new, {len(plan.changed):,} changed, {plan.unchanged:,} as they were, "
        f"{len(plan.refused):,} refused"
    )
    return f"Would be kept: {told}. Nothing was kept." if dry_run else f"Kept: {told}."
