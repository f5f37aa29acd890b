"""Factor scores of fitted models, against lavaan and against the factors themselves."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa, sem
from tests.psychometrics.cfa.golden_fits import ROOT, answers, case_of

GOLDENS: dict[str, Any] = json.loads(
    (ROOT / "tests/golden/cfa_results/scores.json").read_text(encoding="utf-8")
)
NAMES = [(data, case) for data, cases in GOLDENS.items() for case in cases]
LINEAR = [name for name in NAMES if "ordered" not in name[1]]
ORDERED = [name for name in NAMES if "ordered" in name[1]]
TWO = "f =~ a + b + c + d\ng =~ h + i + j + k"


def matrix(golden: list[list[Any]], order: list[int]) -> np.ndarray:
    """R's figures, NaN where it has none."""
    rows = [[np.nan if v in (None, "NA") else v for v in row] for row in golden]
    return np.array(rows, float)[:, order]


def order_of(fit: Any, golden: dict[str, Any]) -> list[int]:
    """Our factors among those of lavaan."""
    names = golden["factors"] if isinstance(golden["factors"], list) else [golden["factors"]]
    return [names.index(name) for name in fit.factors]


def simulated(n: int, *, ordered: bool = False, seed: int = 2) -> tuple[np.ndarray, pd.DataFrame]:
    """Two correlated factors (n, 2) and the answers to eight items."""
    rng = np.random.default_rng(seed)
    f = rng.standard_normal((n, 2)) @ np.linalg.cholesky([[1, 0.5], [0.5, 1]]).T
    loadings = np.array([0.8, 0.7, 0.6, 0.75] * 2)
    x = np.repeat(f, 4, axis=1) * loadings + np.sqrt(1 - loadings**2) * rng.standard_normal((n, 8))
    if ordered:
        x = np.digitize(x, [-1.2, -0.4, 0.3, 1.1]).astype(float) + 1
    return f, pd.DataFrame(x, columns=list("abcdhijk"))


@pytest.mark.parametrize("method", ["regression", "bartlett"])
@pytest.mark.parametrize(("data", "case"), LINEAR)
def test_linear_scores(data: str, case: str, method: str) -> None:
    """Regression and Bartlett scores and their errors equal lavPredict's to 1e-7, in every pattern
    of gaps; where lavaan has no value for a factor there is none here."""
    fit, golden = case_of(data, case).fit, GOLDENS[data][case]
    order = order_of(fit, golden)
    found = fit.scores(method=method, se=True)
    errors = [f"{name}_se" for name in fit.factors]
    for part in golden["groups"]:
        rows = found.loc[part["rows"]]
        values = matrix(part[method]["values"], order)
        np.testing.assert_allclose(rows[list(fit.factors)], values, atol=1e-7)
        known = matrix(part[method]["se"], order)
        known = np.broadcast_to(known, (len(rows), len(order)))
        seen = np.isfinite(known)
        np.testing.assert_allclose(rows[errors].to_numpy()[seen], known[seen], atol=1e-8)


@pytest.mark.parametrize(("data", "case"), ORDERED)
def test_modal_scores(data: str, case: str) -> None:
    """Modes and errors of ordered items equal those searched in R to 1e-7 and 2e-6."""
    fit, golden = case_of(data, case).fit, GOLDENS[data][case]
    order = order_of(fit, golden)
    found = fit.scores("ebm", se=True)
    errors = [f"{name}_se" for name in fit.factors]
    for part in golden["groups"]:
        rows = found.loc[part["rows"]]
        np.testing.assert_allclose(rows[list(fit.factors)], matrix(part["ebm"], order), atol=1e-7)
        np.testing.assert_allclose(rows[errors], matrix(part["ebm_se"], order), atol=2e-6)
    pd.testing.assert_frame_equal(found, fit.scores(method="regression", se=True))


@pytest.mark.parametrize("ordered", [False, True])
def test_scores_recover_the_factors(ordered: bool) -> None:
    """Scores correlate with true factors as the determinacy says, and 95 % intervals hold 95 %."""
    f, frame = simulated(4000, ordered=ordered)
    fit = cfa(TWO, frame, std_lv=True, ordered=ordered)
    found = fit.scores(se=True)
    for k, name in enumerate(fit.factors):
        r = np.corrcoef(found[name], f[:, k])[0, 1]
        assert r == pytest.approx(found.attrs["determinacy"][name], abs=0.015)
        reached = np.abs(found[name] - f[:, k]) < 1.96 * found[f"{name}_se"]
        assert reached.mean() == pytest.approx(0.95, abs=0.015)


def test_bartlett_scores_are_unbiased_given_the_factor() -> None:
    """Their regression on the true factor has slope 1; that of regression scores is flatter."""
    f, frame = simulated(4000)
    fit = cfa(TWO, frame, std_lv=True)
    slopes = {
        method: np.polyfit(f[:, 0], fit.scores(method=method)["f"], 1)[0]
        for method in ("bartlett", "regression")
    }
    assert slopes["bartlett"] == pytest.approx(1, abs=0.05)
    assert slopes["regression"] < 0.9


@pytest.mark.parametrize(
    ("data", "case"), [("tapwater", "ml"), ("holes", "ml"), ("tapwater", "ordered_wlsmv")]
)
def test_same_answers_as_new_data(data: str, case: str) -> None:
    """Answers given as new data are scored as those of the fit, by their own index."""
    fit = case_of(data, case).fit
    frame = answers(data).copy()
    frame.index = [f"r{k}" for k in range(len(frame))]
    own, new = fit.scores(se=True), fit.scores(data=frame, se=True)
    assert new.index[0] == "r0"
    np.testing.assert_allclose(new.to_numpy()[own.index], own, atol=1e-10)


def test_rows_are_those_of_the_data() -> None:
    """Interviews left out as incomplete have no row; the others keep their place."""
    frame = answers("small").astype(float)
    frame.loc[[0, 7], "i02"] = np.nan
    found = cfa("f =~ i01 + i02 + i03 + i04", frame).scores()
    assert len(found) == len(frame) - 2
    assert list(found.index[:7]) == [1, 2, 3, 4, 5, 6, 8]


@pytest.mark.parametrize("ordered", [False, True])
def test_gaps_in_new_answers(ordered: bool) -> None:
    """Missing answers make a score less certain; with none at all there is no score."""
    _, frame = simulated(400, ordered=ordered)
    fit = cfa(TWO, frame, ordered=ordered)
    holed = frame.head(3).copy()
    holed.loc[1, ["a", "b"]] = np.nan
    holed.loc[2] = np.nan
    whole, found = fit.scores(data=frame.head(3), se=True), fit.scores(data=holed, se=True)
    pd.testing.assert_series_equal(found.loc[0], whole.loc[0])
    assert found.loc[1, "f_se"] > whole.loc[1, "f_se"]
    assert found.loc[2].isna().all()


def test_groups_of_new_answers() -> None:
    """New answers are scored by the parameters of their group; of unknown groups there are none."""
    fit, frame = case_of("groups", "scalar").fit, answers("groups")
    found = fit.scores(data=frame, group="g")
    np.testing.assert_allclose(found[["f", "h"]], fit.scores()[["f", "h"]], atol=1e-12)
    assert list(found["group"]) == list(frame["g"])
    strange = fit.scores(data=frame.head(2), group=["west", "elsewhere"])
    assert strange.loc[1, ["f", "h"]].isna().all()
    with pytest.raises(ModelError, match="say with group="):
        fit.scores(data=frame)


def test_quality_of_scores() -> None:
    """Determinacy squared is the reliability, and no method exceeds the regression scores'."""
    for data, case in (("tapwater", "bifactor"), ("groups", "scalar"), ("survey", "path")):
        fit = case_of(data, case).fit
        best, other = fit.score_quality(), fit.score_quality("bartlett")
        np.testing.assert_allclose(best["determinacy"] ** 2, best["reliability"])
        assert (other["reliability"] <= best["reliability"] + 1e-9).all()
    quality = case_of("groups", "ordered").fit.score_quality("ebm")
    assert list(quality) == ["group", "factor", "determinacy", "reliability"]
    assert quality["determinacy"].between(0.8, 0.95).all()


def test_a_factor_of_factors_has_no_bartlett_score() -> None:
    """The second-order factor has no items of its own; regression scores exist."""
    fit = case_of("holes", "second_order").fit
    assert fit.scores(method="bartlett")["total"].isna().all()
    assert fit.scores()["total"].notna().all()


def test_residual_covariances_of_ordered_items_are_named() -> None:
    """Scores then leave something out, and say so."""
    _, frame = simulated(300, ordered=True)
    plain = cfa(TWO, frame, ordered=True).scores()
    linked = cfa(f"{TWO}\na ~~ b", frame, ordered=True).scores()
    assert plain.attrs["warnings"] == []
    assert "covariances of residuals" in linked.attrs["warnings"][0]


def test_what_cannot_be_scored_is_refused() -> None:
    """Every refusal says why and how to mend it."""
    _, frame = simulated(300, ordered=True)
    fit = cfa(TWO, frame, ordered=True)
    with pytest.raises(ModelError, match='use method="ebm"'):
        fit.scores(method="bartlett")
    with pytest.raises(ModelError, match="choose from regression"):
        fit.scores(method="sum")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="its answers are 1, 2, 3, 4, 5"):
        fit.scores(data=frame.head(2) + 3)
    moments = cfa(TWO, cov=frame.cov(), n=300)
    with pytest.raises(ModelError, match="give data to score"):
        moments.scores()
    with pytest.raises(ModelError, match="no factor"):
        sem("a ~ b + c", frame).scores()
    with pytest.raises(ModelError, match="stand in a regression"):
        sem("f =~ a + b + c\nd ~ f", frame[list("abcd")], ordered=True).scores()


@settings(max_examples=15, deadline=None)
@given(st.floats(-50, 50), st.floats(0.05, 20))
def test_origin_and_unit_of_items_do_not_matter(shift: float, unit: float) -> None:
    """Standardised factors have the same scores whatever the units of the items."""
    _, frame = simulated(150)
    moved = frame.assign(b=frame["b"] * unit + shift, j=frame["j"] + shift)
    first, second = (cfa(TWO, data, std_lv=True).scores() for data in (frame, moved))
    np.testing.assert_allclose(first, second, atol=2e-6)
