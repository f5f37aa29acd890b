"""The worker: huey's consumer with one process that works and one that looks for what was left.

Each is started again when it dies. None outlives its parent, so a consumer that is killed leaves
nothing behind that could work beside the next one.
"""

from __future__ import annotations

import logging
import os
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from huey.consumer import Consumer, ConsumerStopped, Scheduler, Worker

from survey_app.domain.job import LOST_AFTER
from survey_app.jobs.keep_retention import RetentionWatch
from survey_app.jobs.kinds import kinds_of_worker, kinds_with_mail
from survey_app.jobs.queue import open_queue
from survey_app.jobs.recover import recover
from survey_app.jobs.run import run_job
from survey_app.jobs.start_delivery import deliver_due
from survey_app.jobs.start_invitations import invite_due
from survey_app.jobs.watch_fieldwork import AlertWatch, count_due

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from survey_app.config import Config
    from survey_app.jobs.queue import JobQueue
    from survey_app.storage.database import Database

SECONDS_BETWEEN_LOOKS = 5.0
LONGEST_SLEEP = 1.0
"""Seconds after which a worker looks into a queue that cannot wake it up by itself."""

_log = logging.getLogger(__name__)


def run_worker(
    database: Database,
    *,
    redis_url: str = "",
    file: str = "",
    lost_after: timedelta = LOST_AFTER,
    beside: int | None = None,
    mail: Config | None = None,
) -> None:
    """Do jobs until told to stop (SIGINT, SIGTERM), or until `beside`, the process that started
    this one, ends. Work in the middle is given back and begun anew by the next worker. What has
    been kept long enough is deleted. With the settings of `mail` scorecards, invitations and
    notices that are due are sent.

    Raises
    ------
    survey_app.config.ConfigError
        the queue cannot be used.
    """
    kinds = kinds_of_worker(database) if mail is None else kinds_with_mail(database, mail)
    work = partial(run_job, database, lost_after=lost_after, kinds=kinds)
    queue = open_queue(database, redis_url=redis_url, file=file, work=work)
    queue.prepare()
    looks: list[Callable[[], None]] = [
        partial(recover, database, queue, lost_after),
        RetentionWatch(database, queue, with_mail=mail is not None),
        partial(count_due, database),
    ]
    if mail is not None:
        looks += [
            partial(deliver_due, database, queue),
            partial(invite_due, database, queue),
            AlertWatch(database, queue),
        ]
    pause = min(SECONDS_BETWEEN_LOOKS, lost_after.total_seconds() / 2)
    JobConsumer(queue, looks, pause, beside).run()


class JobConsumer(Consumer):  # type: ignore[misc]  # huey has no type hints
    """One process that works, one that looks for what was left, and this one that keeps both."""

    def __init__(
        self,
        queue: JobQueue,
        looks: Sequence[Callable[[], None]],
        pause: float,
        beside: int | None,
    ) -> None:
        self._looks, self._seconds, self._beside = looks, pause, beside
        super().__init__(
            queue.huey,
            workers=1,
            worker_type="process",  # the only type that can be interrupted, and dies alone
            periodic=False,
            max_delay=LONGEST_SLEEP,
            health_check_interval=1,
            graceful_signal="TERM",  # Ctrl+C reaches every process by itself: let it interrupt
        )

    def stop(self, graceful: bool = False) -> None:  # noqa: ARG002
        """Stop at once, whatever the signal; what is in the middle is given back."""
        super().stop(graceful=False)

    def loop(self, health_check_ts: float | None = None) -> Any:
        """Look after both processes; stop with the process that started this one."""
        if self._beside is not None and os.getppid() != self._beside:
            self.stop()
            raise ConsumerStopped
        return super().loop(health_check_ts)

    def _create_worker(self) -> Worker:
        return _Worker(
            huey=self.huey,
            stop_flag=self.stop_flag,
            default_delay=self.default_delay,
            max_delay=self.max_delay,
            backoff=self.backoff,
        )

    def _create_scheduler(self) -> Scheduler:
        return _Finder(self._looks, self._seconds, huey=self.huey, stop_flag=self.stop_flag)


class _Worker(Worker):  # type: ignore[misc]  # huey has no type hints
    """Takes one job after the other out of the queue."""

    def initialize(self) -> None:
        self._parent = os.getppid()
        super().initialize()

    def loop(self, now: Any = None) -> None:
        _end_with(self._parent)
        super().loop(now)


class _Finder(Scheduler):  # type: ignore[misc]  # huey has no type hints
    """Looks for what was left and what is due, in the place of huey's schedule, not used here."""

    process_name = "Finder"

    def __init__(self, looks: Sequence[Callable[[], None]], pause: float, **options: Any) -> None:
        super().__init__(interval=60, periodic=False, **options)
        self._looks, self._pause = looks, pause
        self._next_look = 0.0

    def initialize(self) -> None:
        self._parent = os.getppid()

    def loop(self, now: Any = None) -> None:  # noqa: ARG002
        _end_with(self._parent)
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + self._pause
            for look in self._looks:
                _try(look)
        self.stop_flag.wait(min(self._pause, LONGEST_SLEEP))


def _try(look: Callable[[], None]) -> None:
    try:
        look()
    except Exception as error:  # noqa: BLE001 – of the database, of sqlite3 or of Redis
        _log.warning("What is to be done could not be looked for: %s", error)


def _end_with(parent: int) -> None:
    if os.getppid() != parent:
        raise KeyboardInterrupt  # which ends a process of huey without complaint
