"""Factor solutions against psych and GPArotation, their invariances, and their refusals."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import efa
from psychometrics._extraction import refine
from psychometrics._factor_analyzer import unrotated
from psychometrics.efa import EfaError
from tests.psychometrics.factor_goldens import (
    DATA,
    GOLDEN,
    aligned,
    answers_of,
    correlation_of,
    golden,
    simulated,
)

FACTORS = {"tapwater": 2, "bfi": 5, "harman": 4, "heywood": 1}
N = {"tapwater": 439, "bfi": 2436, "harman": 145, "heywood": 200}
SOLUTIONS = [
    (name, method, rotation)
    for name in ("tapwater", "bfi", "harman")
    for method in ("minres", "ml")
    for rotation in ("none", "varimax", "promax", "oblimin")
] + [("heywood", "ml", "none")]


def golden_of(name: str, method: str, rotation: str) -> dict:
    """The solution of psych::fa, rotated with a tight criterion."""
    file = f"efa_{method}_{rotation}_{FACTORS[name]}_{name}.json"
    return json.loads((GOLDEN / "structure" / file).read_text())


def solution_of(name: str, method: str, rotation: str):
    """The same by this package."""
    turned = None if rotation == "none" else rotation
    cov = correlation_of(name)
    return efa(None, FACTORS[name], cov=cov, n=N[name], method=method, rotation=turned)


@pytest.mark.parametrize(("name", "method", "rotation"), SOLUTIONS)
def test_solution_equals_psych(name, method, rotation):
    """Loadings, Φ, structure, communalities, uniquenesses and variance table to 1e-5."""
    golden, found = golden_of(name, method, rotation), solution_of(name, method, rotation)
    ours = found.to_dict()
    for part in ("loadings", "factor_correlations", "structure", "communalities", "uniquenesses"):
        theirs = np.array(golden[part]).reshape(np.shape(ours[part]))
        np.testing.assert_allclose(ours[part], theirs, rtol=0, atol=1e-5, err_msg=part)
    for row, values in golden["variance"].items():
        np.testing.assert_allclose(ours["variance"][row], values, rtol=0, atol=1e-5, err_msg=row)
    assert found.converged


@pytest.mark.parametrize(("name", "method", "rotation"), SOLUTIONS)
def test_fit_equals_psych(name, method, rotation):
    """Figures of fit to 1e-5 relative; degrees of freedom exactly; p to 1e-8 (ml), 1e-6 (minres).

    The minres p is as far off as psych stops short of the minimum: chi-square is not stationary
    there, as it is for ml.
    """
    golden, found = golden_of(name, method, rotation)["fit"], solution_of(name, method, rotation)
    ours = found.fit.to_dict()
    assert ours["df"] == golden["df"]
    assert ours["null_df"] == golden["null_df"]
    assert ours["p"] == pytest.approx(golden["p"], abs=1e-8 if method == "ml" else 1e-6)
    for figure in ("objective", "chi2", "null_chi2", "rmsea", "tli", "rmsr", "bic"):
        assert ours[figure] == pytest.approx(golden[figure], rel=1e-5), figure
    assert ours["rmsea_interval"] == pytest.approx(golden["rmsea_interval"], rel=1e-5)


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("name", FACTORS)
def test_extraction_ends_at_the_minimum(name, method):
    """Uniquenesses equal a tightly converged nlminb (minres) or factanal (ml) to 2e-7."""
    file = GOLDEN / "structure" / f"uniquenesses_{method}_{FACTORS[name]}_{name}.csv"
    golden = pd.read_csv(file, index_col=0)["uniqueness"].to_numpy()
    found = unrotated(correlation_of(name).to_numpy(), FACTORS[name], method)
    np.testing.assert_allclose(found.uniquenesses, golden, rtol=0, atol=2e-7)
    assert found.converged


@pytest.mark.parametrize("rotation", ["varimax", "promax", "oblimin"])
def test_rotation_changes_neither_model_nor_communalities(rotation):
    """ΛΦΛ' is the same before and after: Φ stands in the order of the loadings."""
    before, after = solution_of("bfi", "ml", "none"), solution_of("bfi", "ml", rotation)
    implied = after.pattern @ after.phi @ after.pattern.T
    np.testing.assert_allclose(implied, before.pattern @ before.pattern.T, rtol=0, atol=1e-10)
    np.testing.assert_allclose(after.communalities, before.communalities, rtol=0, atol=1e-10)
    assert np.diag(after.phi) == pytest.approx(np.ones(5), abs=1e-12)
    explained = after.variance.loc["SS loadings"].to_numpy()
    assert (np.diff(explained) <= 0).all()
    assert (after.pattern.sum(axis=0) >= 0).all()


choice = {
    "seed": st.integers(0, 10_000),
    "method": st.sampled_from(["minres", "ml", "pa", "principal"]),
    "rotation": st.sampled_from(
        ["oblimin", "promax", "varimax", "geomin", "quartimax", "equamax", "bifactor", None]
    ),
}


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(9)), **choice)
def test_order_of_items_does_not_matter(order, seed, method, rotation):
    """Items in another order have the same loadings, to 1e-6."""
    answers = simulated(seed)
    straight = efa(answers, 3, method=method, rotation=rotation)
    shuffled = efa(answers[:, order], 3, method=method, rotation=rotation)
    expected = straight.pattern[list(order)]
    found = aligned(shuffled.pattern, expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert shuffled.fit.chi2 == pytest.approx(straight.fit.chi2, rel=1e-8)


@settings(max_examples=25, deadline=None)
@given(item=st.integers(0, 8), **choice)
def test_reflecting_an_item_turns_its_loadings_alone(item, seed, method, rotation):
    """An item keyed the other way changes the sign of its row and nothing else, to 1e-6."""
    answers = simulated(seed)
    straight = efa(answers, 3, method=method, rotation=rotation)
    turned = answers.copy()
    turned[:, item] = 8 - turned[:, item]
    reflected = efa(turned, 3, method=method, rotation=rotation)
    expected = straight.pattern.copy()
    expected[item] *= -1
    found = aligned(reflected.pattern, expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    np.testing.assert_allclose(reflected.communalities, straight.communalities, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(
    scale=st.lists(st.floats(0.01, 1000), min_size=9, max_size=9),
    shift=st.floats(-1000, 1000),
    **choice,
)
def test_units_of_items_do_not_matter(scale, shift, seed, method, rotation):
    """Rescaled and shifted items have the same loadings, to 1e-6."""
    answers = simulated(seed)
    straight = efa(answers, 3, method=method, rotation=rotation)
    rescaled = efa(answers * np.array(scale) + shift, 3, method=method, rotation=rotation)
    np.testing.assert_allclose(rescaled.pattern, straight.pattern, rtol=0, atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(times=st.integers(2, 5), **choice)
def test_interviews_given_several_times_change_no_loading(times, seed, method, rotation):
    """The same answers k times over: loadings to 1e-6, the misfit the same, n k-fold."""
    answers = simulated(seed)
    once = efa(answers, 3, method=method, rotation=rotation)
    often = efa(np.tile(answers, (times, 1)), 3, method=method, rotation=rotation)
    np.testing.assert_allclose(often.pattern, once.pattern, rtol=0, atol=1e-6)
    assert often.fit.objective == pytest.approx(once.fit.objective, rel=1e-8)
    assert often.n_used == times * once.n_used


@pytest.mark.parametrize("name", DATA)
def test_extraction_equals_psych(name):
    """Unrotated minres to 1e-6 of its minimum, pa and principal of psych to 1e-8."""
    answers, theirs, m = answers_of(name), golden(f"solution_{name}"), DATA[name]
    for method, bound in (("minres", 1e-6), ("pa", 1e-8), ("principal", 1e-12)):
        found = efa(answers, m, method=method, rotation=None)
        assert (found.n_used, found.converged) == (theirs["n"], True)
        np.testing.assert_allclose(found.pattern, theirs[method], rtol=0, atol=bound)
    turned = efa(answers, m, method="principal", rotation="varimax")
    expected = np.array(theirs["principal_varimax"])
    np.testing.assert_allclose(aligned(turned.pattern, expected), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("method", ["pa", "principal"])
def test_fit_of_principal_methods_equals_psych(name, method):
    """Objective, chi-square, degrees of freedom and RMSR to 1e-8 relative."""
    theirs = golden(f"solution_{name}")[f"{method}_fit"]
    ours = efa(answers_of(name), DATA[name], method=method, rotation=None).fit
    for figure, value in theirs.items():
        assert getattr(ours, figure) == pytest.approx(value, rel=1e-8), figure


@pytest.mark.parametrize("name", DATA)
def test_principal_axes_end_where_minres_does(name):
    """Both have the same stationary points, as long as no uniqueness is at its bound: to 1e-8."""
    axes, least = (
        efa(answers_of(name), DATA[name], method=method, rotation=None)
        for method in ("pa", "minres")
    )
    np.testing.assert_allclose(axes.pattern, least.pattern, rtol=0, atol=1e-8)


def test_too_many_factors_end_in_the_lowest_minimum():
    """Where several minima exist the lowest is kept: five factors on items made of three."""
    matrix = answers_of("holes").dropna().corr().to_numpy()
    drawn = np.random.default_rng(9).uniform(0.05, 1, (20, 12))
    values = [refine(matrix, 5, start, "minres").value for start in drawn]
    assert unrotated(matrix, 5, "minres").value <= min(values) + 1e-9
    assert max(values) > min(values) + 1e-5


@pytest.mark.parametrize("name", DATA)
def test_polychoric_solution_equals_that_of_lavaan_correlations(name):
    """Unrotated minres loadings of lavCor's correlations to 1e-6; chi-square is qualified."""
    found = efa(answers_of(name), DATA[name], correlation="polychoric", rotation=None)
    theirs = golden(f"solution_{name}")["polychoric"]
    np.testing.assert_allclose(found.pattern, theirs, rtol=0, atol=1e-6)
    assert found.correlation == "polychoric"
    assert any("reject too often" in said for said in found.warnings)


def test_polychoric_correlations_recover_what_categories_hide():
    """Four skewed categories: polychoric loadings are nearer to the true ones than Pearson's."""
    rng = np.random.default_rng(5)
    true = np.array([0.8, 0.75, 0.7, 0.65, 0.6, 0.55])
    responses = rng.normal(size=(4000, 1)) * true + rng.normal(size=(4000, 6)) * np.sqrt(
        1 - true**2
    )
    answers = np.digitize(responses, [0.5, 1.1, 1.8])
    pearson, ordered = (
        efa(answers, 1, correlation=kind).pattern[:, 0] for kind in ("pearson", "polychoric")
    )
    assert np.abs(ordered - true).max() < 0.04
    assert np.abs(pearson - true).max() > 0.08


def test_polychoric_correlations_that_are_not_definite_are_refused():
    """The message names the items and says how to mend it."""
    rng = np.random.default_rng(0)
    answers = (rng.normal(size=(30, 12)) + 1.5 * rng.normal(size=(30, 1)) > 0).astype(float)
    with pytest.raises(EfaError, match=r"not positive definite .* join rare categories"):
        efa(answers, 2, correlation="polychoric")


def test_a_target_and_its_settings_reach_the_rotation():
    """efa hands its settings on: another δ moves geomin, a target decides the order."""
    cov = correlation_of("bfi")
    usual = efa(None, 5, cov=cov, rotation="geomin")
    narrow = efa(None, 5, cov=cov, rotation="geomin", rotation_settings={"delta": 1e-4})
    assert np.abs(aligned(narrow.pattern, usual.pattern) - usual.pattern).max() > 1e-3
    wanted = np.where(np.abs(usual.pattern) > 0.3, np.nan, 0)[:, ::-1]
    turned = efa(None, 5, cov=cov, rotation="target", rotation_settings={"target": wanted})
    assert np.abs(turned.pattern[wanted == 0]).max() < 0.3
    np.testing.assert_allclose(
        turned.unrotated @ turned.rotation_matrix, turned.loadings, atol=1e-12
    )


def test_residuals_are_what_the_factors_leave():
    """R − ΛΦΛ', with uniquenesses on the diagonal and RMSR off it."""
    found = solution_of("tapwater", "minres", "oblimin")
    left = found.residuals.to_numpy()
    np.testing.assert_allclose(np.diag(left), found.uniquenesses, atol=1e-12)
    off = left[~np.eye(10, dtype=bool)]
    assert np.sqrt(np.mean(off**2)) == pytest.approx(found.fit.rmsr, rel=1e-12)


def test_known_loadings_are_recovered():
    """From the exact correlations of a model the model comes back, its chi-square zero."""
    pattern = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.7], [0, 0.6], [0, 0.5]])
    phi = np.array([[1, 0.4], [0.4, 1]])
    matrix = pattern @ phi @ pattern.T
    np.fill_diagonal(matrix, 1.0)
    found = efa(None, 2, cov=matrix, n=500, method="ml")
    np.testing.assert_allclose(found.pattern, pattern, atol=1e-6)
    np.testing.assert_allclose(found.phi, phi, atol=1e-6)
    assert found.fit.chi2 == pytest.approx(0, abs=1e-9)
    assert found.fit.rmsea == 0
    assert found.fit.rmsea_interval == (0, 0)


def test_random_starts_repeat_with_the_same_source_and_never_worsen():
    """The criterion with starts is at most the one without; the default can be repeated."""

    def criterion(solution):
        squared = solution.pattern**2
        return float((squared * (squared.sum(axis=1, keepdims=True) - squared)).sum() / 4)

    cov = correlation_of("harman")
    alone = efa(None, 6, cov=cov, n=145, random_starts=0)
    many = efa(None, 6, cov=cov, n=145, random_starts=20, rng=np.random.default_rng(3))
    again = efa(None, 6, cov=cov, n=145, random_starts=20, rng=np.random.default_rng(3))
    assert criterion(many) <= criterion(alone) + 1e-9
    np.testing.assert_array_equal(many.pattern, again.pattern)


def test_incomplete_interviews_are_left_out_and_never_filled_in():
    """Missing answers give the figures of the complete interviews, and are counted."""
    answers = simulated(1)
    holes = answers.copy()
    holes[:40, 0] = np.nan
    found, complete = efa(holes, 3), efa(answers[40:], 3)
    np.testing.assert_array_equal(found.pattern, complete.pattern)
    assert (found.n_used, found.n_dropped) == (260, 40)
    assert "40 of 300 interviews left out" in found.warnings[0]


def test_a_heywood_case_is_named():
    """A communality at or beyond 1 is said with the item and the mend."""
    found = solution_of("heywood", "minres", "none")
    assert found.communalities["a"] > 1
    assert any("Heywood case: the communality of item a" in said for said in found.warnings)


def test_a_factor_with_too_few_items_is_named():
    """Fewer than three salient loadings make a doubtful factor."""
    found = efa(simulated(2), 4)
    assert any("a factor needs three" in said for said in found.warnings)


def test_a_model_without_degrees_of_freedom_has_no_test_of_fit():
    """Three items and one factor: reproduced exactly, so p, RMSEA and TLI do not exist."""
    found = efa(simulated(3)[:, :3], 1)
    assert found.fit.df == 0
    assert np.isnan([found.fit.p, found.fit.rmsea, found.fit.tli]).all()
    assert found.fit.to_dict()["p"] is None
    assert any("cannot be tested" in said for said in found.warnings)


def test_a_matrix_without_n_has_loadings_but_no_chi_square():
    """What needs the number of interviews is missing, the rest is there."""
    found = efa(None, 2, cov=correlation_of("tapwater"))
    assert found.n_used is None
    assert np.isnan([found.fit.chi2, found.fit.p, found.fit.rmsea, found.fit.tli]).all()
    assert found.fit.rmsr == pytest.approx(
        golden_of("tapwater", "minres", "none")["fit"]["rmsr"], rel=1e-5
    )


def test_tables_carry_the_names_of_items_and_factors():
    """Every table can be read without the questionnaire beside it."""
    found = solution_of("tapwater", "minres", "oblimin")
    items = [f"p{number:02d}" for number in range(1, 11)]
    for table in (found.loadings, found.structure):
        assert list(table.index) == items
        assert list(table.columns) == ["F1", "F2"]
    assert list(found.uniquenesses.index) == items
    assert list(found.factor_correlations.index) == ["F1", "F2"]
    np.testing.assert_allclose(found.structure, found.pattern @ found.phi)
    assert "RMSEA" in repr(found)
    assert "determinacy" in found._repr_html_()
    assert "p10" in repr(found)
    assert "<table" in found._repr_html_()


def test_result_is_plain_values_for_json():
    """to_dict survives JSON and keeps full precision."""
    found = solution_of("tapwater", "minres", "oblimin")
    back = json.loads(json.dumps(found.to_dict()))
    np.testing.assert_array_equal(back["loadings"], found.pattern)
    assert back["fit"]["df"] == 26


@pytest.mark.parametrize(
    ("factors", "said"),
    [
        (7, r"7 factors on 10 items are not identified .* at most 6"),
        (12, "at most 6"),
        (0, "whole number from 1"),
        (2.5, "whole number from 1"),
    ],
)
def test_impossible_numbers_of_factors_are_refused(factors, said):
    """The message says how many can be had."""
    with pytest.raises(EfaError, match=said):
        efa(None, factors, cov=correlation_of("tapwater"), n=439)


def test_unknown_choices_are_refused():
    """The message lists what there is."""
    with pytest.raises(EfaError, match="no method 'gls'; choose one of minres, ml, pa, principal"):
        efa(simulated(1), 2, method="gls")
    with pytest.raises(EfaError, match="no rotation 'oblimax'; choose one of oblimin"):
        efa(simulated(1), 2, rotation="oblimax")
    with pytest.raises(EfaError, match="no correlation 'kendall'; choose one of pearson"):
        efa(simulated(1), 2, correlation="kendall")
    with pytest.raises(EfaError, match="no rotation setting 'kappa'; choose one of gamma"):
        efa(simulated(1), 2, rotation_settings={"kappa": 0.1})
    with pytest.raises(EfaError, match="9 items have 9 components, not 10"):
        efa(simulated(1), 10, method="principal")


def test_items_that_cannot_be_analysed_are_refused():
    """A constant item and a sum of others are named; nothing is imputed or smoothed."""
    answers = simulated(1)
    answers[:, 4] = 2.0
    with pytest.raises(EfaError, match="item5"):
        efa(answers, 2)
    answers[:, 4] = answers[:, 0] + answers[:, 1]
    with pytest.raises(EfaError, match="singular"):
        efa(answers, 2)
