"""Whether clearly more respondents stop at a page than before, with a stated rate of false alarms.

A day is compared with all days before it by Fisher's exact test, one-sided: given how many stopped
altogether, the number that stopped on the day is hypergeometric while nothing has changed, however
often people stop there and however few days there are to compare with.

A day is judged when it is over, and before at 30 interviews, 60, 120 and so on, so that a page that
broke is noticed soon. `FALSE_ALARMS` is divided among those looks (half for the last one, half of
the rest for each look before) and among the pages that are judged, so that on a day on which
nothing has changed a mail is sent with a probability of at most `FALSE_ALARMS`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FALSE_ALARMS = 0.01
"""Share of days, at most, on which a mail is sent though nothing has changed."""
FEWEST = 30
"""Interviews that must have been shown a page, on the day and before it, to judge it."""


@dataclass(frozen=True, slots=True)
class Stops:
    """How many interviews were `shown` a page, and how many of them `stopped` there."""

    shown: int
    stopped: int

    @property
    def share(self) -> float:
        """Stopped out of shown, a proportion; 0 where nobody was shown it."""
        return self.stopped / self.shown if self.shown else 0.0


def look_at(shown: int) -> int | None:
    """Which look at a day that is not over is due: 0 from 30 interviews, 1 from 60, and so on; None
    before the first."""
    return None if shown < FEWEST else int(math.log2(shown / FEWEST))


def level(look: int | None, pages: int) -> float:
    """How improbable a number must be for a mail, at a look of a day (None when it is over), where
    so many pages are judged."""
    share = 0.5 if look is None else 0.5 ** (look + 2)
    return FALSE_ALARMS * share / max(pages, 1)


def has_jumped(before: Stops, day: Stops, least: float) -> bool:
    """Whether more stopped on a day than before, less probable than `least` if nothing changed."""
    if min(before.shown, day.shown) < FEWEST or day.share <= before.share:
        return False
    return tail(before, day) < least


def tail(before: Stops, day: Stops) -> float:
    """Probability that as many stop on the day, or more, while nothing has changed, 0 to 1
    (R: ``fisher.test(matrix(c(day.stopped, day.shown - day.stopped, before.stopped, before.shown -
    before.stopped), 2), alternative = "greater")$p.value``)."""
    everybody = before.shown + day.shown
    stopped = before.stopped + day.stopped
    highest = min(stopped, day.shown)
    log_all = _log_choose(everybody, day.shown)
    terms = (
        math.exp(
            _log_choose(stopped, k) + _log_choose(everybody - stopped, day.shown - k) - log_all
        )
        for k in range(day.stopped, highest + 1)
        if day.shown - k <= everybody - stopped
    )
    return min(1.0, math.fsum(terms))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
