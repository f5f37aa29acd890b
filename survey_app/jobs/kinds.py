"""The kinds of jobs: what each is called and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from survey_app.config import Config
    from survey_app.domain.job import Job, JobFile
    from survey_app.storage.database import Database, UnitOfWork

Arguments = dict[str, Any]
"""``study_id``, ``wave`` (a code, None for all waves) and ``minimum_n``."""

Units = Callable[[], "AbstractContextManager[UnitOfWork]"]
"""Opens a unit of work that reads; to be closed before the long part begins."""

Progress = Callable[[float, str], None]
"""Takes how far the work is, 0 to 1, and the sentence of what is done now. Cheap, so to be called
as often as there is something to say. Raises JobStopped when nobody wants the work any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job made: figures, ready for JSON, and files."""

    result: Mapping[str, Any]
    files: tuple[JobFile, ...] = ()


Run = Callable[[Units, Arguments, Progress], "Mapping[str, Any] | Outcome"]
"""Does the work; a plain mapping is an outcome without files. Done twice it does no harm."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: its title and what it is good for, in words for researchers.

    One that is not `offered` is not asked for by its name but has a page of its own. `on_cancel`
    takes back what else belongs to a job that is cancelled.
    """

    title: str
    help: str
    run: Run
    offered: bool = True
    on_cancel: Callable[[UnitOfWork, Job], None] | None = None


def _psychometric_report(units: Units, arguments: Arguments, progress: Progress) -> Outcome:
    from survey_app.jobs.psychometric_report import run

    return run(units, arguments, progress)


def _without_mail(_units: Units, _arguments: Arguments, _progress: Progress) -> Outcome:
    from survey_app.domain.job import JobError

    raise JobError(
        "Mail is not set up where this worker runs. Give the worker SMTP_URL and the other "
        "settings of the web application, and start it again."
    )


def _cancel_delivery(unit: UnitOfWork, job: Job) -> None:
    from survey_app.jobs.start_delivery import cancel_waiting

    cancel_waiting(unit, job)


def _cancel_mailings(unit: UnitOfWork, job: Job) -> None:
    from survey_app.jobs.start_invitations import cancel_unfinished

    cancel_unfinished(unit, job)


def _without_database(_units: Units, _arguments: Arguments, _progress: Progress) -> Outcome:
    from survey_app.domain.job import JobError

    raise JobError("This work writes, and was called without a database.")


KINDS: Mapping[str, Kind] = {
    "psychometric_report": Kind(
        "Psychometric report",
        "How well the questionnaire measures: competing models, comparability, validity and "
        "precision. A PDF, an R script that does it again, and every figure, unrounded.",
        _psychometric_report,
    ),
    "deliver_scorecards": Kind(
        "Scorecards by mail",
        "Sends the scorecards that wait, each once.",
        _without_mail,
        offered=False,
        on_cancel=_cancel_delivery,
    ),
    "send_invitations": Kind(
        "Invitations by mail",
        "Sends the invitations and reminders that are due, each once.",
        _without_mail,
        offered=False,
        on_cancel=_cancel_mailings,
    ),
    "delete_due": Kind(
        "Deletion of what was kept long enough",
        "Deletes what the periods of the study say.",
        _without_database,
        offered=False,
    ),
    "send_alerts": Kind(
        "Mails about fieldwork",
        "Tells the researcher of quotas that are full and of pages at which more stop.",
        _without_mail,
        offered=False,
    ),
    "tell_of_deletion": Kind(
        "Notice before a deletion",
        "Tells the researcher what will be deleted.",
        _without_mail,
        offered=False,
    ),
}
"""Every kind by the name under which the table of jobs knows it."""

OFFERED = {name: kind for name, kind in KINDS.items() if kind.offered}
"""The kinds that are asked for by their name."""


def kinds_of_worker(database: Database) -> Mapping[str, Kind]:
    """Every kind, as a worker knows them."""

    def delete(_units: Units, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
        from survey_app.jobs.delete_due import run

        return run(database, arguments, progress)

    return {**KINDS, "delete_due": replace(KINDS["delete_due"], run=delete)}


def kinds_with_mail(database: Database, config: Config) -> Mapping[str, Kind]:
    """Every kind, as a worker knows them that has a mail server."""

    def deliver(units: Units, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
        from survey_app.jobs.deliver_scorecards import run

        return run(database, config, units, arguments, progress)

    def invite(units: Units, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
        from survey_app.jobs.send_invitations import run

        return run(database, config, units, arguments, progress)

    def tell(_units: Units, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
        from survey_app.jobs.tell_of_deletion import run

        return run(database, config, arguments, progress)

    def alert(_units: Units, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
        from survey_app.jobs.send_alerts import run

        return run(database, config, arguments, progress)

    sending = {
        "deliver_scorecards": deliver,
        "send_invitations": invite,
        "tell_of_deletion": tell,
        "send_alerts": alert,
    }
    known = {name: replace(KINDS[name], run=run) for name, run in sending.items()}
    return {**kinds_of_worker(database), **known}


def title_of(job: Job) -> str:
    """What a job is called; one of an older version by the name of its kind."""
    kind = KINDS.get(job.kind)
    return kind.title if kind else job.kind.replace("_", " ").capitalize()
