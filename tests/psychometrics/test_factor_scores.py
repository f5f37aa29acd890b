"""Factor scores against psych, what they promise, and refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from psychometrics import efa
from psychometrics.dataset import DatasetError
from psychometrics.efa import EfaError
from psychometrics.factor_scores import SCORE_METHODS
from tests.psychometrics.factor_goldens import (
    DATA,
    alignment,
    answers_of,
    correlation_of,
    golden,
    simulated,
)


@pytest.mark.parametrize("method", SCORE_METHODS)
@pytest.mark.parametrize("name", DATA)
def test_scores_equal_psych(name, method):
    """Scores and weights to 5e-6, correlations of scores and determinacy to 1e-6.

    Two nearly equal items multiply what is left of the rotation's error, else 1e-6 would do.
    """
    solution, theirs = efa(answers_of(name), DATA[name]), golden(f"scores_{name}")
    found, golds = solution.scores(method=method), theirs["methods"][method]
    order, signs = alignment(solution.pattern, np.array(theirs["loadings"]))
    scored = found.values[~np.isnan(found.values).any(axis=1)]
    np.testing.assert_allclose(scored[:20, order] * signs, golds["values"], atol=5e-6)
    np.testing.assert_allclose(found.weights[:, order] * signs, golds["weights"], atol=5e-6)
    between = found.score_correlations[np.ix_(order, order)] * np.outer(signs, signs)
    np.testing.assert_allclose(between, golds["between"], atol=1e-6)
    np.testing.assert_allclose(found.determinacy[order] ** 2, theirs["r2"], atol=1e-6)


def test_each_method_keeps_its_promise():
    """Regression is most valid, Bartlett's weights return Λ to I, ten Berge's correlate as Φ."""
    solution = efa(simulated(3), 3)
    regression, bartlett, berge = (solution.scores(method=method) for method in SCORE_METHODS)
    np.testing.assert_allclose(regression.validity, regression.determinacy, atol=1e-12)
    for other in (bartlett, berge):
        assert (other.validity <= regression.validity + 1e-12).all()
    np.testing.assert_allclose(bartlett.weights.T @ solution.pattern, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(berge.score_correlations, solution.phi, atol=1e-12)
    np.testing.assert_allclose(np.corrcoef(berge.values.T), solution.phi, atol=1e-12)


def test_rows_stay_where_they_are():
    """An interview with a missing answer keeps its row, empty; the others have theirs."""
    holes = simulated(1)
    holes[7, 2] = np.nan
    found = efa(holes, 3).scores()
    assert found.values.shape == (300, 3)
    assert np.isnan(found.values[7]).all()
    assert (found.n_used, found.n_dropped) == (299, 1)
    assert list(found.table.columns) == ["F1", "F2", "F3"]


def test_new_interviews_are_scored_on_the_scale_of_the_old():
    """A part of the interviews, or one alone, has the scores it had among all."""
    answers = answers_of("general")
    solution = efa(answers, 3)
    everybody = solution.scores().values
    some = solution.scores(answers.iloc[50:60, ::-1]).values
    np.testing.assert_allclose(some, everybody[50:60], atol=1e-12)
    alone = solution.scores(answers.to_numpy()[3:4]).values
    np.testing.assert_allclose(alone, everybody[3:4], atol=1e-12)


def test_a_solution_of_a_matrix_scores_answers_by_their_own_units():
    """Without means of old interviews the new ones are standardised among themselves."""
    answers = simulated(4)
    direct = efa(answers, 3)
    matrix = efa(None, 3, cov=np.corrcoef(answers.T), n=300)
    np.testing.assert_allclose(matrix.scores(answers).values, direct.scores().values, atol=1e-6)
    with pytest.raises(EfaError, match="cannot be standardised"):
        matrix.scores(answers[:1])
    with pytest.raises(EfaError, match="holds no answers"):
        matrix.scores()


def test_components_are_scored_exactly():
    """A principal component's score is the component: determinacy one, unit variance."""
    found = efa(simulated(5), 2, method="principal", rotation=None).scores()
    np.testing.assert_allclose(found.determinacy, 1, atol=1e-12)
    np.testing.assert_allclose(np.cov(found.values.T), np.eye(2), atol=1e-12)
    assert found.warnings == ()
    with pytest.raises(EfaError, match="regression scores only"):
        efa(simulated(5), 2, method="principal").scores(method="bartlett")


def test_weak_factors_are_named():
    """A determinacy below .90 is said, with the factor; polychoric weights are qualified."""
    rng = np.random.default_rng(6)
    weak = rng.normal(size=(500, 1)) * 0.4 + rng.normal(size=(500, 4))
    found = efa(weak, 1).scores()
    assert "determinacy of factor F1" in found.warnings[0]
    ordered = efa(answers_of("wide"), 5, correlation="polychoric").scores()
    assert any("continuous responses" in said for said in ordered.warnings)


def test_result_shows_itself():
    """Quality by factor, in text and HTML; everything in plain values."""
    found = efa(simulated(2, n=30), 3).scores()
    assert "FactorScores: regression, n = 30" in repr(found)
    assert "<table" in found._repr_html_()
    assert len(json.loads(json.dumps(found.to_dict()))["values"]) == 30


def test_what_cannot_be_scored_is_refused():
    """Unknown methods, missing items, and Bartlett's method on a Heywood case."""
    solution = efa(answers_of("short"), 3)
    with pytest.raises(EfaError, match="no method 'anderson'; choose one of regression"):
        solution.scores(method="anderson")
    with pytest.raises(DatasetError, match="i09"):
        solution.scores(answers_of("short").drop(columns="i09"))
    heywood = efa(None, 1, cov=correlation_of("heywood"), n=200)
    answers = np.random.default_rng(0).normal(size=(20, 4))
    with pytest.raises(EfaError, match="not positive for a; use regression"):
        heywood.scores(answers, method="bartlett")
