"""Mails about break-offs come when something changed, and hardly ever when nothing did."""

from __future__ import annotations

import numpy as np
import pytest

from survey_app.domain.break_off import FALSE_ALARMS, Stops, has_jumped, level, look_at, tail


def test_tail_is_that_of_fishers_exact_test() -> None:
    """The probability is R's: ``fisher.test(matrix(c(12, 28, 9, 91), 2), alternative =
    "greater")$p.value``, and likewise for 3 of 3 beside 1 of 3; 1 where nobody stops."""
    assert tail(Stops(100, 9), Stops(40, 12)) == pytest.approx(0.00281198365182, rel=1e-9)
    assert tail(Stops(3, 1), Stops(3, 3)) == pytest.approx(0.2, rel=1e-12)
    assert tail(Stops(100, 0), Stops(40, 0)) == pytest.approx(1.0, rel=1e-12)


def test_looks_of_a_day_share_its_false_alarms() -> None:
    """The levels of all looks at all pages of a day add up to what is stated, at most."""
    looks = [None, *range(40)]
    assert 20 * sum(level(look, 20) for look in looks) <= FALSE_ALARMS
    assert [look_at(n) for n in (29, 30, 59, 60, 119, 120)] == [None, 0, 0, 1, 1, 2]


def test_few_interviews_are_not_judged() -> None:
    """Fewer than thirty interviews on the day, or before it, say nothing."""
    assert not has_jumped(Stops(1000, 10), Stops(29, 29), 0.5)
    assert not has_jumped(Stops(29, 0), Stops(100, 100), 0.5)
    assert has_jumped(Stops(1000, 10), Stops(30, 20), 0.001)
    assert not has_jumped(Stops(1000, 500), Stops(100, 20), 0.5)


def test_false_alarms_are_as_rare_as_stated() -> None:
    """Over ten thousand days on which nothing changes, each with ten pages and every look of the
    day, at most the stated share brings an alarm, and a doubling on a page is nearly always
    noticed."""
    rng = np.random.default_rng(11)
    alarms, noticed = 0, 0
    for _ in range(1_000):
        share = rng.uniform(0.01, 0.2)
        before = Stops(300, int(rng.binomial(300, share)))
        alarmed = False
        for _page in range(10):
            stopped = rng.random(240) < share
            for n, look in ((30, 0), (60, 1), (120, 2), (240, 3), (240, None)):
                day = Stops(n, int(stopped[:n].sum()))
                alarmed |= has_jumped(before, day, level(look, 10))
        alarms += alarmed
        broken = Stops(240, int(rng.binomial(240, share + 0.25)))
        noticed += has_jumped(before, broken, level(None, 10))
    assert alarms <= 1_000 * FALSE_ALARMS
    assert noticed > 950
