"""Formative indices and what their weights do to them."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.formative_index import FormativeIndexError, formative_index
from psychometrics.means import ComparisonError
from psychometrics.weight_sensitivity import weight_sensitivity

GOLDEN = json.loads(
    (Path(__file__).resolve().parents[1] / "golden" / "scorecards" / "index.json").read_text()
)
METRICS = ("visits", "minutes", "bounces", "shares")
DIRECTIONS = {"visits": "higher", "minutes": "higher", "bounces": "lower", "shares": "higher"}


def _matrix(rows: list[list[float | None]]) -> np.ndarray:
    return np.array([[np.nan if value is None else value for value in row] for row in rows])


def _named(weights: list[float]) -> dict[str, float]:
    return dict(zip(METRICS, weights, strict=True))


def _names(u: int) -> list[str]:
    return [f"u{i}" for i in range(u)]


def _random(seed: int, u: int = 12) -> dict:
    values = np.random.default_rng(seed).lognormal(size=(u, 4))
    return {"values": values, "metrics": METRICS, "directions": DIRECTIONS, "groups": _names(u)}


EQUAL = dict.fromkeys(METRICS, 1)


def test_index_equals_r() -> None:
    """scale() and weighted.mean with what is known, one metric turned, to 1e-12."""
    found = formative_index(
        _matrix(GOLDEN["values"]),
        _named(GOLDEN["weights"]),
        metrics=METRICS,
        directions=DIRECTIONS,
        groups=_names(9),
        known_share=GOLDEN["known_share"],
    )
    index = _matrix([GOLDEN["index"]])[0]
    np.testing.assert_allclose(found.standardised, _matrix(GOLDEN["z"]), atol=1e-12)
    np.testing.assert_allclose(found.known, GOLDEN["known"], atol=1e-12)
    np.testing.assert_allclose(found.index, index, atol=1e-12)
    there = ~np.isnan(index)
    expected = _matrix(GOLDEN["contributions"])
    np.testing.assert_allclose(found.contributions[there], expected[there], atol=1e-12)
    assert np.isnan(found.contributions[~there]).all()
    assert (found.n_used, found.of("u6"), found.of("u0")) == (8, None, pytest.approx(index[0]))
    assert found.warnings == ("Under 70% of the weight is known of u6: no index.",)


def test_sensitivity_equals_r() -> None:
    """Index, places, Spearman and Kendall's W by friedman.test under three profiles, to 1e-12."""
    found = weight_sensitivity(
        _matrix(GOLDEN["values"])[GOLDEN["complete"]],
        {name: _named(weights) for name, weights in GOLDEN["profiles"].items()},
        metrics=METRICS,
        directions=DIRECTIONS,
        groups=_names(len(GOLDEN["complete"])),
        replicates=200,
    )
    assert found.profiles == ("equal", "standard", "expert")
    np.testing.assert_allclose(found.index, GOLDEN["scores"], atol=1e-12)
    np.testing.assert_array_equal(found.ranks, GOLDEN["ranks"])
    np.testing.assert_allclose(found.spearman, GOLDEN["spearman"], atol=1e-12)
    assert found.kendall_w == pytest.approx(GOLDEN["kendall_w"], abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 999), slope=st.floats(0.01, 100), missing=st.sampled_from([0, 0.1]))
def test_units_of_metrics_and_scale_of_weights_do_not_matter(seed, slope, missing) -> None:
    """Contributions add up to the index; other units and multiplied weights change nothing."""
    given_ = _random(seed)
    rng = np.random.default_rng(seed + 1)
    given_["values"][rng.random((12, 4)) < missing] = np.nan
    weights = _named(rng.uniform(0.1, 1, 4).tolist())
    found = formative_index(weights=weights, known_share=0.5, **given_)
    has = ~np.isnan(found.index)
    np.testing.assert_allclose(
        np.nansum(found.contributions, axis=1)[has], found.index[has], atol=1e-12
    )
    given_["values"] = 3 + slope * given_["values"]
    other = formative_index(
        weights={name: 7 * weight for name, weight in weights.items()}, known_share=0.5, **given_
    )
    np.testing.assert_allclose(other.index, found.index, atol=1e-9)
    assert other.weights.sum() == pytest.approx(1)
    if missing == 0:
        assert found.index.mean() == pytest.approx(0, abs=1e-9)
    turned = {**given_, "directions": dict.fromkeys(METRICS, "lower")}
    straight = {**given_, "directions": dict.fromkeys(METRICS, "higher")}
    np.testing.assert_allclose(
        formative_index(weights=weights, **turned).index,
        -formative_index(weights=weights, **straight).index,
        atol=1e-12,
    )


def test_metric_without_differences_and_one_unknown() -> None:
    """The same of all: 0, and told. Known of one unit: unknown of all, which costs its weight."""
    values = {
        "visits": [1.0, 2, 3, 4],
        "minutes": [5.0, 5, 5, 5],
        "bounces": [np.nan, np.nan, np.nan, 2.0],
    }
    arguments = {"directions": DIRECTIONS, "groups": _names(4)}
    found = formative_index(values, {"visits": 1, "minutes": 1}, **arguments)
    np.testing.assert_allclose(found.contributions[:, 1], 0)
    np.testing.assert_allclose(found.index * 2, found.standardised[:, 0])
    assert found.warnings == (
        "Metric minutes is the same of all units and tells none apart.",
        "Metric bounces is known of 1 units, too few to compare any; it counts as unknown.",
    )
    short = formative_index(values, {"visits": 7, "bounces": 3}, **arguments)
    assert np.isnan(short.index).all()
    assert short.n_used == 0
    assert "Under 80% of the weight is known of u0, u1, u2, u3" in short.warnings[-1]
    enough = formative_index(values, {"visits": 8, "bounces": 2}, **arguments)
    np.testing.assert_allclose(enough.index, enough.standardised[:, 0])


def test_one_unit_has_no_index() -> None:
    """A single unit cannot be compared with any: no index, and no sensitivity."""
    arguments = {"directions": DIRECTIONS, "groups": ["only"]}
    found = formative_index({"visits": [3.0]}, {"visits": 1}, **arguments)
    assert found.of("only") is None
    with pytest.raises(KeyError):
        found.of("other")
    with pytest.raises(FormativeIndexError, match="No unit has an index under every profile"):
        weight_sensitivity({"visits": [3.0]}, {"equal": {"visits": 1}}, **arguments)


def test_places_are_stable_where_weights_cannot_matter() -> None:
    """Best in every metric: first under any weights; metrics that contradict: any place."""
    values = {"visits": [9.0, 1, 5, 4], "shares": [9.0, 5, 1, 4]}
    profiles = {"equal": {"visits": 1, "shares": 1}, "visits": {"visits": 1, "shares": 0}}
    arguments = {"directions": DIRECTIONS, "groups": list("abcd")}
    found = weight_sensitivity(values, profiles, replicates=400, **arguments)
    assert found.rank_lower.tolist() == [1, 2, 2, 2]
    assert found.rank_upper.tolist() == [1, 4, 4, 3]
    assert found.ranks.tolist() == [[1, 3, 3, 2], [1, 4, 2, 3]]
    again = weight_sensitivity(values, profiles, replicates=400, **arguments)
    assert again.to_dict() == found.to_dict()
    narrow = weight_sensitivity(values, profiles, replicates=400, level=0.01, **arguments)
    assert ((narrow.rank_upper - narrow.rank_lower) <= (found.rank_upper - found.rank_lower)).all()


def test_random_weights_leave_metrics_alone_that_no_profile_weighs() -> None:
    """With one metric weighed there is nothing to vary: places are those of that metric."""
    found = weight_sensitivity(profiles={"one": {"shares": 2}}, **_random(4))
    np.testing.assert_array_equal(found.rank_lower, found.ranks[0])
    np.testing.assert_array_equal(found.rank_upper, found.ranks[0])
    assert found.kendall_w is None
    np.testing.assert_allclose(found.spearman, [[1.0]])


def test_units_unknown_under_one_profile_take_no_part() -> None:
    """Enough known under one profile and too little under another: left out and named."""
    given_ = _random(8, u=6)
    given_["values"][2, 0] = np.nan
    found = weight_sensitivity(
        profiles={"equal": EQUAL, "light": {**EQUAL, "visits": 0.1}}, **given_
    )
    assert found.groups == ("u0", "u1", "u3", "u4", "u5")
    assert found.index.shape == found.ranks.shape == (2, 5)
    assert found.warnings == ("Under 80% of the weight is known of u2: no index.",)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), u=st.integers(2, 15))
def test_agreement_lies_between_none_and_all(seed, u) -> None:
    """W within 0–1, and 1 for one profile twice; ranges hold places 1 … u."""
    given_ = _random(seed, u)
    other = _named(np.random.default_rng(seed).uniform(0, 1, 4).tolist())
    found = weight_sensitivity(profiles={"equal": EQUAL, "other": other}, replicates=50, **given_)
    assert -1e-12 <= found.kendall_w <= 1 + 1e-12
    assert (found.rank_lower >= 1).all()
    assert (found.rank_lower <= found.rank_upper).all()
    assert (found.rank_upper <= u).all()
    same = weight_sensitivity(profiles={"a": other, "b": other}, replicates=50, **given_)
    assert same.kendall_w == pytest.approx(1)
    np.testing.assert_allclose(same.spearman, 1)


def test_units_that_are_all_the_same_have_no_agreement_to_measure() -> None:
    """Ties throughout: neither correlation nor W, and no warning of the computer."""
    values = {"visits": [2.0, 2, 2], "shares": [1.0, 1, 1]}
    profiles = {"a": {"visits": 1, "shares": 1}, "b": {"visits": 1}}
    found = weight_sensitivity(values, profiles, directions=DIRECTIONS, groups=_names(3))
    assert found.kendall_w is None
    assert np.isnan(found.spearman).all()
    assert found.ranks.tolist() == [[1, 1, 1], [1, 1, 1]]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["spearman"][0][1] is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"weights": {"clicks": 1}}, "weights for clicks and no values"),
        ({"weights": {"visits": -1}}, "negative or not a number"),
        ({"weights": {"visits": np.nan}}, "negative or not a number"),
        ({"weights": {"visits": 0}}, "No metric has a weight above 0"),
        ({"directions": {"visits": "higher"}}, "Of minutes, bounces, shares it is not known"),
        ({"groups": ["a"]}, "There are 1 units and 12 rows"),
        ({"groups": ["a"] * 12}, "name each row once"),
        ({"known_share": 0}, "must be known is 0"),
        ({"metrics": METRICS[:3]}, "there are 3 names"),
        ({"values": {}, "metrics": None, "groups": []}, "There is no metric"),
    ],
)
def test_bad_input_says_what_to_mend(changed, message) -> None:
    """Weights, directions, units, shares and columns that do not fit."""
    with pytest.raises(FormativeIndexError, match=message):
        formative_index(**{"weights": EQUAL, **_random(1), **changed})


def test_sensitivity_needs_profiles_and_a_level() -> None:
    """No profile, no replicate, a level out of range."""
    for changed in ({"profiles": {}}, {"replicates": 0}):
        with pytest.raises(FormativeIndexError, match="at least one profile"):
            weight_sensitivity(**{"profiles": {"equal": EQUAL}, **_random(1), **changed})
    with pytest.raises(ComparisonError, match="level is 2"):
        weight_sensitivity(profiles={"equal": EQUAL}, level=2, **_random(1))


def test_index_becomes_plain() -> None:
    """The index can be stored as JSON, unknown values as null."""
    given_ = _random(1)
    given_["values"][0] = np.nan
    stored = formative_index(weights=EQUAL, **given_).to_dict()
    assert json.loads(json.dumps(stored, allow_nan=False))["index"][0] is None
