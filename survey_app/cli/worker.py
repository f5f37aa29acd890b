"""`engage worker`: does the work that takes longer than a page may."""

from __future__ import annotations

from datetime import timedelta

import click

from survey_app.domain.job import LOST_AFTER


@click.command()
@click.option(
    "--lost-after",
    type=click.FloatRange(min=1),
    default=LOST_AFTER.total_seconds(),
    show_default=True,
    metavar="SECONDS",
    help="Without a sign of life for so long, the work of another worker is taken up again.",
)
@click.option("--beside", type=int, hidden=True, help="Stop when this parent process has ended.")
def worker(lost_after: float, beside: int | None) -> None:
    """Do the long work that people ask for on the web, until stopped by Ctrl+C.

    `engage serve` starts one by itself. Needs DATABASE_URL, and REDIS_URL or JOBS_FILE where the
    web application has them; what is stopped in the middle is begun anew by the next worker. With
    SMTP_URL it also sends the scorecards that are due; then it needs every setting that the web
    application has.
    """
    from survey_app.cli.environment import database_from_environment, mail_settings, setting
    from survey_app.jobs.consumer import run_worker

    database = database_from_environment()
    database.check_is_current()
    run_worker(
        database,
        redis_url=setting("REDIS_URL"),
        file=setting("JOBS_FILE"),
        lost_after=timedelta(seconds=lost_after),
        beside=beside,
        mail=mail_settings(),
    )
