"""Invitations on their way by mail: real workers, a real mail server, both kinds of database."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from survey_app.domain.contact import ContactState, email_digest
from survey_app.domain.invitation import MailingKind, MailingState
from survey_app.domain.job import JobState
from survey_app.domain.study import now
from survey_app.jobs.ask import cancel
from survey_app.jobs.kinds import kinds_with_mail
from survey_app.jobs.run import run_job
from survey_app.jobs.start_invitations import start_invitations, try_again
from survey_app.services.contacts import opt_out
from survey_app.services.invitation_tokens import hash_of
from survey_app.services.invitations import make_links
from survey_app.storage.mailings import mail_task
from tests.smtp_server import running_smtp_server
from tests.survey_app.jobs.inviting import (
    InvitingOffice,
    inviting_office,
    people,
    spend_links,
)
from tests.survey_app.jobs.mailing import PUBLIC_URL, SECRET_KEY, study_of
from tests.survey_app.jobs.test_deliver_scorecards import wait_for, worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from survey_app.storage.database import Database

MANY = 600
_LINK = re.compile(rf"{PUBLIC_URL}/t/([A-Za-z0-9_-]{{22}})(?![A-Za-z0-9_-])")


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[InvitingOffice]:
    """An anonymous study and a mail server, on either kind of database."""
    with inviting_office(database, tmp_path) as made:
        yield made


@pytest.fixture
def sqlite_office(sqlite_database: Database, tmp_path: Path) -> Iterator[InvitingOffice]:
    """An anonymous study and a mail server on SQLite, for what does not depend on the kind."""
    with inviting_office(sqlite_database, tmp_path) as made:
        yield made


def link_in(mail: EmailMessage) -> str:
    """The token of the link in a mail, the same in its text and its HTML."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    found = _LINK.findall(plain.get_content())
    assert set(_LINK.findall(html.get_content())) == set(found)
    assert len(found) == 1
    return str(found[0])


def kept_tasks(office: InvitingOffice) -> int:
    """How many rows tell of single mails."""
    with office.database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(mail_task)) or 0


def test_killed_in_the_middle_nobody_gets_two(office: InvitingOffice, tmp_path: Path) -> None:
    """Of many invitations a part is sent when everything of the worker is killed. The next worker
    sends the rest: nobody has two, at most the one that was being handed over is in doubt, and when
    all is sent nothing tells of single mails any more."""
    office.add(people(MANY))
    made = office.plan()
    with worker(office, tmp_path) as first:
        wait_for(lambda: office.mailbox.count() > MANY // 3)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(timeout=10)
    sent_by_the_first = office.mailbox.count()
    assert MANY // 3 < sent_by_the_first < MANY
    with worker(office, tmp_path):
        wait_for(lambda: not office.mailing(made).unfinished)
    readers = office.mailbox.readers()
    assert len(readers) == len(set(readers))
    counts = office.mailing(made).counts
    assert counts.get("uncertain", 0) <= 1
    assert counts["sent"] + counts.get("uncertain", 0) == MANY == office.mailing(made).planned
    assert counts["sent"] <= len(readers) <= MANY
    assert len({link_in(mail) for mail in office.mailbox.mails()}) == len(readers)
    assert kept_tasks(office) == 0


def test_reminded_are_those_who_have_not_finished(office: InvitingOffice) -> None:
    """A reminder brings the same link, in the person's language, to nobody who has finished, opted
    out or bounced; addresses that the server knows nobody at are not written to again."""
    office.add(people(20), "en")
    office.add(people(12, "leserin"), "de", "south")
    office.add(["gone@example.org"])
    first = office.send()
    assert (first.state, first.counts) == (MailingState.ENDED, {"sent": 32, "failed": 1})
    assert office.contact("gone@example.org").state is ContactState.BOUNCED
    links = {mail["To"].addresses[0].addr_spec: link_in(mail) for mail in office.mailbox.mails()}
    done = spend_links(office, 9)
    unwilling = next(email for email in sorted(links) if email not in done)
    with office.database.writing() as unit:
        opt_out(unit, office.owner_id, email_digest(unwilling))
        unit.commit()
    second = office.remind()
    assert second.counts == {"sent": 32 - 9 - 1}
    mails = office.mailbox.mails()[32:]
    reminded = {mail["To"].addresses[0].addr_spec: link_in(mail) for mail in mails}
    assert reminded == {
        email: link for email, link in links.items() if email not in {*done, unwilling}
    }
    assert {mail["Content-Language"] for mail in mails} == {"en", "de"}
    assert all("Erinnerung" in m["Subject"] for m in mails if m["Content-Language"] == "de")
    assert kept_tasks(office) == 0


def test_headers_let_people_out_and_bounces_back(sqlite_office: InvitingOffice) -> None:
    """Each mail has the one-click way out, the invitation's identifier, and no header of a name."""
    office = sqlite_office
    office.add(people(10))
    office.send()
    mail = office.mailbox.mails()[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith(f"<{PUBLIC_URL}/opt-out/")
    with office.database.reading() as unit:
        found = unit.invitations.by_key(mail["X-Invitation-Id"])
    assert found is not None
    token = link_in(mail)
    assert token not in str(mail["Message-ID"])
    assert token not in {found.key, found.token_hash}


def test_without_the_server_everything_waits(sqlite_office: InvitingOffice, tmp_path: Path) -> None:
    """A mail server that is gone fails the job with what to mend; nothing is lost."""
    office = sqlite_office
    office.add(people(10))
    made = office.plan()
    with running_smtp_server(tmp_path / "gone") as gone:
        pass
    away = InvitingOffice(office.database, gone, office.study_id, office.owner_id)
    job = away.work()
    assert (job.state, "cannot be reached" in job.error) == (JobState.FAILED, True)
    assert office.mailing(made).unfinished
    with office.database.writing() as unit:
        for task in unit.mailings.waiting(made.id or 0):
            task.next_try_at = now()
        unit.commit()
    office.work()
    assert office.mailing(made).counts == {"sent": 10}


def test_tried_again_at_once_nobody_gets_two(office: InvitingOffice, tmp_path: Path) -> None:
    """After a sending that failed what waits is due at once, in one job however often it is wished;
    a mail that may have arrived is not among it."""
    office.add(people(12))
    made = office.plan()
    with running_smtp_server(tmp_path / "gone") as gone:
        pass
    away = InvitingOffice(office.database, gone, office.study_id, office.owner_id)
    assert away.work().state is JobState.FAILED
    with office.database.writing() as unit:
        study = study_of(unit, office.study_id)
        (doubtful, *_) = unit.mailings.waiting(made.id or 0)
        doubtful.lose()
        unit.flush()
        job = try_again(unit, study, office.owner_id)
        assert try_again(unit, study, office.owner_id) is None
        unit.commit()
    assert job is not None
    run_job(office.database, job.id or 0, kinds=kinds_with_mail(office.database, office.config))
    assert office.mailing(made).counts == {"sent": 11, "uncertain": 1}
    assert len(set(office.mailbox.readers())) == office.mailbox.count() == 11
    with office.database.writing() as unit:
        assert try_again(unit, study_of(unit, office.study_id), office.owner_id) is None


def test_cancelled_in_the_middle(sqlite_office: InvitingOffice, tmp_path: Path) -> None:
    """Taken back, a mailing sends no more; who had been written to is not invited again, the
    others may be."""
    office = sqlite_office
    office.add(people(40, "slow"))
    made = office.plan()
    with worker(office, tmp_path):
        wait_for(lambda: office.mailbox.count() >= 3)
        with office.database.reading() as unit:
            (job,) = unit.jobs.unfinished()
        cancel(office.database, job.id or 0)
        wait_for(lambda: office.mailing(made).ended_at is not None)
    assert office.mailing(made).state is MailingState.CANCELLED
    sent = office.mailing(made).counts["sent"]
    assert sent == office.mailbox.count() < 40
    assert kept_tasks(office) == 0
    office.send()
    readers = office.mailbox.readers()
    assert sorted(readers) == sorted(people(40, "slow"))


def test_links_are_made_some_at_a_time(office: InvitingOffice) -> None:
    """Links that are made in several transactions are as many as there are people, each with a
    number of its own and room for its bit."""
    office.add(people(25))
    made = office.plan()
    more = []
    for _ in range(3):
        with office.database.writing() as unit:
            study, mailing = study_of(unit, office.study_id), unit.mailings.mailing(made.id or 0)
            assert mailing is not None
            more.append(make_links(unit, study, mailing, SECRET_KEY, most=10))
            unit.commit()
    assert more == [True, True, False]
    office.work()
    assert office.mailing(made).counts == {"sent": 25}
    links = [link_in(mail) for mail in office.mailbox.mails()]
    assert len(set(links)) == 25
    with office.database.reading() as unit:
        wave_id = study_of(unit, office.study_id).current_wave.id or 0
        rows = unit.invitations.to_be_reminded(wave_id)
        assert sorted(row.number for row in rows) == list(range(25))
        found = unit.invitations.by_hash(hash_of(links[0]))
    assert found is not None
    assert len(spend_links(office, 25)) == 25


def test_links_of_another_secret_are_not_sent(sqlite_office: InvitingOffice) -> None:
    """A worker that has another SECRET_KEY would remind people of links that do not exist: it says
    so, sends nothing, and nothing is lost."""
    office = sqlite_office
    office.add(people(10))
    office.send()
    made = office.plan(MailingKind.REMINDER)
    with office.database.writing() as unit:
        job = start_invitations(unit, study_of(unit, office.study_id), office.owner_id)
        unit.commit()
    config = replace(office.config, secret_key="another-secret-key-of-32-characters")
    run_job(office.database, job.id or 0, kinds=kinds_with_mail(office.database, config))
    ended = office.job(job)
    assert (ended.state, "SECRET_KEY" in ended.error) == (JobState.FAILED, True)
    assert office.mailbox.count() == 10
    office.work()
    assert office.mailing(made).counts == {"sent": 10}
