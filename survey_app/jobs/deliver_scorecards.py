"""Sending the scorecards of a study that wait, one mail after the other.

Each is kept as being sent before the mail server hears of it, and as sent after the server took it.
A worker that dies between the two leaves one whose fate nobody knows; all others are sent once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_app.domain.delivery import GONE, Claim, Delivery, DeliveryState
from survey_app.domain.job import JobError
from survey_app.domain.study import now
from survey_app.exchange.mail import write_mail
from survey_app.exchange.post import PostOffice
from survey_app.jobs.sending import Counter, Outcome, told
from survey_app.mail_settings import mail_server
from survey_app.services.analyse import AnalysisCache
from survey_app.services.delivery_mail import message_id, scorecard_mail
from survey_app.services.delivery_scorecard import MailedScorecard, scorecard_for_reader
from survey_app.services.delivery_send import claim, letter_of, record_sent, turn_away
from survey_app.services.posting import settle
from survey_app.services.survey import study_survey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage

    from reports.survey import Survey
    from survey_app.config import Config
    from survey_app.jobs.kinds import Arguments, Progress, Units
    from survey_app.services.delivery_mail import Letter
    from survey_app.storage.database import Database, UnitOfWork
    from survey_app.storage.deliveries import Deliveries

MOST_AT_ONCE = 200
"""How many deliveries are read from the database at a time."""

UNEXPECTED = "The scorecard could not be made ({error}). It was recorded."

Key = tuple[int, int, str, str]


def run(
    database: Database, config: Config, units: Units, arguments: Arguments, progress: Progress
) -> Mapping[str, Any]:
    """Send everything of a study that is due; how many deliveries ended how.

    Raises
    ------
    survey_app.domain.job.JobError
        the mail server takes no mail; what was not sent waits.
    """
    with units() as unit:
        job = unit.jobs.by_key(arguments["job_key"])
        due = unit.deliveries.due(arguments["study_id"], now(), MOST_AT_ONCE)
    if job is None:
        raise JobError("This sending is no longer there.")
    hands = Claim(job.id or 0, job.attempt)
    minimum_n = max(config.minimum_n, arguments["minimum_n"])
    with PostOffice(mail_server(config.smtp_url)) as office:
        desk = _Desk(database, config, office, hands, minimum_n, progress)
        while due:
            desk.send_all(due)
            with units() as unit:
                due = unit.deliveries.due(arguments["study_id"], now(), MOST_AT_ONCE)
        return {"deliveries": desk.counted()}


class _Desk:
    """What one round of sending works with."""

    def __init__(
        self,
        database: Database,
        config: Config,
        office: PostOffice,
        hands: Claim,
        minimum_n: int,
        progress: Progress,
    ) -> None:
        self._database, self._config = database, config
        self._hands, self._minimum_n, self._progress = hands, minimum_n, progress
        self._surveyed: tuple[tuple[int, str], Survey] | None = None
        self._made: tuple[Key, MailedScorecard] | None = None
        self._cache = AnalysisCache()
        self._occasions: set[str] = set()
        self._all = self._done = self._sent_before = 0
        self._counter = Counter(office, config.mails_per_minute, self._say)

    def counted(self) -> dict[str, int]:
        """How many deliveries of the occasions that were worked on stand where."""
        with self._database.reading() as unit:
            counts = unit.deliveries.counts_of(self._occasions)
        return {state.value: count for state, count in counts.items() if count}

    def send_all(self, due: list[Delivery]) -> None:
        """Send some deliveries, saying how far all of their occasions are."""
        self._count(due)
        for delivery in due:
            self._say()
            self._send(delivery)
            self._done += 1
        self._say()

    def _count(self, due: list[Delivery]) -> None:
        self._occasions |= {delivery.occasion for delivery in due}
        with self._database.reading() as unit:
            counts = unit.deliveries.counts_of(self._occasions)
        self._all = sum(counts.values())
        self._sent_before = counts[DeliveryState.SENT] - self._counter.sent
        self._done = self._all - counts[DeliveryState.WAITING] - counts[DeliveryState.SENDING]

    def _say(self) -> None:
        share = self._done / max(self._all, 1)
        self._progress(share, f"{self._sent_before + self._counter.sent:,} of {self._all:,} sent")

    def _send(self, delivery: Delivery) -> None:
        scorecard = self._scorecard(delivery)
        if scorecard is None:
            return
        number = delivery.id or 0

        def keep(outcome: Outcome) -> bool:
            def change(unit: UnitOfWork, one: Delivery) -> None:
                outcome.change(one)
                record_sent(unit, one)

            return settle(self._database, _deliveries, number, self._hands, change)

        self._counter.hand_over(lambda: self._take(delivery, scorecard), keep)

    def _take(
        self, delivery: Delivery, scorecard: MailedScorecard
    ) -> Callable[[], EmailMessage] | None:
        identity = message_id(self._config, delivery)
        letter = claim(
            self._database, delivery.id or 0, self._hands, identity, scorecard.fingerprint
        )
        if letter is None:
            return None
        return lambda: write_mail(scorecard_mail(self._config, letter, scorecard), now())

    def _scorecard(self, delivery: Delivery) -> MailedScorecard | None:
        """The scorecard, made once for those that follow each other; None when it is settled
        already that nothing is sent."""
        key = (delivery.wave_id, delivery.brand_id, delivery.language, delivery.paper.value)
        known = self._made
        if known is not None and known[0] == key and (known[1].pdf or not delivery.attach_pdf):
            return known[1] if delivery.attach_pdf else replace(known[1], pdf=None)
        letter = self._worth_making(delivery)
        if letter is None:
            return None
        try:
            made = self._make(letter)
        except Exception as error:  # noqa: BLE001 – one scorecard that fails holds up no others
            self._give_up(delivery, error)
            return None
        self._made = (key, made)
        return made

    def _worth_making(self, delivery: Delivery) -> Letter | None:
        """What a delivery is about. Nothing is worked out for a reader who gets nothing."""
        with self._database.writing() as unit:
            one = unit.deliveries.by_id(delivery.id or 0)
            if one is None or one.state is not DeliveryState.WAITING:
                return None
            letter = letter_of(unit, one)
            if letter is None:
                one.fail(GONE)
            elif turn_away(unit, one, letter.reader, letter.study):
                letter = None
            unit.commit()
        return letter

    def _make(self, letter: Letter) -> MailedScorecard:
        delivery = letter.delivery
        return scorecard_for_reader(
            self._survey_of(letter),
            letter.brand,
            language=delivery.language,
            paper=delivery.paper,
            with_pdf=delivery.attach_pdf,
        )

    def _survey_of(self, letter: Letter) -> Survey:
        """The wave, analysed once for all brands, and once more worded in each language."""
        key = (letter.delivery.wave_id, letter.delivery.language)
        if self._surveyed is None or self._surveyed[0] != key:
            with self._database.reading() as unit:
                survey = study_survey(
                    unit,
                    letter.study,
                    letter.wave,
                    cache=self._cache,
                    minimum_n=self._minimum_n,
                    language=letter.delivery.language,
                )
            self._surveyed = (key, survey)
        return self._surveyed[1]

    def _give_up(self, delivery: Delivery, error: Exception) -> None:
        why = told(error, UNEXPECTED)
        with self._database.writing() as unit:
            one = unit.deliveries.by_id(delivery.id or 0)
            if one is not None and one.state is DeliveryState.WAITING:
                one.fail(why)
            unit.commit()


def _deliveries(unit: UnitOfWork) -> Deliveries:
    return unit.deliveries
