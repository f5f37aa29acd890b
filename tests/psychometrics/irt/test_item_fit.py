"""S-X² and Q3 against R, and how often they err."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from psychometrics.irt._answers import IrtError
from psychometrics.irt.grm import grm
from psychometrics.irt.item_fit import score_distribution
from tests.psychometrics.irt.goldens import SETS, answers, golden, model, simulated, spread

FITTED = [name for name in SETS if name != "small"]


@pytest.mark.parametrize("name", FITTED)
def test_item_fit_equals_its_definition(name):
    """χ² to 1e-5, df exactly, p, adjusted p and RMSEA to 1e-6."""
    expected, found = golden(f"grm_{name}")["item_fit"], model(name).item_fit()
    np.testing.assert_allclose(found.chi2, expected["chi2"], rtol=0, atol=1e-5)
    np.testing.assert_array_equal(found.df, expected["df"])
    for figure in ("p", "q", "rmsea"):
        np.testing.assert_allclose(getattr(found, figure), expected[figure], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", SETS)
def test_residual_correlations_equal_their_definition(name):
    """Q3 to 1e-6, pairwise where answers are missing."""
    found = model(name).local_dependence()
    np.testing.assert_allclose(found.q3, golden(f"grm_{name}")["q3"], rtol=0, atol=1e-6)


def test_sum_scores_by_recursion_equal_enumeration():
    """Lord and Wingersky's recursion gives the distribution over all patterns."""
    rng = np.random.default_rng(1)
    curves = [rng.dirichlet(np.ones(K), 3).T for K in (2, 4, 3)]
    expected = np.zeros((7, 3))
    for pattern in product(range(2), range(4), range(3)):
        chance = np.prod([curve[k] for curve, k in zip(curves, pattern, strict=True)], axis=0)
        expected[sum(pattern)] += chance
    np.testing.assert_allclose(score_distribution(curves), expected, rtol=0, atol=1e-15)


def test_a_right_model_is_rejected_at_the_level():
    """Over 40 samples of 6 items, 5 % of the p values lie below .05, within 2.5 %."""
    rng = np.random.default_rng(21)
    slopes, locations = np.linspace(0.9, 2, 6), spread(6, 4, rng)
    p = [grm(simulated(rng, 500, slopes, locations)).item_fit().p for _ in range(40)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.025)
    assert np.mean(p) == pytest.approx(0.5, abs=0.06)


def test_an_item_that_follows_another_curve_is_found():
    """An item answered at random in the middle of the trait fits worst."""
    rng = np.random.default_rng(22)
    theta = rng.normal(size=1500)
    line = 1.6 * (theta[:, None, None] - spread(6, 4, rng))
    data = (1 / (1 + np.exp(-line)) > rng.random((1500, 6, 1))).sum(axis=2)
    low = np.abs(theta) < 0.8
    data[low, 0] = rng.integers(0, 4, low.sum())
    found = grm(data).item_fit()
    assert found.q[0] < 0.01
    assert found.rmsea[0] == found.rmsea.max()


def test_items_that_share_more_than_the_trait_are_named():
    """A pair that copies an answer a third of the time stands out."""
    rng = np.random.default_rng(23)
    data = simulated(rng, 1200, np.full(9, 1.8), spread(9, 4, rng))
    copied = rng.random(1200) < 0.35
    data[copied, 1] = data[copied, 0]
    found = grm(data).local_dependence()
    assert tuple(found.pairs.loc[0, ["item1", "item2"]]) == ("item1", "item2")
    assert found.largest > 0.2
    assert "Items item1 and item2 share more than the trait" in found.warnings[0]


def test_too_few_complete_interviews_are_refused():
    """Item fit needs interviews without a gap; the message says how many there are."""
    rng = np.random.default_rng(24)
    data = simulated(rng, 300, np.full(5, 1.5), spread(5, 4, rng)).astype(float)
    data[rng.random(data.shape) < 0.6] = np.nan
    with pytest.raises(IrtError, match="answered every item; too few"):
        grm(data).item_fit()
    with pytest.raises(IrtError, match="smallest expectation above 0"):
        model("tapwater").item_fit(smallest=0)


def test_items_without_degrees_of_freedom_have_no_p():
    """A small sample leaves cells too thin: no figure, and a warning."""
    found = grm(answers("small")).item_fit(smallest=5)
    lost = found.df == 0
    assert lost.any()
    assert np.isnan(found.p[lost]).all()
    assert "No degrees of freedom are left" in found.warnings[0]
    assert list(found.table.columns) == ["chi2", "df", "p", "q", "rmsea"]
    assert "S-X²" in repr(found)
