"""Alignment of many groups."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._alignment_errors import aligned_errors
from psychometrics._alignment_groups import configural_of, group_fits
from psychometrics._alignment_loss import Loss
from psychometrics._alignment_search import search
from psychometrics._model_sample import model_sample
from psychometrics._noninvariance import invariant_set, largest_linked
from psychometrics._threads import one_thread
from psychometrics.alignment import AlignmentError, alignment

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "alignment"
MODELS = {
    "few": "f =~ x1 + x2 + x3 + x4\nh =~ x5 + x6 + x7 + x8",
    "brands": "f =~ x1 + x2 + x3 + x4 + x5",
    "pair": "f =~ x1 + x2 + x3 + x4",
}
FIVE = MODELS["brands"]
LOADINGS = np.array([0.8, 0.9, 1.0, 0.75, 0.85])


def _answers(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"answers_{name}.csv")


def _golden(name: str) -> dict:
    return json.loads((GOLDEN / f"aligned_{name}.json").read_text())


def _simulated(seed: int, groups: int, n: int, odd: dict[int, int] | None = None):
    """Answers to five items of a factor whose means are known; `odd`: group → shifted item."""
    rng = np.random.default_rng(seed)
    means = np.concatenate([[0], rng.normal(0, 0.4, groups - 1)])
    spread = np.concatenate([[1], np.exp(rng.normal(0, 0.1, groups - 1))])
    parts = []
    for g in range(groups):
        factor = means[g] + spread[g] * rng.normal(size=(n, 1))
        part = factor * LOADINGS + 0.6 * rng.normal(size=(n, 5))
        if odd and g in odd:
            part[:, odd[g]] += 0.7
        parts.append(pd.DataFrame(part, columns=[f"x{j}" for j in range(1, 6)]).assign(g=f"b{g}"))
    return pd.concat(parts, ignore_index=True), means, spread


@pytest.mark.parametrize("method", ["fixed", "free"])
@pytest.mark.parametrize("name", MODELS)
def test_alignment_equals_an_independent_search(name, method) -> None:
    """From lavaan's configural estimates R's optim, nlm and Newton steps come to the same means,
    variances, parameters and R², to 1e-5."""
    result = alignment(MODELS[name], _answers(name), "g", method=method, estimator="ML")
    golden = _golden(name)
    assert result.converged
    for part in result.factors:
        expected = golden[part.factor][method]
        if not expected:
            continue
        assert part.loss == pytest.approx(expected["loss"], abs=1e-6)
        np.testing.assert_allclose(part.mean, expected["mean"], atol=1e-5)
        np.testing.assert_allclose(part.variance, expected["variance"], atol=1e-5)
        np.testing.assert_allclose(part.loadings, expected["loadings"], atol=1e-5)
        np.testing.assert_allclose(part.intercepts, expected["intercepts"], atol=1e-5)
        np.testing.assert_allclose(part.loading_r2, expected["r2_loadings"], atol=1e-5)
        np.testing.assert_allclose(part.intercept_r2, expected["r2_intercepts"], atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_configural_estimates_equal_lavaan(name) -> None:
    """Group by group the same loadings and intercepts, to 1e-5."""
    prepared = model_sample(MODELS[name], _answers(name), group="g")
    fits = group_fits(prepared)
    for factor, golden in _golden(name).items():
        items = tuple(r.rhs for r in prepared.parsed.statements if r.lhs == factor)
        found = configural_of(fits, factor, items)
        np.testing.assert_allclose(found.loadings, golden["loadings"], atol=1e-5)
        np.testing.assert_allclose(found.intercepts, golden["intercepts"], atol=1e-5)


def test_derivatives_of_the_loss_are_exact() -> None:
    """Slope, curvature and sensitivity equal numerical differences."""
    rng = np.random.default_rng(0)
    loss = Loss(
        rng.normal(0.8, 0.1, (3, 5)), rng.normal(3, 0.2, (3, 5)), rng.uniform(100, 300, 5), 0.01
    )
    at, h = rng.normal(0, 0.2, 10), 1e-6
    steps = h * np.eye(10)
    slope = [(loss.value(at + e)[0] - loss.value(at - e)[0]) / (2 * h) for e in steps]
    np.testing.assert_allclose(loss.value(at)[1], slope, atol=1e-8)
    curvature = [(loss.value(at + e)[1] - loss.value(at - e)[1]) / (2 * h) for e in steps]
    np.testing.assert_allclose(loss.curvature(at), curvature, atol=1e-8)
    found = loss.sensitivity(at)
    for kind, item, group in [(0, 0, 0), (0, 2, 4), (1, 1, 3), (1, 0, 0)]:
        move = np.zeros((2, 3, 5))
        move[kind, item, group] = h
        ends = [
            replace(
                loss,
                loadings=loss.loadings + sign * move[0],
                intercepts=loss.intercepts + sign * move[1],
            ).value(at)[1]
            for sign in (1, -1)
        ]
        expected = (ends[0] - ends[1]) / (2 * h)
        np.testing.assert_allclose(found[:, kind, item, group], expected, atol=1e-8)


def test_errors_follow_the_minimum() -> None:
    """The covariance of means and deviations equals that of minima of moved estimates."""
    prepared = model_sample(MODELS["few"], _answers("few"), group="g")
    fits = group_fits(prepared)
    configural = configural_of(fits, "f", ("x1", "x2", "x3", "x4"))
    n = prepared.sample.n.astype(float)
    loss = Loss(configural.loadings, configural.intercepts, n, 0.01)
    with one_thread():
        found, expected = (
            search(loss, 0, 3, np.random.default_rng(1)),
            _moved_minima(loss, configural),
        )
    np.testing.assert_allclose(aligned_errors(loss, found, configural).factor, expected, atol=1e-6)


def _moved_minima(loss: Loss, configural) -> np.ndarray:
    """The covariance of minima when each group's estimates move along their own axes."""
    n = loss.n
    expected = np.zeros((2 * len(n), 2 * len(n)))
    for g in range(len(n)):
        values, vectors = np.linalg.eigh(configural.covariance[g])
        for direction in (vectors * np.sqrt(values)).T:
            moved = []
            for size in (1e-3, -1e-3):
                loadings, intercepts = loss.loadings.copy(), loss.intercepts.copy()
                loadings[:, g] += size * direction[:4]
                intercepts[:, g] += size * direction[4:]
                near = replace(loss, loadings=loadings, intercepts=intercepts)
                moved.append(search(near, 0, 1, np.random.default_rng(1)).at)
            slope = (moved[0] - moved[1]) / 2e-3
            expected += np.outer(slope, slope)
    return expected


def test_known_means_and_odd_items_are_found() -> None:
    """Means within their errors, and exactly the shifted intercepts are noninvariant."""
    odd = {2: 1, 4: 3, 7: 0}
    data, means, _ = _simulated(5, 9, 600, odd)
    result = alignment(FIVE, data, "g")
    z = (result.means["mean"] - means)[1:] / result.means["se"][1:]
    assert np.abs(z).max() < 3
    expected = np.zeros((5, 9), bool)
    for group, item in odd.items():
        expected[item, group] = True
    np.testing.assert_array_equal(result.noninvariant.loc["intercept"].to_numpy(), expected)
    assert not result.noninvariant.loc["loading"].to_numpy().any()
    assert result.noninvariant_share == pytest.approx(3 / 90)
    assert result.within_rule_of_thumb
    assert result.r2.loc[("f", "x5"), "intercept"] > 0.95


def test_intervals_cover_known_means_and_variances() -> None:
    """Over simulated samples with full invariance nineteen of twenty intervals hold the truth."""
    inside, spread = [], []
    for seed in range(12):
        data, means, sd = _simulated(100 + seed, 6, 300)
        result = alignment(FIVE, data, "g", starts=2)
        for frame, truth in ((result.means, means), (result.variances, sd**2)):
            rows = frame.iloc[1:]
            inside.append((rows["ci_lower"] < truth[1:]) & (truth[1:] < rows["ci_upper"]))
        z = (result.means["mean"] - means)[1:] / result.means["se"][1:]
        spread.append(z)
    assert 0.88 < np.mean(inside) < 0.99
    assert 0.75 < np.std(spread) < 1.25


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_groups_does_not_matter(order) -> None:
    """With the same reference group every figure stays with its group."""
    data = _answers("few")
    names = list(dict.fromkeys(data["g"]))
    turned = pd.concat([data[data["g"] == names[k]] for k in order], ignore_index=True)
    one = alignment(MODELS["few"], data, "g", reference="b02", starts=3)
    two = alignment(MODELS["few"], turned, "g", reference="b02", starts=3)
    assert two.groups == tuple(names[k] for k in order)
    for frame in ("means", "variances"):
        mine, other = getattr(one, frame), getattr(two, frame)
        np.testing.assert_allclose(other.loc[mine.index], mine, atol=1e-6)
    columns = list(one.groups)
    assert (two.noninvariant[columns] == one.noninvariant[columns]).all(axis=None)


def test_reflected_groups_are_turned() -> None:
    """A factor found upside down in one group counts in the common direction."""
    data, _, _ = _simulated(3, 4, 300)
    prepared = model_sample(FIVE, data, group="g")
    fits = group_fits(prepared)
    plain = configural_of(fits, "f", ("x1", "x2", "x3", "x4", "x5"))
    name = list(fits)[2]
    theta = fits[name].minimum.theta.copy()
    theta[:5] *= -1
    turned = replace(fits[name], minimum=replace(fits[name].minimum, theta=theta))
    found = configural_of({**fits, name: turned}, "f", ("x1", "x2", "x3", "x4", "x5"))
    np.testing.assert_allclose(found.loadings, plain.loadings, atol=1e-8)
    np.testing.assert_allclose(found.covariance, plain.covariance, atol=1e-8)


def test_sets_of_groups_that_share_a_parameter() -> None:
    """The largest linked set begins; whoever is far from its average is left out."""
    links = np.eye(5, dtype=bool)
    links[0, 1] = links[1, 0] = links[1, 2] = links[2, 1] = links[3, 4] = links[4, 3] = True
    assert largest_linked(links).tolist() == [True, True, True, False, False]
    values = np.array([1.0, 1.05, 0.95, 1.9, 1.0])
    inside = invariant_set(values, 0.01 * np.eye(5))
    assert inside.tolist() == [True, True, True, False, True]
    assert invariant_set(np.ones(3), np.zeros((3, 3))).all()


def test_result_can_be_read_and_stored() -> None:
    """Tables, plain values and both representations."""
    result = alignment(MODELS["few"], _answers("few"), "g", missing="fiml", starts=2)
    stored = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert stored["reference"] == "b01"
    assert len(stored["factors"][0]["mean"]) == 4
    assert "Alignment (fixed) of 4 groups, n = 840" in repr(result)
    assert "<table" in result._repr_html_()
    assert result.parameters.shape == (16, 4)
    assert result.means.loc[("h", "b01"), "mean"] == 0
    assert result.variances.loc[("h", "b01"), "variance"] == 1


def test_doubtful_results_say_so() -> None:
    """Small groups, many noninvariant parameters and unidentified means each give a warning."""
    data, _, _ = _simulated(8, 4, 70, {0: 0, 1: 1, 2: 2, 3: 3})
    result = alignment(FIVE, data, "g", starts=2)
    assert any("Fewer than 100 interviews: b0, b1, b2, b3" in text for text in result.warnings)
    rng = np.random.default_rng(2)
    parts = []
    for g in range(4):
        part = rng.normal(size=(900, 1)) * rng.uniform(0.3, 1.2, 5) + rng.normal(0, 0.6, 5)
        part += 0.6 * rng.normal(size=(900, 5))
        parts.append(pd.DataFrame(part, columns=data.columns[:5]).assign(g=g))
    wild = alignment(FIVE, pd.concat(parts), "g")
    assert not wild.within_rule_of_thumb
    assert any("more than the quarter" in text for text in wild.warnings)


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        ("f =~ x1 + x2 + x3\nh =~ x3 + x4 + x5", {}, "x3 belongs to f and h"),
        ("f =~ x1 + x2 + x3\nh =~ x4 + x5\nt =~ f + h", {}, "t is a factor of factors"),
        ("f =~ x1 + x2 + x3\nx4 ~ f", {}, "take the regressions out"),
        ("f =~ x1 + x2 + x3 + x4\nh =~ x5", {}, "h has one item"),
        ("f =~ 1*x1 + x2 + x3", {}, "f=~x1 is fixed"),
        ("x1 ~~ x2", {}, "no factor"),
        (FIVE, {"method": "loose"}, "choose fixed or free"),
        (FIVE, {"reference": "b9"}, "the groups are b0, b1, b2"),
        (FIVE, {"epsilon": 0}, "small positive number"),
        (FIVE, {"starts": 0}, "at least one"),
        (FIVE, {"group": None}, "Give group"),
    ],
)
def test_what_cannot_be_aligned_is_refused(model, options, message) -> None:
    """The message names the item, factor or setting, and the mend."""
    data, _, _ = _simulated(1, 3, 150)
    with pytest.raises(AlignmentError, match=message):
        alignment(model, data, **{"group": "g", **options})


def test_a_group_that_cannot_be_fitted_is_named() -> None:
    """A group whose items are unrelated leaves its model undetermined."""
    data, _, _ = _simulated(1, 3, 200)
    q = np.linalg.qr(np.random.default_rng(1).normal(size=(200, 6)) * 1.0)[0]
    q = np.linalg.qr(np.column_stack([np.ones(200), q]))[0][:, 1:6]
    data.loc[data["g"] == "b1", ["x1", "x2", "x3", "x4", "x5"]] = 10 * q
    with pytest.raises(AlignmentError, match=r"in 1 of 3 groups \(b1\)"):
        alignment(FIVE, data, "g")
