"""Shares of people and their differences."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.means import ComparisonError
from psychometrics.proportions import Proportion, proportion, proportion_difference

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "scorecards"
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def _expected(part: str) -> list[dict[str, float]]:
    columns = json.loads((GOLDEN / "proportion.json").read_text())[part]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_wilson_intervals_equal_prop_test() -> None:
    """prop.test(correct = FALSE) at two levels, nobody and everybody among them, to 1e-12."""
    for row in _expected("one"):
        found = proportion(row["x"], row["n"], level=row["level"])
        assert (found.lower, found.upper) == pytest.approx((row["lower"], row["upper"]), abs=1e-12)


def test_differences_equal_newcombe_and_prop_test() -> None:
    """Newcombe's own examples: ends from R's Wilson ends and p of prop.test, to 1e-12."""
    for row in _expected("two"):
        a, b = proportion(row["xa"], row["na"]), proportion(row["xb"], row["nb"])
        found = proportion_difference(a, b)
        for field in ("difference", "lower", "upper"):
            assert getattr(found, field) == pytest.approx(row[field], abs=1e-12)
        # R has no p where nobody was counted at all; such shares do not differ.
        assert found.p == pytest.approx(1.0 if row["p"] is None else row["p"], abs=1e-12)


@given(COUNTS)
def test_intervals_hold_the_share_and_mirror_its_counterpart(counts) -> None:
    """Within 0–1, never of no width, and the share not counted has the interval turned over."""
    successes, n = counts
    row, rest = proportion(successes, n), proportion(n - successes, n)
    assert 0 <= row.lower <= row.share <= row.upper <= 1
    assert row.upper - row.lower > 0
    assert (row.lower, row.upper) == pytest.approx((1 - rest.upper, 1 - rest.lower), abs=1e-12)
    wide = proportion(successes, n, level=0.99)
    assert wide.lower <= row.lower < row.upper <= wide.upper


@given(COUNTS, COUNTS)
def test_difference_turns_with_its_sides(first, second) -> None:
    """a − b is −(b − a), within −1 to 1, with one p; a share differs from itself by 0."""
    a, b = proportion(*first), proportion(*second)
    straight, turned = proportion_difference(a, b), proportion_difference(b, a)
    assert straight.difference == -turned.difference
    assert (straight.lower, straight.p) == pytest.approx((-turned.upper, turned.p), abs=1e-12)
    assert -1 <= straight.lower <= straight.difference <= straight.upper <= 1
    alike = proportion_difference(a, a)
    assert (alike.difference, alike.p) == (0, 1)


def test_share_of_nobody_is_none_and_has_no_difference() -> None:
    """Without people there is no share; a difference with it is refused."""
    nobody = proportion(0, 0)
    assert nobody == Proportion(0, 0, None, None, None, 0.95)
    with pytest.raises(ComparisonError, match="of nobody"):
        proportion_difference(proportion(3, 10), nobody)
    with pytest.raises(ComparisonError, match=r"at 0\.95 and 0\.9"):
        proportion_difference(proportion(3, 10), proportion(3, 10, level=0.9))


@pytest.mark.parametrize("counts", [(5, 3), (-1, 3), (1.5, 3), (np.nan, 3), (1, np.nan)])
def test_counts_that_cannot_be_are_refused(counts) -> None:
    """More counted than there are, negative, halves and missing counts."""
    with pytest.raises(ComparisonError, match="is no share"):
        proportion(*counts)


def test_results_become_plain() -> None:
    """Both results can be stored as JSON; a level out of range is refused."""
    row = proportion(3, 10)
    found = [row.to_dict(), proportion_difference(row, row).to_dict()]
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found[0]["successes"] == 3
    with pytest.raises(ComparisonError, match="level is 95"):
        proportion(3, 10, level=95)


def test_shares_of_the_same_people_are_newcombes() -> None:
    """Newcombe's own example of pairs, 36 yes and yes, 12 yes and no, 2 no and yes, none no and
    no: 0.0569 to 0.3404; a correlation of both shares narrows or widens, one that is none is
    refused."""
    phi = -24 / np.sqrt(48 * 2 * 38 * 12)
    found = proportion_difference(proportion(48, 50), proportion(38, 50), correlation=phi)
    assert (found.lower, found.upper) == pytest.approx((0.0569, 0.3404), abs=5e-5)
    a, b = proportion(30, 80), proportion(40, 80)
    close, apart = proportion_difference(a, b, correlation=0.6), proportion_difference(a, b)
    assert close.upper - close.lower < 0.7 * (apart.upper - apart.lower)
    assert close.p < apart.p
    with pytest.raises(ComparisonError, match="correlation is 2"):
        proportion_difference(a, b, correlation=2)
