"""Alpha and omega."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import MISSING, Dataset, DatasetError, ReliabilityError, ScoringKey, alpha, omega
from psychometrics._one_factor import fit_one_factor

SCALES = [
    ("tapwater", "cognitive"),
    ("tapwater", "affective"),
    ("bfi", "agree"),
    ("bfi", "neuro"),
    ("attitude", "all"),
]


def _one_dimension(n: int, p: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, 1))
    return factor * np.linspace(0.8, 1.5, p) + rng.normal(size=(n, p))


@pytest.mark.parametrize(("name", "scale"), SCALES)
def test_alpha_equals_psych(name, scale, known, golden_json) -> None:
    """psych::alpha: raw, standardised and average correlation to 1e-10, Feldt's ends to 1e-9."""
    result, expected = alpha(known[name], scale=scale), golden_json(f"alpha_{name}_{scale}")
    assert result.n_used == expected["n"]
    for field in ("alpha", "standardised", "average_r"):
        assert getattr(result, field) == pytest.approx(expected[field], abs=1e-10)
    for field in ("lower", "upper"):
        assert getattr(result, field) == pytest.approx(expected[field], abs=1e-9)


@pytest.mark.parametrize(("name", "scale"), SCALES)
def test_omega_equals_lavaan_and_semtools(name, scale, known, golden_json) -> None:
    """compRelSEM of a one-factor cfa: omega to 1e-8, its error and interval to 1e-7."""
    result, expected = omega(known[name], scale=scale), golden_json(f"omega_{name}_{scale}")
    assert result.converged
    assert result.n_used == expected["n"]
    assert result.omega == pytest.approx(expected["omega"], abs=1e-8)
    for field in ("se", "lower", "upper"):
        assert getattr(result, field) == pytest.approx(expected[field], abs=1e-7)
    assert np.abs(result.loadings) == pytest.approx(expected["loadings"], rel=1e-7)
    assert result.uniquenesses == pytest.approx(expected["uniquenesses"], rel=1e-7)


def test_tap_water_has_its_published_alphas(known) -> None:
    """.863 for the cognitive and .854 for the affective scale."""
    figures = [alpha(known["tapwater"], scale=scale).alpha for scale in ("cognitive", "affective")]
    assert np.round(figures, 3).tolist() == [0.863, 0.854]


def test_one_factor_fit_reaches_a_flat_point() -> None:
    """The gradient at the solution is below 1e-8 and the parameters are recovered exactly."""
    loadings, uniquenesses = np.array([0.9, 1.4, 0.5, 2.0]), np.array([1.0, 0.3, 2.0, 0.7])
    model = fit_one_factor(np.outer(loadings, loadings) + np.diag(uniquenesses))
    assert model.gradient < 1e-8
    np.testing.assert_allclose(model.loadings, loadings, atol=1e-7)
    np.testing.assert_allclose(model.uniquenesses, uniquenesses, atol=1e-7)


def test_omega_interval_covers_as_often_as_it_says() -> None:
    """Of 200 seeded samples the 90 % interval holds the true omega in 83–97 %."""
    loadings = np.array([0.6, 0.8, 1.0, 0.7])
    truth = loadings.sum() ** 2 / (loadings.sum() ** 2 + 4)
    rng = np.random.default_rng(20)
    covered = 0
    for _ in range(200):
        answers = rng.normal(size=(150, 1)) * loadings + rng.normal(size=(150, 4))
        result = omega(answers, level=0.9)
        covered += result.lower <= truth <= result.upper
    assert 166 <= covered <= 194


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    order=st.permutations(range(5)),
    factor=st.floats(0.01, 100),
    shift=st.floats(-100, 100),
)
def test_order_and_direction_and_units_do_not_matter(seed, order, factor, shift) -> None:
    """Items in another order, all reflected and rescaled alike, are as reliable as before."""
    answers = _one_dimension(60, 5, seed)
    other = shift - factor * answers[:, order]
    assert alpha(other).alpha == pytest.approx(alpha(answers).alpha, abs=1e-8)
    assert omega(other).omega == pytest.approx(omega(answers).omega, abs=1e-7)
    assert omega(other).se == pytest.approx(omega(answers).se, abs=1e-7)


def test_missing_answers_are_dropped_listwise_and_counted() -> None:
    """An interview with a gap does not enter, and n_used says so."""
    answers = _one_dimension(80, 4, 1)
    gap = np.vstack([answers, [np.nan, 1, 1, 1]])
    assert alpha(gap) == alpha(answers)
    assert omega(pd.DataFrame(gap)).n_used == 80


def test_item_keyed_the_wrong_way_is_named() -> None:
    """A negative loading and a negative alpha are pointed at."""
    answers = _one_dimension(200, 4, 2)
    answers[:, 3] *= -1
    assert omega(answers).warnings == (
        "Item item4 runs against its scale (negative loading): check its keying.",
    )
    pair = answers[:, [2, 3]]
    assert alpha(pair).alpha < 0
    assert "Alpha is negative" in alpha(pair).warnings[0]


def test_two_items_have_alpha_and_spearman_brown_but_no_omega() -> None:
    """Standardised alpha of two items is 2r/(1 + r); omega is refused with the reason."""
    pair = _one_dimension(100, 2, 3)
    r = np.corrcoef(pair, rowvar=False)[0, 1]
    assert alpha(pair).standardised == pytest.approx(2 * r / (1 + r))
    with pytest.raises(ReliabilityError, match="not identified by 2 items"):
        omega(pair)


def test_constant_item_is_named() -> None:
    """Alpha warns and leaves out what is undefined; omega is refused."""
    answers = _one_dimension(50, 4, 4)
    answers[:, 1] = 3
    result = alpha(answers)
    assert result.warnings == ("Everybody gave the same answer to item item2.",)
    assert result.standardised is None
    assert result.average_r is None
    with pytest.raises(ReliabilityError, match="same answer to item2"):
        omega(answers)


def test_heywood_case_is_refused_not_reported() -> None:
    """A negative residual variance makes omega too high: the item is named instead."""
    target = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    z = np.random.default_rng(5).normal(size=(100, 3))
    z = np.linalg.solve(np.linalg.cholesky(np.cov(z, rowvar=False)), (z - z.mean(axis=0)).T).T
    with pytest.raises(ReliabilityError, match="Item item1 has a negative residual variance"):
        omega(z @ np.linalg.cholesky(target).T)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (np.full((10, 3), np.nan), "0 of 10 interviews answered every item"),
        (np.ones((1, 3)), "1 of 1 interviews"),
        (np.ones((10, 3)), "undefined"),
        (np.empty((0, 3)), "0 of 0"),
    ],
)
def test_answers_without_reliability_are_refused(answers, message) -> None:
    """All missing, one person, everybody alike, nobody at all: a reason, never a figure."""
    for function in (alpha, omega):
        with pytest.raises(ReliabilityError, match=message):
            function(answers)


def test_items_that_add_up_and_too_few_people_are_refused() -> None:
    """A singular covariance is no ground for omega."""
    answers = _one_dimension(50, 3, 6)
    with pytest.raises(ReliabilityError, match="repeats or adds up"):
        omega(np.column_stack([answers, answers.sum(axis=1)]))
    with pytest.raises(ReliabilityError, match="too few"):
        omega(answers[:3])
    with pytest.raises(ReliabilityError, match="at least two items"):
        alpha(answers[:, :1])


def test_unrelated_items_give_a_reason_or_a_figure_within_range() -> None:
    """Pure noise never yields an omega outside 0–1 or an exception of another kind."""
    found = 0
    for seed in range(30):
        noise = np.random.default_rng(seed).normal(size=(40, 4))
        try:
            result = omega(noise)
        except ReliabilityError:
            continue
        found += 1
        assert 0 <= result.lower <= result.omega <= result.upper <= 1
    assert found


def test_scale_of_a_dataset_must_be_clear() -> None:
    """Two scales need a name, one does not, outcomes do not count, levels lie within 0–1."""
    answers = np.array([[1, 2, 3], [4, 5, MISSING], [2, 2, 1]])
    keys = [ScoringKey("one", ("a", "b"), 1, 5), ScoringKey("end", ("c",), 1, 5, outcome=True)]
    data = Dataset.build(answers, ["a", "b", "c"], keys)
    assert alpha(data) == alpha(data, scale="one")
    two = Dataset.build(answers, ["a", "b", "c"], [keys[0], ScoringKey("two", ("b", "c"), 1, 5)])
    with pytest.raises(ReliabilityError, match="Name one scale of: one, two"):
        alpha(two)
    with pytest.raises(DatasetError, match="no scale 'three'"):
        alpha(two, scale="three")
    with pytest.raises(ReliabilityError, match="level is 95"):
        alpha(data, level=95)
