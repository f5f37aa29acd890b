"""How long it takes to tell what became of the invitations to a wave, on SQLite and on PostgreSQL,
beside counting them by reading every invitation with its contact.

Contacts are added, invited and left to answer as rows that are put in at once: two in five have
finished, some of them screened out or withdrawn, others stopped, opted out, bounced or were
removed. Half as many came by an open link. Both ways of counting have to agree.

    python -m benchmarks.survey_app.invitation_counts [invited, 100000]
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text

from survey_app.domain.contact import ContactState, email_digest
from survey_app.domain.interview import Disposition, new_interview_id
from survey_app.domain.invitation import CHANNEL, bit_of, empty_block
from survey_app.domain.study import Brand, Mode, new_key, now, whole_day
from survey_app.domain.user import Role, User
from survey_app.services.invitation_counts import OUTCOMES, invitation_counts
from survey_app.services.study import create_study, open_study
from survey_app.storage.contacts import contact
from survey_app.storage.database import Database
from survey_app.storage.invitations import invitation
from survey_app.storage.spent import spent
from survey_app.storage.tables import interview, mapper_registry, page_answers
from tests.postgresql_server import running_postgresql

if TYPE_CHECKING:
    from survey_app.domain.study import Study

BOUND = 0.1
ROUNDS = 7
AT_ONCE = 20_000

FINISHED, STOPPED, OPENED = 0.40, 0.46, 0.49
ENDS = (Disposition.COMPLETE, Disposition.SCREENED_OUT_INELIGIBLE, Disposition.WITHDRAWN)
END_WEIGHTS = (90, 7, 3)
BOUNCED, OPTED_OUT, REMOVED, NOT_INVITED = 0.02, 0.03, 0.035, 0.04

Row = dict[str, Any]
Counts = Mapping[str, int]


def make_study(database: Database, mode: Mode) -> Study:
    """An open study."""
    with database.writing() as unit:
        owner = User(f"{mode.value}@example.org", "Ada", Role.RESEARCHER, "none")
        unit.users.add(owner)
        unit.flush()
        study = create_study(
            unit,
            owner=owner,
            title="Invited",
            instruments=["satisfaction"],
            languages=["en"],
            brands=[Brand("north", {"en": "North"})],
            consent={"en": "Yes."},
        )
        study.mode = mode
        open_study(study)
        unit.commit()
        return study


def interview_row(study: Study, channel: str, disposition: Disposition, person: Any) -> Row:
    """One interview."""
    key, day = new_key(), whole_day(now())
    return {
        "id": new_interview_id(),
        "key": key,
        "start_id": key,
        "study_id": study.id,
        "wave_id": study.waves[0].id,
        "brand_id": study.brands[0].id,
        "language": "en",
        "channel": channel,
        "started_at": day,
        "finished_at": None if disposition is Disposition.PARTIAL else day,
        "disposition": disposition,
        "background": {},
        "version": 1,
        "pilot": False,
        "person_id": person,
        "device": "phone",
    }


def fill(database: Database, study: Study, n: int) -> None:
    """Put everything in at once."""
    chance = random.Random(1)
    wave, pseudonymous = study.waves[0].id, study.mode is Mode.PSEUDONYMOUS
    rows: dict[str, list[Row]] = {"person": [], "contact": [], "invitation": [], "interview": []}
    pages: list[Row] = []
    blocks: dict[int, bytearray] = {}
    numbers = list(range(n))
    chance.shuffle(numbers)
    for number in numbers:
        one = number + 1
        state = chance.random()
        email = f"person{number}@mail{number % 500}.example.org"
        if pseudonymous:
            rows["person"].append({"id": one, "study_id": study.id, "key": new_key()})
        rows["contact"].append(
            {
                "id": None, "study_id": study.id, "email": email,
                "email_digest": email_digest(email), "name": "Ann", "language": "en",
                "brand_id": study.brands[0].id, "attributes": {}, "source_id": "",
                "state": state_of(state), "added_on": now().date(),
                "person_id": one if pseudonymous else None,
            }
        )  # fmt: skip
        waits = REMOVED <= state < NOT_INVITED
        removed = not pseudonymous and OPTED_OUT <= state < REMOVED
        rows["invitation"].append(
            {
                "wave_id": wave, "contact_id": None if removed else email,
                "number": number, "key": new_key(), "token_hash": new_key() * 2,
                "invited_on": None if waits else now().date(),
            }
        )  # fmt: skip
        answered = chance.random()
        if answered >= OPENED:
            continue
        end = chance.choices(ENDS, END_WEIGHTS)[0] if answered < FINISHED else Disposition.PARTIAL
        person = one if pseudonymous else None
        rows["interview"].append(interview_row(study, CHANNEL, end, person))
        if answered < STOPPED:
            pages.append(page_row(rows["interview"][-1]["id"]))
        if answered < FINISHED:
            block, mask, place = bit_of(number)
            blocks.setdefault(block, bytearray(empty_block()))[place] |= mask
    rows["interview"] += [
        interview_row(study, "web", Disposition.COMPLETE, None) for _ in range(n // 2)
    ]
    keep(database, study, rows, pages, blocks)


def state_of(state: float) -> ContactState:
    """What became of a contact."""
    if state < BOUNCED:
        return ContactState.BOUNCED
    return ContactState.OPTED_OUT if state < OPTED_OUT else ContactState.ACTIVE


def page_row(interview_id: int) -> Row:
    """A page that was submitted."""
    return {
        "interview_id": interview_id,
        "page": 1,
        "submission_id": new_key(),
        "answers": {"sat1": 5},
        "item_order": ["sat1"],
        "seconds": None,
        "saved_at": whole_day(now()),
    }


def keep(
    database: Database,
    study: Study,
    rows: Mapping[str, list[Row]],
    pages: list[Row],
    blocks: Mapping[int, bytearray],
) -> None:
    """Write the rows."""
    tables = mapper_registry.metadata.tables
    with database.engine.execution_options(write=True).begin() as connection:

        def put(table: Any, given: list[Row]) -> None:
            for start in range(0, len(given), AT_ONCE):
                connection.execute(insert(table), given[start : start + AT_ONCE])

        put(tables["person"], rows["person"])
        put(contact, [{k: v for k, v in row.items() if k != "id"} for row in rows["contact"]])
        query = select(contact.c.email, contact.c.id).where(contact.c.study_id == study.id)
        ids = {row.email: row.id for row in connection.execute(query)}
        put(
            invitation,
            [{**row, "contact_id": ids.get(row["contact_id"])} for row in rows["invitation"]],
        )
        put(interview, rows["interview"])
        put(page_answers, pages)
        wave = study.waves[0].id
        put(
            spent,
            [{"wave_id": wave, "block": b, "bits": bytes(v)} for b, v in sorted(blocks.items())],
        )
    if database.engine.dialect.name == "postgresql":
        # As its own service does after so many new rows; nobody does it for SQLite.
        with database.engine.begin() as connection:
            connection.execute(text("ANALYZE"))


OLD_SILENT = """
SELECT count(*) FROM invitation LEFT JOIN contact ON contact.id = invitation.contact_id
WHERE invitation.wave_id = :wave AND NOT (invitation.invited_on IS NULL
  OR (contact.state IS NOT NULL AND contact.state != 'active'))"""
OLD_APART = """
SELECT invitation.number, invitation.invited_on, contact.state FROM invitation
LEFT JOIN contact ON contact.id = invitation.contact_id
WHERE invitation.wave_id = :wave AND (invitation.invited_on IS NULL
  OR (contact.state IS NOT NULL AND contact.state != 'active'))"""
OLD_FINISHED = """
SELECT invitation.number FROM invitation JOIN contact ON contact.id = invitation.contact_id
JOIN interview ON interview.person_id = contact.person_id
WHERE invitation.wave_id = :wave AND interview.wave_id = :wave
  AND interview.finished_at IS NOT NULL"""
OLD_ENDS = """
SELECT disposition, count(*) FROM interview WHERE study_id = :study AND wave_id = :wave
  AND channel = 'invitation' AND NOT pilot AND finished_at IS NOT NULL GROUP BY disposition"""
OLD_UNFINISHED = """
SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM page_answers
  WHERE page_answers.interview_id = interview.id)) FROM interview
WHERE study_id = :study AND wave_id = :wave AND channel = 'invitation' AND NOT pilot
  AND finished_at IS NULL"""


def count_by_reading(database: Database, study: Study) -> Counts:
    """The same counts by reading every invitation with its contact and every interview."""
    given = {"wave": study.waves[0].id, "study": study.id}
    with database.engine.connect() as connection:

        def ask(query: str) -> list[Any]:
            return list(connection.execute(text(query), given))

        if study.mode is Mode.PSEUDONYMOUS:
            finished = {row[0] for row in ask(OLD_FINISHED)}
        else:
            blocks = ask("SELECT block, bits FROM spent WHERE wave_id = :wave")
            finished = {
                4096 * block + 8 * place + bit
                for block, bits in blocks
                for place, byte in enumerate(bytes(bits))
                for bit in range(8)
                if byte >> bit & 1
            }
        counts = Counter[str]({"I": len(finished)})
        silent = ask(OLD_SILENT)[0][0] - len(finished)
        for number, invited_on, state in ask(OLD_APART):
            if number in finished:
                silent += 1
            elif state == "bounced":
                counts["UO"] += 1
            elif invited_on is not None and state == "opted_out":
                counts["R"] += 1
        for disposition, n in ask(OLD_ENDS):
            outcome = {"screened_out_ineligible": "NE", "withdrawn": "R"}.get(disposition, "I")
            moved = min(n, counts["I"]) if outcome != "I" else 0
            counts["I"] -= moved
            counts[outcome] += moved
        begun, with_pages = ask(OLD_UNFINISHED)[0]
    counts["P"] = min(with_pages, silent)
    without = min(begun - with_pages, silent - counts["P"])
    counts["R"] += without
    counts["UH"] = silent - counts["P"] - without
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def count(database: Database, study: Study) -> Counts:
    """The counts as the page of invitations shows them."""
    with database.reading() as unit:
        found = unit.studies.by_key(study.key)
        if found is None:
            raise RuntimeError("The study is not there.")
        return invitation_counts(unit, found, found.waves[0])


def timed(work: Callable[[], Counts]) -> tuple[str, float, Counts]:
    """The median of some runs in words and in seconds, and what came out."""
    times, processor = [], []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.thread_time()
        found = work()
        times.append(time.perf_counter() - began)
        processor.append(time.thread_time() - worked)
    median = statistics.median(times)
    words = f"{median * 1000:.0f} ms (processor {statistics.median(processor) * 1000:.0f} ms)"
    return words, median, found


def measure(name: str, url: str, mode: Mode, n: int) -> None:
    """Fill one database and count both ways."""
    database = Database(url)
    database.upgrade()
    study = make_study(database, mode)
    fill(database, study, n)
    before, _, expected = timed(lambda: count_by_reading(database, study))
    after, seconds, found = timed(lambda: count(database, study))
    database.close()
    verdict = "within" if seconds < BOUND else "OVER"
    print(
        f"{name}, {mode.value}, {n:,} invited: {after}, {verdict} {BOUND * 1000:.0f} ms; "
        f"by reading every invitation {before}",
        flush=True,
    )
    if found != expected:
        raise SystemExit(f"The counts differ: {dict(found)}, {dict(expected)}")


def main() -> None:
    """Measure both kinds of database in both modes."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder, running_postgresql(durable=True) as server:
        for mode in Mode:
            measure("SQLite", f"sqlite:///{folder}/{mode.value}.sqlite", mode, n)
            measure("PostgreSQL", server.url(server.create_database()), mode, n)


if __name__ == "__main__":
    main()
