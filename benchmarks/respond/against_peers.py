"""Completed interviews a second, beside oTree, django-survey-and-report and a bare Flask route.

Every server asks the same questionnaire (one page of ten items, answered from 1 to 7) of the same
respondents (locust, `respondents.py`), one server after the other, on loopback. The product runs
as it serves itself, with two processes, on SQLite and on PostgreSQL; django-survey-and-report
(SQLite with WAL) runs two gunicorn workers, the bare route, which makes one durable insert, two of
gunicorn and two of the product's web server; oTree runs its one server process. Every
database acknowledges only what is on the disk. The respondents compete with the servers for the
processors, for all alike.

The peers are installed from the package index into environments of their own, kept in a folder.

    python benchmarks/respond/against_peers.py [folder of environments] [seconds each, 10]
"""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.respond.throughput import (  # noqa: E402
    SECRET_KEY,
    bare_command,
    bare_gunicorn_command,
    prepare,
    product_command,
)
from tests.postgresql_server import USER, running_postgresql  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.respond.throughput import Command

ITEMS = 10
USERS = (16, 200)
WARM_UP_SECONDS = 5
OTREE_PARTICIPANTS = 6000
NEEDS = {
    "otree": ["otree>=6,<7", "psycopg2-binary"],
    "django": ["django-survey-and-report>=1.5,<2", "gunicorn", "psycopg2-binary"],
    "locust": ["locust>=2.40"],
}
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Server:
    """A running server: which respondents it is for, and what they must know."""

    name: str
    kind: str
    port: int
    known: dict[str, str]


def environments(folder: Path) -> dict[str, Path]:
    """The Python of each peer's environment, made where it is not there."""
    found = {}
    for name, packages in NEEDS.items():
        place = folder / name
        python = place / "bin" / "python"
        if not python.exists():
            venv.create(place, with_pip=True)
            command = [python, "-m", "pip", "install", "--quiet", *packages]
            subprocess.run(command, check=True)
        found[name] = python
    return found


@contextmanager
def process(command: list[object], port: int, folder: Path, **known: str) -> Iterator[None]:
    """A server, waited for and ended."""
    environment = {**os.environ, **known}
    with (folder / f"log-{port}").open("wb") as log:
        running = subprocess.Popen(
            [str(part) for part in command], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            _wait(port, running, folder)
            yield
        finally:
            running.terminate()
            running.wait(30)


def _wait(port: int, running: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if running.poll() is not None:
                raise SystemExit((folder / f"log-{port}").read_text()) from None
            time.sleep(0.1)
        else:
            return
    raise SystemExit("A server did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(folder: Path, name: str, url: str) -> Iterator[Server]:
    """The product on a database."""
    study, _ = prepare(url, waiting=0)
    port = _free_port()
    known = {"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "PUBLIC_URL": "http://127.0.0.1"}
    with process([*product_command(port)], port, folder, **known, PYTHONPATH=str(ROOT)):
        yield Server(name, "product", port, {"STUDY": study})


@contextmanager
def bare(folder: Path, name: str, command: Command) -> Iterator[Server]:
    """A page, a token, one durable insert."""
    file = folder / f"{name}.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, token, answers, saved_at)")
    connection.close()
    port = _free_port()
    with process([*command(port)], port, folder, BARE_DATABASE=str(file), PYTHONPATH=str(ROOT)):
        yield Server(f"bare Flask, SQLite, {name}", "bare", port, {})


@contextmanager
def otree(folder: Path, python: Path, name: str, url: str) -> Iterator[Server]:
    """oTree with a session of participants."""
    port = _free_port()
    known = {"PATH": f"{python.parent}:{os.environ['PATH']}", "OTREE_REST_KEY": "benchmark"}
    if url:
        known["DATABASE_URL"] = url
    script = HERE / "peers" / "otree_server.py"
    command = [python, script, folder / f"otree-{port}", port, ITEMS]
    with process(command, port, folder, **known):
        yield Server(name, "otree", port, {"SESSION": _otree_session(port)})


def _otree_session(port: int) -> str:
    wanted = {"session_config_name": "ten", "num_participants": OTREE_PARTICIPANTS}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/sessions",
        json.dumps(wanted).encode(),
        {"otree-rest-key": "benchmark", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=600) as response:  # noqa: S310
        made = json.load(response)
    return re.sub(r"^https?://[^/]+", "", made["session_wide_url"])


@contextmanager
def django(folder: Path, python: Path, name: str, url: str) -> Iterator[Server]:
    """django-survey-and-report."""
    port = _free_port()
    script = HERE / "peers" / "django_server.py"
    command = [python, script, folder / f"django-{port}", port, ITEMS]
    with process(command, port, folder, PEER_POSTGRESQL=url):
        yield Server(name, "django", port, {})


def answer(server: Server, users: int, seconds: int, python: Path, out: Path) -> None:
    """Let respondents answer; locust writes what it saw to files that begin with `out`."""
    command = [
        python,
        "-m",
        "locust",
        "-f",
        HERE / "respondents.py",
        "--headless",
        "--only-summary",
    ]
    command += ["--host", f"http://127.0.0.1:{server.port}", "--users", users]
    command += ["--spawn-rate", users, "--run-time", f"{seconds}s", "--csv", out, "--loglevel"]
    command += ["ERROR", "--exit-code-on-error", "0", "--stop-timeout", "20"]
    environment = {**os.environ, "KIND": server.kind, **server.known}
    subprocess.run(
        [str(part) for part in command], env=environment, check=True, capture_output=True
    )


def measure(server: Server, users: int, seconds: int, python: Path, folder: Path) -> str:
    """One line: whole interviews a second, milliseconds of a form and of an interview, errors."""
    out = folder / f"out-{server.port}-{users}"
    answer(server, users, seconds, python, out)
    with Path(f"{out}_stats.csv").open() as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    if "interview" not in rows:
        return f"{server.name:34}{users:5}   no interview was finished"
    whole, form = rows["interview"], rows["POST"]
    errors = sum(int(row["Failure Count"]) for name, row in rows.items() if name != "Aggregated")
    finished = int(whole["Request Count"]) - int(whole["Failure Count"])
    return (
        f"{server.name:34}{users:5}{finished / seconds:10.1f}"
        f"{form['50%']:>8}{form['99%']:>7}{whole['50%']:>8}{whole['99%']:>7}{errors:8}"
    )


def main(peers: Path, seconds: int) -> None:
    """Measure every server with few and with many respondents at once."""
    pythons = environments(peers)
    print(f"{'':34}users  interv/s  form p50    p99  whole p50  p99  errors", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running_postgresql(durable=True))
        host = server.folder

        def postgresql() -> str:
            return server.create_database()

        sides = [
            lambda: bare(folder, "gunicorn", bare_gunicorn_command),
            lambda: bare(folder, "granian", bare_command),
            lambda: product(folder, "product, SQLite", f"sqlite:///{folder}/engage.sqlite"),
            lambda: product(folder, "product, PostgreSQL", server.url(postgresql())),
            lambda: django(folder, pythons["django"], "django-survey-and-report, SQLite", ""),
            lambda: django(
                folder,
                pythons["django"],
                "django-survey-and-report, PostgreSQL",
                f"{USER},{postgresql()},{host}",
            ),
            lambda: otree(folder, pythons["otree"], "oTree, SQLite", ""),
            lambda: otree(
                folder,
                pythons["otree"],
                "oTree, PostgreSQL",
                f"postgresql://{USER}@/{postgresql()}?host={host}",
            ),
        ]
        for side in sides:
            with side() as running:
                # The first respondents of a process wait for what it reads once.
                answer(running, 8, WARM_UP_SECONDS, pythons["locust"], folder / "warm-up")
                for users in USERS:
                    print(measure(running, users, seconds, pythons["locust"], folder), flush=True)


if __name__ == "__main__":
    main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "survey-peers",
        int(sys.argv[2]) if len(sys.argv) > 2 else 10,
    )
