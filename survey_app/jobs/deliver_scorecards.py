"""Sending the scorecards of a study that wait, one mail after the other.

Each is kept as being sent before the mail server hears of it, and as sent after the server took it.
A worker that dies between the two leaves one whose fate nobody knows; all others are sent once.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_app.domain.delivery import GONE, Claim, Delivery, DeliveryState
from survey_app.domain.job import JobError
from survey_app.domain.study import now
from survey_app.exchange.mail import write_mail
from survey_app.exchange.post import NoAnswer, PostError, PostOffice, Refused, ServerTrouble
from survey_app.jobs.run import for_people
from survey_app.jobs.undisturbed import undisturbed
from survey_app.mail_settings import mail_server
from survey_app.services.analyse import AnalysisCache
from survey_app.services.delivery_mail import message_id, scorecard_mail
from survey_app.services.delivery_scorecard import MailedScorecard, scorecard_for_reader
from survey_app.services.delivery_send import claim, letter_of, settle, turn_away
from survey_app.services.survey import study_survey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reports.survey import Survey
    from survey_app.config import Config
    from survey_app.jobs.kinds import Arguments, Progress, Units
    from survey_app.services.delivery_mail import Letter
    from survey_app.storage.database import Database

MOST_AT_ONCE = 200
"""How many deliveries are read from the database at a time."""

MOST_TROUBLES = 3
"""After so many mails in a row for which the mail server had no ear, the rest waits."""

SECONDS_BETWEEN_SIGNS = 0.5

UNEXPECTED = "The scorecard could not be made ({error}). It was recorded."

_log = logging.getLogger(__name__)

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
        self._database, self._config, self._office = database, config, office
        self._hands, self._minimum_n, self._progress = hands, minimum_n, progress
        self._surveyed: tuple[tuple[int, str], Survey] | None = None
        self._made: tuple[Key, MailedScorecard] | None = None
        self._cache = AnalysisCache()
        self._occasions: set[str] = set()
        self._all = self._done = self._sent = self._troubles = 0
        self._last_trouble = ""
        self._next_mail_at = 0.0

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
        self._all, self._sent = sum(counts.values()), counts[DeliveryState.SENT]
        self._done = self._all - counts[DeliveryState.WAITING] - counts[DeliveryState.SENDING]

    def _say(self) -> None:
        share = self._done / max(self._all, 1)
        self._progress(share, f"{self._sent:,} of {self._all:,} sent")

    def _send(self, delivery: Delivery) -> None:
        scorecard = self._scorecard(delivery)
        if scorecard is None:
            return
        self._wait_for_turn()
        with undisturbed():
            self._hand_over(delivery, scorecard)
        if self._troubles >= MOST_TROUBLES:
            raise JobError(f"{self._last_trouble} The rest waits and is sent later.")

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
        why = _for_people(error, delivery)
        with self._database.writing() as unit:
            one = unit.deliveries.by_id(delivery.id or 0)
            if one is not None and one.state is DeliveryState.WAITING:
                one.fail(why)
            unit.commit()

    def _hand_over(self, delivery: Delivery, scorecard: MailedScorecard) -> None:
        number, identity = delivery.id or 0, message_id(self._config, delivery)
        letter = claim(self._database, number, self._hands, identity, scorecard.fingerprint)
        if letter is None:
            return
        change = self._outcome(letter, scorecard)
        if not settle(self._database, number, self._hands, change):
            _log.warning("Delivery %s was taken over while it was sent", number)

    def _outcome(self, letter: Letter, scorecard: MailedScorecard) -> Callable[[Delivery], None]:
        """What becomes of a delivery by handing its mail over."""
        try:
            message = write_mail(scorecard_mail(self._config, letter, scorecard), now())
        except Exception as error:  # noqa: BLE001 – nothing was handed over, and that is kept
            why = _for_people(error, letter.delivery)
            return lambda one: one.fail(why)
        try:
            self._office.send(message)
        except PostError as error:
            return self._after(error)
        self._troubles = 0
        self._sent += 1
        return lambda one: one.succeed(now())

    def _after(self, error: PostError) -> Callable[[Delivery], None]:
        why = str(error)
        self._last_trouble = why
        self._troubles = self._troubles + 1 if isinstance(error, ServerTrouble) else 0
        if isinstance(error, NoAnswer):
            return lambda one: one.lose(why)
        if isinstance(error, Refused):
            return lambda one: one.fail(why)
        return lambda one: one.try_later(why, now())

    def _wait_for_turn(self) -> None:
        """Not more mails in a minute than allowed, and a sign of life meanwhile."""
        if not self._config.mails_per_minute:
            return
        while (left := self._next_mail_at - time.monotonic()) > 0:
            self._say()
            time.sleep(min(left, SECONDS_BETWEEN_SIGNS))
        self._next_mail_at = time.monotonic() + 60 / self._config.mails_per_minute


def _for_people(error: Exception, delivery: Delivery) -> str:
    told = for_people(error)
    if told is None:
        _log.error("The scorecard of delivery %s failed", delivery.id, exc_info=error)
        told = UNEXPECTED.format(error=type(error).__name__)
    return told
