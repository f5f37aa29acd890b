"""Count tables, and the moments of ordered answers: invariances and recovery."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._count_tables import coded
from psychometrics._ordinal import CountTables, OrdinalError, TableMoments, ordinal_moments
from tests.psychometrics.ordinal_answers import simulated


def test_tables_of_parts_add_up_to_those_of_the_whole():
    """A file read in parts gives the same correlations and the same gamma."""
    answers = simulated(3000, (0.8, 0.7, 0.5, 0.6), seed=1)
    answers[::17, 2] = np.nan
    categories, items = [(1, 2, 3, 4)] * 4, ("a", "b", "c", "d")
    parts = np.array_split(answers, 7)
    tables = [CountTables.from_matrix(part, categories, items) for part in parts]
    total = sum(tables[1:], start=tables[0])
    found = TableMoments.of(total)
    products = sum(found.influence.products(coded(part, total.categories, items)) for part in parts)
    whole = ordinal_moments(answers, items)
    np.testing.assert_array_equal(total.joint, CountTables.from_matrix(answers).joint)
    np.testing.assert_array_equal(found.moments.correlations, whole.correlations)
    np.testing.assert_allclose(
        found.with_gamma(products).gamma, whole.gamma, rtol=1e-10, atol=1e-12
    )


def test_tables_of_other_categories_do_not_add_up():
    """Parts counted with the categories they happened to show are not mixed up."""
    answers = simulated(100, (0.8, 0.7), seed=2)
    with pytest.raises(OrdinalError, match="the same categories="):
        CountTables.from_matrix(answers) + CountTables.from_matrix(answers + 1)


@given(
    seed=st.integers(0, 10_000),
    order=st.permutations(range(4)),
    turned=st.lists(st.booleans(), min_size=4, max_size=4),
)
@settings(max_examples=25, deadline=None)
def test_order_and_reflection_of_items_change_nothing_else(seed, order, turned):
    """Items in another order, or reversed, have the same correlations up to place and sign."""
    answers = simulated(250, (0.8, 0.6, -0.5, 0.7), seed)
    sign = np.where(turned, -1.0, 1.0)
    other = ordinal_moments((answers * sign)[:, order])
    found = ordinal_moments(answers)
    expected = (found.correlations * np.outer(sign, sign))[np.ix_(order, order)]
    np.testing.assert_allclose(other.correlations, expected, rtol=0, atol=1e-9)
    for place, item in enumerate(order):
        own = found.thresholds[item]
        wanted = -own[::-1] if turned[item] else own
        np.testing.assert_allclose(other.thresholds[place], wanted, rtol=0, atol=1e-12)
    assert np.linalg.eigvalsh(other.gamma).min() > -1e-9
    assert np.trace(other.gamma) == pytest.approx(np.trace(found.gamma), rel=1e-6)


@given(seed=st.integers(0, 10_000), step=st.sampled_from([0.25, 1.0, 3.0, 300.0]))
@settings(max_examples=15, deadline=None)
def test_only_the_order_of_answers_matters(seed, step):
    """Answers with other values in the same order, whole or not, give the same figures."""
    answers = simulated(150, (0.8, 0.6, 0.5), seed)
    found, other = ordinal_moments(answers), ordinal_moments(answers**2 * step - 7)
    np.testing.assert_array_equal(other.correlations, found.correlations)
    np.testing.assert_array_equal(other.gamma, found.gamma)


def test_types_of_answers_do_not_matter():
    """Whole numbers of any type count as the same answers."""
    answers = simulated(150, (0.8, 0.6, 0.5), seed=3)
    expected = ordinal_moments(answers)
    for kind in (np.int8, np.uint8, np.int64, np.float32):
        np.testing.assert_array_equal(ordinal_moments(answers.astype(kind)).gamma, expected.gamma)
    far_apart = np.where(answers < 3, -100, 100).astype(np.int8)
    assert CountTables.from_matrix(far_apart).categories == ((-100.0, 100.0),) * 3


def test_true_correlations_are_recovered_with_honest_errors():
    """No bias over 400 samples, and 95 % intervals hold the truth 95 times in 100."""
    loadings = np.array([0.8, 0.7, 0.6])
    truth = np.outer(loadings, loadings)[np.triu_indices(3, 1)]
    upper = np.triu_indices(3, 1)
    estimates, errors = [], []
    for seed in range(400):
        tables = CountTables.from_matrix(simulated(400, loadings, seed))
        found = TableMoments.of(tables)
        estimates.append(found.moments.correlations[upper])
        errors.append(np.sqrt(found.variances[upper]))
    off, spread = np.array(estimates) - truth, np.array(errors)
    np.testing.assert_allclose(off.mean(axis=0), 0, atol=4 * off.std() / np.sqrt(400))
    np.testing.assert_allclose(spread.mean(axis=0), off.std(axis=0), rtol=0.1)
    covered = (np.abs(off) < 1.96 * spread).mean()
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 1200)


def test_gamma_is_the_covariance_of_estimates_over_samples():
    """Γ/n of one large sample equals the spread of thresholds and correlations over samples."""
    loadings = (0.8, 0.6)
    estimates = [
        ordinal_moments(simulated(500, loadings, seed), gamma=False).thresholds_and_correlations
        for seed in range(600)
    ]
    gamma = ordinal_moments(simulated(200_000, loadings, seed=9)).gamma
    scale = np.sqrt(np.diag(gamma))
    seen = np.cov(np.array(estimates).T) * 500 / np.outer(scale, scale)
    np.testing.assert_allclose(seen, gamma / np.outer(scale, scale), rtol=0, atol=0.2)
