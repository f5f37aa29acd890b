"""`engage contacts` and `engage bounces`: files become contacts, mails that came back end them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from survey_app.cli import engage
from survey_app.domain.contact import ContactState
from tests.survey_app.exchange.test_read_bounces import report
from tests.survey_app.web.invited_site import invite, some
from tests.survey_app.web.respond_site import add_study

if TYPE_CHECKING:
    from pathlib import Path

    from survey_app.storage.database import Database


@pytest.fixture
def run(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line with a database."""
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url)
    return CliRunner()


def test_import_and_show(run: CliRunner, sqlite_database: Database, tmp_path: Path) -> None:
    """The dry run says what the import then does, row by row."""
    key = add_study(sqlite_database)
    file = tmp_path / "people.csv"
    file.write_text("email;language;age\nann@example.org;en;31\nbob@example.org;Russian;40\nno;;\n")
    arguments = ["contacts", "import", str(file), "--study", key]
    dry = run.invoke(engage, [*arguments, "--dry-run"])
    assert "line 4: 'no' is no e-mail address" in dry.output
    assert "Would be kept: 2 new, 0 changed, 0 as they were, 1 refused." in dry.output
    assert "recognisable that links do not carry: en, ru" in dry.output
    assert "no contacts yet" in run.invoke(engage, ["contacts", "show", "--study", key]).output
    assert "Kept: 2 new" in run.invoke(engage, arguments).output
    assert (
        "active              2" in run.invoke(engage, ["contacts", "show", "--study", key]).output
    )
    unknown = run.invoke(engage, ["contacts", "show", "--study", "none"])
    assert (unknown.exit_code, "no study with the key" in unknown.output) == (2, True)


def test_bounces(run: CliRunner, sqlite_database: Database, tmp_path: Path) -> None:
    """A report that names an invitation marks its contact, a list of addresses those it names; a
    forged identifier marks nobody."""
    key = add_study(sqlite_database)
    invite(sqlite_database, key, some(10))
    with sqlite_database.reading() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        (row, *_) = unit.invitations.to_be_reminded(study.current_wave.id or 0)
        invitation = unit.invitations.by_id(row.invitation_id)
        assert invitation is not None
        chosen = unit.contacts.by_id(invitation.contact_id or 0)
        assert chosen is not None
        other = "reader8" if chosen.email.startswith("reader7@") else "reader7"
    for name, content in (
        ("gone.eml", report(key=invitation.key)),
        ("forged.eml", report(key="A" * 22)),
        ("full.eml", report("4.2.2", "delayed", key=invitation.key)),
        ("list.csv", f"email\n{other}@example.org\nstranger@example.org\n".encode()),
    ):
        (tmp_path / name).write_bytes(content)
    files = [str(file) for file in sorted([*tmp_path.glob("*.eml"), *tmp_path.glob("*.csv")])]
    done = run.invoke(engage, ["bounces", *files, "--study", key])
    assert (
        "2 contacts marked as bounced, 0 were before; 1 troubles will pass, 2 were" in done.output
    )
    assert "0 contacts marked" in run.invoke(engage, ["bounces", *files, "--study", key]).output
    with sqlite_database.reading() as unit:
        assert unit.contacts.counts(study.id or 0)[ContactState.BOUNCED] == 2
        assert len(unit.invitations.to_be_reminded(study.current_wave.id or 0)) == 8
