"""Rank ranges of brands."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._drawn_means import CountedMeans, drawn_within_brands
from psychometrics.means import ComparisonError
from psychometrics.rank_range import _ranked, rank_ranges
from psychometrics.resample import ResampleError, bootstrap

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "resample"


def _brands() -> tuple[np.ndarray, np.ndarray]:
    with (GOLDEN / "answers_brands.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row["y"]) for row in rows]), np.array([row["brand"] for row in rows])


def test_places_in_the_samples_of_r() -> None:
    """In the samples of boot::boot places, ranges and shares of first place are R's, ties too."""
    values, brands = _brands()
    expected = json.loads((GOLDEN / "ranks_brands.json").read_text())
    with (GOLDEN / "draws_brands.csv").open(encoding="utf-8") as file:
        draws = np.array(list(csv.reader(file))[1:], float)
    statistic = CountedMeans(values, brands, list("ABCDE"))
    means = statistic.from_counts(np.ones((1, len(values))))[0]
    np.testing.assert_allclose(means, expected["mean"], rtol=1e-12)
    found = _ranked(means, statistic.from_counts(draws), 0.95)
    for column, name in enumerate(("rank", "lower", "upper", "first")):
        np.testing.assert_allclose(found[:, column], expected[name], atol=1e-12)


def test_ranges_tell_clear_places_from_doubtful_ones() -> None:
    """A brand far ahead is first for sure; two equal brands share their places."""
    rng = np.random.default_rng(0)
    brands = np.repeat(["far", "one", "two"], 100)
    values = rng.normal(size=300) + np.repeat([5.0, 0, 0], 100)
    result = rank_ranges(values, brands)
    far, one, two = (result.of(name) for name in ("far", "one", "two"))
    assert (far.rank, far.lower, far.upper, far.first) == (1, 1, 1, 1.0)
    assert (one.lower, one.upper) == (two.lower, two.upper) == (2, 3)
    assert result.ranges[0].brand == "far"
    assert result.better[0, 1] == 1
    np.testing.assert_allclose(result.better[1, 2] + result.better[2, 1], 1)
    assert far.mean_lower < far.mean < far.mean_upper
    turned = rank_ranges(values, brands, highest_first=False)
    assert (turned.of("far").rank, turned.of("far").lower) == (3, 3)


def test_ranges_hold_the_true_place() -> None:
    """Of brands half a standard error apart or more, at least 95 % of the ranges hold the place."""
    rng = np.random.default_rng(1)
    brands = np.repeat(np.arange(6), 40)
    true = np.arange(6)[::-1] * 0.15
    inside = 0
    for _ in range(60):
        values = true[brands] + rng.normal(size=240)
        for row in rank_ranges(values, brands, replicates=200, rng=rng).ranges:
            inside += row.lower <= int(row.brand) + 1 <= row.upper
    assert inside / 360 >= 0.93


def test_respondents_who_rate_several_brands_are_drawn_whole() -> None:
    """What a respondent brings to every brand alike cancels out of the places."""
    rng = np.random.default_rng(2)
    who, brands = np.tile(np.arange(80), 2), np.repeat(["a", "b"], 80)
    values = 3 * rng.normal(size=80)[who] + 0.2 * rng.normal(size=160) + (brands == "a") * 0.3
    alone, together = rank_ranges(values, brands), rank_ranges(values, brands, cluster=who)
    assert (alone.of("a").lower, alone.of("a").upper) == (1, 2)
    assert (together.of("a").lower, together.of("a").upper) == (1, 1)
    assert (alone.n_units, together.n_units) == (160, 80)


def test_weights_move_the_means() -> None:
    """Weights decide which brand is first."""
    values, brands = np.array([1.0, 9, 4, 5, 1, 9, 4, 5]), np.array(list("aabb") * 2)
    heavy_low = rank_ranges(values, brands, weights=[9, 1, 1, 1, 9, 1, 1, 1], replicates=50)
    heavy_high = rank_ranges(values, brands, weights=[1, 9, 1, 1, 1, 9, 1, 1], replicates=50)
    assert heavy_low.of("b").rank == 1
    assert heavy_high.of("a").rank == 1


@pytest.mark.parametrize("weighted", [False, True])
def test_brands_drawn_one_by_one_are_strata_of_the_bootstrap(weighted) -> None:
    """Means, and their errors and intervals from 4,000 samples, are those of bootstrap itself."""
    values, brands = _brands()
    weights = np.random.default_rng(5).uniform(0.5, 3, len(values)) if weighted else None
    statistic = CountedMeans(values, brands, list("ABCDE"))
    done: list[tuple[int, int]] = []
    found = drawn_within_brands(
        statistic, weights, 4000, 0.95, lambda *at: done.append(at), np.random.default_rng(1)
    )
    whole = bootstrap(
        statistic, values, 4000, interval="percentile", strata=brands, weights=weights
    )
    np.testing.assert_allclose(found.estimate, whole.estimate, rtol=1e-12)
    np.testing.assert_allclose(found.samples.std(axis=0, ddof=1), whole.se, rtol=0.05)
    for side in ("lower", "upper"):
        apart = getattr(found, side) - getattr(whole, side)
        # Means of whole answers go in steps, those of 8 answers by an eighth.
        assert (np.abs(apart) < 0.15 * whole.se + 1.01 / statistic.size).all()
    assert (done[-1], len(done)) == ((4000, 4000), 16)


def test_many_brands_have_ranges_but_no_table_of_pairs() -> None:
    """Of 41 brands places and shares of first place hold together; of 40 the pairs are there."""
    rng = np.random.default_rng(6)
    brands = np.repeat(np.arange(41), 12)
    values = rng.normal(size=len(brands)) + brands * 0.2
    many = rank_ranges(values, brands, replicates=200)
    assert many.better is None
    assert sorted(row.rank for row in many.ranges) == list(range(1, 42))
    assert sum(row.first for row in many.ranges) == pytest.approx(1)
    assert many.of("0").lower > many.of("40").upper
    few = rank_ranges(values[12:], brands[12:], replicates=200)
    assert few.better.shape == (40, 40)
    np.testing.assert_allclose(np.nansum(few.better + few.better.T), 40 * 39)
    assert few.better[0, -1] == 1


def test_brands_that_cannot_be_ranked_are_named() -> None:
    """One value, the same value throughout, an unknown brand: left out, with a warning."""
    values = [1, 2, 3, 4, 5, 5, 5, np.nan, 1]
    brands = ["a", "a", "b", "b", "c", "c", "d", "d", ""]
    result = rank_ranges(values, brands, replicates=50)
    assert [row.brand for row in result.ranges] == ["b", "a"]
    assert result.n_used == 4
    assert result.warnings[0] == "Brand c gave the same value throughout and is not ranked."
    assert result.warnings[1] == "Brand d has 1 values and is not ranked."
    assert result.of("c") is None


def test_result_can_be_read_and_stored() -> None:
    """A table, plain values and both representations."""
    result = rank_ranges(*_brands(), replicates=100)
    assert list(result.table.index) == [row.brand for row in result.ranges]
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["level"] == 0.95
    assert "5 brands" in repr(result)
    assert "<table" in result._repr_html_()


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"brands": ["a"] * 4}, ComparisonError, "two brands"),
        ({"brands": ["a"] * 3}, ComparisonError, r"shape \(4,\) and brands \(3,\)"),
        ({"level": 2}, ComparisonError, "level is 2"),
        ({"weights": [1, 1, 1, 0]}, ResampleError, "missing, zero or negative"),
        ({"cluster": ["x", "x", "x", "x"]}, ResampleError, "1 clusters"),
    ],
)
def test_bad_input_says_what_to_mend(changed, error, message) -> None:
    """Too few brands, lengths, levels, weights and clusters that do not fit."""
    arguments = {"values": [1, 2, 3, 4], "brands": list("aabb"), "replicates": 50, **changed}
    with pytest.raises(error, match=message):
        rank_ranges(**arguments)


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.integers(3, 12), min_size=2, max_size=5),
    slope=st.floats(0.1, 10),
    shift=st.floats(-50, 50),
    seed=st.integers(0, 99),
)
def test_ranges_hold_the_place_and_ignore_units(sizes, slope, shift, seed) -> None:
    """Places lie within 1 … k, each range holds its mean's place, units do not matter."""
    rng = np.random.default_rng(seed)
    brands = np.repeat(np.arange(len(sizes)), sizes)
    values = rng.normal(size=len(brands))
    plain = rank_ranges(values, brands, replicates=60)
    moved = rank_ranges(shift + slope * values, brands, replicates=60)
    assert sorted(row.rank for row in plain.ranges) == list(range(1, len(sizes) + 1))
    for row, other in zip(plain.ranges, moved.ranges, strict=True):
        assert 1 <= row.lower <= row.upper <= len(sizes)
        assert (row.brand, row.lower, row.upper) == (other.brand, other.lower, other.upper)
    assert sum(row.first for row in plain.ranges) >= 1 - 1e-9
