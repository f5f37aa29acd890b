"""Adjusted p values and the studentized range."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtr

from psychometrics import benjamini_hochberg, holm
from psychometrics._studentized_range import studentized_range_isf, studentized_range_sf

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_adjustments_equal_p_adjust(golden_json) -> None:
    """stats::p.adjust with ties, to 1e-15."""
    expected = golden_json("adjust")
    np.testing.assert_allclose(
        benjamini_hochberg(expected["p"]), expected["BH"], rtol=0, atol=1e-15
    )
    np.testing.assert_allclose(holm(expected["p"]), expected["holm"], rtol=0, atol=1e-15)


@given(P_VALUES)
def test_adjusted_values_never_fall_below_p_and_keep_order(p) -> None:
    """p ≤ q ≤ Holm ≤ 1 for every comparison, in the order of p."""
    raw, q, strict = np.array(p), benjamini_hochberg(p), holm(p)
    assert (raw <= q * (1 + 1e-12)).all()
    assert (q <= strict + 1e-12).all()
    assert (strict <= 1).all()
    order = np.argsort(raw, kind="stable")
    assert (np.diff(q[order]) >= 0).all()
    assert (np.diff(strict[order]) >= 0).all()


def test_no_comparison_needs_no_adjustment() -> None:
    """An empty family stays empty."""
    assert benjamini_hochberg([]).size == holm([]).size == 0


@pytest.mark.parametrize("p", [[0.1, np.nan], [1.1], [-0.1]])
def test_what_is_no_p_value_is_refused(p) -> None:
    """Missing values and numbers outside 0–1 are refused."""
    for function in (benjamini_hochberg, holm):
        with pytest.raises(ValueError, match="p value is missing or lies outside"):
            function(p)


def test_range_equals_ptukey_as_far_as_that_goes(golden_csv) -> None:
    """stats::ptukey to 1e-6, its own error (against Student's t at two groups); SciPy to 1e-11."""
    from scipy.stats import studentized_range

    grid = golden_csv("range")
    for groups in np.unique(grid["groups"]):
        q, df, p = (grid[name][grid["groups"] == groups] for name in ("q", "df", "p"))
        found = studentized_range_sf(q, int(groups), df)
        np.testing.assert_allclose(found, p, rtol=0, atol=1e-6)
        np.testing.assert_allclose(found, studentized_range.sf(q, groups, df), rtol=0, atol=1e-11)


@pytest.mark.parametrize("df", [1.0, 1.4, 3.0, 8.0, 200.0, 1e6])
def test_range_of_two_groups_is_student_t(df) -> None:
    """For two groups P(Q > q) is the two-sided t probability of q/√2, to 1e-11."""
    q = np.array([0.01, 0.5, 2, 4, 9, 40])
    found = studentized_range_sf(q, 2, np.full(6, df))
    np.testing.assert_allclose(found, 2 * stdtr(df, -q / np.sqrt(2)), rtol=0, atol=1e-11)


@pytest.mark.parametrize("groups", [2, 5, 30, 80])
@pytest.mark.parametrize("p", [0.3, 0.05, 0.001])
def test_quantile_undoes_the_probability(groups, p) -> None:
    """P(Q > q) at the quantile gives p back, to 1e-10."""
    df = np.array([1.0, 2.5, 12.0, 300.0])
    q = studentized_range_isf(p, groups, df)
    np.testing.assert_allclose(studentized_range_sf(q, groups, df), p, rtol=0, atol=1e-10)
