"""Levels, score tests and latent means against lavaan and semTools."""

import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from psychometrics.invariance import equality_score_tests, invariance

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "invariance"
LADDERS = json.loads((GOLDEN / "ladders.json").read_text())
ORDINAL = json.loads((GOLDEN / "ordinal.json").read_text())
WITHOUT_PARTIAL = [name for name in LADDERS if name != "four_partial"]


@cache
def _answers(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"answers_{name}.csv")


@cache
def _ladder(name: str):
    call = LADDERS[name]["call"]
    return invariance(
        call["model"],
        _answers(call["data"]),
        call["group"],
        partial=None,
        estimator=call["estimator"],
        missing=call.get("missing", "listwise"),
        cluster=call.get("cluster"),
    )


@cache
def _ordinal(name: str):
    golden = ORDINAL[name]
    return invariance(golden["model"], _answers(name), "g", ordered=True, partial=None)


def _same_indices(step, measures: dict, robust: str) -> None:
    found = step.indices
    assert found.df == measures["df"]
    assert found.chi2 == pytest.approx(measures["chisq"], rel=1e-6)
    if robust:
        assert found.scaled == pytest.approx(measures["chisq.scaled"], rel=1e-6)
    assert found.srmr == pytest.approx(measures["srmr"], abs=1e-6)
    suffix = f".{robust}" if f"cfi.{robust}" in measures else ""
    assert found.cfi == pytest.approx(measures[f"cfi{suffix}"], abs=1e-6)
    assert found.rmsea == pytest.approx(measures[f"rmsea{suffix}"], abs=2e-6)


def _same_means(fit, golden: list[dict]) -> None:
    rows = fit.parameters
    for entry in golden:
        mine = rows[(rows["lhs"] == entry["lhs"]) & (rows["op"] == "~1")]
        mine = mine[mine["group"] == entry.get("group", 1)].iloc[0]
        assert mine["est"] == pytest.approx(entry["est"], abs=1e-5)
        assert mine["se"] == pytest.approx(entry["se"], abs=1e-5)


@pytest.mark.parametrize("name", WITHOUT_PARTIAL)
def test_levels_equal_lavaan(name) -> None:
    """chi2, its correction, CFI, RMSEA and SRMR of every level equal lavaan's, to 1e-6."""
    found = _ladder(name)
    robust = "robust" if LADDERS[name]["call"]["estimator"] != "ML" else ""
    for step in found.steps:
        golden = LADDERS[name]["levels"][step.level]
        _same_indices(step, golden["measures"], robust)
        _same_means(found.fits[step.name], golden["means"])


@pytest.mark.parametrize("name", WITHOUT_PARTIAL)
def test_differences_equal_lavaan(name) -> None:
    """The difference test of every level against the one before equals lavTestLRT, to 1e-5."""
    for step in _ladder(name).steps[1:]:
        golden = LADDERS[name]["levels"][step.level]["difference"]
        assert step.change.df == golden["df"]
        assert step.change.chi2 == pytest.approx(golden["chi2"], rel=1e-5)
        assert step.change.p == pytest.approx(golden["p"], abs=1e-6)


@pytest.mark.parametrize("name", ORDINAL)
def test_ordered_levels_equal_semtools(name) -> None:
    """The levels of Wu and Estabrook equal measEq.syntax fitted by lavaan, with two, three and more
    categories."""
    found = {step.level: step for step in _ordinal(name).steps}
    for level, golden in ORDINAL[name]["levels"].items():
        _same_indices(found[level], golden["measures"], "scaled")
        if level != "strict":
            _same_means(_ordinal(name).fits[level], golden["means"])


@pytest.mark.parametrize("name", ORDINAL)
def test_ordered_differences_equal_lavaan(name) -> None:
    """The scaled difference tests of ordered levels equal lavTestLRT, to 1e-4."""
    found = {step.level: step for step in _ordinal(name).steps}
    before = "configural"
    for level, golden in ORDINAL[name]["levels"].items():
        if golden["difference"] and found[level].change.against == before:
            change = found[level].change
            assert change.df == golden["difference"]["df"]
            assert change.chi2 == pytest.approx(golden["difference"]["chi2"], rel=1e-4)
        before = level


@pytest.mark.parametrize("name", ["four_ml", "small_ml", "holes_fiml"])
@pytest.mark.parametrize("level", ["metric", "scalar", "strict"])
def test_score_tests_equal_lavaan(name, level) -> None:
    """Every univariate score test, its expected change, and the test of all groups of a parameter
    equal lavTestScore, to 1e-4."""
    golden = json.loads((GOLDEN / f"scores_{name}.json").read_text())[level]
    _same_scores(_ladder(name).fits[level], golden, 1e-4)


@pytest.mark.parametrize("level", ["thresholds", "metric"])
def test_score_tests_of_ordered_answers_equal_lavaan(level) -> None:
    """Thresholds and loadings too, with the information of weighted least squares."""
    golden = json.loads((GOLDEN / f"scores_graded_{level}.json").read_text())
    _same_scores(_ordinal("graded").fits[level], golden, 1e-4, sign=-1)


def _same_scores(fit, golden: dict, tolerance: float, sign: int = 1) -> None:
    found = equality_score_tests(fit)
    by_group = {(test.parameter, test.group): test for test in found.by_group}
    for entry in golden["by_group"]:
        mine = by_group[entry["name"], fit.groups[entry["group"] - 1]]
        assert mine.chi2 == pytest.approx(entry["chi2"], rel=tolerance, abs=tolerance)
        assert sign * mine.epc == pytest.approx(entry["epc"], rel=tolerance, abs=tolerance)
    by_parameter = {test.parameter: test for test in found.by_parameter}
    assert len(by_parameter) == len(golden["by_parameter"])
    for entry in golden["by_parameter"]:
        mine = by_parameter[entry["name"]]
        assert mine.df == entry["df"]
        assert mine.chi2 == pytest.approx(entry["chi2"], rel=tolerance, abs=tolerance)
