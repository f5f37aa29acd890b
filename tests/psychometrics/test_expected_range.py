"""Expected ranges of group means."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.expected_range import expected_ranges
from psychometrics.means import ComparisonError

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "scorecards"


def _names(k: int) -> list[str]:
    return [f"g{i}" for i in range(k)]


@pytest.mark.parametrize("name", ["spread", "alike", "even"])
def test_ranges_equal_r(name) -> None:
    """psych::winsor and the formula, metafor's DL for "even": centre, τ² and ends to 1e-10."""
    expected = json.loads((GOLDEN / f"expected_{name}.json").read_text())
    means, k = expected["means"], len(expected["means"])
    found = expected_ranges(_names(k), means, expected["ses"], winsorised=expected["winsorised"])
    assert (found.centre, found.tau2) == pytest.approx(
        (expected["centre"], expected["tau2"]), abs=1e-10
    )
    for side in ("lower", "upper"):
        np.testing.assert_allclose(
            [getattr(row, side) for row in found.ranges], expected[side], rtol=1e-12
        )
    assert [row.place for row in found.ranges] == expected["place"]


def test_places_name_the_side() -> None:
    """One group far up, one far down, the others within; τ² does not swallow the two."""
    means = [50.0 + 0.1 * i for i in range(18)] + [90.0, 10.0]
    found = expected_ranges(_names(20), means, [2.0] * 20)
    assert [row.place for row in found.ranges] == ["within"] * 18 + ["above", "below"]
    unguarded = expected_ranges(_names(20), means, [2.0] * 20, winsorised=0)
    assert unguarded.tau2 > found.tau2


def test_few_groups_have_no_ranges_but_a_warning() -> None:
    """Nine groups are too few to tell τ², ten are enough."""
    means, ses = [50.0 + i for i in range(10)], [1.0] * 10
    few = expected_ranges(_names(9), means[:9], ses[:9])
    assert (few.ranges, few.tau2, few.n_groups, few.centre) == ((), None, 9, 54.0)
    assert few.warnings[0].startswith("There are 9 groups, fewer than 10")
    assert len(expected_ranges(_names(10), means, ses).ranges) == 10
    assert len(expected_ranges(_names(4), means[:4], ses[:4], least_groups=3).ranges) == 4
    assert expected_ranges(["g"], [5], [1], least_groups=0).ranges == ()


def test_groups_without_an_error_are_left_out_and_named() -> None:
    """Missing means and errors, and errors of 0, move neither centre nor ranges."""
    means, ses = list(range(10, 21)), [1.0] * 11
    clean = expected_ranges(_names(11), means, ses)
    more = expected_ranges(
        [*_names(11), "flat", "gone", "odd"], [*means, 99, np.nan, 99], [*ses, 0, 1, np.nan]
    )
    assert (more.ranges, more.centre, more.tau2) == (clean.ranges, clean.centre, clean.tau2)
    assert [text.split()[1] for text in more.warnings] == ["flat", "gone", "odd"]


def test_one_precise_group_among_many_breaks_nothing() -> None:
    """An error a billionth of the others leaves figures that are numbers."""
    found = expected_ranges(_names(12), list(range(12)), [1e-9] + [1.0] * 11)
    assert np.isfinite([found.tau2, *(row.upper for row in found.ranges)]).all()


@pytest.mark.parametrize(("winsorised", "share"), [(0.1, 0.10), (0.0, 0.05)])
def test_share_of_ordinary_groups_outside_their_range(winsorised, share) -> None:
    """Of groups that differ normally a tenth lies outside with winsorising, a twentieth without."""
    rng = np.random.default_rng(12)
    outside = 0
    for _ in range(100):
        ses = rng.uniform(1.5, 3, 60)
        means = 50 + rng.normal(0, 4, 60) + rng.normal(0, ses)
        found = expected_ranges(_names(60), means, ses, winsorised=winsorised)
        outside += sum(row.place != "within" for row in found.ranges)
    assert outside / 6000 == pytest.approx(share, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 999),
    k=st.integers(10, 40),
    slope=st.floats(0.1, 20),
    shift=st.floats(-50, 50),
)
def test_units_and_order_do_not_matter(seed, k, slope, shift) -> None:
    """Means in other units have the same places; groups in another order the same ranges."""
    rng = np.random.default_rng(seed)
    means, ses = rng.normal(50, 5, k), rng.uniform(0.5, 4, k)
    straight = expected_ranges(_names(k), means, ses)
    moved = expected_ranges(_names(k), shift + slope * means, slope * ses)
    assert moved.tau2 == pytest.approx(slope**2 * straight.tau2, rel=1e-6, abs=1e-9)
    assert [row.place for row in moved.ranges] == [row.place for row in straight.ranges]
    order = rng.permutation(k)
    shuffled = expected_ranges([f"g{i}" for i in order], means[order], ses[order])
    found = {row.group: (row.lower, row.upper) for row in shuffled.ranges}
    for row in straight.ranges:
        assert found[row.group] == pytest.approx((row.lower, row.upper), abs=1e-9)
        assert row.lower < straight.centre < row.upper
    wide = expected_ranges(_names(k), means, ses, level=0.998)
    assert all(
        outer.lower < inner.lower for outer, inner in zip(wide.ranges, straight.ranges, strict=True)
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"means": [1, 2]}, "give one of each"),
        ({"groups": ["a", "a", "b"]}, "named twice: a"),
        ({"winsorised": 0.5}, "winsorised at each end is 0.5"),
        ({"level": 0}, "level is 0"),
        ({"ses": [0, 0, 0]}, "There is no group"),
    ],
)
def test_bad_input_says_what_to_mend(changed, message) -> None:
    """Lengths, names, settings out of range, and nothing to go by."""
    arguments = {"groups": list("abc"), "means": [1, 2, 3], "ses": [1, 1, 1], **changed}
    with pytest.raises(ComparisonError, match=message):
        expected_ranges(**arguments)


def test_result_becomes_plain() -> None:
    """The result can be stored as JSON."""
    found = expected_ranges(_names(10), range(10), [1.0] * 10).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False))["ranges"][0]["group"] == "g0"
