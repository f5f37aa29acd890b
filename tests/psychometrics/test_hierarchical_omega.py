"""Omega hierarchical against psych, its invariances, and its refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.efa import EfaError
from psychometrics.hierarchical_omega import omega_hierarchical
from tests.psychometrics.factor_goldens import DATA, alignment, answers_of, golden

SETS = [name for name in DATA if name != "near"]
FIGURES = ("omega_h", "omega_total", "omega_limit", "alpha", "lambda6", "ecv")


@pytest.mark.parametrize("name", SETS)
def test_figures_equal_psych(name):
    """Every coefficient to 1e-7 of psych's code made tight, 1e-5 of psych as it is."""
    found, theirs = omega_hierarchical(answers_of(name), DATA[name]), golden(f"omega_{name}")
    for figure in FIGURES:
        assert getattr(found, figure) == pytest.approx(theirs[figure], abs=1e-7), figure
    for figure, value in theirs["psych"].items():
        assert getattr(found, figure) == pytest.approx(value, abs=1e-5), figure
    assert found.converged


@pytest.mark.parametrize("name", SETS)
def test_loadings_equal_psych(name):
    """General, group and second-order loadings, communalities and Φ to 1e-6, subscales to 1e-7."""
    found, theirs = omega_hierarchical(answers_of(name), DATA[name]), golden(f"omega_{name}")
    group = np.array(theirs["group"])
    order, signs = alignment(found.group, group)
    np.testing.assert_allclose(found.general, theirs["general"], atol=1e-6)
    np.testing.assert_allclose(found.communalities, theirs["communalities"], atol=1e-6)
    np.testing.assert_allclose(found.group[:, order] * signs, group, atol=1e-6)
    np.testing.assert_allclose(found.second_order[order] * signs, theirs["second"], atol=1e-6)
    phi = found.phi[np.ix_(order, order)] * np.outer(signs, signs)
    np.testing.assert_allclose(phi, theirs["phi"], atol=1e-6)
    rows = [[row[part] for part in ("total", "general", "group")] for row in theirs["by_factor"]]
    np.testing.assert_allclose(found.by_factor[order], rows[1:], atol=1e-7)


def test_an_item_keyed_the_other_way_is_turned_and_named():
    """The item reversed in the data is found, and its loadings are given as turned."""
    found = omega_hierarchical(answers_of("general"))
    assert found.reversed == ("i03",)
    assert (found.general > 0).all()
    straight = answers_of("general").assign(i03=lambda frame: 8 - frame["i03"])
    again = omega_hierarchical(straight)
    assert again.reversed == ()
    assert again.omega_h == pytest.approx(found.omega_h, abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(12)), item=st.integers(0, 11), scale=st.floats(0.1, 50))
def test_order_key_and_units_of_items_do_not_matter(order, item, scale):
    """Shuffled, reflected and rescaled items give the same coefficients, to 1e-7."""
    answers = answers_of("general").to_numpy(float)
    expected = omega_hierarchical(answers)
    changed = answers[:, list(order)]
    changed[:, item] = 3 - scale * changed[:, item]
    found = omega_hierarchical(changed)
    for figure in FIGURES:
        assert getattr(found, figure) == pytest.approx(getattr(expected, figure), abs=1e-7)


def test_a_hierarchy_that_was_put_in_comes_back():
    """From exact correlations of a second-order model: loadings, omega_h and ECV by hand."""
    first = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
    gamma = np.array([0.8, 0.7, 0.6])
    phi = np.outer(gamma, gamma) + np.diag(1 - gamma**2)
    matrix = first @ phi @ first.T
    np.fill_diagonal(matrix, 1)
    found = omega_hierarchical(None, cov=matrix)
    general = first @ gamma
    np.testing.assert_allclose(found.general, general, atol=1e-6)
    np.testing.assert_allclose(found.second_order, gamma, atol=1e-6)
    assert found.omega_h == pytest.approx(general.sum() ** 2 / matrix.sum(), abs=1e-7)
    assert found.omega_total == pytest.approx(
        1 - np.sum(1 - np.sum(first**2, axis=1)) / matrix.sum(), abs=1e-7
    )
    assert found.n_used is None


def test_two_factors_rest_on_an_option_and_say_so():
    """Equal loadings are the root of the correlation; first and second give one factor all."""
    answers = answers_of("tapwater")
    equal = omega_hierarchical(answers, 2)
    r = equal.phi[0, 1]
    np.testing.assert_allclose(equal.second_order, [np.sqrt(r)] * 2)
    assert any("Two factors do not identify" in said for said in equal.warnings)
    first = omega_hierarchical(answers, 2, option="first")
    np.testing.assert_allclose(first.second_order, [1, r])
    second = omega_hierarchical(answers, 2, option="second")
    np.testing.assert_allclose(second.second_order, [r, 1])
    assert len({equal.omega_h, first.omega_h, second.omega_h}) == 3


def test_a_group_factor_that_vanishes_is_named():
    """A first-order factor that is the general one is a Heywood case of the second order."""
    first = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
    phi = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    matrix = first @ phi @ first.T
    np.fill_diagonal(matrix, 1)
    found = omega_hierarchical(None, cov=matrix, n=500)
    assert any("Heywood case: the general factor explains all" in said for said in found.warnings)


def test_polychoric_omega_is_higher_than_pearsons():
    """Categories attenuate; with polychoric correlations less is lost."""
    answers = answers_of("wide")
    ordered = omega_hierarchical(answers, 5, correlation="polychoric")
    pearson = omega_hierarchical(answers, 5)
    assert ordered.omega_total > pearson.omega_total + 0.01
    assert ordered.correlation == "polychoric"


def test_result_shows_itself():
    """Tables by item and by factor, in text, HTML and plain values."""
    found = omega_hierarchical(answers_of("holes"))
    assert "omega_h 0.463" in repr(found)
    assert found._repr_html_().count("<table") == 2
    assert list(found.loadings.columns) == ["g", "F1", "F2", "F3", "h2", "p2"]
    assert json.loads(json.dumps(found.to_dict()))["n_dropped"] == 185


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"factors": 1}, "needs group factors"),
        ({"factors": 9}, "9 factors on 10 items are not identified"),
        ({"option": "third"}, "no option 'third'"),
    ],
)
def test_impossible_settings_are_refused(given_, said):
    """The message says what to ask for."""
    with pytest.raises(EfaError, match=said):
        omega_hierarchical(answers_of("tapwater"), **given_)
