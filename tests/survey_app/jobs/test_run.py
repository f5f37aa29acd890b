"""Doing a job: the real report, progress, failures, cancelling, and workers that stop or return."""

from __future__ import annotations

import io
import json
import math
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from survey_app.domain.job import JobFile, JobState
from survey_app.domain.study import now
from survey_app.jobs.ask import cancel
from survey_app.jobs.kinds import Kind, Outcome
from survey_app.jobs.run import STOPPED, run_job
from survey_app.jobs.signs_of_life import SHORTEST_PAUSE, SignsOfLife
from survey_app.services.analyse import AnalysisCache, NothingToAnalyseError, analyse_study
from survey_app.services.files import every_figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from survey_app.domain.job import Job
    from survey_app.jobs.kinds import Arguments, Progress, Units
    from tests.survey_app.jobs.conftest import Desk

    Work = Callable[[Units, Arguments, Progress], Any]


def do(desk: Desk, job: Job, work: Work) -> Job:
    """Do a job by other work than the report; the job afterwards."""
    kinds = {"psychometric_report": Kind("Report", "", work)}
    run_job(desk.database, job.id or 0, kinds=kinds)
    return desk.job(job)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_report_is_made(desk: Desk) -> None:
    """The job holds the report as a PDF and the very figures of the analysis, on both databases."""
    job = desk.ask(wave="w2")
    run_job(desk.database, job.id or 0)
    done = desk.job(job)
    assert (done.state, done.progress, done.attempt) == (JobState.DONE, 1.0, 1)
    with desk.database.reading() as unit:
        result, names = unit.jobs.result(job.id or 0), unit.jobs.file_names(job.id or 0)
        made = unit.jobs.file(job.id or 0, "psychometric-report.pdf")
        study = unit.studies.by_id(desk.study_id)
        assert study is not None
        analysed = analyse_study(unit, study, study.waves[1], cache=AnalysisCache())
    assert names == ["psychometric-report.pdf", "measurement.R"]
    assert made is not None
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    assert "Wave w2" in text
    assert result == json.loads(json.dumps(every_figure(analysed)))
    assert result["scores"]["n_interviews"] == 60


def test_done_twice_it_is_done_once(sqlite_desk: Desk) -> None:
    """A number that comes out of the queue again, or names nothing, changes nothing."""
    job = sqlite_desk.ask()
    times: list[int] = []

    def count(*_: Any) -> dict[str, int]:
        times.append(1)
        return {"times": len(times)}

    before = do(sqlite_desk, job, count)
    after = do(sqlite_desk, job, count)
    run_job(sqlite_desk.database, 999)
    assert times == [1]
    assert before.finished_at == after.finished_at


def test_progress_is_told_while_it_runs(desk: Desk) -> None:
    """The latest sentence and share are read by others during the work."""
    job = desk.ask()
    seen: list[tuple[JobState, float, str]] = []

    def work(_units: Units, _arguments: Arguments, progress: Progress) -> dict[str, int]:
        progress(0.25, "A quarter")
        progress(7, "More than all")
        wait_for(lambda: desk.job(job).progress > 0)
        now_at = desk.job(job)
        seen.append((now_at.state, now_at.progress, now_at.doing))
        return {}

    assert do(desk, job, work).doing == ""
    assert seen == [(JobState.RUNNING, 1.0, "More than all")]


def test_progress_is_written_at_most_twice_a_second(sqlite_desk: Desk) -> None:
    """Ten thousand calls cost the work no waiting and the database a few commits."""
    job = sqlite_desk.ask()
    commits: list[float] = []

    class Counted(SignsOfLife):
        def _write(self) -> None:
            commits.append(time.monotonic())
            super()._write()

    with Counted(sqlite_desk.database, job.id or 0, 0, beat=5) as signs:
        with sqlite_desk.database.writing() as unit:
            running = unit.jobs.by_id(job.id or 0)
            assert running is not None
            running.start(now())
            running.attempt = 0
            unit.commit()
        end = time.monotonic() + 2.2 * SHORTEST_PAUSE
        calls = 0
        while time.monotonic() < end:
            signs.say(0.5, f"Call {calls}")
            calls += 1
    assert calls > 1000
    gaps = [later - earlier for earlier, later in pairwise(commits)]
    assert len(commits) >= 2
    assert min(gaps) >= SHORTEST_PAUSE * 0.99


def test_what_cannot_be_done_is_told_in_words(desk: Desk) -> None:
    """Our own errors are handed on as they are; a job asked for on too few answers names them."""
    job = desk.ask()

    def refuse(*_: Any) -> dict[str, int]:
        raise NothingToAnalyseError("There are 3 interviews\0; at least 4 are needed.")

    failed = do(desk, job, refuse)
    assert failed.state is JobState.FAILED
    assert failed.error == "There are 3 interviews; at least 4 are needed."
    assert failed.finished_at is not None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ZeroDivisionError("secret 17"), "unexpected happened (ZeroDivisionError)"),
        (MemoryError(), "more memory than the machine has"),
    ],
)
def test_the_unexpected_is_told_without_its_inside(
    sqlite_desk: Desk, error: Exception, words: str
) -> None:
    """A fault of the program ends the job with words that give nothing away."""

    def fail(*_: Any) -> dict[str, int]:
        raise error

    failed = do(sqlite_desk, sqlite_desk.ask(), fail)
    assert failed.state is JobState.FAILED
    assert words in failed.error
    assert "secret" not in failed.error


def test_a_result_that_is_no_json_fails(sqlite_desk: Desk) -> None:
    """Figures that no database keeps alike (not a number) are refused, not half kept."""
    job = sqlite_desk.ask()
    assert do(sqlite_desk, job, lambda *_: {"figure": math.nan}).state is JobState.FAILED
    with sqlite_desk.database.reading() as unit:
        assert unit.jobs.result(job.id or 0) is None


def test_a_kind_that_this_version_lacks_fails(sqlite_desk: Desk) -> None:
    """A job of another version is not left waiting for ever."""
    job = sqlite_desk.ask()
    run_job(sqlite_desk.database, job.id or 0, kinds={})
    assert "knows no work named 'psychometric_report'" in sqlite_desk.job(job).error


def test_cancelled_in_the_middle_it_stops(desk: Desk) -> None:
    """Work that is cancelled ends at its next sign of progress, and nothing of it is kept."""
    job = desk.ask()
    steps: list[int] = []

    def work(_units: Units, _arguments: Arguments, progress: Progress) -> Outcome:
        cancel(desk.database, job.id or 0)
        for step in range(1000):
            progress(step / 1000, "On and on")
            steps.append(step)
            time.sleep(0.01)
        return Outcome({"made": 1}, (JobFile("a.txt", "text/plain", b"a"),))

    assert do(desk, job, work).state is JobState.CANCELLED
    assert len(steps) < 1000
    with desk.database.reading() as unit:
        assert unit.jobs.result(job.id or 0) is None
        assert unit.jobs.file_names(job.id or 0) == []


def test_cancelled_at_the_last_moment_it_stays_cancelled(sqlite_desk: Desk) -> None:
    """Work that looks no more whether it is wanted has its result dropped."""
    job = sqlite_desk.ask()

    def work(*_: Any) -> dict[str, int]:
        cancel(sqlite_desk.database, job.id or 0)
        return {"made": 1}

    assert do(sqlite_desk, job, work).state is JobState.CANCELLED
    with sqlite_desk.database.reading() as unit:
        assert unit.jobs.result(job.id or 0) is None


def test_a_worker_that_was_thought_lost_keeps_nothing(desk: Desk) -> None:
    """Of two workers at one job the later one counts: the first that comes back is ignored."""
    job = desk.ask()

    def late(*_: Any) -> dict[str, str]:
        with desk.database.writing() as unit:
            lost = unit.jobs.by_id(job.id or 0)
            assert lost is not None
            lost.give_back("Lost")
            unit.commit()
        assert do(desk, job, lambda *_: {"by": "second"}).attempt == 2
        return {"by": "first"}

    assert do(desk, job, late).state is JobState.DONE
    with desk.database.reading() as unit:
        assert unit.jobs.result(job.id or 0) == {"by": "second"}


def test_a_worker_that_is_stopped_gives_the_job_back(desk: Desk) -> None:
    """Told to stop in the middle, the worker lets the job wait for the next one, which does it."""
    job = desk.ask()

    def stop(*_: Any) -> dict[str, int]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        do(desk, job, stop)
    waiting = desk.job(job)
    assert (waiting.state, waiting.doing) == (JobState.QUEUED, STOPPED)
    assert do(desk, job, lambda *_: {}).state is JobState.DONE


def test_a_database_that_fails_for_a_while_does_not_fail_the_work(
    sqlite_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Progress that cannot be written is logged, and the work goes on."""
    job = sqlite_desk.ask()

    def work(_units: Units, _arguments: Arguments, progress: Progress) -> dict[str, int]:
        with sqlite_desk.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE job RENAME TO gone")
        progress(0.5, "Half")
        wait_for(lambda: "was not written" in caplog.text)
        with sqlite_desk.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO job")
        return {"made": 1}

    assert do(sqlite_desk, job, work).state is JobState.DONE
