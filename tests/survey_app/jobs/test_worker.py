"""Real workers in processes of their own: killed in the middle, stopped, and beside the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.job import JobState
from survey_app.jobs.run import STOPPED
from tests.survey_app.survey_server import SECRET_KEY, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survey_app.domain.job import Job
    from tests.survey_app.jobs.conftest import Desk

SECONDS_TO_WAIT = 30
WORKER = ("worker", "--lost-after", "1.5")


@contextmanager
def running(desk: Desk, *command: str) -> Iterator[subprocess.Popen[str]]:
    """`engage` with a command about the desk's database and queue, in a process group of its own,
    all of which is killed at the end."""
    environment = {
        **os.environ,
        "DATABASE_URL": desk.database.engine.url.render_as_string(hide_password=False),
        "JOBS_FILE": str(desk.queue_file),
        "SECRET_KEY": SECRET_KEY,
        "PUBLIC_URL": "http://localhost",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "survey_app.cli", *command],
        env=environment,
        start_new_session=True,
        text=True,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if children_of(process.pid) or process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)


def children_of(*parents: int) -> list[int]:
    """Processes in the groups that these processes lead, without the leaders."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    alive = [(int(pid), int(group)) for pid, group, stat in rows if not stat.startswith("Z")]
    return [pid for pid, group in alive if group in parents and pid not in parents]


def wait_until(desk: Desk, job: Job, state: JobState) -> Job:
    """Wait until a job is in a state; the job."""
    end = time.monotonic() + SECONDS_TO_WAIT
    while (now := desk.job(job)).state is not state:
        assert time.monotonic() < end, (now.state, now.doing, now.error)
        time.sleep(0.01)
    return now


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def check_report(desk: Desk, job: Job) -> None:
    """The job holds one report and the figures of all interviews."""
    with desk.database.reading() as unit:
        result = unit.jobs.result(job.id or 0)
        assert unit.jobs.file_names(job.id or 0) == ["psychometric-report.pdf", "measurement.R"]
    assert result is not None
    assert result["scores"]["n_interviews"] == 120


def test_killed_in_the_middle_it_is_taken_up_again(desk: Desk) -> None:
    """Everything of a worker is killed while the report is made. Until the next worker comes the
    job looks as if it ran; the next one finds it and makes the report."""
    job = desk.ask()
    with running(desk, *WORKER) as worker:
        assert wait_until(desk, job, JobState.RUNNING).attempt == 1
        os.killpg(worker.pid, signal.SIGKILL)
    assert desk.job(job).state is JobState.RUNNING
    with running(desk, *WORKER):
        done = wait_until(desk, job, JobState.DONE)
    assert done.attempt == 2
    check_report(desk, job)


def test_a_worker_replaces_its_parts_that_die(sqlite_desk: Desk) -> None:
    """The process that works and the one that looks are killed; the worker starts both again, and
    the job is done without anybody's help."""
    job = sqlite_desk.ask()
    with running(sqlite_desk, *WORKER) as worker:
        wait_until(sqlite_desk, job, JobState.RUNNING)
        parts = children_of(worker.pid)
        assert len(parts) == 2
        for part in parts:
            os.kill(part, signal.SIGKILL)
        assert wait_until(sqlite_desk, job, JobState.DONE).attempt == 2
        assert worker.poll() is None


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_stopped_in_the_middle_it_gives_the_job_back(
    sqlite_desk: Desk, told: signal.Signals
) -> None:
    """A worker that is told to stop ends at once, in peace, and leaves the job to the next one."""
    job = sqlite_desk.ask()
    with running(sqlite_desk, *WORKER) as worker:
        wait_until(sqlite_desk, job, JobState.RUNNING)
        if told is signal.SIGINT:
            os.killpg(worker.pid, told)  # as Ctrl+C reaches all of them
        else:
            worker.send_signal(told)
        _, said = worker.communicate(timeout=20)
        assert worker.returncode == 0
        assert "Traceback" not in said
        assert children_of(worker.pid) == []
    waiting = sqlite_desk.job(job)
    assert (waiting.state, waiting.doing) == (JobState.QUEUED, STOPPED)


def test_served_with_a_worker_beside(sqlite_desk: Desk) -> None:
    """`engage serve` does long work by itself; when the server is killed its worker ends too."""
    job = sqlite_desk.ask()
    with running(sqlite_desk, "serve", "--port", str(free_port()), "--workers", "1") as server:
        wait_until(sqlite_desk, job, JobState.RUNNING)
        os.kill(server.pid, signal.SIGKILL)
        wait_for(lambda: children_of(server.pid) == [])
    assert sqlite_desk.job(job).state is JobState.QUEUED


def test_served_without_a_worker(sqlite_desk: Desk) -> None:
    """With --no-worker the server starts nothing beside its own processes."""
    job = sqlite_desk.ask()
    options = ("--port", str(free_port()), "--workers", "1", "--no-worker")
    with running(sqlite_desk, "serve", *options) as server:
        wait_for(lambda: len(children_of(server.pid)) == 1)
        time.sleep(1)
        assert len(children_of(server.pid)) == 1
    assert sqlite_desk.job(job).state is JobState.QUEUED


def test_jobs_are_listed(sqlite_desk: Desk) -> None:
    """`engage jobs` names the work, the study, how far it is and who asked."""
    with running(sqlite_desk, "jobs") as empty:
        assert empty.wait(timeout=20) == 0
    job = sqlite_desk.ask(wave="w2")
    listed = subprocess.run(
        [sys.executable, "-m", "survey_app.cli", "jobs", "--unfinished"],
        env={**os.environ, "DATABASE_URL": sqlite_desk.database.url},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"{job.id}  queued       0%  Psychometric report: Engagement, wave w2" in listed
    assert "asked by ada@example.org" in listed
    assert "Waiting for a worker" in listed
