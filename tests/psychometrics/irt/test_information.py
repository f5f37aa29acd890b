"""Information and category curves along the trait."""

from __future__ import annotations

import numpy as np
import pytest

from psychometrics.irt._answers import IrtError
from tests.psychometrics.irt.goldens import SETS, golden, model


@pytest.mark.parametrize("name", SETS)
def test_information_equals_its_definition(name):
    """Σ P'² / P of every item to 1e-5, marginal reliability to 1e-6."""
    expected = golden(f"grm_{name}")["information"]
    found = model(name).information(expected["theta"])
    np.testing.assert_allclose(found.item, expected["item"], rtol=0, atol=1e-5)
    assert found.marginal_reliability == pytest.approx(expected["marginal"], abs=1e-6)
    np.testing.assert_allclose(found.test, found.item.sum(axis=1))
    np.testing.assert_allclose(found.error, found.test**-0.5)
    np.testing.assert_allclose(found.reliability, 1 - 1 / (found.test + 1))


def test_curves_are_probabilities_whose_slopes_make_the_information():
    """Categories sum to one everywhere; Σ (ΔP)² / P by differences equals the information."""
    fitted, step = model("tapwater"), 1e-5
    theta = np.linspace(-3, 2, 11)
    curves = [
        fitted.probabilities(theta + shift).set_index(["item", "category", "theta"])["probability"]
        for shift in (-step, 0, step)
    ]
    low, at, high = (
        curve.to_numpy().reshape(5, 11, 7) if len(curve) == 385 else curve for curve in curves
    )
    np.testing.assert_allclose(at.sum(axis=2), 1, rtol=0, atol=1e-12)
    slopes = (high - low) / (2 * step)
    information = (slopes**2 / at).sum(axis=2).T
    np.testing.assert_allclose(information, fitted.information(theta).item, rtol=1e-5, atol=1e-8)


def test_curves_carry_the_answers_that_occur():
    """One row per trait value, item and category."""
    table = model("mixed").probabilities([0.0, 1.0])
    assert list(table.columns) == ["theta", "item", "category", "probability"]
    assert set(table[table["item"] == "i02"]["category"]) == {1, 2, 4, 5}
    assert len(table) == 2 * (5 + 4 + 4 + 2 + 5)


def test_information_can_be_read():
    """A table, a sentence, and a refusal of values that are none."""
    found = model("tapwater").information()
    assert list(found.table.columns[:4]) == ["theta", "test", "error", "reliability"]
    assert len(found.table) == 81
    assert "marginal reliability" in repr(found)
    assert len(found.to_dict()["item"]) == 81
    with pytest.raises(IrtError, match="missing or infinite"):
        model("tapwater").information([np.nan])
