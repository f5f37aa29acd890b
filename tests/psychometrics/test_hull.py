"""Hull method against its formulas in R, and on structures that are known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.efa import EfaError
from psychometrics.hull import INDICES, _curve, hull
from tests.psychometrics.factor_goldens import DATA, answers_of, correlation_of, golden, numbers


@pytest.mark.parametrize("name", DATA)
def test_hull_equals_the_formulas(name):
    """Fit of each number of factors to 1e-7, the hull exactly, st to 1e-4 relative.

    st divides small differences of fit, which R's minimiser leaves 1e-9 off.
    """
    theirs = golden(f"number_{name}")["hull"]
    found = hull(answers_of(name), most=theirs["most"])
    np.testing.assert_array_equal(found.df, theirs["df"])
    for index in INDICES:
        curve, expected = getattr(found, index), theirs["curves"][index]
        np.testing.assert_allclose(curve.fit, expected["fit"], rtol=0, atol=1e-7)
        np.testing.assert_array_equal(curve.on_hull, expected["on"])
        np.testing.assert_allclose(curve.st, numbers(expected["st"]), rtol=1e-4)
        best = None if np.isnan(curve.st).all() else int(np.nanargmax(numbers(expected["st"])))
        assert curve.suggested == best


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("index", INDICES)
def test_major_factors_are_found(index, method):
    """Five factors of eight items: found by every measure and either extraction."""
    found = hull(answers_of("wide"), index=index, method=method)
    assert (found.suggested, found.most, found.converged) == (5, 6, True)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.floats(-0.3, 1), min_size=2, max_size=9))
def test_the_hull_is_concave_and_covers_every_solution(steps):
    """Gains fall along the hull, no solution lies above it, and st is above one on it."""
    fit = np.concatenate([[0.0], np.cumsum(steps)])
    df = np.array([150 - 12 * k + k * (k - 1) // 2 for k in range(len(fit))])
    curve = _curve(fit, df)
    on = np.flatnonzero(curve.on_hull)
    gains = np.diff(fit[on]) / -np.diff(df[on])
    assert (gains > 0).all()
    assert (np.diff(gains) < 1e-12).all()
    assert (np.interp(-df, -df[on], fit[on]) >= fit - 1e-9).all()
    inner = curve.st[on[1:-1]]
    assert (inner > 1 - 1e-9).all()
    assert np.isnan(np.delete(curve.st, on[1:-1])).all()


def test_a_hull_that_bends_nowhere_suggests_nothing():
    """Noise has no elbow by CFI; the result says so instead of naming a number."""
    found = hull(np.random.default_rng(1).normal(size=(5000, 7)), index="cfi", most=2)
    assert found.suggested is None
    assert any("hull of cfi" in said for said in found.warnings)
    assert "no bend" in repr(found)
    assert json.loads(json.dumps(found.to_dict()))["suggested"] is None


def test_the_upper_bound_follows_parallel_analysis():
    """One more than its number, three at least, as long as degrees of freedom are left."""
    assert hull(answers_of("wide")).most == 6
    assert hull(answers_of("near")).most == 3
    assert hull(np.random.default_rng(2).normal(size=(100, 6))).most == 2


def test_table_and_html_show_every_number_of_factors():
    """One row for each number from zero on."""
    found = hull(None, cov=correlation_of("tapwater"), n=439)
    assert list(found.table.index) == list(range(found.most + 1))
    assert list(found.table.columns)[:3] == ["df", "caf", "caf_st"]
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"index": "gfi"}, "no index 'gfi'; choose one of caf, cfi, rmsea"),
        ({"most": 1}, "compares 0 to 1 factors"),
        ({"most": 6}, "compares 0 to 6 factors on 10 items"),
        ({"n": None}, "needs the number of interviews"),
    ],
)
def test_impossible_settings_are_refused(given_, said):
    """The message says what the method needs."""
    with pytest.raises(EfaError, match=said):
        hull(None, **{"cov": correlation_of("tapwater"), "n": 439, "most": 3, **given_})


def test_fewer_than_five_items_are_refused():
    """Four items leave no degrees of freedom for two factors."""
    with pytest.raises(EfaError, match="five items at least"):
        hull(np.random.default_rng(2).normal(size=(100, 4)))
