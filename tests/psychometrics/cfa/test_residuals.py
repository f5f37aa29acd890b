"""Implied moments, residuals and their summaries, against lavaan."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from psychometrics.cfa.residual_error import residual_covariance
from psychometrics.cfa.residuals import RESIDUALS, first_count, squared
from tests.psychometrics.cfa.golden_fits import ROOT, answers, case_of

GOLDENS: dict[str, Any] = json.loads(
    (ROOT / "tests/golden/cfa_results/residuals.json").read_text(encoding="utf-8")
)
NAMES = [(data, case) for data, cases in GOLDENS.items() for case in cases]
SHARED = [(data, case) for data, case in NAMES if "scalar" in case or case == "metric"]
ALONE = [name for name in NAMES if name not in SHARED and name != ("groups", "ordered")]
COLUMNS = "value se exact_z exact_p unbiased unbiased_se ci_lower ci_upper _ close_z close_p"


class Residuals:
    """A fit beside lavaan's figures, all in the order of our items."""

    def __init__(self, data: str, case: str) -> None:
        self.fit, self.golden = case_of(data, case).fit, GOLDENS[data][case]
        self.order = [self.golden["items"].index(item) for item in self.fit.items]
        self.ordinal = bool(self.fit.sample.ordinal)
        exact = self.fit.estimator.likelihood and data != "small" and case != "weights"
        self.close = 1e-7 if exact else 1e-6

    def squares(self, found: Any) -> list[np.ndarray]:
        """Our frames of all groups as arrays."""
        frames = found.values() if isinstance(found, dict) else [found]
        return [np.array(frame) for frame in frames]

    def theirs(self, kind: str) -> list[np.ndarray]:
        """lavaan's residual covariances of all groups."""
        return [self.square(part["cov"]) for part in self.golden["residuals"][kind]]

    def square(self, matrix: list[list[float | None]]) -> np.ndarray:
        return np.array(matrix, float)[np.ix_(self.order, self.order)]


@pytest.mark.parametrize(("data", "case"), NAMES)
def test_implied_moments(data: str, case: str) -> None:
    """Implied covariances and means, or thresholds, equal lavInspect's "implied" to 1e-7."""
    both = Residuals(data, case)
    for found, golden in zip(
        both.squares(both.fit.implied_cov), both.golden["implied"], strict=True
    ):
        np.testing.assert_allclose(found, both.square(golden["cov"]), atol=2e-7)
    if both.ordinal:
        cuts = both.squares(both.fit.implied_thresholds)
        for found, golden in zip(cuts, both.golden["implied"], strict=True):
            np.testing.assert_allclose(found[:, 0], golden["th"], atol=2e-7)
    elif both.fit.table.options.means:
        means = both.squares(both.fit.implied_mean)
        for found, golden in zip(means, both.golden["implied"], strict=True):
            np.testing.assert_allclose(found[:, 0], np.array(golden["mean"])[both.order], atol=1e-7)


@pytest.mark.parametrize("kind", RESIDUALS)
@pytest.mark.parametrize(("data", "case"), ALONE)
def test_residual_covariances(data: str, case: str, kind: str) -> None:
    """Residuals of every kind equal lavaan's, but where it puts a tiny residual in place of z."""
    both = Residuals(data, case)
    raw = both.squares(both.fit.residuals("raw"))
    for found, golden, plain in zip(
        both.squares(both.fit.residuals(kind)), both.theirs(kind), raw, strict=True
    ):
        seen = np.abs(plain) > 1e-5
        np.testing.assert_allclose(found[seen], golden[seen], atol=both.close)
        np.testing.assert_allclose(found, found.T, atol=1e-12)


@pytest.mark.parametrize(("data", "case"), SHARED)
def test_residuals_of_groups(data: str, case: str) -> None:
    """Plain and correlation residuals equal lavaan's where groups share parameters."""
    both = Residuals(data, case)
    for kind in ("raw", "correlation"):
        for found, golden in zip(
            both.squares(both.fit.residuals(kind)), both.theirs(kind), strict=True
        ):
            np.testing.assert_allclose(found, golden, atol=both.close)


@pytest.mark.parametrize(("data", "case"), NAMES)
def test_errors_of_residuals(data: str, case: str) -> None:
    """Standard errors of residuals equal those worked out in R with all groups' errors in them."""
    both = Residuals(data, case)
    count = first_count(both.fit)
    found = residual_covariance(both.fit)
    for covariance, golden in zip(found, both.golden["errors"], strict=True):
        error = np.sqrt(np.maximum(np.diag(covariance), 0))
        np.testing.assert_allclose(
            squared(both.fit, error[count:]), both.square(golden["cov"]), atol=2e-8
        )


@pytest.mark.parametrize("case", ["means", "means_mlr"])
def test_residual_means_are_nothing_where_means_are_free(case: str) -> None:
    """Free means leave nothing, and no division of nothing by nothing either."""
    fit = case_of("tapwater", case).fit
    for kind in RESIDUALS:
        assert np.abs(np.array(fit.residuals(kind, of="means"))).max() < 1e-9


@pytest.mark.parametrize("case", ["scalar", "scalar_mlr"])
def test_residual_means(case: str) -> None:
    """Residual means of a scalar model equal lavaan's, plain and divided by the deviations."""
    both = Residuals("groups", case)
    for kind in ("raw", "correlation"):
        found = both.squares(both.fit.residuals(kind, of="means"))
        for means, golden in zip(found, both.golden["residuals"][kind], strict=True):
            np.testing.assert_allclose(means[:, 0], np.array(golden["mean"])[both.order], atol=1e-8)


def test_residual_thresholds() -> None:
    """Residual thresholds of a model with equal thresholds equal lavaan's."""
    both = Residuals("groups", "ordered_scalar")
    found = both.squares(both.fit.residuals("raw", of="thresholds"))
    for cuts, golden in zip(found, both.golden["residuals"]["raw"], strict=True):
        np.testing.assert_allclose(cuts[:, 0], golden["th"], atol=2e-7)


@pytest.mark.parametrize("kind", ["rmr", "srmr", "crmr"])
@pytest.mark.parametrize(("data", "case"), ALONE)
def test_summary(data: str, case: str, kind: str) -> None:
    """Root mean squares, errors and tests equal lavResiduals' to 2e-6.

    lavaan pairs the residuals of ordered items with errors in another order in "total" and divides
    nothing by nothing for saturated moments; there only value and error are held against it.
    """
    both = Residuals(data, case)
    table = both.fit.residual_summary(kind)
    assert "group" not in table
    for (_, found), golden in zip(
        table.iterrows(), both.golden["summary"][kind][0].values(), strict=True
    ):
        known = found["moments"] == "covariances" or not both.ordinal
        for name, value in zip(COLUMNS.split(), golden.values(), strict=True):
            if name == "_" or value in (None, "NA") or not (known or name in ("value", "se")):
                continue
            if name == "value" or np.isfinite(found[name]):
                assert found[name] == pytest.approx(value, abs=2e-6), (found["moments"], name)


def test_summary_of_groups_has_a_row_for_each() -> None:
    """With groups every group has its own rows."""
    table = case_of("groups", "scalar").fit.residual_summary("crmr")
    assert table["group"].value_counts().to_dict() == dict.fromkeys(
        ("north", "east", "south", "west"), 3
    )


SHARE = {"group": "g", "group_equal": ("loadings", "residuals", "lv.variances")}


@pytest.mark.parametrize(("estimator", "options"), [("ML", SHARE), ("WLSMV", {}), ("ULS", {})])
def test_standardized_residuals_are_standard_normal(estimator: str, options: dict) -> None:
    """Over true models z has mean 0 and deviation 1: where groups share parameters, and by least
    squares."""
    rng = np.random.default_rng(4)
    loadings, model = np.array([0.8, 0.7, 0.6, 0.7]), "f =~ a + b + c + d"
    found = []
    for _ in range(150):
        f = rng.standard_normal((400, 1))
        x = f * loadings + np.sqrt(1 - loadings**2) * rng.standard_normal((400, 4))
        frame = pd.DataFrame(x, columns=list("abcd")).assign(g=["s"] * 100 + ["t"] * 300)
        z = cfa(model, frame, estimator=estimator, **options).residuals("standardized")
        frames = z.values() if isinstance(z, dict) else [z]
        found.append([np.array(part)[np.triu_indices(4, 1)] for part in frames])
    deviation = np.array(found).std(axis=0)
    assert np.abs(np.array(found).mean(axis=0)).max() < 0.35
    assert np.abs(deviation - 1).max() < 0.2
    assert abs(deviation.mean() - 1) < 0.06


def test_what_does_not_exist_is_refused() -> None:
    """Unknown kinds and moments that a model does not have are named with the mend."""
    plain, ordered = case_of("tapwater", "ml").fit, case_of("tapwater", "ordered_wlsmv").fit
    with pytest.raises(ModelError, match="choose from raw, correlation"):
        plain.residuals("pearson")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="meanstructure=True"):
        plain.residuals("raw", of="means")
    with pytest.raises(ModelError, match="ask for means"):
        plain.residuals("raw", of="thresholds")
    with pytest.raises(ModelError, match="ask for thresholds"):
        ordered.residuals("raw", of="means")
    with pytest.raises(ModelError, match="choose from covariances"):
        plain.residuals("raw", of="slopes")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="choose from rmr"):
        plain.residual_summary("wrmr")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="not ordered"):
        _ = plain.implied_thresholds


def test_means_of_a_model_without_means_are_those_of_the_sample() -> None:
    """implied_mean then shows the sample's means."""
    fit = case_of("tapwater", "ml").fit
    mean = answers("tapwater")[list(fit.items)].mean()
    np.testing.assert_allclose(fit.implied_mean["mean"], mean, rtol=1e-12)
