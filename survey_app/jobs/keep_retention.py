"""Looking for what has been kept long enough, and for researchers who have to be told before."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from survey_app.domain.study import now
from survey_app.jobs.start_sending import start_due
from survey_app.services.posting import give_up_lost
from survey_app.services.retention import notices_to_add, to_delete

if TYPE_CHECKING:
    from survey_app.domain.job import Job
    from survey_app.jobs.queue import JobQueue
    from survey_app.storage.database import Database

DELETE, TELL = "delete_due", "tell_of_deletion"
"""The kinds of jobs."""

SECONDS_BETWEEN_LOOKS = 600.0
"""Deletions are due by the day, so that looking for them more often finds nothing."""


class RetentionWatch:
    """Looks now and then, however often it is called. `with_mail` says whether mails can be
    sent."""

    def __init__(self, database: Database, queue: JobQueue, *, with_mail: bool) -> None:
        self._database, self._queue, self._with_mail = database, queue, with_mail
        self._next_look = 0.0

    def __call__(self) -> None:
        """Ask for the jobs that are due. Done by every worker; twice it does no harm."""
        if time.monotonic() >= self._next_look:
            delete_due(self._database, self._queue)
            if self._with_mail:
                add_notices(self._database)
            self._next_look = time.monotonic() + SECONDS_BETWEEN_LOOKS
        if self._with_mail:
            tell_due(self._database, self._queue)


def delete_due(database: Database, queue: JobQueue) -> None:
    """Ask for the jobs that delete what has been kept long enough."""
    moment = now()
    with database.reading() as unit:
        studies = [
            study.id or 0
            for study in unit.studies.with_retention()
            if to_delete(unit, study, moment)
        ]
    _start(database, queue, studies, DELETE)


def add_notices(database: Database) -> None:
    """Let the mails wait that tell of deletions; each is added once."""
    moment = now()
    with database.reading() as unit:
        wanted = [
            notice
            for study in unit.studies.with_retention()
            for notice in notices_to_add(unit, study, moment)
            if not unit.notices.is_kept(notice)
        ]
    if not wanted:
        return
    with database.writing() as unit:
        for notice in wanted:
            unit.notices.add_new(notice)
        unit.commit()


def tell_due(database: Database, queue: JobQueue) -> None:
    """Ask for the jobs that send the notices that wait."""
    moment = now()
    with database.reading() as unit:
        waiting, in_hands = unit.notices.studies_due(moment), unit.notices.in_hands()
    if in_hands:
        with database.writing() as unit:
            give_up_lost(unit, unit.notices)
            unit.commit()
    _start(database, queue, waiting, TELL)


def _start(database: Database, queue: JobQueue, studies: list[int], kind: str) -> None:
    if not studies:
        return
    moment = now()
    with database.writing() as unit:
        jobs: list[Job | None] = [start_due(unit, one, kind, moment) for one in studies]
        unit.commit()
    for job in jobs:
        if job is not None and job.id is not None:
            queue.put(job.id)
