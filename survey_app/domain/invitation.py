"""Invitations: who was sent a link of their own, the mailings that carry them, what is spent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from survey_app.domain.posted import Posted
from survey_app.domain.study import new_key, now

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

FEWEST_ANONYMOUS = 10
"""An anonymous mailing has at least so many recipients, and a link carries a language or a brand
only when so many were invited with it: fewer people could be told from each other."""

BLOCK_BITS = 4096
"""How many invitations one row of spent links stands for."""

CHANNEL = "invitation"
"""The channel of an interview that was begun by a link of somebody's own."""

FINISHED_MEANWHILE = "Finished before the mail went out."
NOT_ACTIVE = "The contact is gone, has bounced or has opted out."
NOT_IN_FIELD = "The study or its wave takes no answers any more."


class InvitationError(ValueError):
    """A rule about invitations is broken. The message says which and how to mend it."""


class MailingKind(StrEnum):
    """What a mailing brings: the first mail, or a reminder to those who have not finished."""

    INVITATION = "invitation"
    REMINDER = "reminder"


class MailingState(StrEnum):
    """Where a mailing stands. `planned`: its moment has not come, or no worker has begun it."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


@dataclass(eq=False)
class Invitation:
    """A link of somebody's own to one wave.

    The link's token is worked out from `key` and the application's secret (see
    `services.invitation_tokens`); `token_hash` is its SHA-256, by which it is found. `number` is
    its place among the spent links of the wave, drawn at random. `invited_on` is the day on which
    its first mailing ended, None before. In an anonymous study nothing here changes when the person
    answers, and nothing tells which interview is theirs. `contact_id` is None once the contact was
    removed.
    """

    wave_id: int
    contact_id: int | None
    number: int
    token_hash: str
    key: str = field(default_factory=new_key)
    invited_on: date | None = None
    id: int | None = None


@dataclass(eq=False)
class Mailing:
    """One mail to many. `texts` holds ``[subject, text]`` by language, as they were confirmed.

    `key` is made when the researcher is asked to confirm: the same one twice sends once. `planned`
    is how many mails were foreseen when it began, `counts` how many ended how, kept when it ends.
    """

    study_id: int
    wave_id: int
    kind: MailingKind
    texts: dict[str, list[str]]
    due_at: datetime
    asked_by: int | None = None
    key: str = field(default_factory=new_key)
    state: MailingState = MailingState.PLANNED
    planned: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    created_at: datetime = field(default_factory=now)
    ended_at: datetime | None = None
    id: int | None = None

    @property
    def unfinished(self) -> bool:
        """True until it has ended or was cancelled."""
        return self.state in {MailingState.PLANNED, MailingState.RUNNING}

    def end(self, counts: dict[str, int], moment: datetime) -> None:
        """Nothing of it waits any more. A mailing that was cancelled stays so."""
        if self.state is not MailingState.CANCELLED:
            self.state = MailingState.ENDED
        self.counts, self.ended_at = dict(counts), moment


@dataclass(eq=False)
class MailTask(Posted):
    """A mail of a mailing to one person, kept only as long as the mailing runs."""

    mailing_id: int
    invitation_id: int


@dataclass(frozen=True, slots=True)
class SpentBits:
    """The links of a wave that were spent: rows of bits by block."""

    blocks: dict[int, bytes]

    def __contains__(self, number: int) -> bool:
        block, mask, place = bit_of(number)
        bits = self.blocks.get(block, b"")
        return place < len(bits) and bool(bits[place] & mask)

    @property
    def count(self) -> int:
        """How many were spent."""
        return sum(int.from_bytes(bits).bit_count() for bits in self.blocks.values())

    def count_among(self, numbers: Iterable[int]) -> int:
        """How many of some different links were spent."""
        wanted: dict[int, bytearray] = defaultdict(lambda: bytearray(BLOCK_BITS // 8))
        for number in numbers:
            block, place = divmod(number, BLOCK_BITS)
            wanted[block][place >> 3] |= 1 << (place & 7)
        return sum(
            (int.from_bytes(bits) & int.from_bytes(self.blocks.get(block, b""))).bit_count()
            for block, bits in wanted.items()
        )


def bit_of(number: int) -> tuple[int, int, int]:
    """Where a number stands: the block, the mask within its byte, the byte within the block."""
    block, place = divmod(number, BLOCK_BITS)
    return block, 1 << (place % 8), place // 8


def empty_block() -> bytes:
    """A block without a spent link. Every block has the same length, so that nothing about the
    bits can be read from it."""
    return bytes(BLOCK_BITS // 8)
