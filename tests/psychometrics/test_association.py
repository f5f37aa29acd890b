"""Correlations with intervals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._ranks import mean_ranks, places
from psychometrics.association import association
from psychometrics.means import ComparisonError

GOLDEN = json.loads(
    (Path(__file__).resolve().parents[1] / "golden" / "scorecards" / "association.json").read_text()
)


def _numbers(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values])


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("name", ["ties", "missing", "few"])
def test_correlations_equal_cor_test(name, method) -> None:
    """cor.test and Bonett and Wright's ends to 1e-10: ties, missing values, exact p of 8 pairs."""
    case = GOLDEN[name]
    found = association(_numbers(case["x"]), _numbers(case["y"]), method=method, level=0.9)
    assert (found.n, found.warnings) == (case["n"], ())
    for field, value in case[method].items():
        assert getattr(found, field) == pytest.approx(value, abs=1e-10), field


def test_exact_probability_of_few_ranks_counts_orders() -> None:
    """Four pairs in one order: 2 of 24 orders are as strong; with ties, more are."""
    found = association([1, 2, 3, 4], [10, 20, 30, 70])
    assert (found.r, found.p) == (1, pytest.approx(2 / 24))
    assert (found.lower, found.upper) == (1, 1)
    assert "feigns certainty" in found.warnings[0]
    assert association([1, 2, 3, 3], [10, 20, 30, 70]).p == pytest.approx(4 / 24)


@pytest.mark.parametrize(
    ("x", "y", "n", "words"),
    [
        ([1, 2, 3], [3, 1, 2], 3, "There are 3 pairs"),
        ([1, 2, 3, np.nan, 5], [1, np.nan, 3, 4, 6], 3, "There are 3 pairs"),
        ([], [], 0, "There are 0 pairs"),
        ([1, 2, 3, 4], [5, 5, 5, 5], 4, "the same throughout"),
        ([1, 2, 3, 4, np.nan], [5, 5, 5, 5, 9], 4, "the same throughout"),
    ],
)
@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_what_has_no_correlation_says_why(x, y, n, words, method) -> None:
    """Too few pairs, or no variance among those known: NaN and a warning."""
    found = association(x, y, method=method)
    assert found.n == n
    assert np.isnan([found.r, found.lower, found.upper, found.p]).all()
    assert words in found.warnings[0]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["r"] is None


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 999),
    n=st.integers(10, 60),
    slope=st.floats(1e-6, 1e6),
    method=st.sampled_from(["pearson", "spearman"]),
)
def test_units_sides_and_order_do_not_matter(seed, n, slope, method) -> None:
    """Other units, swapped sides and other orders change nothing; turned values turn the sign."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    y = x * rng.uniform(-1, 1) + rng.normal(size=n)
    found = association(x, y, method=method)
    assert -1 <= found.lower < found.r < found.upper <= 1
    order = rng.permutation(n)
    for other in (
        association(5 + slope * x, y, method=method),
        association(y, x, method=method),
        association(x[order], y[order], method=method),
    ):
        assert (other.r, other.p) == pytest.approx((found.r, found.p), rel=1e-6)
    turned = association(-x, y, method=method)
    assert (turned.r, turned.lower, turned.p) == pytest.approx((-found.r, -found.upper, found.p))


def test_ranks_do_not_feel_the_tails() -> None:
    """One far value moves Pearson's r and leaves Spearman's."""
    x, y = np.arange(20.0), np.random.default_rng(3).permutation(20).astype(float)
    far = np.where(y == 19, 1e6, y)
    assert association(x, far).r == association(x, y).r
    assert association(x, far, method="pearson").r != association(x, y, method="pearson").r


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"y": [1, 2]}, r"shape \(4,\) and y \(2,\)"),
        ({"x": [[1, 2], [3, 4]]}, "shape"),
        ({"method": "kendall"}, "no method 'kendall'"),
        ({"level": 95}, "level is 95"),
    ],
)
def test_bad_input_says_what_to_mend(changed, message) -> None:
    """Lengths, shapes, methods and levels."""
    with pytest.raises(ComparisonError, match=message):
        association(**{"x": [1, 2, 3, 4], "y": [2, 1, 4, 3], **changed})


@given(st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=1, max_size=5))
def test_places_count_what_is_above(rows) -> None:
    """Best place 1 + values above, worst place values above or equal; ranks from the low end."""
    values = np.array(rows, float)
    best, worst = places(values)
    above = (values[:, None, :] > values[:, :, None]).sum(axis=2)
    level = (values[:, None, :] >= values[:, :, None]).sum(axis=2)
    np.testing.assert_array_equal(best, 1 + above)
    np.testing.assert_array_equal(worst, level)
    np.testing.assert_array_equal(mean_ranks(values[0]), 5 - (best[0] + worst[0]) / 2)
