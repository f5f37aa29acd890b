"""Looking for what its researcher should know of fieldwork, and for the mails that wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from survey_app.domain.study import now
from survey_app.jobs.start_sending import start_due
from survey_app.services.fieldwork_alerts import FieldworkWatch
from survey_app.services.fieldwork_sums import recount_all_due
from survey_app.services.posting import give_up_lost

if TYPE_CHECKING:
    from survey_app.jobs.queue import JobQueue
    from survey_app.storage.database import Database

KIND = "send_alerts"

SECONDS_BETWEEN_LOOKS = 60.0


class AlertWatch:
    """Looks at fieldwork once a minute, however often it is called."""

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database, self._queue = database, queue
        self._watch = FieldworkWatch()
        self._next_look = 0.0

    def __call__(self) -> None:
        """Keep what happened and ask for the jobs that tell of it. Done by every worker; twice it
        does no harm."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + SECONDS_BETWEEN_LOOKS
            keep_alerts(self._database, self._watch)
        tell_due(self._database, self._queue)


def keep_alerts(database: Database, watch: FieldworkWatch) -> int:
    """Keep a mail about each event that none tells of yet; how many were added."""
    with database.reading() as unit:
        new = watch.new_alerts(unit, now())
    if not new:
        return 0
    added = 0
    with database.writing() as unit:
        for alert in new:
            if alert.event not in unit.alerts.events(alert.wave_id):
                unit.alerts.add(alert)
                added += 1
        unit.commit()
    return added


def count_due(database: Database) -> None:
    """Count the answers that are older than the sums of fieldwork, once after an upgrade."""
    recount_all_due(database)


def tell_due(database: Database, queue: JobQueue) -> None:
    """Ask for the jobs that send the mails that wait."""
    moment = now()
    with database.reading() as unit:
        waiting, in_hands = unit.alerts.studies_due(moment), unit.alerts.in_hands()
    if not (waiting or in_hands):
        return
    with database.writing() as unit:
        give_up_lost(unit, unit.alerts)
        jobs = [start_due(unit, study_id, KIND, moment) for study_id in waiting]
        unit.commit()
    for job in jobs:
        if job is not None and job.id is not None:
            queue.put(job.id)
