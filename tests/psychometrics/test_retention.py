"""Numbers of factors against psych, chance under control, and refusals."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from psychometrics import map_test, parallel_analysis, suggest_factors
from psychometrics._random_roots import random_correlations, random_roots
from psychometrics.efa import EfaError
from psychometrics.parallel import _quantile
from tests.psychometrics.factor_goldens import GOLDEN, answers_of, correlation_of

N = {"tapwater": 439, "bfi": 2436, "harman": 145}


@pytest.mark.parametrize("kind", ["components", "factors"])
@pytest.mark.parametrize("name", N)
def test_parallel_analysis_agrees_with_psych(name, kind):
    """Observed to 1e-10, mean and quantile within 4.5 Monte Carlo errors, same number."""
    golden = json.loads((GOLDEN / "structure" / f"parallel_{name}.json").read_text())
    cov, replicates = correlation_of(name), golden["replicates"]
    result = parallel_analysis(None, cov=cov, n=N[name], replicates=replicates)
    found, theirs = getattr(result, kind), golden[kind]
    np.testing.assert_allclose(found.observed, theirs["observed"], rtol=0, atol=1e-10)
    for figure in ("mean", "quantile"):
        error = np.sqrt(2) * np.array(theirs[f"{figure}_se"])
        distance = (getattr(found, figure) - theirs[figure]) / error
        assert np.abs(distance).max() < 4.5, figure
    assert found.suggested == theirs["suggested"]


@pytest.mark.parametrize("name", N)
def test_map_equals_psych(name):
    """Squared and fourth-power criterion to 1e-6, and the number where each is smallest."""
    golden = pd.read_csv(GOLDEN / "structure" / f"map_{name}.csv", index_col=0)
    found = map_test(None, cov=correlation_of(name))
    np.testing.assert_allclose(found.squared, golden["squared"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.fourth, golden["fourth"], rtol=0, atol=1e-6)
    assert found.suggested == int(golden["squared"].to_numpy().argmin())
    assert found.suggested_fourth == int(golden["fourth"].to_numpy().argmin())
    assert list(found.table.columns) == ["squared", "fourth"]


def test_simulated_spread_equals_that_of_simulated_answers():
    """Drawing the scatter's root equals drawing answers: standard deviations within 5 %."""
    golden = json.loads((GOLDEN / "structure" / "parallel_tapwater.json").read_text())
    whole, parts = random_roots(439, 10, 4000, np.random.default_rng(8))
    np.testing.assert_allclose(whole.std(axis=0), golden["components"]["sd"], rtol=0.05)
    np.testing.assert_allclose(parts.std(axis=0), golden["factors"]["sd"], rtol=0.05)


def test_random_correlations_are_correlations_of_the_right_spread():
    """Ones on the diagonal, and a variance of 1/(n − 1) off it."""
    drawn = random_correlations(50, 4, 20_000, np.random.default_rng(9))
    np.testing.assert_allclose(np.diagonal(drawn, axis1=1, axis2=2), 1, atol=1e-12)
    assert drawn[:, 0, 3].mean() == pytest.approx(0, abs=5 * np.sqrt(1 / 49 / 20_000))
    assert drawn[:, 1, 2].var() == pytest.approx(1 / 49, rel=0.05)


def test_large_problems_are_drawn_in_parts_and_stay_complete(monkeypatch):
    """Replicates beyond what fits at once are still all there."""
    monkeypatch.setattr("psychometrics._random_roots._NUMBERS_AT_ONCE", 160)
    whole, parts = random_roots(30, 4, 25, np.random.default_rng(1))
    assert whole.shape == parts.shape == (25, 4)
    np.testing.assert_allclose(whole.sum(axis=1), 4, atol=1e-12)


def test_noise_has_no_factor_in_ninety_five_of_a_hundred():
    """The first component of pure noise passes the 95 % quantile in 5 % of samples."""
    rng = np.random.default_rng(10)
    found = [
        parallel_analysis(rng.normal(size=(100, 6)), replicates=400, rng=rng).suggested
        for _ in range(200)
    ]
    false_alarms = float(np.mean(np.array(found) > 0))
    assert false_alarms == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 200))


def test_noise_has_no_component_to_partial_out():
    """MAP of uncorrelated items is smallest before the first component."""
    found = map_test(np.random.default_rng(11).normal(size=(2000, 6)))
    assert (found.suggested, found.suggested_fourth) == (0, 0)


def test_chance_can_be_repeated_and_changed():
    """Without a source results repeat; two sources differ; the caller's source moves on."""
    cov = correlation_of("tapwater")

    def first_limit(rng=None):
        found = parallel_analysis(None, cov=cov, n=439, replicates=50, rng=rng)
        return found.components.quantile[0]

    assert first_limit() == first_limit()
    rng = np.random.default_rng(1)
    assert first_limit(rng) != first_limit(rng)


def test_all_verdicts_stand_side_by_side():
    """Every rule is named with its own number; Kaiser is marked as reference."""
    found = suggest_factors(None, cov=correlation_of("bfi"), n=N["bfi"])
    assert found.verdicts == {
        "parallel analysis, components": 5,
        "parallel analysis, factors": 8,
        "minimum average partial": 5,
        "minimum average partial, fourth power": 5,
        "empirical Kaiser criterion": 6,
        "Hull, common part accounted for": 6,
        "Kaiser, for reference only": 6,
    }
    back = json.loads(json.dumps(found.to_dict()))
    assert back["verdicts"] == found.verdicts
    assert back["parallel_analysis"]["suggested"] == 5
    assert list(found.parallel.components.table.columns) == ["observed", "mean", "quantile"]


def test_few_items_have_verdicts_without_the_hull():
    """Four items leave the Hull nothing to compare; the other rules speak."""
    found = suggest_factors(np.random.default_rng(3).normal(size=(200, 4)), replicates=50)
    assert found.hull is None
    assert not any("Hull" in rule for rule in found.verdicts)
    assert json.loads(json.dumps(found.to_dict()))["hull"] is None
    assert found.converged


def test_shuffled_answers_are_what_polychoric_roots_are_held_to():
    """Polychoric roots of noise scatter more than Pearson's, and so does what they are held to.

    In noise of skewed binary items no component passes; held to Pearson's limits some would.
    """
    rng = np.random.default_rng(12)
    answers = (rng.normal(size=(250, 8)) > 0.9).astype(float)
    ordered = parallel_analysis(answers, correlation="polychoric", replicates=100)
    pearson = parallel_analysis(answers, replicates=100)
    assert ordered.suggested == 0
    assert ordered.components.quantile[0] > pearson.components.quantile[0] + 0.2
    assert (ordered.components.observed > pearson.components.quantile)[0]


def test_polychoric_parallel_analysis_finds_the_factors_put_in():
    """Three groups and a general factor in seven-point answers: three, as for Pearson."""
    answers = answers_of("general")
    ordered = parallel_analysis(answers, correlation="polychoric", replicates=40)
    assert (ordered.suggested, ordered.replicates, ordered.correlation) == (3, 40, "polychoric")
    assert ordered.suggested == parallel_analysis(answers).suggested
    again = parallel_analysis(answers, correlation="polychoric", replicates=40)
    np.testing.assert_array_equal(ordered.components.quantile, again.components.quantile)


def test_polychoric_parallel_analysis_needs_answers():
    """A matrix cannot be shuffled, and the message says so."""
    cov = correlation_of("tapwater")
    with pytest.raises(EfaError, match="give data, not cov"):
        parallel_analysis(None, cov=cov, n=439, correlation="polychoric")


def test_results_show_themselves():
    """Each result names its numbers in text and in HTML, with its table."""
    found = suggest_factors(None, cov=correlation_of("bfi"), n=N["bfi"], replicates=50)
    for part in (found, found.parallel, found.minimum_average_partial, found.hull):
        assert "n = 2436" in repr(part)
        assert "<table" in part._repr_html_()
        assert part.converged
    assert "<table" in found.parallel.components._repr_html_()
    assert found.parallel.components.to_dict()["suggested"] == 5


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"replicates": 5}, "at least 20 replicates"),
        ({"quantile": 1.0}, "between 0 and 1"),
        ({"n": None}, "give n= beside cov="),
    ],
)
def test_impossible_settings_are_refused(settings, said):
    """The message says what to give instead."""
    with pytest.raises(EfaError, match=said):
        parallel_analysis(None, **{"cov": correlation_of("tapwater"), "n": 439, **settings})


@pytest.mark.parametrize("level", [0.0, 0.5, 0.95, 1.0])
def test_quantiles_are_those_of_numpy(level):
    """Sorted and interpolated as np.quantile does, to rounding."""
    drawn = np.random.default_rng(4).normal(size=(37, 3))
    np.testing.assert_allclose(_quantile(drawn, level), np.quantile(drawn, level, axis=0))
