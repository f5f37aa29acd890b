"""The kinds of jobs: what each is called and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from survey_app.domain.job import Job, JobFile
    from survey_app.storage.database import UnitOfWork

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
    """A kind of job: its title and what it is good for, in words for researchers."""

    title: str
    help: str
    run: Run


def _psychometric_report(units: Units, arguments: Arguments, progress: Progress) -> Outcome:
    from survey_app.jobs.psychometric_report import run

    return run(units, arguments, progress)


KINDS: Mapping[str, Kind] = {
    "psychometric_report": Kind(
        "Psychometric report",
        "How well the questionnaire measures: competing models, comparability, validity and "
        "precision. A PDF, an R script that does it again, and every figure, unrounded.",
        _psychometric_report,
    ),
}
"""Every kind by the name under which the table of jobs knows it."""


def title_of(job: Job) -> str:
    """What a job is called; one of an older version by the name of its kind."""
    kind = KINDS.get(job.kind)
    return kind.title if kind else job.kind.replace("_", " ").capitalize()
