"""Keeping what becomes of mails while they are handed over, whatever they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from survey_app.domain.posted import Claim, DeliveryState, Posted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from survey_app.storage.database import Database, UnitOfWork

Mail = TypeVar("Mail", bound=Posted)
MailRead = TypeVar("MailRead", bound=Posted, covariant=True)


class MailStore(Protocol, Generic[MailRead]):
    """Where the mails of one kind are kept."""

    def by_id(self, number: int, /) -> MailRead | None:
        """The mail with an identifier, or None."""

    def in_hands(self) -> Sequence[MailRead]:
        """Mails that are being sent."""


def held_waiting(
    unit: UnitOfWork, store: MailStore[Mail], number: int, hands: Claim
) -> Mail | None:
    """A mail that waits, to be taken into these hands. None when it does not wait any more, and
    when the job in these hands was cancelled or taken over. Of two workers one gets it."""
    mail = store.by_id(number)
    if mail is None or mail.state is not DeliveryState.WAITING:
        return None
    return mail if unit.jobs.held(hands.job_id, hands.attempt) is not None else None


def settle(
    database: Database,
    store: Callable[[UnitOfWork], MailStore[Mail]],
    number: int,
    hands: Claim,
    change: Callable[[UnitOfWork, Mail], None],
) -> bool:
    """Keep what became of a mail in these hands; False when it is in others by now."""
    with database.writing() as unit:
        mail = store(unit).by_id(number)
        if mail is None or not mail.is_held_by(hands):
            return False
        change(unit, mail)
        unit.commit()
        return True


def give_up_lost(unit: UnitOfWork, store: MailStore[Posted]) -> int:
    """Mails that were being handed over by a worker that is gone become uncertain; how many.
    Nobody knows whether the mail server took them, so they are not sent again by themselves."""
    lost = [
        one
        for one in store.in_hands()
        if unit.jobs.held(one.claim_job or 0, one.claim_attempt or 0) is None
    ]
    for mail in lost:
        mail.lose()
    return len(lost)
