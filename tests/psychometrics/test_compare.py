"""Comparing groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import (
    Dataset,
    ScoringKey,
    analyse_scores,
    brand_means,
    contrast_to_others,
    games_howell,
    score,
    split_groups,
    welch,
)
from psychometrics._studentized_range import studentized_range_isf, studentized_range_sf
from psychometrics.compare import ComparisonError
from psychometrics.means import group_mean, sort_codes

CASES = [
    ("tapwater", "cognitive"),
    ("tapwater", "affective"),
    ("bfi", "agree"),
    ("bfi", "neuro"),
]


def _groups(known, name: str, scale: str) -> dict[str, np.ndarray]:
    return split_groups(score(known[name]).column(scale), known[name].brand)


def _sampled(seed: int, sizes: tuple[int, ...] = (12, 30, 7, 55)) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {f"g{i}": rng.normal(i * 0.4, 1 + i, size=size) for i, size in enumerate(sizes)}


@pytest.mark.parametrize(("name", "scale"), CASES)
def test_means_equal_r(name, scale, known, golden_json) -> None:
    """t.test per group and mean squares of aov, to 1e-9."""
    result, expected = (
        brand_means(_groups(known, name, scale)),
        golden_json(f"compare_{name}_{scale}"),
    )
    assert [row.group for row in result.means] == expected["groups"]
    for field in ("n", "mean", "sd", "se", "lower", "upper"):
        found = [getattr(row, field) for row in result.means]
        np.testing.assert_allclose(found, expected["means"][field], rtol=0, atol=1e-9)
    assert result.icc1 == pytest.approx(expected["icc1"], abs=1e-10)
    if result.icc1 > 0:
        found = [row.reliability for row in result.means]
        np.testing.assert_allclose(found, expected["means"]["reliability"], rtol=0, atol=1e-9)
        assert result.n_for_70 == expected["n_for_70"]
    else:
        assert result.n_for_70 is None
        assert all(row.reliability is None for row in result.means)
        assert "ICC is not positive" in result.warnings[-1]


@pytest.mark.parametrize(("name", "scale"), CASES)
def test_welch_equals_oneway_test(name, scale, known, golden_json) -> None:
    """stats::oneway.test to 1e-9."""
    result, expected = welch(_groups(known, name, scale)), golden_json(f"compare_{name}_{scale}")
    for field, value in expected["welch"].items():
        assert getattr(result, field) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(("name", "scale"), CASES)
def test_pairs_equal_ptukey(name, scale, known, golden_json) -> None:
    """Games–Howell by ptukey: differences and g to 1e-9, p to 1e-8, interval to 1e-6."""
    result = games_howell(_groups(known, name, scale))
    expected = golden_json(f"compare_{name}_{scale}")["pairs"]
    tolerance = {"p": 1e-8, "lower": 1e-6, "upper": 1e-6}
    for field, values in expected.items():
        found = [getattr(pair, field) for pair in result.pairs]
        np.testing.assert_allclose(found, values, rtol=0, atol=tolerance.get(field, 1e-9))


@pytest.mark.parametrize(("name", "scale"), CASES)
def test_contrasts_equal_the_formula_in_r(name, scale, known, golden_json) -> None:
    """Gap, error, degrees of freedom, interval, p and g to 1e-9."""
    result = contrast_to_others(_groups(known, name, scale))
    expected = golden_json(f"compare_{name}_{scale}")["contrasts"]
    for field, values in expected.items():
        found = [getattr(row, field) for row in result.contrasts]
        np.testing.assert_allclose(found, values, rtol=0, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(4)))
def test_order_of_groups_and_reflection_do_not_matter(seed, order) -> None:
    """Groups in any order have the same figures; turned values turn every sign and nothing else."""
    groups = _sampled(seed)
    names = list(groups)
    shuffled = {names[i]: groups[names[i]] for i in order}
    turned = {name: 100 - values for name, values in groups.items()}
    assert welch(shuffled).p == pytest.approx(welch(groups).p, abs=1e-12)
    assert welch(turned).statistic == pytest.approx(welch(groups).statistic)
    straight = contrast_to_others(groups)
    for other, sign in ((contrast_to_others(shuffled), 1), (contrast_to_others(turned), -1)):
        for row in straight.contrasts:
            twin = other.contrast_of(row.group)
            assert (twin.gap, twin.g) == pytest.approx((sign * row.gap, sign * row.g))
            assert (twin.p, twin.se, twin.df) == pytest.approx((row.p, row.se, row.df))
    pairs = {frozenset((pair.first, pair.second)): pair for pair in games_howell(groups).pairs}
    for pair in games_howell(shuffled).pairs:
        twin = pairs[frozenset((pair.first, pair.second))]
        assert pair.p == pytest.approx(twin.p, abs=1e-10)
        assert abs(pair.difference) == pytest.approx(abs(twin.difference))


def test_two_groups_make_one_welch_t_test() -> None:
    """With two groups Welch, Games–Howell and the contrast are the same t test."""
    groups = _sampled(3, (20, 45))
    pair, contrast = games_howell(groups).pairs[0], contrast_to_others(groups).contrasts[0]
    assert welch(groups).p == pytest.approx(contrast.p, abs=1e-12)
    assert pair.p == pytest.approx(contrast.p, abs=1e-9)
    assert (pair.lower, pair.upper) == pytest.approx((contrast.lower, contrast.upper), abs=1e-8)
    assert pair.g == pytest.approx(contrast.g)


def test_missing_values_and_unknown_groups_stay_out() -> None:
    """NaN is no value, the empty label no group, and a group without values stays visible."""
    groups = split_groups([1, np.nan, 3, 4, np.nan], ["b", "b", "", "10", "9"])
    assert list(groups) == ["9", "10", "b"]
    assert [len(values) for values in groups.values()] == [0, 1, 1]
    assert sort_codes(["b", "2", "a", "10", "2"]) == ["2", "10", "a", "b"]


def test_small_and_constant_groups_are_left_out_and_named() -> None:
    """One value or no spread gives no standard error: a warning, never NaN."""
    groups = {**_sampled(1, (10, 10)), "one": [3.0], "flat": [2.0, 2.0, 2.0], "none": []}
    for result in (welch(groups), games_howell(groups), contrast_to_others(groups)):
        assert result.groups == ("g0", "g1")
        assert len(result.warnings) == 3
        assert result.warnings[1] == (
            "Group flat gave the same value throughout and is not compared."
        )
    means = brand_means(groups)
    assert means.mean_of("one").se is None
    assert means.mean_of("none").mean is None
    assert (means.mean_of("flat").se, means.mean_of("flat").lower) == (0.0, None)
    assert len(means.warnings) >= 3


def test_nothing_to_compare_is_refused_with_the_reason() -> None:
    """Fewer than two groups with spread: the message names what is wrong with the others."""
    for function in (welch, games_howell, contrast_to_others):
        with pytest.raises(ComparisonError, match="Group b has 1 values"):
            function({"a": [1, 2, 3], "b": [1]})
        with pytest.raises(ComparisonError, match="needs two groups"):
            function({})


def test_one_group_has_a_mean_but_no_icc() -> None:
    """A single brand is described; there is nothing between groups."""
    result = brand_means({"only": [1.0, 2.0, 3.0]})
    assert (result.icc1, result.n_for_70, result.warnings) == (None, None, ())
    with pytest.raises(KeyError):
        result.mean_of("other")


def test_levels_outside_their_range_are_refused() -> None:
    """A level is a share between 0 and 1."""
    groups = _sampled(1)
    for call in (
        lambda: group_mean([1, 2], level=95),
        lambda: games_howell(groups, level=1.0),
        lambda: contrast_to_others(groups, level=0),
    ):
        with pytest.raises(ComparisonError, match="The level is"):
            call()


def test_wider_level_gives_wider_intervals() -> None:
    """99 % intervals hold the 90 % ones."""
    groups = _sampled(8)
    narrow, wide = games_howell(groups, level=0.9).pairs, games_howell(groups, level=0.99).pairs
    for inner, outer in zip(narrow, wide, strict=True):
        assert outer.lower < inner.lower < inner.difference < inner.upper < outer.upper
        assert outer.g_lower < inner.g_lower < inner.g < inner.g_upper < outer.g_upper


@pytest.mark.parametrize("groups", [3, 50, 500])
def test_quantiles_of_many_pairs_equal_those_of_few(groups: int) -> None:
    """Interpolated over many degrees of freedom to 1e-11 of each value worked out by itself."""
    df = np.concatenate([[2.5, 6.0], np.geomspace(25.0, 1e5, 300)])
    together = studentized_range_isf(0.05, groups, df)
    apart = np.concatenate([studentized_range_isf(0.05, groups, one) for one in np.split(df, 151)])
    np.testing.assert_allclose(together, apart, rtol=1e-11)


def test_pairs_of_many_brands_are_those_of_each_pair() -> None:
    """A hundred brands, 4,950 pairs worked through in parts: p as by the distribution itself."""
    groups = _sampled(7, tuple(range(30, 130)))
    found = games_howell(groups)
    assert len(found.pairs) == 4950
    for pair in (found.pairs[0], found.pairs[4100], found.pairs[-1]):
        q = np.array([np.sqrt(2) * abs(pair.difference) / pair.se])
        p = studentized_range_sf(q, 100, np.array([pair.df]))
        assert pair.p == pytest.approx(p[0], abs=1e-12)
        reach = studentized_range_isf(0.05, 100, np.array([pair.df]))[0] * pair.se / np.sqrt(2)
        assert pair.upper - pair.difference == pytest.approx(reach, rel=1e-10)
        two = games_howell({name: groups[name] for name in (pair.first, pair.second)}).pairs[0]
        assert (pair.g, pair.g_lower, pair.g_upper) == (two.g, two.g_lower, two.g_upper)


@pytest.mark.parametrize(("brands", "pairs"), [(40, 780), (41, None)])
def test_analysis_of_many_brands_leaves_pairs_out_and_says_so(brands, pairs) -> None:
    """Up to 40 brands all pairs; above them none, a warning, and every contrast all the same."""
    rng = np.random.default_rng(9)
    codes = np.repeat([f"b{i}" for i in range(brands)], 8)
    answers = rng.integers(1, 8, (len(codes), 2))
    dataset = Dataset.build(answers, "xy", [ScoringKey("s", ("x", "y"), 1, 7)], brand=codes)
    part = analyse_scores(dataset, minimum_n=2).scale("s")
    assert len(part.contrasts.contrasts) == len(part.compared) == brands
    told = [text for text in part.warnings if "pairs of brands are not" in text]
    if pairs is None:
        assert part.pairs is None
        assert told[0].startswith("41 brands are compared, more than 40")
    else:
        assert len(part.pairs.pairs) == pairs
        assert told == []
