"""The bootstrap."""

import csv
import json
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._bootstrap_interval import interval_ends
from psychometrics._count_moments import CountMoments
from psychometrics._replicates import Evaluation, jackknife, values_of
from psychometrics._resampling import units
from psychometrics.resample import CountStatistic, ResampleError, bootstrap

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "resample"
SETS = ("skewed", "ordinal", "strata", "clusters")


class Means:
    """Means of columns as a CountStatistic."""

    def __init__(self, answers: np.ndarray) -> None:
        self.moments = CountMoments(answers)

    def from_counts(self, counts: np.ndarray) -> np.ndarray:
        return self.moments.moments(counts)[1]


def _statistic(data: pd.DataFrame) -> dict[str, float]:
    return {
        "correlation": data["x"].corr(data["y"]),
        "spread": data["x"].std(),
        "ratio": data["y"].mean() / data["x"].mean(),
    }


def _mean(values: np.ndarray) -> float:
    return values.mean()


def _means(values: np.ndarray) -> np.ndarray:
    return values.mean(axis=0)


def _golden(name: str) -> tuple[pd.DataFrame, np.ndarray, dict]:
    data = pd.read_csv(GOLDEN / f"answers_{name}.csv")
    with (GOLDEN / f"draws_{name}.csv").open(encoding="utf-8") as file:
        draws = np.array(list(csv.reader(file))[1:], int)
    return data, draws, json.loads((GOLDEN / f"boot_{name}.json").read_text())


def _evaluation(data: pd.DataFrame) -> Evaluation:
    drawn_from = units(len(data), data.get("cluster"), data.get("stratum"))
    return Evaluation(_statistic, data, drawn_from, None, by_counts=False)


@pytest.mark.parametrize("name", SETS)
def test_replicates_of_the_same_samples_equal_r(name) -> None:
    """The samples that boot::boot drew give its t, to 1e-12, singly, in strata and in clusters."""
    data, draws, expected = _golden(name)
    how = _evaluation(data)
    first = np.unique(how.units.unit_of, return_index=True)[1]
    samples = [np.repeat(np.arange(how.units.m), row[first]) for row in draws]
    np.testing.assert_array_equal(how.units.counts(samples), draws)
    found = values_of(how, samples, 3)
    for j, value in enumerate(expected["values"]):
        np.testing.assert_allclose(found[:, j], value["t"], rtol=1e-12)
        assert found[:, j].std(ddof=1) == pytest.approx(value["se"], rel=1e-11)


@pytest.mark.parametrize("name", SETS)
def test_jackknife_influence_equals_r(name) -> None:
    """boot::empinf(type = "jack"), centred in each stratum, gives the same influence values."""
    data, _, expected = _golden(name)
    influence, failed = jackknife(_evaluation(data), 3, 999, np.random.default_rng(0))
    assert failed == 0
    for j, value in enumerate(expected["values"]):
        scale = np.abs(value["influence"]).max()
        np.testing.assert_allclose(influence[:, j], value["influence"], atol=1e-11 * scale)


@pytest.mark.parametrize("interval", ["bca", "percentile", "basic", "normal"])
@pytest.mark.parametrize("name", SETS)
def test_intervals_equal_boot_ci(name, interval) -> None:
    """boot::boot.ci's four intervals at two levels, to 1e-11 of the replicates' spread."""
    for value in _golden(name)[2]["values"]:
        t, influence = np.array(value["t"]), np.array(value["influence"])
        for row in value["intervals"]:
            ends = interval_ends(value["t0"], t, influence, interval, row["level"])
            np.testing.assert_allclose(ends[:2], row[interval], atol=1e-11 * np.ptp(t))
            assert ends.flaw is None


def test_result_carries_what_it_rests_on() -> None:
    """Names, counts, the table and plain values of a vector statistic."""
    data, _, expected = _golden("skewed")
    result = bootstrap(_statistic, data, 200)
    assert result.names == ("correlation", "spread", "ratio")
    assert (result.n_used, result.n_units, result.failed) == (37, 37, 0)
    np.testing.assert_allclose(result.estimate, [v["t0"] for v in expected["values"]], rtol=1e-12)
    assert result.table.loc["ratio", "lower"] == result.lower[2]
    np.testing.assert_allclose(result.bias, result.replicates.mean(axis=0) - result.estimate)
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["level"] == 0.95
    assert "correlation" in repr(result)
    assert "<table" in result._repr_html_()


def test_scalar_statistic_gives_floats() -> None:
    """A number in, numbers out; the standard error of a mean is near sd / √n."""
    values = np.random.default_rng(3).normal(size=80)
    result = bootstrap(_mean, values, 2000, interval="percentile")
    assert isinstance(result.estimate, float)
    assert isinstance(result.lower, float)
    assert result.replicates.shape == (2000,)
    assert result.se == pytest.approx(values.std() / np.sqrt(80), rel=0.06)
    assert result.lower < result.estimate < result.upper


def test_counts_give_the_numbers_of_rows() -> None:
    """A CountStatistic draws the same samples as a function of the interviews, also weighted."""
    answers = np.random.default_rng(4).exponential(size=(60, 3))
    statistic = Means(answers)
    assert isinstance(statistic, CountStatistic)
    slow = bootstrap(_means, answers, 130)
    fast = bootstrap(statistic, answers, 130)
    weights = np.linspace(0.5, 1.5, 60)
    for name in ("estimate", "replicates", "se", "lower", "upper"):
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=1e-9)
    slow = bootstrap(lambda d, w: np.average(d, axis=0, weights=w), answers, 130, weights=weights)
    fast = bootstrap(statistic, answers, 130, weights=weights)
    np.testing.assert_allclose(fast.upper, slow.upper, rtol=1e-9)


def test_numbers_do_not_depend_on_processes() -> None:
    """One process, two processes and joblib's Dask backend give identical replicates."""
    from dask.distributed import Client

    answers = np.random.default_rng(5).normal(size=(50, 2))
    alone = bootstrap(_means, answers, 120)
    seen: list[tuple[int, int]] = []
    two = bootstrap(_means, answers, 120, n_jobs=2, on_progress=lambda *done: seen.append(done))
    np.testing.assert_array_equal(two.replicates, alone.replicates)
    np.testing.assert_array_equal(two.lower, alone.lower)
    assert seen == [(25, 120), (50, 120), (75, 120), (100, 120), (120, 120)]
    with (
        Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None),
        joblib.parallel_config(backend="dask"),
    ):
        cluster = bootstrap(_means, answers, 120, n_jobs=None)
    np.testing.assert_array_equal(cluster.replicates, alone.replicates)


def test_chance_can_be_chosen() -> None:
    """No rng: the same every time; another generator: other samples."""
    values = np.arange(30.0)
    first, again = (bootstrap(_mean, values, 50).replicates for _ in range(2))
    other = bootstrap(_mean, values, 50, rng=np.random.default_rng(9)).replicates
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_clusters_are_drawn_whole(tapwater) -> None:
    """A sample of clusters holds all rows of each; a Dataset's columns can be named."""
    frame = pd.DataFrame({"brand": list("aabbbcddd"), "x": np.arange(9.0)})

    def whole(sample: pd.DataFrame) -> float:
        sizes = sample["brand"].value_counts()
        times = {"a": 2, "b": 3, "c": 1, "d": 3}
        assert all(size % times[name] == 0 for name, size in sizes.items())
        assert sample.index.tolist() == list(range(len(sample)))
        return sample["x"].mean()

    result = bootstrap(whole, frame, 60, cluster="brand", interval="percentile")
    assert (result.n_used, result.n_units) == (9, 4)
    known = tapwater.select(tapwater.usable & (tapwater.brand != ""))
    by_brand = bootstrap(lambda d: d.n, known, 30, strata="brand", interval="normal")
    assert set(by_brand.replicates) == {439.0}
    assert "same in every sample" in by_brand.warnings[0]


def test_clustered_answers_have_larger_errors() -> None:
    """Drawing clusters sees what they share; drawing interviews does not."""
    rng = np.random.default_rng(6)
    cluster = np.repeat(np.arange(40), 5)
    values = (rng.normal(size=40)[cluster] + 0.3 * rng.normal(size=200))[:, None]
    single = bootstrap(Means(values), values, 500)
    whole = bootstrap(Means(values), values, 500, cluster=cluster)
    assert whole.se[0] / single.se[0] == pytest.approx(np.sqrt(5), rel=0.15)


def test_large_data_leave_out_groups() -> None:
    """Beyond as many units as replicates the jackknife leaves out random groups: a is the same."""
    values = np.random.default_rng(7).exponential(size=(4000, 1))
    grouped = bootstrap(Means(values), values, 500)
    influence, _ = jackknife(
        Evaluation(Means(values), values, units(4000), None, by_counts=True),
        1,
        4000,
        np.random.default_rng(0),
    )
    exact = interval_ends(values.mean(), grouped.replicates[:, 0], influence[:, 0], "bca", 0.95)
    assert len(influence) == 4000
    assert grouped.lower[0] == pytest.approx(exact.lower, abs=0.1 * grouped.se[0])
    assert grouped.upper[0] == pytest.approx(exact.upper, abs=0.1 * grouped.se[0])


def test_bca_covers_the_mean_of_skewed_answers() -> None:
    """Of 300 samples of 40 exponential values, the BCa interval holds the mean in 90 to 97 %."""
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(300):
        values = rng.exponential(size=(40, 1))
        result = bootstrap(Means(values), values, 300, rng=rng)
        inside += bool(result.lower[0] <= 1 <= result.upper[0])
    assert 0.90 <= inside / 300 <= 0.97


def test_failures_are_counted_and_noted() -> None:
    """A statistic that raises ValueError now and then is left out of those samples, and said."""
    values = np.arange(12.0)

    def fails_without_eleven(sample: np.ndarray) -> float:
        if sample.max() < 10:
            raise ValueError("no high value")
        return sample.mean()

    result = bootstrap(fails_without_eleven, values, 400, interval="percentile")
    assert result.failed == int(np.isnan(result.replicates).sum())
    assert 0.05 < result.failed / 400 < 0.2
    assert f"failed in {result.failed} of 400" in result.warnings[0]
    assert np.isfinite([result.lower, result.upper, result.se]).all()


def test_too_many_failures_are_refused() -> None:
    """Where a third of the samples fail there is no interval, and other errors come through."""
    values = np.arange(12.0)
    with pytest.raises(ResampleError, match=r"failed in \d+ of 200 samples"):
        bootstrap(lambda s: s.mean() if 11 in s else np.nan, values, 200)

    def broken(sample: np.ndarray) -> float:
        raise KeyError("x")

    with pytest.raises(KeyError):
        bootstrap(broken, values, 100)


def test_what_makes_an_interval_doubtful_is_said() -> None:
    """Extreme order statistics, an estimate outside its replicates, a stratum of one unit."""
    values = np.arange(30.0)
    few = bootstrap(_mean, values, 30, interval="percentile")
    assert "most extreme replicate" in few.warnings[0]
    assert (few.lower, few.upper) == (few.replicates.min(), few.replicates.max())
    largest = bootstrap(lambda s: -len(np.unique(s)), values, 100)
    assert np.isnan(largest.lower)
    assert "no BCa interval" in largest.warnings[0]
    alone = bootstrap(_mean, values, 100, strata=[0] * 29 + [1])
    assert "holds one unit" in alone.warnings[0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"replicates": 5}, "20 or more"),
        ({"interval": "t"}, "choose one of bca, percentile, basic, normal"),
        ({"level": 95}, "between 0 and 1"),
        ({"cluster": np.zeros(30)}, "1 clusters to draw from"),
        ({"cluster": ["a"] * 29 + [None]}, "not known for 1 of 30 interviews, the first in row 29"),
        ({"strata": [""] + ["a"] * 29}, "the first in row 0"),
        ({"strata": np.zeros(3)}, "one label an interview"),
        ({"cluster": "brand"}, "no column 'brand'"),
        ({"cluster": [1] * 15 + [2] * 15, "strata": [1] * 10 + [2] * 20}, "two strata"),
        ({"weights": np.ones(3)}, r"shape \(3,\) for 30"),
        ({"weights": np.zeros(30)}, "missing, zero or negative"),
        ({"statistic": lambda s: "much"}, "returned str"),
        ({"statistic": lambda s: s[:0].sum() / 0}, "must be a finite number"),
        ({"statistic": lambda s: np.unique(s)}, "same values for every sample"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_bad_input_says_what_to_mend(changed, message) -> None:
    """Settings, labels, weights and statistics that cannot be used are named."""
    arguments = {"statistic": _mean, "data": np.arange(30.0), "replicates": 50, **changed}
    with pytest.raises(ResampleError, match=message):
        bootstrap(**arguments)


def test_counts_of_a_wrong_shape_are_refused() -> None:
    """A CountStatistic must give a row a sample."""

    class Flat:
        names = ("a", "b")

        def from_counts(self, counts: np.ndarray) -> np.ndarray:
            return np.ones((1, 3))

    with pytest.raises(ResampleError, match="names 2 of its 3 values"):
        bootstrap(Flat(), np.arange(30.0), 50)
    Flat.names = ("a", "b", "c")
    with pytest.raises(ResampleError, match=r"shape \(1, 3\) for 25|shape \(1, 3\) for 50"):
        bootstrap(Flat(), np.arange(30.0), 50)


@settings(max_examples=25, deadline=None)
@given(
    slope=st.floats(0.01, 100),
    shift=st.floats(-100, 100),
    interval=st.sampled_from(["bca", "percentile", "basic", "normal"]),
    seed=st.integers(0, 99),
)
def test_intervals_of_a_mean_follow_the_scale(slope, shift, interval, seed) -> None:
    """A change of units changes estimate and ends alike; reflection swaps the ends."""
    values = np.random.default_rng(seed).exponential(size=(25, 1))
    rescaled, turned = shift + slope * values, -values
    first, second, third = (
        bootstrap(Means(v), v, 99, level=0.8, interval=interval) for v in (values, rescaled, turned)
    )
    np.testing.assert_allclose(second.lower, shift + slope * first.lower, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(second.upper, shift + slope * first.upper, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(third.lower, -first.upper, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    labels=st.lists(st.integers(0, 6), min_size=2, max_size=40).filter(lambda x: len(set(x)) > 1),
    seed=st.integers(0, 99),
)
def test_samples_hold_as_many_units_as_there_are(labels, seed) -> None:
    """Every draw of clusters has m clusters; every draw in strata keeps their sizes."""
    rng = np.random.default_rng(seed)
    clusters = units(len(labels), cluster=labels)
    drawn = clusters.draw(rng)
    counts = clusters.counts([drawn])[0]
    np.testing.assert_array_equal(np.bincount(clusters.rows(drawn), minlength=len(labels)), counts)
    first = np.unique(labels, return_index=True)[1]
    assert counts[first].sum() == len(first)
    strata = units(len(labels), strata=labels)
    in_strata = np.bincount(labels, strata.counts([strata.draw(rng)])[0])
    np.testing.assert_array_equal(in_strata, np.bincount(labels))
