"""Tucker's congruence against psych, pairing, and refusals."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import efa
from psychometrics.congruence import congruence, verdict
from psychometrics.efa import EfaError
from tests.psychometrics.factor_goldens import answers_of, correlation_of, golden


def test_coefficients_equal_psych():
    """The whole matrix to 1e-14; factors shuffled and turned round find their partners."""
    theirs = golden("congruence")
    found = congruence(np.array(theirs["other"]), np.array(theirs["one"]))
    np.testing.assert_allclose(found.matrix.T, theirs["congruence"], rtol=0, atol=1e-14)
    assert found.pairs == ("F2", "F3", "F1")
    assert (found.coefficients > 0.9).all()
    assert (np.sum(found.aligned * np.array(theirs["one"]), axis=0) > 0).all()


def test_factors_of_halves_of_a_sample_resemble_each_other():
    """Two halves of 150 interviews: five factors near .9, whatever the order of the items."""
    answers = answers_of("wide")
    halves = [efa(answers[k::2], 5) for k in range(2)]
    shuffled = halves[1].loadings.iloc[::-1]
    found = congruence(halves[0], shuffled)
    straight = congruence(*halves)
    np.testing.assert_allclose(found.coefficients, straight.coefficients, atol=1e-12)
    assert 0.8 < straight.lowest < straight.overall < 0.95
    assert list(straight.table["verdict"]).count("fair") == 4
    assert (straight.n_used, straight.converged) == (150, True)
    assert len(straight.item_table) == 40


def test_procrustes_undoes_a_rotation():
    """Loadings turned at random are the reference again, and the result says what was done."""
    loadings = efa(None, 4, cov=correlation_of("harman"), rotation="varimax").loadings
    turn, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(4, 4)))
    turned = pd.DataFrame(loadings.to_numpy() @ turn, index=loadings.index)
    assert congruence(turned, loadings).lowest < 0.9
    found = congruence(turned, loadings, procrustes=True)
    np.testing.assert_allclose(found.coefficients, 1, atol=1e-12)
    np.testing.assert_allclose(found.by_item, 1, atol=1e-12)
    assert "raises congruence" in found.warnings[0]


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(3)), stretch=st.floats(0.1, 10), seed=st.integers(0, 99))
def test_order_sign_and_length_of_factors_do_not_matter(order, stretch, seed):
    """Factors shuffled, reflected and stretched have a congruence of one with themselves."""
    loadings = np.random.default_rng(seed).normal(size=(8, 3))
    found = congruence(loadings[:, list(order)] * [stretch, -1, 2], loadings)
    np.testing.assert_allclose(found.coefficients, 1, atol=1e-12)
    assert found.pairs == tuple(f"F{list(order).index(k) + 1}" for k in range(3))


def test_a_factor_without_a_partner_is_named():
    """Fewer factors than the reference leave one alone; a column of zeros resembles nothing."""
    reference = np.kron(np.eye(3), np.full((3, 1), 0.7))
    found = congruence(reference[:, :2], reference)
    assert found.pairs == ("F1", "F2", None)
    assert np.isnan(found.coefficients[2])
    assert np.isnan(found.lowest)
    assert "F3 has no partner" in found.warnings[0]
    assert json.loads(json.dumps(found.to_dict()))["coefficients"] == [1.0, 1.0, None]
    assert list(found.table["verdict"]) == ["equal", "equal", "no partner"]
    empty = congruence(reference * [1, 1, 0], reference)
    assert empty.coefficients[2] == 0


def test_verdicts_follow_the_published_bounds():
    """.85 and .95 are the first values of the better verdict."""
    said = [verdict(value) for value in (0.849, 0.85, 0.949, 0.95, float("nan"))]
    assert said == ["not similar", "fair", "fair", "equal", "no partner"]


def test_result_shows_itself():
    """One row for each reference factor, in text and HTML."""
    found = congruence(np.eye(4, 2), np.eye(4, 2))
    assert "lowest 1.000" in repr(found)
    assert "<table" in found._repr_html_()


def test_loadings_that_do_not_match_are_refused():
    """Other items are named; a missing loading and an impossible turn are refused."""
    named = pd.DataFrame(np.eye(3, 2), index=["a", "b", "c"])
    with pytest.raises(EfaError, match="not in both are c, d; give the same items"):
        congruence(named, named.rename(index={"c": "d"}))
    with pytest.raises(EfaError, match="have 3 items, the reference 4"):
        congruence(np.eye(3, 2), np.eye(4, 2))
    with pytest.raises(EfaError, match="loading is missing"):
        congruence(np.full((3, 2), np.nan), np.eye(3, 2))
    with pytest.raises(EfaError, match="2 factors cannot be turned towards 3"):
        congruence(np.eye(4, 2), np.eye(4, 3), procrustes=True)
