"""Raking, what weights cost, and weighted means."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.resample import ResampleError
from psychometrics.weighted_means import _RakedMean, raked_mean, weighted_mean
from psychometrics.weights import WeightsError, kish, rake

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "weights"
SETS = ("panel", "few")


def _read(what: str, name: str) -> dict:
    return json.loads((GOLDEN / f"{what}_{name}.json").read_text())


def _answers(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"answers_{name}.csv")


@pytest.mark.parametrize("name", SETS)
def test_raked_weights_equal_loglin(name) -> None:
    """The weights of R's own iterative proportional fitting, to 1e-10, from base weights too."""
    data, expected = _answers(name), _read("rake", name)
    result = rake(data, expected["target"], base=data["base"])
    np.testing.assert_allclose(result.weights, expected["weights"], rtol=1e-10)
    assert result.n_eff == pytest.approx(expected["n_eff"], rel=1e-8)
    assert result.design_effect == pytest.approx(len(data) / expected["n_eff"], rel=1e-8)
    assert result.converged
    assert result.warnings == ()
    np.testing.assert_allclose(result.table["weighted"], result.table["target"], atol=1e-10)


@pytest.mark.parametrize("name", SETS)
def test_trimmed_weights_equal_r(name) -> None:
    """Cutting and raking again until both hold: R's weights to 5e-6, limit and margins kept."""
    data, expected = _answers(name), _read("rake", name)
    cap = expected["cap"]
    result = rake(data, expected["target"], base=data["base"], trim=cap)
    np.testing.assert_allclose(result.weights, expected["trimmed"], rtol=5e-6)
    assert result.weights.max() <= cap * (1 + 1e-6)
    assert max(expected["weights"]) > cap
    assert result.converged
    assert result.n_trimmed == int((np.array(expected["trimmed"]) > cap - 1e-4).sum())
    np.testing.assert_allclose(result.table["weighted"], result.table["target"], atol=1e-9)
    free = rake(data, expected["target"], base=data["base"])
    assert result.design_effect < free.design_effect


@pytest.mark.parametrize("name", SETS)
def test_weighted_mean_equals_r(name) -> None:
    """lm with sandwich::vcovCL, and survey::svymean's formula in strata, to 1e-10."""
    data, expected = _answers(name), _read("mean", name)
    weights = _read("rake", name)["weights"]
    single = weighted_mean(data["y"], weights)
    clustered = weighted_mean(data["y"], weights, cluster=data["cluster"])
    both = weighted_mean(data["y"], weights, cluster=data["cluster"], strata=data["stratum"])
    assert single.weighted.se == pytest.approx(expected["se_single"], rel=1e-10)
    assert clustered.weighted.se == pytest.approx(expected["se_cluster"], rel=1e-10)
    assert both.weighted.se == pytest.approx(expected["se_strata"], rel=1e-10)
    assert (clustered.weighted.df, both.weighted.df) == (expected["df"], expected["df_strata"])
    for side in ("mean", "lower", "upper"):
        assert getattr(clustered.weighted, side) == pytest.approx(expected[side], rel=1e-10)
    assert clustered.unweighted.mean == pytest.approx(expected["unweighted_mean"], rel=1e-12)
    assert clustered.unweighted.se == pytest.approx(expected["unweighted_se"], rel=1e-10)
    assert clustered.n_units == data["cluster"].nunique()


def test_raking_anew_in_the_samples_of_r() -> None:
    """boot::boot of a function that rakes each sample gives the same replicates, to 1e-8."""
    data, expected = _answers("few"), _read("boot", "few")
    with (GOLDEN / "draws_few.csv").open(encoding="utf-8") as file:
        draws = np.array(list(csv.reader(file))[1:], float)
    values = data["y"].to_numpy()
    base = data["base"].to_numpy()
    statistic = _RakedMean(values, data, _read("rake", "few")["target"], base, None)
    np.testing.assert_allclose(statistic.from_counts(draws), expected["t"], rtol=1e-8)
    np.testing.assert_allclose(statistic.from_counts(np.ones((1, 70))), expected["t0"], rtol=1e-8)


def test_raking_gains_where_values_follow_the_margins() -> None:
    """The bootstrap that rakes anew sees that raking explains values; linearisation does not."""
    rng = np.random.default_rng(1)
    group = rng.choice(["a", "b"], 400, p=[0.7, 0.3])
    values = np.where(group == "a", 10.0, 30.0) + rng.normal(size=400)
    target = {"group": {"a": 50, "b": 50}}
    result = raked_mean(values, {"group": group}, target, replicates=300)
    assert result.bootstrap.se < 0.2 * result.linearised.weighted.se
    assert result.bootstrap.estimate == pytest.approx(result.linearised.weighted.mean, rel=1e-9)
    assert result.bootstrap.lower < 20 < result.bootstrap.upper
    assert result.linearised.unweighted.mean < result.linearised.weighted.mean
    assert result.converged
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["n_used"] == 400


def test_raked_mean_leaves_out_missing_values_and_counts_failures() -> None:
    """A missing value still counts for raking; samples that lack a category count as failed."""
    labels = ["a"] * 40 + ["b"] * 3
    values = np.arange(43.0)
    values[0] = np.nan
    target = {"group": {"a": 0.8, "b": 0.2}}
    result = raked_mean(values, {"group": labels}, target, replicates=400, interval="percentile")
    assert result.n_used == 42
    assert 0 < result.bootstrap.failed < 80
    weights = rake({"group": labels}, target).weights
    assert result.bootstrap.estimate == pytest.approx(np.average(values[1:], weights=weights[1:]))
    with pytest.raises(ResampleError, match="merge rare categories"):
        raked_mean(values[:41], {"group": labels[:41]}, target, replicates=400)


def test_kish_of_equal_weights_costs_nothing() -> None:
    """Equal weights: design effect 1; (1, 3): 2·10/16 = 1.25."""
    assert kish([2, 2, 2]).design_effect == pytest.approx(1)
    assert kish([1, 3]).design_effect == pytest.approx(1.25)
    assert kish([1, 3]).n_eff == pytest.approx(1.6)


def test_margins_of_a_dataset_and_of_numbers(tapwater) -> None:
    """A Dataset's columns are margins; numbers match targets written as text or number."""
    known = tapwater.select(tapwater.usable & (tapwater.brand != ""))
    result = rake(known, {"brand": {"1": 50, "2": 25, "3": 25}})
    assert result.shares[0].weighted == pytest.approx(0.5)
    frame = pd.DataFrame({"wave": [1.0, 2.0, 2.0]})
    np.testing.assert_allclose(rake(frame, {"wave": {1: 0.5, 2: 0.5}}).weights, [1.5, 0.75, 0.75])
    assert "design effect" in repr(result)
    assert "<table" in result._repr_html_()


def test_one_margin_is_poststratification() -> None:
    """With one margin each weight is target share / sample share."""
    labels = np.array(list("aaabbc"))
    target = {"x": {"a": 0.2, "b": 0.3, "c": 0.5}}
    expected = [0.4] * 3 + [0.9] * 2 + [3.0]
    np.testing.assert_allclose(rake({"x": labels}, target).weights, expected, rtol=1e-12)


def test_margins_that_cannot_hold_are_said() -> None:
    """An empty combination that the margins need, and a limit below what they need."""
    data = {"x": list("aabb"), "y": list("ccdd")}
    torn = rake(data, {"x": {"a": 0.5, "b": 0.5}, "y": {"c": 0.9, "d": 0.1}})
    assert not torn.converged
    assert "contradict" in torn.warnings[0]
    tight = rake({"x": list("aaaab")}, {"x": {"a": 0.2, "b": 0.8}}, trim=2)
    assert not tight.converged
    assert "the largest weight is 4.00" in tight.warnings[0]
    assert "'b' of x needs a mean weight of 4.00" in tight.warnings[0]
    counts = rake(data, {"x": {"a": 50, "b": 50}, "y": {"c": 1, "d": 1}})
    assert "different totals (x 100, y 2)" in counts.warnings[0]
    assert counts.converged


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"margins": {}}, "no margin"),
        ({"margins": {"x": {"a": 1, "b": 1, "z": 1}}}, "nobody in the sample is 'z'; merge"),
        ({"margins": {"x": {"a": 1}}}, r"no share for 'b' \(2 interviews\)"),
        ({"margins": {"x": {"a": 1, "b": 0}}}, "target of 'b' is not a positive"),
        ({"margins": {"x": {"a": 1, "b": np.nan}}}, "target of 'b' is not a positive"),
        ({"data": {"x": ["a", "a", None, "b"]}}, "not known for 1 of 4 interviews, the first in"),
        ({"data": {"x": [0.5, np.nan, 1, 1]}}, "not known for 1 of 4"),
        ({"base": [1, 1, 0, 1]}, "1 weights are missing, zero or negative, the first in row 2"),
        ({"base": [1, 1]}, "one for each of 4"),
        ({"trim": 1}, "above 1"),
    ],
)
def test_bad_margins_say_what_to_mend(changed, message) -> None:
    """Categories absent on either side, unknown labels, base weights and limits are named."""
    arguments = {"data": {"x": list("aabb")}, "margins": {"x": {"a": 0.5, "b": 0.5}}, **changed}
    with pytest.raises(WeightsError, match=message):
        rake(**arguments)


def test_bad_columns_are_named() -> None:
    """A margin that is no column, or of another length, values of another length."""
    target = {"x": {"a": 1, "b": 1}}
    with pytest.raises(ResampleError, match="no column 'x'"):
        rake(pd.DataFrame({"y": [1]}), target)
    with pytest.raises(WeightsError, match=r"'y' has shape \(1,\) for 2"):
        rake({"x": list("ab"), "y": ["c"]}, {**target, "y": {"c": 1}})
    with pytest.raises(WeightsError, match=r"shape \(3,\) for 2"):
        raked_mean([1, 2, 3], {"x": list("ab")}, target)
    with pytest.raises(WeightsError, match="1 values at level"):
        weighted_mean([1, np.nan], [1, 1])
    with pytest.raises(WeightsError, match="one cluster only"):
        weighted_mean([1, 2, 3], [1, 1, 1], strata=[1, 1, 2])


_SHARES = st.lists(st.floats(0.05, 1), min_size=3, max_size=3)


@settings(max_examples=40, deadline=None)
@given(first=_SHARES, second=_SHARES, seed=st.integers(0, 30), order=st.permutations(range(60)))
def test_raked_margins_hold_whatever_they_are(first, second, seed, order) -> None:
    """All margins hold, weights have mean 1, odds ratios stay, order does not matter."""
    rng = np.random.default_rng(seed)
    codes = [np.resize([0, 1, 2], 60), np.repeat([0, 1, 2], 20)]
    labels = [np.array(list("abc"))[code] for code in codes]
    base = rng.uniform(0.5, 2, 60)
    data = {"x": labels[0], "y": labels[1]}
    targets = {
        "x": dict(zip("abc", first, strict=True)),
        "y": dict(zip("abc", second, strict=True)),
    }
    result = rake(data, targets, base=base)
    assert result.weights.mean() == pytest.approx(1)
    for code, target in zip(codes, (first, second), strict=True):
        shares = np.bincount(code, result.weights) / 60
        np.testing.assert_allclose(shares, np.array(target) / sum(target), atol=1e-9)
    before, after = (np.zeros((3, 3)), np.zeros((3, 3)))
    np.add.at(before, tuple(codes), base)
    np.add.at(after, tuple(codes), result.weights)
    ratio = after / before
    np.testing.assert_allclose(ratio[0, 0] * ratio[1, 1], ratio[0, 1] * ratio[1, 0], rtol=1e-6)
    moved = rake({name: column[order] for name, column in data.items()}, targets, base=base[order])
    np.testing.assert_allclose(moved.weights, result.weights[order], rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(slope=st.floats(0.01, 50), shift=st.floats(-100, 100), times=st.floats(0.01, 100))
def test_weighted_means_follow_the_scale(slope, shift, times) -> None:
    """A change of units changes mean and error alike; only the ratio of weights matters."""
    rng = np.random.default_rng(2)
    values, weights = rng.normal(size=30), rng.uniform(0.2, 3, 30)
    first = weighted_mean(values, weights).weighted
    second = weighted_mean(shift + slope * values, times * weights).weighted
    assert second.mean == pytest.approx(shift + slope * first.mean, abs=1e-8)
    assert second.se == pytest.approx(slope * first.se, rel=1e-6)
