"""Sending the mails to a study's researcher that wait, each once, whatever they are about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from survey_app.domain.job import JobError
from survey_app.domain.posted import Claim
from survey_app.domain.study import now
from survey_app.exchange.mail import write_mail
from survey_app.exchange.post import PostOffice
from survey_app.jobs.sending import Counter, Outcome
from survey_app.mail_settings import mail_server
from survey_app.services.delivery_mail import mail_host
from survey_app.services.posting import MailStore, held_waiting, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from email.message import EmailMessage

    from survey_app.config import Config
    from survey_app.exchange.mail import Mail
    from survey_app.jobs.kinds import Arguments, Progress
    from survey_app.storage.database import Database, UnitOfWork


Kept = TypeVar("Kept", bound=Any)
KeptRead = TypeVar("KeptRead", bound=Any, covariant=True)


class Waiting(MailStore[KeptRead], Protocol[KeptRead]):
    """Where the mails of one kind wait."""

    def due(self, study_id: int, moment: datetime, /) -> Sequence[KeptRead]:
        """Mails about a study that wait and whose moment has come."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[Kept]):
    """One kind of mail.

    Parameters
    ----------
    store : where its mails are kept.
    write : the mail as it is now, made ready to be written; None when it is not wanted any more.
    refusal : what is kept of a mail that is not wanted any more.
    """

    store: Callable[[UnitOfWork], Waiting[Kept]]
    write: Callable[[UnitOfWork, Config, Kept], Callable[[], Mail] | None]
    refusal: str

    def send(
        self, database: Database, config: Config, arguments: Arguments, progress: Progress
    ) -> Mapping[str, Any]:
        """Send every mail about a study that is due; how many were sent.

        Raises
        ------
        survey_app.domain.job.JobError
            the mail server takes no mail; what was not sent waits.
        """
        with database.reading() as unit:
            job = unit.jobs.by_key(arguments["job_key"])
            waiting = self.store(unit).due(arguments["study_id"], now())
        if job is None:
            raise JobError("This sending is no longer there.")
        hands = Claim(job.id or 0, job.attempt)

        def say() -> None:
            progress(0.5, f"{len(waiting)} mails to be sent")

        with PostOffice(mail_server(config.smtp_url)) as office:
            counter = Counter(office, config.mails_per_minute, say)
            for mail in waiting:
                number = mail.id or 0
                counter.hand_over(
                    partial(self._take, database, config, hands, number),
                    partial(self._keep, database, hands, number),
                )
        return {"sent": counter.sent}

    def _take(
        self, database: Database, config: Config, hands: Claim, number: int
    ) -> Callable[[], EmailMessage] | None:
        with database.writing() as unit:
            mail = held_waiting(unit, self.store(unit), number, hands)
            if mail is None:
                return None
            write = self.write(unit, config, mail)
            if write is None:
                mail.refuse(self.refusal)
            else:
                mail.begin(hands, f"<{mail.key}@{mail_host(config)}>")
            unit.commit()
        return None if write is None else partial(_written, write)

    def _keep(self, database: Database, hands: Claim, number: int, outcome: Outcome) -> bool:
        def change(_unit: UnitOfWork, mail: Kept) -> None:
            outcome.change(mail)

        return settle(database, self.store, number, hands, change)


def _written(write: Callable[[], Mail]) -> EmailMessage:
    return write_mail(write(), now())
