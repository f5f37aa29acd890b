"""Empirical Kaiser criterion against its formula in R, and on data that are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from psychometrics.efa import EfaError
from psychometrics.ekc import ekc
from psychometrics.parallel import parallel_analysis
from tests.psychometrics.factor_goldens import DATA, answers_of, correlation_of, golden


@pytest.mark.parametrize("name", DATA)
def test_references_equal_the_formula(name):
    """Reference eigenvalues to 1e-12 and the same number."""
    found, theirs = ekc(answers_of(name)), golden(f"number_{name}")["ekc"]
    np.testing.assert_allclose(found.reference, theirs["reference"], rtol=0, atol=1e-12)
    assert found.suggested == theirs["suggested"]


def test_references_without_any_relation_are_all_the_first():
    """Uncorrelated items, p/n = .25: every reference is (1 + .5)² = 2.25, and nothing passes."""
    found = ekc(None, cov=np.eye(5), n=20)
    np.testing.assert_allclose(found.reference, 2.25)
    assert found.suggested == 0


def test_correlated_factors_of_few_items_are_found():
    """Two factors of three items, correlated .5, n = 100, where parallel analysis sees one."""
    pattern = np.kron(np.eye(2), np.full((3, 1), 0.7))
    matrix = pattern @ np.array([[1, 0.5], [0.5, 1]]) @ pattern.T
    np.fill_diagonal(matrix, 1)
    assert ekc(None, cov=matrix, n=100).suggested == 2
    assert parallel_analysis(None, cov=matrix, n=100).suggested == 1


def test_polychoric_references_are_qualified():
    """They are derived for Pearson correlations, and the result says so."""
    found = ekc(answers_of("general"), correlation="polychoric")
    assert any("hold for Pearson" in said for said in found.warnings)
    assert "EmpiricalKaiser: 3" in repr(found)
    assert "<table" in found._repr_html_()
    assert json.loads(json.dumps(found.to_dict()))["suggested"] == 3


def test_interviews_must_be_counted():
    """A matrix without n has no reference."""
    with pytest.raises(EfaError, match="empirical Kaiser criterion needs the number"):
        ekc(None, cov=correlation_of("tapwater"))
