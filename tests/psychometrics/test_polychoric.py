"""Polychoric correlations, thresholds and their covariance against lavaan and psych."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._bivariate_normal import FAR, bivariate_cdf, bivariate_density
from psychometrics._count_tables import coded
from psychometrics._matrix import as_matrix
from psychometrics._ordinal import CountTables, OrdinalError, TableMoments, ordinal_moments
from psychometrics.polychoric import polychoric

GOLDEN = Path(__file__).parents[1] / "golden" / "polychoric"
WITH_GAMMA = ("mixed", "binary", "small", "near", "holes")
WITH_SKETCH = ("tapwater", "wide")
SETS = WITH_GAMMA + WITH_SKETCH
LIMITS = (-1.0, 0.2, 0.9)


@pytest.fixture
def answers_of(known):
    """The answers a golden was made from, by its name."""

    def read(name: str) -> pd.DataFrame:
        if name != "tapwater":
            return pd.read_csv(GOLDEN / f"answers_{name}.csv", dtype=float)
        matrix, items = as_matrix(known[name])
        return pd.DataFrame(matrix, columns=items).dropna()

    return read


def golden_of(name: str) -> dict:
    """What lavaan and psych say about them."""
    return json.loads((GOLDEN / f"moments_{name}.json").read_text())


def simulated(n: int, loadings, seed: int, limits=LIMITS) -> np.ndarray:
    """Answers 1 … K to items of one factor."""
    rng = np.random.default_rng(seed)
    weights = np.asarray(loadings)
    opinions = rng.normal(size=(n, 1)) * weights
    opinions += rng.normal(size=(n, len(weights))) * np.sqrt(1 - weights**2)
    return np.digitize(opinions, limits) + 1.0


@pytest.mark.parametrize("name", SETS)
def test_thresholds_and_correlations_equal_lavaan(name, answers_of):
    """Thresholds to 1e-10, correlations to 1e-7, whatever the number of categories."""
    golden, found = golden_of(name), ordinal_moments(answers_of(name).to_numpy(), gamma=False)
    assert found.n == golden["n"]
    assert found.converged
    np.testing.assert_allclose(
        np.concatenate(found.thresholds), golden["thresholds"], rtol=0, atol=1e-10
    )
    np.testing.assert_allclose(found.correlations, golden["correlations"], rtol=0, atol=1e-7)


@pytest.mark.parametrize("name", sorted(set(SETS) - {"binary"}))
def test_correlations_equal_psych(name, answers_of):
    """To 1e-4: psych searches no closer."""
    found = ordinal_moments(answers_of(name).to_numpy(), gamma=False)
    np.testing.assert_allclose(found.correlations, golden_of(name)["psych"], rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", WITH_GAMMA)
def test_gamma_equals_lavaan(name, answers_of):
    """Every element to 1e-6 of the standard deviations it belongs to."""
    golden = np.loadtxt(GOLDEN / f"gamma_{name}.csv", delimiter=",")
    gamma = ordinal_moments(answers_of(name).to_numpy()).gamma
    scale = np.sqrt(np.outer(np.diag(golden), np.diag(golden)))
    np.testing.assert_allclose(gamma / scale, golden / scale, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", WITH_SKETCH)
def test_large_gamma_equals_lavaan(name, answers_of):
    """Its diagonal to 1e-6 relative, its products with three vectors to 1e-6 of the largest."""
    golden = np.loadtxt(GOLDEN / f"gamma_sketch_{name}.csv", delimiter=",")
    gamma = ordinal_moments(answers_of(name).to_numpy()).gamma
    np.testing.assert_allclose(np.diag(gamma), golden[:, 0], rtol=1e-6)
    vectors = np.cos(np.outer(np.arange(1, len(gamma) + 1), [0.5, 1.3, 2.9]))
    np.testing.assert_allclose(
        gamma @ vectors, golden[:, 1:], rtol=0, atol=1e-6 * np.abs(golden[:, 1:]).max()
    )


@pytest.mark.parametrize("name", SETS)
def test_standard_errors_need_no_second_pass(name, answers_of):
    """The tables alone give the errors that the diagonal of gamma gives."""
    answers = answers_of(name)
    found = polychoric(answers, missing="pairwise")
    upper = np.triu_indices(len(answers.columns), 1)
    last = np.sqrt(np.diag(found.acov))[-len(upper[0]) :]
    np.testing.assert_allclose(found.se.to_numpy()[upper], last, rtol=1e-12)


def test_bivariate_normal_equals_integrals():
    """Within 1e-14 of one-dimensional integrals from ρ = −.999 to .999."""
    golden = pd.read_csv(GOLDEN / "bivariate_normal.csv")
    first, second = golden["a"].to_numpy()[:, None], golden["b"].to_numpy()[:, None]
    found = bivariate_cdf(first, second, golden["rho"].to_numpy())[:, 0, 0]
    np.testing.assert_allclose(found, golden["probability"], rtol=0, atol=1e-14)


def test_bivariate_normal_equals_a_dense_rule_on_either_side_of_its_seams():
    """400 points of the same integral agree to 5e-15 wherever the number of points changes."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    limits = np.array([-2.2, -0.4, 0.0, 0.9, 2.6])
    seams = np.array([0.3, 0.5, 0.75, 0.95])
    rho = np.concatenate([seams - 1e-9, seams + 1e-9, -seams + 1e-9, -seams - 1e-9])
    grid = np.tile(limits, (len(rho), 1))
    half = np.arcsin(rho)[:, None] / 2
    slopes = np.sin(half * (nodes + 1))
    a, b = limits[:, None], limits[None, :]
    dense = bivariate_cdf(grid, grid, np.zeros(len(rho)))
    for q, sine in enumerate(slopes):
        exponent = (a * a + b * b)[..., None] - 2 * (a * b)[..., None] * sine
        kernel = np.exp(-exponent / (2 * (1 - sine**2)))
        dense[q] += kernel @ weights * half[q] / (2 * np.pi)
    np.testing.assert_allclose(bivariate_cdf(grid, grid, rho), dense, rtol=0, atol=5e-15)


@pytest.mark.parametrize("rho", [-0.97, -0.4, 0.0, 0.6, 0.96])
def test_density_is_the_slope_of_the_distribution(rho):
    """dΦ₂/dρ = φ₂ by central differences; a far limit is none."""
    limits = np.array([[-1.5, 0.0, 0.8]])
    step = 1e-6
    above = bivariate_cdf(limits, limits, np.array([rho + step]))
    below = bivariate_cdf(limits, limits, np.array([rho - step]))
    density = bivariate_density(limits, limits, np.array([rho]))
    np.testing.assert_allclose((above - below) / (2 * step), density, rtol=0, atol=1e-7)
    far = np.full((1, 1), FAR)
    margin = bivariate_cdf(limits, far, np.array([rho]))[0, :, 0]
    np.testing.assert_allclose(margin, bivariate_cdf(limits, far, np.zeros(1))[0, :, 0], atol=1e-15)


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


@pytest.mark.parametrize("turn", [1, -1])
def test_perfect_order_is_at_the_bound_and_said(turn):
    """The same item twice: ±.999 with a warning, no standard error, and the rest unharmed."""
    answers = simulated(200, (0.8, 0.6), seed=4)
    twice = np.column_stack([answers, turn * answers[:, 0]])
    found = polychoric(pd.DataFrame(twice, columns=["a", "b", "c"]))
    assert found.correlations.loc["a", "c"] == pytest.approx(0.999 * turn, abs=1e-12)
    assert np.isnan(found.se.loc["a", "c"])
    assert found.converged
    assert any("at its bound" in said and "a × c" in said for said in found.warnings)
    alone = polychoric(pd.DataFrame(answers, columns=["a", "b"]))
    assert found.se.loc["a", "b"] == pytest.approx(alone.se.loc["a", "b"], rel=1e-12)
    assert found.acov.isna().to_numpy().sum() == 2 * len(found.acov) - 1


def test_perfect_order_of_coarse_and_fine_answers_is_at_the_bound():
    """An answer that is another one cut coarser has no largest correlation but 1."""
    fine = np.repeat([1.0, 2, 3, 4, 5], 20)
    found = polychoric(np.column_stack([fine, np.where(fine > 3, 2.0, 1.0)]))
    assert found.correlations.iloc[0, 1] == 0.999
    assert any("at its bound" in said for said in found.warnings)


def test_two_categories_in_perfect_order_give_one():
    """Two empty cells in the diagonal of a 2×2 table: ±1, as lavaan has it."""
    yes = np.repeat([0.0, 1.0], [70, 50])
    found = ordinal_moments(np.column_stack([yes, yes, 1 - yes]))
    np.testing.assert_array_equal(found.correlations[0], [1, 1, -1])


def test_one_empty_cell_of_two_by_two_is_given_a_half_and_said(answers_of):
    """lavaan's correction, and a warning that names the pairs."""
    found = ordinal_moments(answers_of("binary").to_numpy(), answers_of("binary").columns)
    assert any("½" in said and "i01 × i03" in said for said in found.warnings)


def test_an_unlikely_answer_cannot_lift_a_correlation_to_the_bound():
    """One interview against the trend: the solution of the greater likelihood is found."""
    table = np.array([[15, 23, 31, 28, 0], [0, 0, 0, 88, 0], [0, 1, 0, 12, 2]])
    first, second = np.nonzero(table)
    answers = np.repeat(np.column_stack([first, second]), table[first, second], axis=0)
    assert ordinal_moments(answers * 1.0).correlations[0, 1] == pytest.approx(0.8533, abs=1e-4)


def test_matrix_that_is_not_positive_definite_is_said():
    """Pairwise tables that contradict each other are not passed on in silence."""
    trend = simulated(400, (0.95, 0.95), seed=5)
    answers = np.full((1200, 3), np.nan)
    answers[:400, :2], answers[400:800, 1:] = trend, trend
    answers[800:, 0], answers[800:, 2] = trend[:, 0], 5 - trend[:, 1]
    found = polychoric(answers, missing="pairwise")
    assert any("not positive definite" in said for said in found.warnings)


def test_few_interviews_and_thin_tables_are_said():
    """40 interviews in 49 cells: both are named."""
    answers = simulated(40, (0.9, 0.9), seed=6, limits=(-1.5, -1, -0.3, 0.3, 1, 1.5))
    found = ordinal_moments(answers, ("a", "b"))
    assert any("40 interviews" in said for said in found.warnings)
    assert any("given by nobody for: a × b" in said for said in found.warnings)


def test_listwise_and_pairwise_use_the_interviews_they_say():
    """Listwise equals deleting by hand and says how many went; pairwise keeps them."""
    answers = simulated(300, (0.8, 0.7, 0.6), seed=7)
    answers[:40, 1] = np.nan
    answers[0] = np.nan
    listwise, pairwise = polychoric(answers), polychoric(answers, missing="pairwise")
    assert (listwise.n_used, listwise.n_dropped) == (260, 40)
    assert (pairwise.n_used, pairwise.n_dropped) == (299, 1)
    assert "40 of 300 interviews left out" in listwise.warnings[0]
    pd.testing.assert_frame_equal(listwise.acov, polychoric(answers[40:]).acov)
    assert pairwise.se.iloc[0, 2] < listwise.se.iloc[0, 2]


def test_count_tables_are_answers_enough():
    """Everything but acov comes from tables; acov says what it lacks."""
    answers = simulated(300, (0.8, 0.7, 0.6), seed=8)
    from_tables, found = polychoric(CountTables.from_matrix(answers)), polychoric(answers)
    pd.testing.assert_frame_equal(from_tables.se, found.se)
    pd.testing.assert_frame_equal(from_tables.correlations, found.correlations)
    with pytest.raises(OrdinalError, match="give the answers"):
        from_tables.acov  # noqa: B018


def test_results_carry_names():
    """Items, thresholds and estimates are named as in lavaan; absent thresholds are NaN."""
    answers = pd.DataFrame(simulated(300, (0.8, 0.7), seed=10), columns=["x", "y"])
    answers["y"] = np.minimum(answers["y"], 3)
    found = polychoric(answers, items=["y", "x"])
    assert list(found.correlations.index) == ["y", "x"]
    assert list(found.thresholds.columns) == ["t1", "t2", "t3"]
    assert np.isnan(found.thresholds.loc["y", "t3"])
    assert list(found.acov.index) == ["y|t1", "y|t2", "x|t1", "x|t2", "x|t3", "y~~x"]
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["correlations"][0][1] == found.correlations.iloc[0, 1]
    assert [len(values) for values in plain["thresholds"]] == [2, 3]
    assert "2 items, n = 300, converged" in repr(found)
    assert "<table" in found._repr_html_()


def test_known_answers_that_nobody_gave_are_refused():
    """An empty category of a group has no threshold; the message says how to mend it."""
    answers = simulated(200, (0.8, 0.7), seed=11)
    with pytest.raises(OrdinalError, match=r"the answer 5 to item a; join it"):
        ordinal_moments(answers, ("a", "b"), categories=[(1, 2, 3, 4, 5), (1, 2, 3, 4)])


def test_answers_beyond_the_known_ones_are_refused():
    """A stray answer is named with its item."""
    answers = simulated(200, (0.8, 0.7), seed=12)
    for stray in (4.0, 2.5, -99.0, 1e6):
        answers[3, 1] = stray
        with pytest.raises(OrdinalError, match=re.escape(f"Item b holds the answer {stray:g}")):
            ordinal_moments(answers, ("a", "b"), categories=[(1, 2, 3, 4), (1, 2, 3)])


def test_unusable_items_are_refused():
    """Constant, continuous, unanswered and never jointly answered items, each with its name."""
    answers = simulated(200, (0.8, 0.7, 0.6), seed=13)
    items = ("a", "b", "c")
    constant, continuous, empty = answers.copy(), answers.copy(), answers.copy()
    constant[:, 1] = 3
    continuous[:, 2] = np.random.default_rng(1).normal(size=200)
    empty[:, 0] = np.nan
    apart = answers.copy()
    apart[:100, 0], apart[100:, 2] = np.nan, np.nan
    for broken, said in (
        (constant, "same answer to item b"),
        (continuous, "Item c has 200 different answers.*continuous"),
        (empty, "Nobody answered item a"),
        (apart, "Nobody answered both a and c"),
    ):
        with pytest.raises(OrdinalError, match=said):
            ordinal_moments(broken, items)


def test_items_that_do_not_vary_together_are_refused():
    """Interviews with both answers that all gave one of them the same tell no correlation."""
    answers = simulated(200, (0.8, 0.7, 0.6), seed=14)
    answers[answers[:, 0] == 1, 1] = np.nan
    answers[answers[:, 0] == 2, 1] = np.nan
    answers[answers[:, 0] == 3, 1] = np.nan
    with pytest.raises(OrdinalError, match="all gave the same answer to a"):
        ordinal_moments(answers, ("a", "b", "c"))


def test_misuse_is_refused():
    """No complete interview, one item, an unknown way with missing answers, wrong names."""
    answers = simulated(50, (0.8, 0.7), seed=15)
    holes = answers.copy()
    holes[:, 1] = np.nan
    with pytest.raises(OrdinalError, match="item2 is missing most often"):
        polychoric(holes)
    with pytest.raises(OrdinalError, match="two items or more"):
        polychoric(answers[:, :1])
    with pytest.raises(OrdinalError, match="There are no answers"):
        polychoric(answers[:0])
    with pytest.raises(OrdinalError, match="choose one of listwise, pairwise"):
        polychoric(answers, missing="fiml")
    with pytest.raises(OrdinalError, match="3 item names"):
        ordinal_moments(answers, ("a", "b", "c"))
    with pytest.raises(OrdinalError, match="Categories of 1 items for 2 columns"):
        ordinal_moments(answers, categories=[(1, 2)])
    with pytest.raises(OrdinalError, match="items= belongs to answers"):
        polychoric(CountTables.from_matrix(answers), items=["item1", "item2"])
