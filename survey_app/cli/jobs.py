"""`engage jobs`: the long work of every study, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.domain.job import Job
    from survey_app.storage.database import UnitOfWork


@click.command()
@click.option("--unfinished", is_flag=True, help="Only what waits or runs.")
@click.option(
    "--most", type=click.IntRange(min=1), default=20, show_default=True, help="How many are shown."
)
def jobs(unfinished: bool, most: int) -> None:
    """List the long work of every study, the newest first."""
    from survey_app.cli.environment import database_from_environment

    database = database_from_environment()
    database.check_is_current()
    with database.reading() as unit:
        found = unit.jobs.unfinished()[::-1][:most] if unfinished else unit.jobs.latest(most)
        for job in found:
            for line in _lines(unit, job):
                click.echo(line)
    if not found:
        click.echo("There is no long work.")


def _lines(unit: UnitOfWork, job: Job) -> Iterator[str]:
    from survey_app.domain.study import now
    from survey_app.jobs.kinds import title_of

    study, person = unit.studies.by_id(job.study_id), unit.users.by_id(job.asked_by)
    wave = job.arguments["wave"]
    about = f"{study.title if study else '–'}, {f'wave {wave}' if wave else 'all waves'}"
    yield f"{job.id:>5}  {job.state:<9}  {job.progress:>4.0%}  {title_of(job)}: {about}"
    asker = person.email if person else "–"
    yield f"{'':>5}  asked by {asker}, {job.created_at:%Y-%m-%d %H:%M} UTC"
    if job.is_silent(now()):
        yield f"{'':>5}  No sign of life from its worker; the next worker takes it up again."
    elif job.error or (job.unfinished and job.doing):
        yield f"{'':>5}  {job.error or job.doing}"
