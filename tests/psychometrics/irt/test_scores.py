"""Trait scores, information, item fit and residual correlations against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from psychometrics.irt._answers import IrtError
from psychometrics.irt.grm import grm
from tests.psychometrics.irt.goldens import SETS, answers, golden, model, simulated, spread


@pytest.mark.parametrize("method", ["EAP", "MAP", "WLE"])
@pytest.mark.parametrize("name", SETS)
def test_scores_equal_dense_integration_and_root_finding(name, method):
    """Values and standard errors to 3e-6, lowest and highest patterns among them."""
    expected, found = golden(f"grm_{name}")["scores"], model(name).scores(method)
    rows = expected["rows"]
    kind = method.lower()
    np.testing.assert_allclose(found.values[rows, 0], expected[kind], rtol=0, atol=3e-6)
    np.testing.assert_allclose(found.errors[rows, 0], expected[f"{kind}_se"], rtol=0, atol=3e-6)
    assert found.converged


@pytest.mark.parametrize("name", SETS)
def test_empirical_reliability_equals_its_formula(name):
    """Variance of EAP scores over that plus their mean squared error, to 1e-6."""
    expected = golden(f"grm_{name}")["scores"]["empirical"]
    assert model(name).scores().reliability[0] == pytest.approx(expected, abs=1e-6)


def test_scores_follow_the_rows_of_the_data():
    """An interview without an answer has none; equal answers have equal scores."""
    found, data = model("holes").scores("WLE"), answers("holes")
    assert np.isnan(found.values[[4, 76], 0]).all()
    assert found.n_used == 598
    assert list(found.table.columns) == ["theta", "se"]
    assert len(found.table) == len(data)
    twice = grm(pd.concat([data, data])).scores("WLE").values[:, 0]
    np.testing.assert_array_equal(twice[:600], twice[600:])


def test_lowest_and_highest_answers_have_finite_scores():
    """Warm's estimate exists where maximum likelihood does not, further out than the others."""
    rng = np.random.default_rng(3)
    data = simulated(rng, 400, np.full(5, 1.5), spread(5, 5, rng))
    data[0], data[1] = 1, 5
    fitted = grm(data)
    scores = {method: fitted.scores(method).values[:2, 0] for method in ("EAP", "MAP", "WLE")}
    assert np.isfinite(list(scores.values())).all()
    assert scores["WLE"][0] < scores["EAP"][0] < -1.5
    assert scores["WLE"][1] > scores["EAP"][1] > 1.5
    assert fitted.scores("WLE").values[:, 0].min() == scores["WLE"][0]


def test_intervals_of_scores_cover_the_trait():
    """EAP ± 1.96 posterior deviations cover 95 % of simulated traits, to 1 %."""
    rng = np.random.default_rng(5)
    theta = rng.normal(size=4000)
    slopes, locations = rng.uniform(1, 2, 8), spread(8, 5, rng)
    above = 1 / (1 + np.exp(-slopes[:, None] * (theta[:, None, None] - locations)))
    data = (above > rng.random((4000, 8, 1))).sum(axis=2)
    found = grm(data).scores()
    covered = np.abs(found.values[:, 0] - theta) < 1.96 * found.errors[:, 0]
    assert covered.mean() == pytest.approx(0.95, abs=0.012)
    share = np.corrcoef(found.values[:, 0], theta)[0, 1] ** 2
    assert found.reliability[0] == pytest.approx(share, abs=0.02)


def test_unknown_scores_are_refused():
    """The message lists what there is."""
    with pytest.raises(IrtError, match="choose one of EAP, MAP, WLE"):
        model("small").scores("ML")
    assert "TraitScores: EAP" in repr(model("small").scores())
    assert model("small").scores().to_dict()["method"] == "EAP"
