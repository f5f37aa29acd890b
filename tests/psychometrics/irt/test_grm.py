"""Graded models against dense quadrature in R; their invariances and their recovery."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.dataset import MISSING
from psychometrics.irt._answers import graded_answers
from psychometrics.irt._estimate import Marginal
from psychometrics.irt._expect import expect
from psychometrics.irt._louis import complete_information, missing_information
from psychometrics.irt._probabilities import boundaries, log_probabilities
from psychometrics.irt.grm import grm
from psychometrics.rotation import rotate
from tests.psychometrics.irt.goldens import SETS, answers, golden, model, simulated, spread


@pytest.mark.parametrize("name", SETS)
def test_estimates_equal_the_true_maximum(name):
    """a, b, d and their standard errors to 3e-6 of a maximum found in R; ln L to 1e-5."""
    expected, found = golden(f"grm_{name}"), model(name)
    assert found.converged
    assert found.n_used == expected["n"]
    assert found.loglik == pytest.approx(expected["loglik"], abs=1e-5)
    table = found.parameters
    for row, item in zip(expected["parameters"], table.to_dict("records"), strict=True):
        for kind in ("", "_se"):
            assert item[f"a{kind}"] == pytest.approx(row[f"a{kind}"], abs=3e-6)
            for letter in "bd":
                columns = [n for n in table if n[0] == letter and n.endswith("_se") == bool(kind)]
                ours = [item[column] for column in columns if not np.isnan(item[column])]
                np.testing.assert_allclose(ours, row[f"{letter}{kind}"], rtol=0, atol=3e-6)


@pytest.mark.parametrize("name", SETS)
def test_default_tolerance_ends_near_the_maximum(name):
    """Without a setting every slope is within 1e-5 of the maximum."""
    found = grm(answers(name))
    expected = [row["a"] for row in golden(f"grm_{name}")["parameters"]]
    np.testing.assert_allclose(found.slopes[:, 0], expected, rtol=0, atol=1e-5)


def test_lsat7_equals_the_published_slopes():
    """The slopes published for Bock & Lieberman's data, to their three digits."""
    published = [0.988, 1.081, 1.706, 0.765, 0.736]
    np.testing.assert_allclose(model("lsat7").slopes[:, 0], published, rtol=0, atol=2e-3)
    assert model("lsat7").loglik == pytest.approx(-2658.805, abs=1e-3)


def test_information_criteria_and_counts():
    """AIC = −2 ln L + 2 q, BIC = −2 ln L + q ln n, q every slope and boundary."""
    found = model("mixed")
    assert found.n_parameters == 5 + 4 + 3 + 3 + 1 + 4
    assert found.aic == pytest.approx(-2 * found.loglik + 40)
    assert found.bic == pytest.approx(-2 * found.loglik + 20 * np.log(350))


def test_weights_are_interviews():
    """Patterns with their counts give the figures of the interviews one by one."""
    table = pd.read_csv("tests/golden/irt/patterns_lsat7.csv")
    counted = grm(table.iloc[:, :5], weights=table["count"], tolerance=1e-8)
    single = model("lsat7")
    np.testing.assert_allclose(counted.slopes, single.slopes, rtol=0, atol=1e-8)
    np.testing.assert_allclose(counted.covariance, single.covariance, rtol=0, atol=1e-8)
    assert counted.bic == pytest.approx(single.bic)


def test_information_is_minus_the_second_derivative():
    """The observed information equals differences of the slope, with answers missing."""
    read = graded_answers(answers("holes"))
    estimate = model("holes")._estimate
    shape, grid = estimate.parameters, estimate.grid
    surface, vector = Marginal(read, grid, shape), shape.vector
    missing, counts = missing_information(read, shape, grid)
    information = complete_information(shape, counts, grid) - missing
    step = 1e-5 * np.eye(len(vector))
    slopes = [surface.at(vector + e).by - surface.at(vector - e).by for e in step]
    np.testing.assert_allclose(information, -np.array(slopes) / 2e-5, rtol=0, atol=1e-4)


def test_slope_of_the_likelihood_is_its_derivative():
    """Away from the maximum too."""
    read, estimate = graded_answers(answers("mixed")), model("mixed")._estimate
    surface = Marginal(read, estimate.grid, estimate.parameters)
    vector = estimate.parameters.vector + 0.05 * np.cos(np.arange(20))
    step = 1e-5 * np.eye(20)
    rises = [surface.at(vector + e).loglik - surface.at(vector - e).loglik for e in step]
    np.testing.assert_allclose(surface.at(vector).by, np.array(rises) / 2e-5, rtol=0, atol=1e-5)


def test_many_interviews_end_where_few_steps_would():
    """A search that begins on a subsample in single precision ends at the same maximum."""
    rng = np.random.default_rng(4)
    slopes = rng.uniform(0.8, 2.5, 6)
    data = simulated(rng, 12_000, slopes, spread(6, 5, rng))
    one = grm(data, tolerance=1e-7, rng=np.random.default_rng(1))
    other = grm(data, tolerance=1e-7, rng=np.random.default_rng(2))
    np.testing.assert_allclose(one.slopes, other.slopes, rtol=0, atol=1e-6)
    assert one.loglik == pytest.approx(other.loglik, abs=1e-4)
    whole = Marginal(one._answers, one._estimate.grid, one._estimate.parameters)
    assert np.abs(whole.at(one._estimate.parameters.vector).by).max() < 1e-2
    errors = one.parameters["a_se"].to_numpy()
    assert (np.abs(one.slopes[:, 0] - slopes) < 4 * errors).all()


def test_short_passes_equal_whole_ones():
    """Posteriors looked for only where they lie, odd patterns among them, lose less than 1e-7."""
    rng = np.random.default_rng(5)
    data = simulated(rng, 3000, rng.uniform(1, 2.5, 8), spread(8, 5, rng))
    data[:60] = rng.integers(1, 6, (60, 8))
    found = grm(data)
    parameters, grid = found._estimate.parameters, found._estimate.grid
    log_p = log_probabilities(parameters, boundaries(parameters, grid.nodes))
    whole = expect(found._answers, log_p, grid.prior, one=False)
    for precision, close in ((np.float64, 1e-7), (np.float32, 2e-6)):
        short = expect(found._answers, log_p, grid.prior, precision)
        assert short.loglik == pytest.approx(whole.loglik, rel=close)
        np.testing.assert_allclose(short.counts, whole.counts, rtol=0, atol=3000 * close)
        assert short.present.sum() == pytest.approx(3000, rel=close)


def test_known_parameters_are_recovered():
    """Over 60 samples: no bias beyond Monte Carlo error, 95 % intervals that cover."""
    rng = np.random.default_rng(11)
    slopes = np.array([0.8, 1.3, 1.8, 2.3, 1.1])
    locations = spread(5, 5, rng)
    rows = []
    for _ in range(60):
        table = grm(simulated(rng, 600, slopes, locations)).parameters
        b = [f"b{k}" for k in range(1, 5)]
        estimates = np.column_stack([table["a"], table[b]])
        errors = np.column_stack([table["a_se"], table[[f"{name}_se" for name in b]]])
        rows.append([estimates - np.column_stack([slopes, locations]), errors])
    apart, errors = np.array(rows).swapaxes(0, 1)
    z = apart.mean(axis=0) / (apart.std(axis=0) / np.sqrt(60))
    assert np.abs(apart[..., 1:].mean(axis=0)).max() < 0.06
    assert np.abs(z[:, 0]).max() < 3.5
    covered = (np.abs(apart) < 1.96 * errors).mean()
    assert covered == pytest.approx(0.95, abs=0.02)
    np.testing.assert_allclose(errors.mean(axis=0) / apart.std(axis=0), 1, atol=0.35)


sample = st.integers(0, 10_000).map(
    lambda seed: simulated(
        np.random.default_rng(seed),
        250,
        np.random.default_rng(seed).uniform(0.8, 2.2, 5),
        spread(5, 4, np.random.default_rng(seed)),
    )
)


@settings(max_examples=15, deadline=None)
@given(data=sample, order=st.permutations(range(5)))
def test_order_of_items_does_not_matter(data, order):
    """Items in another order have the same parameters, to 1e-6."""
    straight, shuffled = grm(data, tolerance=1e-8), grm(data[:, order], tolerance=1e-8)
    expected = straight.slopes[list(order)]
    np.testing.assert_allclose(shuffled.slopes, expected, rtol=1e-6, atol=1e-6)
    assert shuffled.loglik == pytest.approx(straight.loglik, abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(data=sample, item=st.integers(0, 4))
def test_reversing_an_item_turns_it_alone(data, item):
    """Its slope changes sign, its boundaries come in the other order, nothing else moves."""
    turned = data.copy()
    turned[:, item] = 5 - turned[:, item]
    straight, reflected = grm(data, tolerance=1e-8), grm(turned, tolerance=1e-8)
    expected = straight.slopes[:, 0].copy()
    expected[item] *= -1
    np.testing.assert_allclose(reflected.slopes[:, 0], expected, rtol=1e-6, atol=1e-6)
    assert reflected.loglik == pytest.approx(straight.loglik, abs=1e-8)
    own = -straight.intercepts[item][::-1]
    kept = ~np.isnan(own)
    np.testing.assert_allclose(
        reflected.intercepts[item][~np.isnan(reflected.intercepts[item])],
        own[kept],
        rtol=1e-6,
        atol=1e-6,
    )


@settings(max_examples=10, deadline=None)
@given(data=sample, shift=st.integers(-3, 5))
def test_numbering_of_categories_does_not_matter(data, shift):
    """Answers 0 … 3 are those 1 … 4; the interviews come in any order."""
    rows = np.random.default_rng(0).permutation(len(data))
    straight, moved = grm(data, tolerance=1e-8), grm(data[rows] + shift, tolerance=1e-8)
    np.testing.assert_allclose(moved.slopes, straight.slopes, rtol=1e-7, atol=1e-7)


def test_missing_answers_skip_the_item_alone():
    """NaN, a missing code among integers and a row without answers are left out, not filled in."""
    data = answers("holes")
    found = model("holes")
    assert found.n_used == 598
    assert "2 of 600 interviews left out" in found.warnings[0]
    coded = data.fillna(MISSING).to_numpy().astype(np.int64)
    np.testing.assert_array_equal(grm(coded, tolerance=1e-8).slopes, found.slopes)


def test_more_nodes_change_nothing():
    """The nodes that are chosen are enough: three times as many move no slope by 1e-5."""
    close = grm(answers("tapwater"), points=181, tolerance=1e-8)
    np.testing.assert_allclose(model("tapwater").slopes, close.slopes, rtol=0, atol=1e-5)


def test_two_traits_recover_two_groups_of_items():
    """Two correlated traits come back after rotation, and fit better than one."""
    rng = np.random.default_rng(6)
    traits = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 800)
    slopes = np.array([[1.8, 0], [1.5, 0], [2.0, 0], [0, 1.6], [0, 2.0], [0, 1.4]])
    line = (traits @ slopes.T)[:, :, None] - np.linspace(-1.5, 1.5, 3)
    data = (1 / (1 + np.exp(-line)) > rng.random((800, 6, 1))).sum(axis=2)
    one, two = grm(data), grm(data, 2)
    assert two.converged
    assert two.n_parameters == one.n_parameters + 6 - 1
    assert two.aic < one.aic - 50
    turned = rotate(two.loadings)
    assert np.abs(turned.phi[0, 1]) == pytest.approx(0.4, abs=0.12)
    sizes = np.abs(turned.pattern)
    assert np.sort(sizes, axis=1)[:, 0].max() < 0.15
    assert sizes.max(axis=1).min() > 0.5
    assert two.parameters["d1_se"].between(0.05, 0.3).all()
    assert two.parameters["a1_se"].isna().all()
    assert two.scores().values.shape == (800, 2)


def test_result_can_be_read():
    """Tables carry names, the representation the estimates, the dictionary plain values."""
    found = model("mixed")
    table = found.parameters
    assert list(table["item"]) == ["i01", "i02", "i03", "i04", "i05"]
    assert list(found.thresholds["boundary"][:7]) == [
        "1|2",
        "2|3",
        "3|4",
        "4|5",
        "1|2",
        "2|4",
        "4|5",
    ]
    assert np.isnan(table["b2"][1])
    assert "GradedModel: 5 items" in repr(found)
    assert "<table" in found._repr_html_()
    plain = found.to_dict()
    assert plain["parameters"][1]["b2"] is None
    assert plain["converged"] is True
    wide = table.set_index("item")["b1"]
    first = found.thresholds.groupby("item", sort=False)["b"].first()
    np.testing.assert_allclose(wide.drop("i05"), first.drop("i05"))
