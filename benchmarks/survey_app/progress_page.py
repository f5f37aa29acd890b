"""The page of fieldwork of a study with a million interviews, on SQLite and on PostgreSQL.

The interviews are put in at once, their sums are counted from them as after an upgrade, and then
the page, a page of one wave and the list of studies are asked for as a researcher's browser does.
On PostgreSQL every sum is spread over all its rows, as respondents who answer side by side do.

    python benchmarks/survey_app/progress_page.py [interviews, 1000000] [SQLite or PostgreSQL, both]
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from survey_app import create_app
from survey_app.config import Config
from survey_app.domain.questionnaire import Condition, Design, Quota, default_blocks, plain_design
from survey_app.domain.study import Brand, Wave, new_key
from survey_app.domain.user import Role
from survey_app.services.fieldwork_sums import recount
from survey_app.services.study import create_study, instruments_of, open_study
from survey_app.services.user import create_user
from survey_app.storage.database import Database

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.postgresql_server import running_postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survey_app.domain.study import Study

PASSWORD = "four unrelated words"
ADDRESS = "http://127.0.0.1"
EMAIL = "ada@example.org"
BRANDS, LANGUAGES, CHANNELS = 200, ("en", "de", "fr"), ("web", "qr", "invitation", "kiosk")
DAYS = 180
ROUNDS = 15
AT_ONCE = 50_000

INTERVIEW = [
    *("id", "key", "start_id", "study_id", "wave_id", "brand_id", "language", "channel"),
    *("started_at", "finished_at", "disposition", "instructed_passed", "background", "version"),
    *("pilot", "device"),
]
PAGE = ["interview_id", "page", "submission_id", "answers", "item_order", "seconds", "saved_at"]
Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def prepare(database: Database) -> Study:
    """An open study of two waves, many brands, three languages and two quotas."""
    database.upgrade()
    with database.writing() as unit:
        owner = create_user(unit, email=EMAIL, name="Ada", role=Role.RESEARCHER, password=PASSWORD)
        study = create_study(
            unit,
            owner=owner,
            title="A million",
            instruments=["satisfaction"],
            languages=LANGUAGES,
            brands=[
                Brand(f"b{number}", dict.fromkeys(LANGUAGES, f"Brand {number}"))
                for number in range(BRANDS)
            ],
            waves=[Wave("1", "First"), Wave("2", "Second")],
            consent=dict.fromkeys(LANGUAGES, "Yes."),
        )
        quotas = tuple(
            Quota(code, f"In {code}", 10_000_000, (Condition("language", frozenset({code})),))
            for code in LANGUAGES[:2]
        )
        study.design = plain_design(Design(default_blocks(instruments_of(study)), quotas=quotas))
        open_study(study)
        unit.commit()
    return study


def interviews(study: Study, count: int) -> Iterator[Rows]:
    """Rows of interviews and of their pages, some at a time. One in seven is not finished."""
    rng = random.Random(1)
    items = [item.id for item in instruments_of(study)[0].items()]
    order = json.dumps(items)
    answers = [json.dumps({item: rng.randint(1, 5) for item in items}) for _ in range(500)]
    first = datetime(2026, 1, 1, tzinfo=UTC)
    days = [
        str((first + timedelta(days=day)).replace(tzinfo=None)) + ".000000" for day in range(DAYS)
    ]
    numbers = iter(rng.sample(range(2**53), count))
    for start in range(0, count, AT_ONCE):
        rows: Rows = ([], [])
        for number in (next(numbers) for _ in range(min(AT_ONCE, count - start))):
            day, ended = rng.choice(days), rng.random() < 6 / 7
            key, wave, brand = new_key(), rng.choice(study.waves), rng.choice(study.brands)
            rows[0].append(
                (
                    number, key, key, study.id, wave.id, brand.id, rng.choice(LANGUAGES),
                    rng.choice(CHANNELS), day, day if ended else None,
                    "complete" if ended else "partial", None, "{}", study.version, False, "phone",
                )
            )  # fmt: skip
            if ended:
                seconds = rng.lognormvariate(4, 0.5)
                rows[1].append((number, 1, "only-page", rng.choice(answers), order, seconds, day))
        yield rows


def fill_sqlite(database: Database, study: Study, count: int) -> None:
    """Put the interviews into a SQLite file."""
    connection = sqlite3.connect(str(database.file))
    for rows in interviews(study, count):
        for table, columns, part in zip(
            ("interview", "page_answers"), (INTERVIEW, PAGE), rows, strict=True
        ):
            marks = ", ".join("?" * len(columns))
            connection.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", part
            )
        connection.commit()
    connection.close()


def fill_postgresql(database: Database, study: Study, count: int) -> None:
    """Put the interviews into a PostgreSQL database."""
    url = database.engine.url
    with psycopg.connect(
        host=url.query["host"], user=url.username, dbname=url.database
    ) as connection:
        for rows in interviews(study, count):
            for table, columns, part in zip(
                ("interview", "page_answers"), (INTERVIEW, PAGE), rows, strict=True
            ):
                into = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
                with connection.cursor().copy(into) as copy:
                    for row in part:
                        copy.write_row(row)
        connection.execute("ANALYZE")


def spread(database: Database) -> None:
    """Give every sum all the rows that it can have."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tally (wave_id, pilot, kind, code, shard, n) "
            "SELECT wave_id, pilot, kind, code, s, 0 FROM tally, generate_series(0, 7) AS s "
            "ON CONFLICT DO NOTHING"
        )


def time_pages(database: Database, study: Study) -> None:
    """Ask for the pages and print how long they take."""
    app = create_app(Config(database.url, "k" * 40, ADDRESS))
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    client.post("/sign-in", data={"csrf_token": token[1], "email": EMAIL, "password": PASSWORD})
    for name, path in (
        ("page of fieldwork", f"/studies/{study.key}/"),
        ("page of one wave", f"/studies/{study.key}/?wave=2"),
        ("list of studies", "/studies/"),
    ):
        times, processor = [], []
        for _ in range(ROUNDS):
            began, worked = time.perf_counter(), time.thread_time()
            response = client.get(path)
            times.append((time.perf_counter() - began) * 1000)
            processor.append((time.thread_time() - worked) * 1000)
            assert response.status_code == 200, response.status
        print(
            f"  {name:20} median {statistics.median(times):5.0f} ms, {min(times):.0f} to "
            f"{max(times):.0f} ms; processor {statistics.median(processor):.0f} ms",
            flush=True,
        )


def measure(name: str, database: Database, count: int) -> None:
    """Fill one database, count it and time its pages."""
    study = prepare(database)
    began = time.perf_counter()
    if name == "SQLite":
        fill_sqlite(database, study, count)
    else:
        fill_postgresql(database, study, count)
    filled = time.perf_counter()
    wrong = recount(database, study.id or 0)
    counted = time.perf_counter()
    print(
        f"{name}: {count:,} interviews put in in {filled - began:.0f} s, counted in "
        f"{counted - filled:.0f} s, {wrong:,} sums",
        flush=True,
    )
    if name == "PostgreSQL":
        spread(database)
    time_pages(database, study)


def main(count: int, kinds: Sequence[str]) -> None:
    """Measure the databases of these kinds."""
    if "SQLite" in kinds:
        with tempfile.TemporaryDirectory() as folder:
            measure("SQLite", Database(f"sqlite:///{folder}/engage.sqlite"), count)
    if "PostgreSQL" in kinds:
        with running_postgresql(durable=True) as server:
            measure("PostgreSQL", Database(server.url(server.create_database())), count)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        sys.argv[2:] or ("SQLite", "PostgreSQL"),
    )
