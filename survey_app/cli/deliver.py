"""`engage deliver`: what is due by mail without a worker, and trying out the mail settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from survey_app.config import Config
    from survey_app.storage.database import Database

MOST_TOLD = 100_000


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be sent to whom; send nothing.")
@click.option(
    "--try",
    "address",
    metavar="ADDRESS",
    help="Send one short mail to an address, to try SMTP_URL and MAIL_FROM, and nothing else.",
)
def deliver(dry_run: bool, address: str | None) -> None:
    """Send every scorecard, invitation and reminder that is due by mail, then end.

    A worker does the same by itself; this is for installations without one, and for trying. Needs
    every setting that the web application has.
    """
    from survey_app.cli.environment import database_from_environment, mail_settings

    config = mail_settings()
    if config is None:
        raise click.UsageError(
            "Mail is not set up. Name a mail server with SMTP_URL and a sender with MAIL_FROM; see "
            "`engage settings`."
        )
    if address is not None:
        _try(config, address)
        return
    database = database_from_environment()
    database.check_is_current()
    if dry_run:
        _tell(database)
    else:
        _send(database, config)


def _try(config: Config, address: str) -> None:
    from survey_app.domain.study import new_key, now
    from survey_app.exchange.mail import Mail, write_mail
    from survey_app.exchange.post import PostOffice
    from survey_app.mail_settings import check_mail_from, mail_server

    text = "This mail tries the settings SMTP_URL and MAIL_FROM. They work."
    mail = Mail(
        sender=check_mail_from(config.mail_from),
        to_name="",
        to=address,
        subject="Mail works",
        text=f"{text}\n",
        html=f"<p>{text}</p>",
        language="en",
        message_id=f"<{new_key()}@engage.invalid>",
        unsubscribe=f"{config.public_url}/by-mail/",
    )
    with PostOffice(mail_server(config.smtp_url)) as office:
        office.send(write_mail(mail, now()))
    click.echo(f"The mail server took the mail to {address}.")


def _tell(database: Database) -> None:
    """What is due and waits; what a schedule would add is worked out and thrown away. A mailing to
    contacts counts as one, whoever it goes to."""
    from survey_app.domain.delivery import DeliveryState
    from survey_app.domain.study import now
    from survey_app.services.delivery_queue import queue_due

    with database.writing() as unit:
        queue_due(unit, now())
        unit.flush()
        total = 0
        for study in unit.studies.all():
            for row in unit.deliveries.log(
                study_id=study.id, state=DeliveryState.WAITING, most=MOST_TOLD
            ):
                total += 1
                click.echo(
                    f"{row.reader.email}  {row.brand.name('en')}, {row.wave.name}  ({study.title})"
                )
            for mailing in unit.mailings.unfinished(study.id or 0):
                if mailing.due_at <= now():
                    total += 1
                    click.echo(f"{mailing.kind.value.capitalize()} to contacts  ({study.title})")
    click.echo(f"{total} wait for being sent." if total else "Nothing is due.")


def _send(database: Database, config: Config) -> None:
    from survey_app.cli.environment import setting
    from survey_app.domain.job import JobError
    from survey_app.jobs.kinds import kinds_with_mail
    from survey_app.jobs.queue import open_queue
    from survey_app.jobs.run import run_job
    from survey_app.jobs.start_delivery import KIND, deliver_due
    from survey_app.jobs.start_invitations import KIND as INVITATIONS
    from survey_app.jobs.start_invitations import invite_due

    queue = open_queue(database, redis_url=setting("REDIS_URL"), file=setting("JOBS_FILE"))
    deliver_due(database, queue)
    invite_due(database, queue)
    with database.reading() as unit:
        jobs = [job for job in unit.jobs.unfinished() if job.kind in {KIND, INVITATIONS}]
    kinds = kinds_with_mail(database, config)
    for job in jobs:
        run_job(database, job.id or 0, kinds=kinds)
    stopped = [told for job in jobs if (told := _told(database, job.id or 0))]
    if not jobs:
        click.echo("Nothing is due.")
    if stopped:
        raise JobError(" ".join(stopped))


def _told(database: Database, job_id: int) -> str:
    """Say what a job sent; why it stopped, "" when it did not."""
    with database.reading() as unit:
        job = unit.jobs.by_id(job_id)
        study = unit.studies.by_id(job.study_id) if job is not None else None
        result = unit.jobs.result(job_id) or {}
    told = result.get("deliveries") or result.get("mailings") or {}
    counts = ", ".join(f"{count} {state}" for state, count in told.items())
    if counts and study is not None:
        click.echo(f"{study.title}: {counts}")
    return job.error if job is not None else ""
