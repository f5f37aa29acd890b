"""Explained variance against lavaan."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from psychometrics.cfa.model import cfa
from tests.psychometrics.cfa.golden_fits import ROOT, case_of

GOLDENS: dict[str, Any] = json.loads(
    (ROOT / "tests/golden/cfa_results/explained.json").read_text(encoding="utf-8")
)
NAMES = [(data, case) for data, cases in GOLDENS.items() for case in cases]


@pytest.mark.parametrize(("data", "case"), NAMES)
def test_explained_variance(data: str, case: str) -> None:
    """The same variables in every group, and shares equal to 1e-6."""
    found, golden = case_of(data, case).fit.r2(), GOLDENS[data][case]
    assert len(found.columns) == len(golden)
    for column, theirs in zip(found, golden, strict=True):
        assert sorted(found.index) == sorted(theirs)
        wanted = [theirs[name] for name in found.index]
        np.testing.assert_allclose(found[column], wanted, atol=1e-6)


def test_columns_are_the_groups() -> None:
    """One column without groups, else one by each group's name."""
    assert list(case_of("tapwater", "ml").fit.r2()) == ["r2"]
    assert list(case_of("groups", "scalar").fit.r2()) == ["north", "east", "south", "west"]


def test_a_negative_residual_variance_explains_nothing_that_can_be_said() -> None:
    """Where a residual variance is negative the share is NaN, not above 1."""
    cov = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    fit = cfa("f =~ a + b + c", cov=cov, n=500)
    found = fit.r2()["r2"]
    assert np.isnan(found["a"])
    assert found["b"] == pytest.approx(0.5)
