"""`engage deliver`: tried out, told beforehand, sent, and refused with the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from survey_app.cli import engage
from survey_app.domain.delivery import DeliveryState
from survey_app.domain.schedule import Occasion
from survey_app.services.delivery_schedules import Wish, add_schedule
from tests.smtp_server import running_smtp_server
from tests.survey_app.jobs.inviting import InvitingOffice, furnish_inviting
from tests.survey_app.jobs.mailing import Office, furnish_office, study_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

    from survey_app.storage.database import Database


@pytest.fixture
def office(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """A study, a mail server, and an environment that names both."""
    study_id, owner_id = furnish_office(sqlite_database)
    with running_smtp_server(tmp_path / "mails") as mailbox:
        made = Office(sqlite_database, mailbox, study_id, owner_id)
        for name in ("database_url", "secret_key", "public_url", "smtp_url", "mail_from"):
            monkeypatch.setenv(name.upper(), getattr(made.config, name))
        monkeypatch.setenv("JOBS_FILE", str(tmp_path / "queue.sqlite"))
        yield made


def deliver(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(engage, ["deliver", *arguments])


def schedule_closed_wave(office: Office, email: str) -> None:
    """A reader waits for a wave that has closed meanwhile."""
    with office.database.writing() as unit:
        study, reader = study_of(unit, office.study_id), unit.users.by_email(email)
        assert reader is not None
        wish = Wish(Occasion.WAVE_CLOSED, "UTC", "en")
        add_schedule(unit, reader, study, wish).waves_seen = []
        unit.commit()


def test_tried_out(office: Office) -> None:
    """One mail goes to the address that was named and to nobody else."""
    office.hire(["reader@example.org"])
    office.send_to_all()
    done = deliver("--try", "admin@example.org")
    assert (done.exit_code, done.output) == (
        0,
        "The mail server took the mail to admin@example.org.\n",
    )
    assert office.mailbox.readers() == ["admin@example.org"]
    assert office.counts() == {DeliveryState.WAITING: 1}


def test_told_beforehand(office: Office) -> None:
    """What is due is named with its reader; nothing is sent, and no schedule moves on."""
    office.hire(["reader@example.org"], "north", "tiny")
    schedule_closed_wave(office, "reader@example.org")
    for _ in range(2):
        done = deliver("--dry-run")
        assert "reader@example.org  North, Spring  (Engagement)" in done.output
        assert "2 wait for being sent." in done.output
    assert office.counts() == {}
    assert office.mailbox.count() == 0


def test_sent_once(office: Office) -> None:
    """What is due is sent, and told by study; the next call finds nothing."""
    office.hire(["reader@example.org"], "north", "tiny")
    schedule_closed_wave(office, "reader@example.org")
    assert deliver().output == "Engagement: 2 sent\n"
    assert deliver().output == "Nothing is due.\n"
    assert deliver("--dry-run").output == "Nothing is due.\n"
    assert office.mailbox.readers() == ["reader@example.org"] * 2


def test_a_server_that_is_gone_is_an_error(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to mend and the exit status is not that of success; nothing is lost."""
    office.hire(["reader@example.org", "other@example.org", "third@example.org"])
    office.send_to_all()
    with running_smtp_server(tmp_path / "gone") as gone:
        pass
    monkeypatch.setenv("SMTP_URL", gone.url)
    for arguments in ((), ("--try", "admin@example.org")):
        done = deliver(*arguments)
        assert done.exit_code != 0
        assert "Check SMTP_URL" in done.output
    assert office.counts() == {DeliveryState.WAITING: 3}


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("SMTP_URL", "", "Mail is not set up"),
        ("SMTP_URL", "http://mail", "SMTP_URL is no address"),
        ("MAIL_FROM", "", "MAIL_FROM"),
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("PUBLIC_URL", "", "PUBLIC_URL is missing"),
    ],
)
def test_wrong_settings_are_told(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str, value: str, mend: str
) -> None:
    """Each setting that mail needs is named with its mend, by the worker too."""
    monkeypatch.setenv(name, value)
    done = deliver()
    assert done.exit_code == 2
    assert mend in done.output
    if value or name != "SMTP_URL":
        worker = CliRunner().invoke(engage, ["worker"])
        assert worker.exit_code == 2
        assert mend in worker.output


def test_an_unreadable_address_is_refused(office: Office) -> None:
    """What cannot be an address is told, not sent to."""
    done = deliver("--try", "nobody\nBcc: eve@example.org")
    assert done.exit_code == 2
    assert "line break" in done.output
    assert office.mailbox.count() == 0


def test_invitations_go_out_too(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a worker the command sends what is due to contacts, once."""
    study_id, owner_id = furnish_inviting(sqlite_database)
    with running_smtp_server(tmp_path / "mails") as mailbox:
        made = InvitingOffice(sqlite_database, mailbox, study_id, owner_id)
        for name in ("database_url", "secret_key", "public_url", "smtp_url", "mail_from"):
            monkeypatch.setenv(name.upper(), getattr(made.config, name))
        monkeypatch.setenv("JOBS_FILE", str(tmp_path / "queue.sqlite"))
        made.add(f"reader{number}@example.org" for number in range(10))
        made.plan()
        assert "Invitation to contacts  (Engagement)" in deliver("--dry-run").output
        assert "Engagement: 10 sent" in deliver().output
        assert "Nothing is due." in deliver().output
        assert mailbox.count() == 10
