"""A study whose scorecards many managers read, and the mail server that takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from survey_app.config import Config
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.schedule import Paper
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import Brand, Wave, new_key
from survey_app.domain.user import Role, User
from survey_app.jobs.kinds import kinds_with_mail
from survey_app.jobs.run import run_job
from survey_app.jobs.start_delivery import start_delivery
from survey_app.services.dataset_import import import_dataset
from survey_app.services.delivery_queue import Sending, send_now
from survey_app.services.study import create_study, instruments_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survey_app.domain.delivery import Delivery, DeliveryState
    from survey_app.domain.job import Job
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork
    from tests.smtp_server import Mailbox

SECRET_KEY = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "https://survey.example.org"
OWNER = "ada@example.org"
BRANDS = ("north", "south", "tiny")
SIZES = (40, 40, 12)


@dataclass(frozen=True, slots=True)
class Office:
    """The study as it is stored, and where its mails go."""

    database: Database
    mailbox: Mailbox
    study_id: int
    owner_id: int

    @property
    def config(self) -> Config:
        """Settings of a worker with this mail server."""
        return Config(
            self.database.url,
            SECRET_KEY,
            PUBLIC_URL,
            smtp_url=self.mailbox.url,
            mail_from="Scorecards <scorecards@example.org>",
        )

    def hire(self, emails: Iterable[str], *brands: str) -> None:
        """Managers who read some brands."""
        with self.database.writing() as unit:
            study = study_of(unit, self.study_id)
            ids = {study.brand(code).id or 0 for code in brands or BRANDS[:1]}
            for email in emails:
                unit.users.add(User(email, "Reader", Role.MANAGER, "none", brand_ids=set(ids)))
            unit.commit()

    def send_to_all(self, **options: object) -> int:
        """Let every manager be sent their scorecards; how many those are."""
        with self.database.writing() as unit:
            study = study_of(unit, self.study_id)
            owner = unit.users.by_id(self.owner_id)
            assert owner is not None
            values = {"language": "en", "attach_pdf": True, "paper": Paper.A4, **options}
            sending = Sending(new_key(), study.current_wave, **values)  # type: ignore[arg-type]
            added = send_now(unit, owner, study, sending)
            unit.commit()
        return added

    def start(self) -> Job:
        """The job that sends what waits."""
        with self.database.writing() as unit:
            job = start_delivery(unit, study_of(unit, self.study_id), self.owner_id)
            unit.commit()
        return job

    def work(self) -> Job:
        """Send what waits, in this process; the job as it ended."""
        job = self.start()
        kinds = kinds_with_mail(self.database, self.config)
        run_job(self.database, job.id or 0, kinds=kinds)
        return self.job(job)

    def job(self, known: Job) -> Job:
        """A job as it is now."""
        with self.database.reading() as unit:
            found = unit.jobs.by_id(known.id or 0)
        assert found is not None
        return found

    def deliveries(self) -> dict[str, Delivery]:
        """The log by the address of the reader; the latest where there are several."""
        with self.database.reading() as unit:
            rows = unit.deliveries.log(study_id=self.study_id, most=10_000)
        return {row.reader.email: row.delivery for row in reversed(rows)}

    def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries stand where."""
        with self.database.reading() as unit:
            return unit.deliveries.counts(self.study_id)

    def one(self, email: str) -> Delivery:
        """The latest delivery to a reader."""
        return self.deliveries()[email]

    def hurry(self) -> None:
        """Let every delivery that waits for its next attempt be due now."""
        with self.database.writing() as unit:
            for delivery in unit.deliveries.waiting(self.study_id):
                delivery.next_try_at = datetime.now(UTC)
            unit.commit()


def study_of(unit: UnitOfWork, study_id: int) -> Study:
    """The study in a unit of work."""
    found = unit.studies.by_id(study_id)
    assert found is not None
    return found


def furnish_office(database: Database) -> tuple[int, int]:
    """A closed study about three brands, one of them too small to be shown, without managers; the
    identifiers of study and researcher."""
    with database.writing() as unit:
        owner = User(OWNER, "Ada", Role.RESEARCHER, password_hash="none")
        unit.users.add(owner)
        unit.flush()
        study = create_study(
            unit,
            owner=owner,
            title="Engagement",
            instruments=["core_engagement"],
            languages=["en", "ru"],
            brands=[Brand(code, {"en": code.title(), "ru": code.title()}) for code in BRANDS],
            waves=[Wave("w1", "Spring")],
        )
        cells = [Cell(code, "w1", n, 0.0) for code, n in zip(BRANDS, SIZES, strict=True)]
        unit.flush()
        keys = scoring_keys(instruments_of(study))
        import_dataset(unit, study, simulate(keys, cells, np.random.default_rng(1)))
        unit.commit()
        return study.id or 0, owner.id or 0
