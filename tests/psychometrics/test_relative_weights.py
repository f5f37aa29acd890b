"""Relative importance of correlated predictors."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._shapley import johnson, lmg
from psychometrics.dataset import Dataset, DatasetError, ScoringKey
from psychometrics.relative_weights import (
    RelativeImportanceError,
    _Shares,
    relative_importance,
)
from psychometrics.scoring import score

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "relative_weights"
SETS = ("drivers", "near", "likert")


def _answers(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"answers_{name}.csv")


def _read(what: str, name: str) -> dict:
    return json.loads((GOLDEN / f"{what}_{name}.json").read_text())


def _predictors(data: pd.DataFrame) -> list[str]:
    return [name for name in data.columns if name != "y"]


@pytest.mark.parametrize("method", ["lmg", "johnson"])
@pytest.mark.parametrize("name", SETS)
def test_importance_equals_r(name, method) -> None:
    """lm of every subset and eigen give the same weights, r, beta, VIF and R², to 1e-10."""
    data, expected = _answers(name), _read("importance", name)
    result = relative_importance(data, "y", _predictors(data), method=method, replicates=40)
    table = result.table
    assert result.n_used == expected["n"]
    assert result.n_dropped == len(data) - expected["n"]
    assert result.r2 == pytest.approx(expected["r2"], rel=1e-11)
    assert result.adjusted_r2 == pytest.approx(expected["adjusted_r2"], rel=1e-10)
    np.testing.assert_allclose(table["weight"], expected[method], rtol=1e-10)
    np.testing.assert_allclose(table["share"].sum(), 1)
    for column in ("r", "beta", "vif"):
        np.testing.assert_allclose(table[column], expected[column], rtol=1e-9)


@pytest.mark.parametrize("method", ["lmg", "johnson"])
def test_weights_of_the_same_samples_equal_r(method) -> None:
    """In the samples that boot::boot drew, all subsets of lm give the same weights, to 1e-9."""
    data = _answers("drivers").dropna()
    with (GOLDEN / "draws_drivers.csv").open(encoding="utf-8") as file:
        draws = np.array(list(csv.reader(file))[1:], float)
    found = _Shares(data.to_numpy(), method).from_counts(draws)
    np.testing.assert_allclose(found[:, 1:6], _read("boot", "drivers")[method], rtol=1e-9)


def test_order_is_told_by_the_samples() -> None:
    """A strong predictor nearly always comes before an unrelated one; pairs add up to one."""
    data = _answers("drivers")
    result = relative_importance(data, "y", _predictors(data), replicates=300)
    order = result.order_table
    assert order.loc["x1", "x5"] > 0.99
    np.testing.assert_allclose((result.order + result.order.T)[np.triu_indices(5, 1)], 1)
    assert sum(row.first for row in result.predictors) == pytest.approx(1)
    assert result.predictors[0].first > 0.9
    first = result.predictors[0]
    assert first.weight_lower < first.weight < first.weight_upper
    assert first.share_lower < first.share < first.share_upper
    assert result.r2_lower < result.r2 < result.r2_upper


def test_result_can_be_read_and_stored() -> None:
    """Tables, plain values and both representations; the words claim association alone."""
    data = _answers("drivers")
    result = relative_importance(data, "y", _predictors(data), replicates=40)
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["outcome"] == "y"
    assert "associated with" in repr(result)
    assert "<table" in result._repr_html_()
    assert "3 interviews lack a value" in result.warnings[0]


def test_flaws_of_the_predictors_are_said() -> None:
    """Near-collinear predictors and suppression each give a warning that names them."""
    data = _answers("near")
    result = relative_importance(data, "y", _predictors(data), replicates=40)
    assert "x1, x2: variance inflation above 10" in result.warnings[0]
    assert result.warnings[1].startswith("x2: correlation and regression weight")


def test_uncorrelated_predictors_keep_their_squared_correlation() -> None:
    """With orthogonal predictors either method gives r² exactly."""
    q = np.linalg.qr(np.random.default_rng(0).normal(size=(80, 4)))[0]
    q = np.linalg.qr(np.column_stack([np.ones(80), q]))[0][:, 1:]
    y = q[:, :3] @ [1.0, 2.0, 3.0] + q[:, 3]
    correlations = np.corrcoef(np.column_stack([q[:, :3], y]), rowvar=False)[None]
    for method in (lmg, johnson):
        np.testing.assert_allclose(method(correlations)[0], correlations[0, :3, 3] ** 2, atol=1e-12)


def test_weights_and_clusters_are_used() -> None:
    """Doubling a weight is doubling an interview; clusters are drawn whole."""
    data = _answers("likert")
    names = _predictors(data)
    twice = pd.concat([data, data.iloc[:20]], ignore_index=True)
    weights = np.where(np.arange(60) < 20, 2.0, 1.0)
    weighted = relative_importance(data, "y", names, replicates=40, weights=weights)
    repeated = relative_importance(twice, "y", names, replicates=40)
    np.testing.assert_allclose(weighted.table["weight"], repeated.table["weight"], rtol=1e-9)
    np.testing.assert_allclose(weighted.table["beta"], repeated.table["beta"], rtol=1e-9)
    twice["who"] = [*range(60), *range(20)]
    clustered = relative_importance(twice, "y", names, replicates=40, cluster="who")
    assert clustered.bootstrap.n_units == 60


def _dataset() -> Dataset:
    rng = np.random.default_rng(1)
    latent = rng.normal(size=(120, 1)) + rng.normal(size=(120, 9))
    answers = np.clip(np.round(4 + latent), 1, 7).astype(int)
    names = [f"i{j}" for j in range(1, 10)]
    keys = [
        ScoringKey("a", ("i1", "i2"), 1, 7),
        ScoringKey("b", ("i3", "i4"), 1, 7, frozenset({"i4"})),
        ScoringKey("c", ("i5", "i6"), 1, 7),
        ScoringKey("all", ("i1", "i2", "i3", "i4"), 1, 7),
        ScoringKey("satisfaction", ("i8", "i9"), 1, 7, outcome=True),
    ]
    return Dataset.build(answers, names, keys)


def test_scales_of_a_dataset_are_scored() -> None:
    """Names of scales stand for their scores, other names for items after reversal."""
    data = _dataset()
    result = relative_importance(data, "satisfaction", ["a", "b", "i5"], replicates=40)
    frame = pd.DataFrame({name: score(data).column(name) for name in ("a", "b", "satisfaction")})
    frame["i5"] = data.numeric(["i5"])[:, 0]
    same = relative_importance(frame, "satisfaction", ["a", "b", "i5"], replicates=40)
    np.testing.assert_allclose(result.table, same.table, rtol=1e-9)


def test_part_of_the_outcome_is_refused() -> None:
    """A subscale, an item or a named part of the outcome never explains it."""
    data = _dataset()
    with pytest.raises(RelativeImportanceError, match=r"a is part of the outcome all \(i1, i2"):
        relative_importance(data, "all", ["a", "satisfaction"])
    with pytest.raises(RelativeImportanceError, match="i8 is part of the outcome satisfaction"):
        relative_importance(data, "satisfaction", ["i8", "a"])
    frame = _answers("likert")
    with pytest.raises(RelativeImportanceError, match="x2 is part of the outcome y"):
        relative_importance(frame, "y", ["x1", "x2"], parts={"y": ["x2", "x9"]})
    frame["total"] = frame[["x1", "x2", "x3"]].mean(axis=1)
    with pytest.raises(RelativeImportanceError, match="determine total exactly"):
        relative_importance(frame, "total", ["x1", "x2", "x3", "x4"])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"predictors": ["x1"]}, "at least two"),
        ({"predictors": ["x1", "x1"]}, "given twice"),
        ({"predictors": ["x1", "y"]}, "given twice"),
        ({"method": "beta"}, "choose 'lmg' or 'johnson'"),
        ({"predictors": [f"x{i}" for i in range(1, 14)]}, "2\\^13 subsets"),
        ({"predictors": ["x1", "same"]}, "repeats or adds up"),
        ({"predictors": ["x1", "flat"]}, "same value of flat"),
        ({"predictors": ["x1", "rare"]}, "4 interviews have every value"),
    ],
)
def test_bad_predictors_say_what_to_mend(changed, message) -> None:
    """Too few, too many, repeated, constant and mostly missing predictors are named."""
    data = _answers("likert")
    data["same"], data["flat"] = 2 * data["x1"], 3
    data["rare"] = data["x2"].where(data.index < 4)
    arguments = {"predictors": ["x1", "x2"], "replicates": 40, **changed}
    with pytest.raises(RelativeImportanceError, match=message):
        relative_importance(data, "y", **arguments)


def test_unknown_names_are_refused() -> None:
    """Neither a DataFrame nor an array has a column of that name; an array's are item1 …"""
    with pytest.raises(DatasetError, match="x99"):
        relative_importance(_answers("near"), "y", ["x1", "x99"])
    with pytest.raises(DatasetError, match="an array has item1"):
        relative_importance(np.ones((9, 3)), "y", ["item1", "item2"])
    array = _answers("near").to_numpy()
    result = relative_importance(array, "item4", ["item1", "item2", "item3"], replicates=40)
    np.testing.assert_allclose(result.table["weight"], _read("importance", "near")["lmg"])


def test_twelve_predictors_are_exact() -> None:
    """With 12 predictors the weights add up to R², and Johnson's come near."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 1)) + rng.normal(size=(300, 12))
    y = x @ np.linspace(0, 1, 12) + 3 * rng.normal(size=300)
    correlations = np.corrcoef(np.column_stack([x, y]), rowvar=False)[None]
    exact, near = lmg(correlations)[0], johnson(correlations)[0]
    r = correlations[0, :12, 12]
    r2 = r @ np.linalg.solve(correlations[0, :12, :12], r)
    assert exact.sum() == pytest.approx(r2, rel=1e-12)
    assert near.sum() == pytest.approx(r2, rel=1e-12)
    np.testing.assert_allclose(exact, near, atol=0.005)


def test_samples_without_an_answer_are_failures() -> None:
    """A predictor that is constant or repeats another in a sample gives NaN, not a number."""
    x = np.array([[0, 0, 1.0], [0, 1, 2], [1, 0, 2], [0, 0, 5], [1, 1, 7]])
    counts = np.array([[2, 2, 0, 1, 0], [1, 1, 1, 1, 1], [3, 0, 0, 0, 2.0]])
    for method in ("lmg", "johnson"):
        found = np.isfinite(_Shares(x, method).from_counts(counts)).all(axis=1)
        assert found.tolist() == [False, True, False]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1000),
    p=st.integers(2, 6),
    order=st.randoms(use_true_random=False),
    sign=st.sampled_from([-1.0, 1.0]),
)
def test_weights_do_not_depend_on_order_scale_or_sign(seed, p, order, sign) -> None:
    """Weights are not negative, add up to R², move with their predictor, ignore its units."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(p + 12, 1)) + rng.normal(size=(p + 12, p + 1))
    places = list(range(p))
    order.shuffle(places)
    scale = np.append(sign * rng.uniform(0.1, 9, p), 1.0)
    counts = np.ones((1, p + 12))
    for method in ("lmg", "johnson"):
        plain = _Shares(matrix, method).from_counts(counts)[0]
        moved = _Shares((matrix * scale)[:, [*places, p]], method).from_counts(counts)[0]
        assert (plain[1 : p + 1] >= -1e-12).all()
        assert plain[1 : p + 1].sum() == pytest.approx(plain[0])
        np.testing.assert_allclose(moved[1 : p + 1], plain[1 : p + 1][places], atol=1e-9)
