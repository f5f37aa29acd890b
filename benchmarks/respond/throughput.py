"""Respondents a second, beside a bare Flask route that makes one durable SQLite insert.

Both sides run in one go on the same machine: one web server with two processes on loopback, the
same sixteen clients, a page of ten 7-point items, an insert that is durable when it is acknowledged
(WAL, synchronous=FULL). The clients compete with the servers for the processors, for both alike.

- page: GET of the page.
- submission: POST of the answered page, until the redirect that acknowledges the saved answers.
- interview: bare, page and submission; the product, also start page, start (an insert of its
  own) and thanks.

    python benchmarks/respond/throughput.py [seconds each, 4]
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import secrets
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from survey_app.server import server_command
from survey_app.web.ticket import Tickets, view_claimed_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    Command = Callable[[int], list[str]]

PROCESSES = 4
THREADS = 4
ROUNDS = 2
ITEMS = 10
INTERVIEWS_READY = 12_000
SECRET_KEY = "benchmark-benchmark-benchmark-benchmark"
BARE = "benchmarks.respond.throughput:bare_app"
ROOT = Path(__file__).resolve().parents[2]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TICKET = re.compile(r'name="ticket" value="([^"]+)"')


# The bare side


def bare_app() -> Flask:
    """One page, one token, one durable insert, nothing else."""
    from flask import Flask, redirect, request

    app = Flask(__name__)
    connection = sqlite3.connect(
        os.environ["BARE_DATABASE"], isolation_level=None, timeout=10, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = FULL")
    head, tail = _bare_page().split("TOKEN")

    @app.get("/")
    def page() -> str:
        return f"{head}{secrets.token_urlsafe(16)}{tail}"

    @app.post("/")
    def submit() -> Any:
        answers = {name: request.form.get(name, type=int) for name in _fields()}
        connection.execute(
            "INSERT INTO answer (token, answers, saved_at) VALUES (?, ?, ?)",
            (request.form["ticket"], json.dumps(answers), datetime.now(UTC).isoformat()),
        )
        return redirect("/thanks", 303)

    return app


def _fields() -> list[str]:
    return [f"q-i{number}" for number in range(ITEMS)]


def _bare_page() -> str:
    items = "".join(
        f"<fieldset><legend>Question {field}</legend>"
        + "".join(
            f'<label><input type="radio" name="{field}" value="{value}"> Point {value}</label>'
            for value in range(1, 8)
        )
        + "</fieldset>"
        for field in _fields()
    )
    return (
        "<!doctype html><title>Questions</title><form method=post>"
        f'<input type="hidden" name="ticket" value="TOKEN">{items}<button>Send</button></form>'
    )


# The product's side


def _study() -> Any:
    from instruments.model import Citation, Instrument, Item, ResponseFormat, Scale
    from instruments.plain import to_plain
    from survey_app.domain.study import Brand, Study

    labels = {value: f"Point {value}" for value in range(1, 8)}
    scale = Scale(
        id="ten",
        name={"en": "Ten"},
        format=ResponseFormat("agreement", "agreement", 1, 7, {"en": labels}),
        items=tuple(
            Item(f"i{number}", f"topic {number}", {"en": f"Question {number} on {{brand}}"})
            for number in range(ITEMS)
        ),
    )
    instrument = Instrument(
        "ten", "1", {"en": "Ten"}, ("en",), (scale,), Citation("made here"), "MIT", "project"
    )
    return Study(
        title="Benchmark",
        instruments=[to_plain(instrument)],
        languages=["en"],
        consent={"en": "Yes."},
        shuffle_items=True,
        brands=[Brand("brand", {"en": "Brand"})],
    )


def prepare(url: str, waiting: int = INTERVIEWS_READY) -> tuple[str, list[str]]:
    """A database with an open study and interviews that are `waiting` for their answers."""
    from sqlalchemy import insert

    from survey_app.domain.interview import Disposition
    from survey_app.domain.study import new_key, now
    from survey_app.domain.user import Role, User
    from survey_app.storage.database import Database
    from survey_app.storage.tables import interview

    database = Database(url)
    database.upgrade()
    study = _study()
    with database.writing() as unit:
        owner = User("bench@example.org", "Bench", Role.RESEARCHER, "none")
        unit.users.add(owner)
        unit.flush()
        study.owner_id = owner.id
        study.open(date(2026, 1, 1))
        unit.studies.add(study)
        unit.commit()
    common = {
        "study_id": study.id,
        "wave_id": study.waves[0].id,
        "brand_id": study.brands[0].id,
        "language": "en",
        "channel": "web",
        "started_at": now(),
        "disposition": Disposition.PARTIAL,
        "background": {},
        "version": study.version,
    }
    keys = [new_key() for _ in range(waiting)]
    with database.engine.execution_options(write=True).begin() as connection:
        if keys:
            rows = [{**common, "key": key, "start_id": key} for key in keys]
            connection.execute(insert(interview), rows)
    database.close()
    return study.key, keys


# Servers


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: int


def product_command(port: int) -> list[str]:
    """The product as it serves itself."""
    return server_command(port, workers=2)


def bare_command(port: int) -> list[str]:
    """The bare route behind the same web server."""
    options = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "1"]
    options += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *options, "--factory", BARE]


def bare_gunicorn_command(port: int) -> list[str]:
    """The bare route behind gunicorn."""
    options = ["--workers", "2", "--log-level", "warning", "--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "gunicorn", *options, f"{BARE}()"]


@contextmanager
def server(command: Command, environment: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    there = {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command(port), env={**os.environ, **there, **environment})
    try:
        _wait(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _processor_seconds(server: int) -> float:
    """Processor time of a server's workers so far, from Linux' /proc."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    stats = (Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1] for child in children)
    ticks = sum(int(ticks) for stat in stats for ticks in stat.split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


# Clients


@dataclass(frozen=True)
class Work:
    """What every client repeats, and the pairs of key and ticket that it may use up."""

    action: str
    port: int
    seconds: float
    study_key: str
    share: list[str]


class Client:
    """One client with one connection, opened again where the server closes it."""

    def __init__(self, work: Work) -> None:
        self.study_key = work.study_key
        self._connection = http.client.HTTPConnection("127.0.0.1", work.port, timeout=30)
        self._tickets = Tickets(SECRET_KEY)
        self._view = ""
        self._answers = dict.fromkeys(_fields(), "4")

    def request(self, method: str, path: str, fields: dict[str, str] | None = None) -> Any:
        """Send a request; the answer's body, or where it redirects to. Fails loudly."""
        body = urlencode(fields) if fields else None
        self._connection.request(method, path, body, FORM if fields else {})
        response = self._connection.getresponse()
        text = response.read()
        if response.status not in (200, 303):
            raise SystemExit(f"{method} {path} answered {response.status}: {text[:300]!r}")
        return response.headers["Location"] or text.decode()

    def product_page(self, key: str) -> None:
        self.request("GET", f"/i/{key}/1")

    def product_submission(self, key: str) -> None:
        if not self._view:
            self._view = view_claimed_by(TICKET.search(self.request("GET", f"/i/{key}/1"))[1])
        ticket = self._tickets.for_page(key, 1, self._view)
        where = self.request("POST", f"/i/{key}/1", {"ticket": ticket, **self._answers})
        assert where.endswith("/finish"), where

    def product_interview(self, _key: str) -> None:
        start = f"/s/{self.study_key}"
        ticket = TICKET.search(self.request("GET", start))[1]
        fields = {"ticket": ticket, "language": "en", "channel": "web", "brand": "brand"}
        page = self.request("POST", start, fields)
        ticket = TICKET.search(self.request("GET", page))[1]
        thanks = self.request("POST", page, {"ticket": ticket, **self._answers})
        assert "saved" in self.request("GET", thanks)

    def bare_page(self, _key: str) -> None:
        self.request("GET", "/")

    def bare_submission(self, key: str) -> None:
        self.request("POST", "/", {"ticket": key, **self._answers})

    def bare_interview(self, _key: str) -> None:
        ticket = TICKET.search(self.request("GET", "/"))[1]
        self.request("POST", "/", {"ticket": ticket, **self._answers})


def _load(work: Work) -> list[float]:
    """Seconds of every action that the threads of one process finished."""
    times: list[float] = []
    keys = iter(work.share)
    endless = work.action.endswith("page")
    end = time.perf_counter() + work.seconds

    def run() -> None:
        client = Client(work)
        act: Callable[[str], None] = getattr(client, work.action)
        while time.perf_counter() < end and (key := next(keys, None)) is not None:
            began = time.perf_counter()
            act(key)
            times.append(time.perf_counter() - began)

    if endless:
        keys = itertools.cycle(work.share)
    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


@dataclass
class Side:
    """One of the two sides and what was measured of it."""

    name: str
    server: Server
    pool: ProcessPoolExecutor
    rates: list[float]
    times: list[float]
    processor: float = 0.0

    def measure(self, action: str, seconds: float, study: str, keys: list[str]) -> None:
        """Let all clients repeat an action for some seconds."""
        shares = [keys[number::PROCESSES] for number in range(PROCESSES)]
        works = [
            Work(f"{self.name}_{action}", self.server.port, seconds, study, share)
            for share in shares
        ]
        processor = _processor_seconds(self.server.process)
        began = time.perf_counter()
        times = [each for part in self.pool.map(_load, works) for each in part]
        self.rates.append(len(times) / (time.perf_counter() - began))
        self.processor += _processor_seconds(self.server.process) - processor
        self.times += times

    def told(self) -> str:
        """Median and 99th percentile of the time, and the server's processor time, in ms."""
        cuts = statistics.quantiles(self.times, n=100)
        processor = self.processor / len(self.times) * 1000
        return f"{cuts[49] * 1000:.0f}/{cuts[98] * 1000:.0f}, {processor:.2f}"


def main(seconds: float) -> None:
    """Measure both sides by turns and print them beside each other."""
    with tempfile.TemporaryDirectory() as folder:
        bare_file = Path(folder) / "bare.sqlite"
        connection = sqlite3.connect(bare_file)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, token, answers, saved_at)")
        connection.close()
        url = f"sqlite:///{folder}/engage.sqlite"
        study, keys = prepare(url)
        settings = {
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET_KEY,
            "PUBLIC_URL": "http://127.0.0.1",
        }
        with (
            server(bare_command, {"BARE_DATABASE": str(bare_file)}) as bare,
            server(product_command, settings) as product,
            ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool,
        ):
            servers = {"bare": bare, "product": product}
            print("              bare/s  product/s  ratio   ms p50/p99, processor: bare | product")
            for action in ("page", "submission", "interview"):
                # Each round of submissions uses up a part of the prepared interviews.
                parts = [keys[number :: ROUNDS + 1] for number in range(ROUNDS + 1)]
                sides = [Side(name, server, pool, [], []) for name, server in servers.items()]
                _compare(action, sides, seconds, study, parts)


def _compare(
    action: str, sides: list[Side], seconds: float, study: str, parts: list[list[str]]
) -> None:
    for side in sides:
        side.measure(action, 0.3, study, parts[-1])
        side.rates, side.times, side.processor = [], [], 0.0
    for part in parts[:-1]:
        for side in sides:
            side.measure(action, seconds, study, part)
    bare, product = (statistics.mean(side.rates) for side in sides)
    told = " | ".join(side.told() for side in sides)
    print(f"{action:12}{bare:8.0f}{product:11.0f}{product / bare:7.2f}   {told}", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0)
