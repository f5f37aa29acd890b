"""The audit trail: nothing leaves without a line, and no line is ever rewritten."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, text, update

from survey_app.domain.audit import AuditEntry, AuditKind
from survey_app.domain.study import now
from survey_app.services.audit import forget_old, record
from survey_app.services.contacts import add_contact
from survey_app.storage.audit import AuditFilter, audit
from survey_app.storage.errors import DatabaseError, usable
from survey_app.web.audited import NOTHING_OF_ANYBODY
from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.test_access import own_pages

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from survey_app.storage.audit import LoggedEntry
    from survey_app.storage.database import Database
    from tests.survey_app.web.conftest import Office

REPRESENTATIVE = {
    "researcher": {
        "audit.trail",
        "downloads.answers",
        "downloads.psychometric_report",
        "downloads.r_script",
        "evidence.export",
        "jobs.file",
        "portal.paper",
        "portal.tables",
        "privacy.consents",
        "privacy.person_file",
    },
    "manager": {"portal.paper", "portal.tables"},
    "administrator": {"audit.trail", "evidence.export"},
}
"""Files that the walk has to meet; without them it would prove nothing."""


def trail(database: Database) -> list[LoggedEntry]:
    """The whole trail, the oldest first."""
    with database.reading() as unit:
        return unit.audit.entries(AuditFilter(), most=10_000)[::-1]


@pytest.mark.parametrize("person", list(REPRESENTATIVE))
def test_no_file_leaves_without_a_line(office: Office, person: str) -> None:
    """Every address that hands out a file, walked by whoever may, leaves a line with its name, the
    person and the study; a new download that leaves none is found here."""
    met: set[str] = set()
    visitor = office.visitor(person)
    data = {"csrf_token": visitor.token("/account"), "who": contact_of(office)}
    # What changes something comes last, or there would be less to take away.
    for rule, method, path in sorted(own_pages(office), key=lambda one: one[1]):
        if rule.endpoint in {"auth.sign_out", "static"}:
            continue
        before = len(trail(office.database))
        response = visitor.get(path) if method == "GET" else visitor.post(path, data=data)
        disposition = response.headers.get("Content-Disposition", "")
        if not disposition.startswith("attachment"):
            continue
        met.add(rule.endpoint)
        if rule.endpoint in NOTHING_OF_ANYBODY:
            continue
        lines = trail(office.database)[before:]
        assert len(lines) == 1, f"{rule.endpoint} hands out a file without a line"
        (line,) = lines
        assert line.entry.user_id == office.people[person]
        assert (line.study == "Shops") is ("key" in rule.arguments), rule.endpoint
        assert line.entry.object in disposition
    assert met >= REPRESENTATIVE[person]


def contact_of(office: Office) -> str:
    """The address of a contact of the researcher's open study."""
    email = "eva@example.org"
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        if unit.contacts.by_email(study.id or 0, email) is None:
            add_contact(unit, study, email=email, name="Eva", language="en", brand_code="")
            unit.commit()
    return email


def test_what_cannot_be_written_down_does_not_leave(office: Office) -> None:
    """While the trail cannot be written, no file and no page of a scorecard is handed out."""
    visitor = office.visitor("researcher")
    paths = (
        f"/studies/{office.open_key}/downloads/answers.csv",
        f"/scorecards/{office.open_key}/north",
    )
    with office.database.engine.execution_options(write=True).begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        )
    for path in paths:
        response = visitor.get(path)
        assert response.status_code in {409, 503}
        assert "Content-Disposition" not in response.headers
        assert "North" not in response.text
    with office.database.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("DROP TRIGGER full"))
    assert [visitor.get(path).status_code for path in paths] == [200, 200]


def test_lines_say_what_was_seen_and_changed(office: Office) -> None:
    """Scorecards read, contacts seen, a study closed, a login made and shut out: each leaves its
    line with who did it, and the export of answers says how many and which."""
    contact_of(office)
    key = office.open_key
    office.visitor("manager").get(f"/scorecards/{key}/north")
    researcher = office.visitor("researcher")
    researcher.get(f"/studies/{key}/contacts/")
    researcher.get(f"/studies/{key}/downloads/answers.csv")
    researcher.submit(f"/studies/{key}/close")
    researcher.submit(f"/studies/{key}/privacy/", f"/studies/{key}/privacy/close")
    researcher.post(f"/studies/{key}/close", data={"csrf_token": researcher.token("/account")})
    administrator = office.visitor("administrator")
    page = f"/people/{office.people['idle_manager']}"
    administrator.submit(page, f"{page}/shut-out")
    told = [(line.email.partition("@")[0], line.entry.what) for line in trail(office.database)]
    assert told == [
        ("manager", AuditKind.SCORECARD_READ),
        ("researcher", AuditKind.CONTACTS_SEEN),
        ("researcher", AuditKind.ANSWERS_EXPORTED),
        ("researcher", AuditKind.STUDY_CLOSED),
        ("administrator", AuditKind.USER_CHANGED),
    ]
    details = trail(office.database)[2].entry.details
    assert details["interviews"] == 292
    assert details["format"] == "csv"
    assert len(details["fingerprint"]) == 64


def test_everybody_reads_their_own_part(office: Office) -> None:
    """A researcher reads what concerns their studies, another one nothing of it, an administrator
    everything; the filters narrow it, and taking the trail away is in the trail."""
    office.visitor("manager").get(f"/scorecards/{office.open_key}/north")
    office.visitor("researcher").get(f"/studies/{office.waves_key}/downloads/answers.csv")
    with office.database.writing() as unit:
        record(unit, None, AuditKind.USER_CHANGED, about="=somebody: made researcher")
        unit.commit()

    def shown(person: str, query: str = "") -> list[dict[str, str]]:
        response = office.visitor(person).get(f"/audit/trail.csv{query}")
        return list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))

    assert {row["what"] for row in shown("researcher")} == {"scorecard_read", "answers_exported"}
    assert shown("foreign_researcher") == []
    everything = shown("administrator")
    assert "'=somebody: made researcher" in {row["object"] for row in everything}
    assert [row["what"] for row in everything].count("audit_exported") == 2
    manager = office.people["manager"]
    assert {row["study"] for row in shown("researcher", f"?person={manager}")} == {"Shops"}
    assert [row["study"] for row in shown("researcher", f"?study={office.waves_key}")] == [
        "Tracker"
    ]
    assert shown("foreign_researcher", f"?study={office.open_key}") == []
    page = office.visitor("researcher").get("/audit/?kind=scorecard_read")
    assert "Scorecard read" in text_of(page)
    assert "Manager" in text_of(page)


@pytest.mark.parametrize(
    "statement",
    [
        update(audit).values(object="nothing happened"),
        delete(audit),
        text("UPDATE audit SET user_id = NULL"),
    ],
)
def test_database_refuses_to_rewrite_the_trail(database: Database, statement: Executable) -> None:
    """Entries can neither be changed nor deleted, by the program or by hand."""
    with database.writing() as unit:
        record(unit, None, AuditKind.FILE_TAKEN, about="answers.csv")
        unit.commit()
    with (
        pytest.raises(DatabaseError),
        usable(),
        database.engine.execution_options(write=True).begin() as connection,
    ):
        connection.execute(statement)
    (line,) = trail(database)
    assert line.entry.object == "answers.csv"


def test_old_entries_are_forgotten_by_the_command(database: Database) -> None:
    """What is older than two years goes, anything younger stays, and the trail says that it was
    done."""
    ages = (10, 700, 760, 2_000)
    rows = [
        {
            "at": now() - timedelta(days=days),
            "what": AuditKind.FILE_TAKEN,
            "object": str(days),
            "details": {},
        }
        for days in ages
    ]
    with database.engine.execution_options(write=True).begin() as connection:
        connection.execute(insert(audit), rows)
    with database.writing() as unit:
        assert forget_old(unit) == 2
        unit.commit()
    left = [line.entry for line in trail(database)]
    assert [entry.object for entry in left if entry.what is AuditKind.FILE_TAKEN] == ["10", "700"]
    assert [entry.details for entry in left if entry.what is AuditKind.AUDIT_FORGOTTEN] == [
        {"entries": 2}
    ]


def test_entry_holds_no_network_address(office: Office) -> None:
    """No column and no detail of an entry holds where somebody sat."""
    client = office.visitor("researcher")
    client.get(
        f"/studies/{office.open_key}/downloads/answers.csv",
        environ_base={"REMOTE_ADDR": "203.0.113.77"},
    )
    assert "203.0.113.77" not in repr(
        [vars(line.entry) for line in trail(office.database) if isinstance(line.entry, AuditEntry)]
    )
