"""An open study with contacts, and the mail server that takes their invitations."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.invitation import MailingKind
from survey_app.domain.study import Brand, Mode, new_key
from survey_app.domain.user import Role, User
from survey_app.jobs.kinds import kinds_with_mail
from survey_app.jobs.run import run_job
from survey_app.jobs.start_invitations import start_invitations
from survey_app.services.contacts import add_contact
from survey_app.services.invitations import add_mailing, plan_mailing, texts_to_begin_with
from survey_app.services.study import create_study, open_study
from survey_app.storage.spent import spend
from tests.smtp_server import running_smtp_server
from tests.survey_app.jobs.mailing import OWNER, Office, study_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from survey_app.domain.contact import Contact
    from survey_app.domain.invitation import Mailing
    from survey_app.domain.job import Job
    from survey_app.domain.mail_text import MailText
    from survey_app.storage.database import Database

LANGUAGES = ("en", "de")
BRANDS = ("north", "south")


@dataclass(frozen=True, slots=True)
class InvitingOffice(Office):
    """The study as it is stored, and where its mails go."""

    def add(self, emails: Iterable[str], language: str = "en", brand: str = "north") -> None:
        """Contacts with these addresses."""
        with self.database.writing() as unit:
            study = study_of(unit, self.study_id)
            for email in emails:
                name = email.partition("@")[0].title()
                add_contact(
                    unit, study, email=email, name=name, language=language, brand_code=brand
                )
            unit.commit()

    def plan(self, kind: MailingKind = MailingKind.INVITATION, **texts: MailText) -> Mailing:
        """Confirm a mailing to all whom it concerns."""
        with self.database.writing() as unit:
            study = study_of(unit, self.study_id)
            wave = study.current_wave
            languages = plan_mailing(unit, study, wave, kind).languages
            begun = texts_to_begin_with(unit, study, kind, languages)
            made = add_mailing(
                unit,
                study,
                wave,
                kind,
                {**begun, **texts},
                key=new_key(),
                asked_by=self.owner_id,
            )
            unit.commit()
        return made

    def send(self, kind: MailingKind = MailingKind.INVITATION) -> Mailing:
        """Confirm a mailing and send it, in this process; the mailing as it ended."""
        made = self.plan(kind)
        self.work()
        return self.mailing(made)

    def remind(self) -> Mailing:
        """Send a reminder."""
        return self.send(MailingKind.REMINDER)

    def work(self) -> Job:
        """Send what is due, in this process; the job as it ended."""
        with self.database.writing() as unit:
            job = start_invitations(unit, study_of(unit, self.study_id), self.owner_id)
            unit.commit()
        run_job(self.database, job.id or 0, kinds=kinds_with_mail(self.database, self.config))
        return self.job(job)

    def mailing(self, known: Mailing) -> Mailing:
        """A mailing as it is now."""
        with self.database.reading() as unit:
            found = unit.mailings.mailing(known.id or 0)
        assert found is not None
        return found

    def contact(self, email: str) -> Contact:
        """The contact with an address."""
        with self.database.reading() as unit:
            found = unit.contacts.by_email(self.study_id, email)
        assert found is not None
        return found


def furnish_inviting(database: Database, mode: Mode = Mode.ANONYMOUS) -> tuple[int, int]:
    """An open study about two brands in two languages, without contacts; the identifiers of study
    and researcher."""
    with database.writing() as unit:
        owner = User(OWNER, "Ada", Role.RESEARCHER, password_hash="none")
        unit.users.add(owner)
        unit.flush()
        study = create_study(
            unit,
            owner=owner,
            title="Engagement",
            instruments=["core_engagement"],
            languages=list(LANGUAGES),
            brands=[Brand(code, dict.fromkeys(LANGUAGES, code.title())) for code in BRANDS],
            consent=dict.fromkeys(LANGUAGES, "We ask how you see brands."),
        )
        study.mode = mode
        open_study(study)
        unit.commit()
        return study.id or 0, owner.id or 0


@contextmanager
def inviting_office(
    database: Database, folder: Path, mode: Mode = Mode.ANONYMOUS
) -> Iterator[InvitingOffice]:
    study_id, owner_id = furnish_inviting(database, mode)
    with running_smtp_server(folder / "mails", "--mails-per-connection", "200") as mailbox:
        yield InvitingOffice(database, mailbox, study_id, owner_id)


def people(n: int, name: str = "reader") -> list[str]:
    """Some addresses."""
    return [f"{name}{number}@example.org" for number in range(n)]


def spend_links(office: InvitingOffice, n: int) -> set[str]:
    """Let some people finish; their addresses."""
    with office.database.reading() as unit:
        wave_id = study_of(unit, office.study_id).current_wave.id or 0
        rows = unit.invitations.to_be_reminded(wave_id)[:n]
        chosen = [unit.invitations.by_id(row.invitation_id) for row in rows]
        contacts = [unit.contacts.by_id(one.contact_id or 0) for one in chosen if one]
    with office.database.driver.writing() as transaction:
        assert all(spend(transaction, wave_id, row.number) for row in rows)
        transaction.commit()
    return {one.email for one in contacts if one}
