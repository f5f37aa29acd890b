"""Signs of careless answering that one interview shows by itself, as soon as it is finished.

The rules are those of `psychometrics.screening`, as far as they need no other interviews. Speed is
judged against the median of all and therefore counted from durations (`domain.duration`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psychometrics.screening import LONG_STRING_ITEMS, LONG_STRING_SHARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.questionnaire import Answer

MOST_LEFT_OPEN = 0.2
"""A larger share of rating items left open leaves scales without a score."""

FLAGS = ("attention", "straight", "open")
"""The signs, in the order of the letters of `quality_code`."""
RAISED, CLEAR, NOT_JUDGED = "x", "o", "-"
_LETTERS = {True: RAISED, False: CLEAR, None: NOT_JUDGED}


@dataclass(frozen=True, slots=True)
class RatingItems:
    """The items of all scales that are scored, in the order of the questionnaire, and those keyed
    the other way."""

    items: tuple[str, ...]
    reversed_items: frozenset[str]

    @property
    def keyed_both_ways(self) -> bool:
        """Whether some items, but not all, are reversed."""
        return 0 < len(self.reversed_items) < len(self.items)


def rating_items(instruments: Iterable[Instrument]) -> RatingItems:
    """The rating items of instruments."""
    scored = [
        item
        for instrument in instruments
        for scale in instrument.scales
        if scale.scored
        for item in scale.items
    ]
    return RatingItems(
        tuple(item.id for item in scored), frozenset(item.id for item in scored if item.reversed)
    )


def quality_code(
    passed: bool | None, rating: RatingItems, answers: Sequence[Mapping[str, Answer]]
) -> str:
    """A letter for each of `FLAGS`: ``x`` where it is raised, ``o`` where not, ``-`` where it could
    not be judged.

    - attention: the instructed-response item was failed.
    - straight: the answers about one of the brands are a long string (`is_straight`).
    - open: more than a fifth of the rating items shown were left open.

    Parameters
    ----------
    passed : whether the instructed item was passed, None where it was not answered.
    answers : for each brand asked about, item → answer, None where it was shown and left open.
    """
    straight = [is_straight(rating, one) for one in answers]
    judged = [one for one in straight if one is not None]
    attention = None if passed is None else not passed
    flags = (attention, any(judged) if judged else None, _left_open(rating, answers))
    return "".join(_LETTERS[flag] for flag in flags)


def is_straight(rating: RatingItems, answers: Mapping[str, Answer]) -> bool | None:
    """Whether the longest run of equal answers, as answered and before reversal, says that nothing
    was read; None with fewer than eight answers.

    With items keyed both ways: a run over at least half of the items that holds items of either
    key. With items all keyed alike: one answer to every item.
    """
    given = [answers.get(item) for item in rating.items]
    if sum(answer is not None for answer in given) < LONG_STRING_ITEMS:
        return None
    if not rating.keyed_both_ways:
        return None not in given and len(set(given)) == 1
    return _contradicting(rating, given) >= LONG_STRING_SHARE * len(rating.items)


def _contradicting(rating: RatingItems, given: Sequence[Answer]) -> int:
    """The longest run of equal answers that holds items of either key."""
    longest = run = 0
    keys: set[bool] = set()
    before: Answer = None
    for item, answer in zip(rating.items, given, strict=True):
        if answer is None or answer != before:
            run, keys = 0, set()
        before = answer
        if answer is None:
            continue
        run += 1
        keys.add(item in rating.reversed_items)
        if len(keys) == 2:
            longest = max(longest, run)
    return longest


def _left_open(rating: RatingItems, answers: Sequence[Mapping[str, Answer]]) -> bool | None:
    shown = [one[item] for one in answers for item in rating.items if item in one]
    if not shown:
        return None
    return shown.count(None) > MOST_LEFT_OPEN * len(shown)
