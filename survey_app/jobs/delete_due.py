"""Deleting what a study has kept long enough: a little in each transaction, so that a worker that
is killed leaves the rest to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey_app.domain.job import JobError
from survey_app.domain.retention import Kept, due
from survey_app.domain.study import now
from survey_app.services.retention import delete_some, left

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.jobs.kinds import Arguments, Progress
    from survey_app.storage.database import Database


def run(database: Database, arguments: Arguments, progress: Progress) -> Mapping[str, Any]:
    """Delete everything of a study that is due; how many rows of each kind. What was prolonged
    meanwhile stays.

    Raises
    ------
    survey_app.domain.job.JobError
        the study is gone.
    """
    study_id = arguments["study_id"]
    with database.reading() as unit:
        study = unit.studies.by_id(study_id)
        if study is None:
            raise JobError("This study is no longer there.")
        wanted = {kind: left(unit, study, kind) for kind in due(study, now())}
    deleted = dict.fromkeys(wanted, 0)
    for kind in wanted:
        while gone := _delete(database, study_id, kind):
            deleted[kind] += gone
            done, everything = sum(deleted.values()), max(sum(wanted.values()), 1)
            progress(min(done / everything, 1.0), f"{done:,} of {everything:,} deleted")
    return {"deleted": {kind.value: n for kind, n in deleted.items()}}


def _delete(database: Database, study_id: int, kind: Kept) -> int:
    with database.writing() as unit:
        study = unit.studies.by_id(study_id)
        if study is None or kind not in due(study, now()):
            return 0
        gone = delete_some(unit, study, kind)
        unit.commit()
        return gone
