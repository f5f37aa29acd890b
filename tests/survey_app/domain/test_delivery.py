"""What may become of a delivery."""

from __future__ import annotations

from datetime import timedelta

import pytest

from survey_app.domain.delivery import PAUSES, Claim, Delivery, DeliveryError, DeliveryState
from survey_app.domain.study import now

HANDS = Claim(job_id=3, attempt=1)


def delivery() -> Delivery:
    """One that waits."""
    return Delivery("monthly 1 2026-01-01T08:00Z", 1, 2, 3, 4, "en", due_at=now())


def started() -> Delivery:
    """One that is being sent."""
    one = delivery()
    one.start(HANDS, "<key@example.org>", "0" * 64)
    return one


def test_pauses_grow_and_end() -> None:
    """After each attempt that failed for a while the pause is longer; after the last it failed."""
    one, moment, pauses = delivery(), now(), []
    while one.state is DeliveryState.WAITING:
        one.start(HANDS, "", "")
        one.try_later("451 Not now", moment)
        pauses.append(one.next_try_at - moment)
    assert pauses[:-1] == list(PAUSES) == sorted(PAUSES)
    assert (one.state, one.error) == (DeliveryState.FAILED, "451 Not now")
    assert one.attempts == len(PAUSES) + 1


def test_only_one_that_waits_is_started() -> None:
    """What is being sent, was sent or is in doubt is not begun again."""
    for end in (lambda one: None, lambda one: one.succeed(now()), lambda one: one.lose()):
        one = started()
        end(one)
        with pytest.raises(DeliveryError):
            one.start(HANDS, "", "")


def test_hands_that_were_given_up_for_lost_may_still_tell() -> None:
    """A worker that was only slow says what became of it; any other may not."""
    one = started()
    assert one.is_held_by(HANDS)
    one.lose()
    assert one.is_held_by(HANDS)
    assert not one.is_held_by(Claim(3, 2))
    one.succeed(now())
    assert not one.is_held_by(HANDS)


@pytest.mark.parametrize("end", ["succeed", "unsubscribe"])
def test_what_was_sent_or_is_not_wanted_is_not_sent_again(end: str) -> None:
    """Nobody can have it sent again, by no button."""
    one = started()
    one.succeed(now()) if end == "succeed" else one.unsubscribe()
    with pytest.raises(DeliveryError, match="cannot be sent again"):
        one.again(now())


def test_a_person_begins_anew() -> None:
    """Sent again by hand it has all its attempts before it, at once."""
    one = started()
    one.try_later("451", now() + timedelta(hours=1))
    moment = now()
    one.again(moment)
    assert (one.state, one.attempts, one.next_try_at) == (DeliveryState.WAITING, 0, moment)
    with pytest.raises(DeliveryError):
        one.again(moment)


@pytest.mark.parametrize(
    ("occasion", "reason"),
    [
        ("monthly 1 2026-01-01T08:00Z", "monthly"),
        ("wave_closed 7", "wave_closed"),
        ("sent abcdef", "sent"),
    ],
)
def test_the_occasion_says_why(occasion: str, reason: str) -> None:
    """The first word of an occasion is the reason that mail and log give."""
    one = delivery()
    one.occasion = occasion
    assert one.reason == reason
