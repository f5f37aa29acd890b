"""Thresholds, polychoric correlations and their covariance against lavaan and psych."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from psychometrics._matrix import as_matrix
from psychometrics._ordinal import ordinal_moments
from psychometrics.polychoric import polychoric

GOLDEN = Path(__file__).parents[1] / "golden" / "polychoric"
WITH_GAMMA = ("mixed", "binary", "small", "near", "holes")
WITH_SKETCH = ("tapwater", "wide")
SETS = WITH_GAMMA + WITH_SKETCH


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


def test_one_empty_cell_of_two_by_two_is_given_a_half_and_said(answers_of):
    """lavaan's correction, and a warning that names the pairs."""
    found = ordinal_moments(answers_of("binary").to_numpy(), answers_of("binary").columns)
    assert any("½" in said and "i01 × i03" in said for said in found.warnings)
