"""Jobs and what they made, as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from survey_app.domain.job import UNFINISHED, Job, JobFile, JobState
from survey_app.domain.study import is_key
from survey_app.storage.tables import job, job_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session


class Jobs:
    """The jobs of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Job) -> None:
        """Keep a new job."""
        self._session.add(new)

    def by_id(self, job_id: int) -> Job | None:
        """The job with an identifier, or None."""
        return self._session.get(Job, job_id)

    def by_key(self, key: str) -> Job | None:
        """The job with a key, or None."""
        if not is_key(key):  # PostgreSQL takes no NUL, not even to look for it
            return None
        return self._session.scalars(select(Job).where(job.c.key == key)).one_or_none()

    def held(self, job_id: int, attempt: int) -> Job | None:
        """The job as long as it is at this attempt; None when it was cancelled or taken over."""
        query = select(Job).where(
            job.c.id == job_id, job.c.attempt == attempt, job.c.state == JobState.RUNNING
        )
        return self._session.scalars(query).one_or_none()

    def same(self, study_id: int, fingerprint: str) -> Job | None:
        """The latest job with a fingerprint that waits, runs or is done, or None."""
        query = (
            select(Job)
            .where(
                job.c.study_id == study_id,
                job.c.fingerprint == fingerprint,
                job.c.state.in_([*UNFINISHED, JobState.DONE]),
            )
            .order_by(job.c.id.desc())
            .limit(1)
        )
        return self._session.scalars(query).one_or_none()

    def of_study(self, study_id: int, most: int) -> list[Job]:
        """A study's jobs, the newest first."""
        query = select(Job).where(job.c.study_id == study_id).order_by(job.c.id.desc()).limit(most)
        return list(self._session.scalars(query))

    def of_kind(self, study_id: int, kind: str, most: int) -> list[Job]:
        """A study's jobs of one kind, the newest first."""
        query = (
            select(Job)
            .where(job.c.study_id == study_id, job.c.kind == kind)
            .order_by(job.c.id.desc())
            .limit(most)
        )
        return list(self._session.scalars(query))

    def unfinished(self) -> list[Job]:
        """Every job that waits or runs, the oldest first."""
        query = select(Job).where(job.c.state.in_(UNFINISHED)).order_by(job.c.id)
        return list(self._session.scalars(query))

    def count_unfinished(self, user_id: int, kinds: Iterable[str]) -> int:
        """How many jobs of some kinds that a person asked for wait or run."""
        query = select(func.count()).where(
            job.c.asked_by == user_id, job.c.state.in_(UNFINISHED), job.c.kind.in_(sorted(kinds))
        )
        return self._session.scalar(query) or 0

    def latest(self, most: int) -> list[Job]:
        """Jobs of every study, the newest first."""
        return list(self._session.scalars(select(Job).order_by(job.c.id.desc()).limit(most)))

    def keep_result(self, job_id: int, result: Mapping[str, Any], files: Iterable[JobFile]) -> None:
        """Keep what a job made, in the place of what it may have made before."""
        self._session.execute(update(job).where(job.c.id == job_id).values(result=dict(result)))
        self._session.execute(delete(job_file).where(job_file.c.job_id == job_id))
        rows = [
            {
                "job_id": job_id,
                "name": file.name,
                "media_type": file.media_type,
                "content": file.content,
            }
            for file in files
        ]
        if rows:
            self._session.execute(insert(job_file), rows)

    def result(self, job_id: int) -> dict[str, Any] | None:
        """What a job found, None while there is nothing."""
        found: dict[str, Any] | None = self._session.scalar(
            select(job.c.result).where(job.c.id == job_id)
        )
        return found

    def file_names(self, job_id: int) -> list[str]:
        """Names of the files that a job made."""
        query = select(job_file.c.name).where(job_file.c.job_id == job_id).order_by(job_file.c.id)
        return list(self._session.scalars(query))

    def file(self, job_id: int, name: str) -> JobFile | None:
        """A file that a job made, or None."""
        if name not in self.file_names(job_id):
            return None
        query = select(job_file.c.name, job_file.c.media_type, job_file.c.content).where(
            job_file.c.job_id == job_id, job_file.c.name == name
        )
        return JobFile(*self._session.execute(query).one())

    def forget_old(self, study_id: int, kind: str, most: int) -> None:
        """Forget the finished jobs of a kind but for the newest `most`."""
        old = (
            select(job.c.id)
            .where(job.c.study_id == study_id, job.c.kind == kind, job.c.state.not_in(UNFINISHED))
            .order_by(job.c.id.desc())
            .offset(most)
        )
        ids = list(self._session.scalars(old))
        if ids:
            self._session.execute(delete(job).where(job.c.id.in_(ids)))
