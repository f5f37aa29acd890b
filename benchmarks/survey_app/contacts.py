"""How long a file of contacts takes from bytes to durable rows, on SQLite and on PostgreSQL.

Reads, checks and keeps a CSV file with address, name, language, brand, identifier and two
attributes, then imports the same file again (nothing changes) and makes a third time the dry run.

    python -m benchmarks.survey_app.contacts [contacts, 100000]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from survey_app.domain.study import Brand
from survey_app.domain.user import Role, User
from survey_app.services.contacts import import_contacts, plan_import, read_contacts_file
from survey_app.services.study import create_study
from survey_app.storage.database import Database
from tests.postgresql_server import running_postgresql

LANGUAGES = ("en", "de", "ru")
BRANDS = ("north", "south", "west")
BOUND = 30.0


def write_file(path: Path, n: int) -> None:
    """A file of contacts in no order."""
    chance = random.Random(1)
    numbers = list(range(n))
    chance.shuffle(numbers)
    with path.open("w", encoding="utf-8") as stream:
        stream.write("E-mail;Name;Language;Brand;Customer ID;Region;Since\n")
        for number in numbers:
            language, brand = chance.choice(LANGUAGES), chance.choice(BRANDS)
            stream.write(
                f"person{number}@mail{number % 500}.example.org;Ann Ñandú {number};{language};"
                f"{brand};C-{number:07};Région {number % 13};{2000 + number % 26}\n"
            )


def measure(url: str, file: Path) -> dict[str, float]:
    """Seconds of each step on a new database."""
    database = Database(url)
    database.upgrade()
    with database.writing() as unit:
        owner = User("ada@example.org", "Ada", Role.RESEARCHER, "none")
        unit.users.add(owner)
        unit.flush()
        study = create_study(
            unit,
            owner=owner,
            title="Contacts",
            instruments=["core_engagement"],
            languages=list(LANGUAGES),
            brands=[Brand(code, dict.fromkeys(LANGUAGES, code.title())) for code in BRANDS],
        )
        key = study.key
        unit.commit()
    seconds = {}
    for step in ("import", "import again"):
        began = time.perf_counter()
        with database.writing() as unit:
            found = unit.studies.by_key(key)
            if found is None:
                raise RuntimeError("The study is not there.")
            plan = import_contacts(unit, found, read_contacts_file(found, file))
            unit.commit()
        seconds[step] = time.perf_counter() - began
        print(f"    {step}: {len(plan.new):,} new, {plan.unchanged:,} as they were")
    began = time.perf_counter()
    with database.reading() as unit:
        found = unit.studies.by_key(key)
        if found is not None:
            plan_import(unit, found, read_contacts_file(found, file))
    seconds["dry run"] = time.perf_counter() - began
    database.close()
    return seconds


def main() -> None:
    """Measure both kinds of database and say whether the bound is kept."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder, running_postgresql(durable=True) as server:
        file = Path(folder) / "contacts.csv"
        write_file(file, n)
        for kind, url in (
            ("SQLite", f"sqlite:///{folder}/engage.sqlite"),
            ("PostgreSQL", server.url(server.create_database())),
        ):
            print(f"{kind}, {n:,} contacts ({file.stat().st_size / 1e6:.1f} MB)")
            for step, seconds in measure(url, file).items():
                verdict = "within" if seconds < BOUND else "OVER"
                print(f"    {step}: {seconds:.1f} s ({verdict} {BOUND:.0f} s)")


if __name__ == "__main__":
    main()
