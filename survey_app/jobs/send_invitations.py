"""Sending the mailings of a study that are due, one mail after the other, each once.

Each is kept as being sent before the mail server hears of it, and as sent after the server took it.
When a mailing ends, what was kept of single mails is forgotten and only counts remain.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from survey_app.domain.contact import ContactState
from survey_app.domain.invitation import (
    FINISHED_MEANWHILE,
    NOT_ACTIVE,
    NOT_IN_FIELD,
    InvitationError,
    MailingKind,
    MailingState,
)
from survey_app.domain.job import JobError
from survey_app.domain.posted import Claim, DeliveryState
from survey_app.domain.study import StudyState, now
from survey_app.exchange.mail import write_mail
from survey_app.exchange.post import PostOffice
from survey_app.jobs.sending import Counter, Outcome
from survey_app.mail_settings import mail_server
from survey_app.services.invitation_mail import (
    InvitationLetter,
    invitation_mail,
    invitation_message_id,
)
from survey_app.services.invitation_tokens import hash_of, token_of
from survey_app.services.invitations import (
    begin_mailing,
    end_mailing,
    forget_reminded,
    has_finished,
    make_links,
)
from survey_app.services.posting import held_waiting, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage

    from survey_app.config import Config
    from survey_app.domain.invitation import MailTask
    from survey_app.jobs.kinds import Arguments, Progress, Units
    from survey_app.storage.database import Database, UnitOfWork
    from survey_app.storage.mailings import Mailings

MOST_AT_ONCE = 200
"""How many mails are read from the database at a time."""

LINKS_OF_ANOTHER = (
    "The links were made with another SECRET_KEY than the worker has, so nobody can be reminded of "
    "theirs. Give the worker the SECRET_KEY that the application had."
)


def run(
    database: Database, config: Config, units: Units, arguments: Arguments, progress: Progress
) -> Mapping[str, Any]:
    """Send everything of a study that is due; how many mails ended how.

    Raises
    ------
    survey_app.domain.job.JobError
        the mail server takes no mail; what was not sent waits.
    """
    study_id = arguments["study_id"]
    with units() as unit:
        job = unit.jobs.by_key(arguments["job_key"])
    if job is None:
        raise JobError("This sending is no longer there.")
    hands = Claim(job.id or 0, job.attempt)
    _begin(database, config, study_id)
    try:
        with PostOffice(mail_server(config.smtp_url)) as office:
            _Desk(database, config, office, hands, study_id, progress).send_all()
    finally:
        ended = _end(database, study_id)
    return {"mailings": ended}


def _begin(database: Database, config: Config, study_id: int) -> None:
    with database.reading() as unit:
        unfinished = unit.mailings.unfinished(study_id)
    for mailing_id in [one.id or 0 for one in unfinished if one.due_at <= now()]:
        while _more_links(database, config, study_id, mailing_id):
            pass
    with database.writing() as unit:
        study = unit.studies.by_id(study_id)
        for mailing in unit.mailings.unfinished(study_id):
            due = mailing.state is MailingState.PLANNED and mailing.due_at <= now()
            if study is not None and due:
                begin_mailing(unit, study, mailing, config.secret_key)
        unit.commit()


def _more_links(database: Database, config: Config, study_id: int, mailing_id: int) -> bool:
    with database.writing() as unit:
        study, mailing = unit.studies.by_id(study_id), unit.mailings.mailing(mailing_id)
        if study is None or mailing is None:
            return False
        more = make_links(unit, study, mailing, config.secret_key)
        unit.commit()
        return more


def _end(database: Database, study_id: int) -> dict[str, int]:
    """End the mailings of which nothing waits; how many mails of them ended how."""
    told: dict[str, int] = {}
    with database.writing() as unit:
        for mailing in unit.mailings.unfinished(study_id):
            if mailing.state is not MailingState.PLANNED and end_mailing(unit, mailing):
                for state, n in mailing.counts.items():
                    told[state] = told.get(state, 0) + n
        unit.commit()
    return told


class _Desk:
    """What one round of sending works with."""

    def __init__(
        self,
        database: Database,
        config: Config,
        office: PostOffice,
        hands: Claim,
        study_id: int,
        progress: Progress,
    ) -> None:
        self._database, self._config, self._hands = database, config, hands
        self._study_id, self._progress = study_id, progress
        self._counter = Counter(office, config.mails_per_minute, self._say)
        self._all = self._done = 0

    def send_all(self) -> None:
        """Send what is due, saying how far all mailings are that run."""
        while due := self._due():
            for task in due:
                self._say()
                number = task.id or 0
                self._counter.hand_over(partial(self._take, number), partial(self._keep, number))
                self._done += 1
        self._say()

    def _due(self) -> list[MailTask]:
        with self._database.reading() as unit:
            running = [
                one
                for one in unit.mailings.unfinished(self._study_id)
                if one.state is MailingState.RUNNING
            ]
            self._all = sum(one.planned for one in running)
            left = 0
            for one in running:
                counts = unit.mailings.task_counts(one.id or 0)
                left += counts.get(DeliveryState.WAITING, 0) + counts.get(DeliveryState.SENDING, 0)
            self._done = self._all - left
            return unit.mailings.due(self._study_id, now(), MOST_AT_ONCE)

    def _say(self) -> None:
        share = self._done / max(self._all, 1)
        self._progress(share, f"{self._done:,} of {self._all:,} mails done")

    def _take(self, number: int) -> Callable[[], EmailMessage] | None:
        with self._database.writing() as unit:
            task = held_waiting(unit, unit.mailings, number, self._hands)
            if task is None:
                return None
            letter = _letter(unit, task)
            why = _turned_away(unit, letter)
            if letter is None or why:
                task.refuse(why or NOT_ACTIVE)
                if letter is not None:
                    forget_reminded(unit, letter.study, letter.mailing, task)
            else:
                self._check_secret(letter)
                task.begin(self._hands, invitation_message_id(self._config, letter))
            unit.commit()
        if letter is None or why:
            return None
        return lambda: write_mail(invitation_mail(self._config, letter), now())

    def _check_secret(self, letter: InvitationLetter) -> None:
        token = token_of(self._config.secret_key, letter.invitation.key)
        if hash_of(token) != letter.invitation.token_hash:
            raise InvitationError(LINKS_OF_ANOTHER)

    def _keep(self, number: int, outcome: Outcome) -> bool:
        def change(unit: UnitOfWork, task: MailTask) -> None:
            outcome.change(task)
            letter = _letter(unit, task)
            if letter is None:
                return
            if outcome.bounced and letter.contact.state is ContactState.ACTIVE:
                letter.contact.state = ContactState.BOUNCED
            forget_reminded(unit, letter.study, letter.mailing, task)

        return settle(self._database, _mailings, number, self._hands, change)


def _mailings(unit: UnitOfWork) -> Mailings:
    return unit.mailings


def _letter(unit: UnitOfWork, task: MailTask) -> InvitationLetter | None:
    """What a mail is about; None when a part of it is gone."""
    invitation = unit.invitations.by_id(task.invitation_id)
    mailing = unit.mailings.mailing(task.mailing_id)
    if invitation is None or mailing is None or invitation.contact_id is None:
        return None
    contact = unit.contacts.by_id(invitation.contact_id)
    study = unit.studies.by_id(mailing.study_id)
    if contact is None or study is None:
        return None
    return InvitationLetter(invitation, contact, study, mailing)


def _turned_away(unit: UnitOfWork, letter: InvitationLetter | None) -> str:
    """Why somebody gets nothing, asked at the last moment; ``""`` when they do."""
    if letter is None or letter.contact.state is not ContactState.ACTIVE:
        return NOT_ACTIVE
    wave = next((one for one in letter.study.waves if one.id == letter.mailing.wave_id), None)
    over = wave is None or (wave.closes_at is not None and wave.closes_at <= now())
    if letter.study.state is not StudyState.OPEN or over:
        return NOT_IN_FIELD
    reminder = letter.mailing.kind is MailingKind.REMINDER
    if reminder and has_finished(unit, letter.study, letter.invitation, letter.contact):
        return FINISHED_MEANWHILE
    return ""
