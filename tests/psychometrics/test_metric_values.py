"""Behavioural metrics: each brand's figures, and how they change."""

import numpy as np
import pytest
from scipy import stats

from psychometrics.means import ComparisonError
from psychometrics.metric_change import mean_change
from psychometrics.metric_values import MetricValues, MetricValuesError, metric_summaries


def _people(n: int = 40, seed: int = 3) -> MetricValues:
    rng = np.random.default_rng(seed)
    return MetricValues.build(
        unit=["person"] * n,
        subject=[f"p{i}" for i in range(n)],
        brand=np.where(np.arange(n) % 4 == 0, "a", "b"),
        wave=["w1"] * n,
        metric=["visits"] * n,
        value=rng.gamma(2.0, 3.0, n),
    )


def test_people_are_averaged_as_by_a_t_test() -> None:
    """Mean, SD and interval of each brand equal SciPy's one-sample t test, to 1e-12."""
    values = _people()
    found = metric_summaries(values, {"visits": "sum"})
    for brand in ("a", "b"):
        x = values.value[values.brand == brand]
        row = found.find("visits", brand, "w1", "person")
        interval = stats.ttest_1samp(x, 0).confidence_interval(0.95)
        np.testing.assert_allclose(
            [row.value, row.sd, row.lower, row.upper],
            [x.mean(), x.std(ddof=1), interval.low, interval.high],
            atol=1e-12,
        )
        assert row.n == len(x)
    assert found.n_used == 40
    assert found.find("visits", "a", "w1", "cell") is None


def test_cells_are_pooled_as_the_metric_says() -> None:
    """Sums are added, shares and means averaged; cells have no interval."""
    values = MetricValues.build(
        brand=["a"] * 4 + ["b"],
        wave=["w1"] * 5,
        metric=["sales", "sales", "clicks", "clicks", "sales"],
        value=[10.0, 5.0, 0.2, 0.4, 7.0],
        subject=["north", "south", "north", "south", ""],
    )
    found = metric_summaries(values, {"sales": "sum", "clicks": "share"})
    known = {(row.metric, row.brand): (row.value, row.n, row.lower) for row in found.rows}
    assert known == {
        ("clicks", "a"): (pytest.approx(0.3), 2, None),
        ("sales", "a"): (15.0, 2, None),
        ("sales", "b"): (7.0, 1, None),
    }


def test_people_and_cells_stay_apart() -> None:
    """A brand with both has a row of each; neither mixes into the other."""
    values = MetricValues.build(
        unit=["person", "person", "cell"],
        subject=["p1", "p2", ""],
        brand=["a"] * 3,
        wave=["w1"] * 3,
        metric=["sales"] * 3,
        value=[1.0, 3.0, 900.0],
    )
    found = metric_summaries(values, {"sales": "sum"})
    assert [(row.unit, row.n, row.value) for row in found.rows] == [
        ("cell", 1, 900.0),
        ("person", 2, 2.0),
    ]


@pytest.mark.parametrize("numbers", [[4.1], [0.1, 0.1, 0.1]])
def test_a_mean_without_spread_has_no_interval(numbers: list[float]) -> None:
    """One person, or people all alike, give a mean, no interval, and a warning."""
    n = len(numbers)
    values = MetricValues.build(
        unit=["person"] * n,
        subject=[str(i) for i in range(n)],
        brand=["a"] * n,
        wave=["w1"] * n,
        metric=["visits"] * n,
        value=numbers,
    )
    found = metric_summaries(values, {"visits": "mean"})
    assert found.rows[0].value == pytest.approx(numbers[0])
    assert found.rows[0].lower is None
    assert "no interval" in found.warnings[0]


def test_the_fingerprint_forgets_the_order_of_rows() -> None:
    """The same values in another order are the same; one value more or other is not."""
    values = _people()
    turned = values.select(np.ones(values.n, bool))
    order = np.argsort(values.value)
    sorted_values = MetricValues(
        *(getattr(values, name)[order] for name in values.__dataclass_fields__)
    )
    assert sorted_values.fingerprint == turned.fingerprint == values.fingerprint
    assert values.select(values.value > values.value.min()).fingerprint != values.fingerprint


def test_values_that_do_not_fit_are_refused() -> None:
    """Unequal lengths, unknown units, infinite values and metrics without pooling."""
    good = {"brand": ["a"], "wave": ["w"], "metric": ["m"], "value": [1.0]}
    for wrong, told in (
        ({"brand": ["a", "b"]}, "brand has 2 entries for 1 values"),
        ({"unit": ["group"]}, "'group' is not known"),
        ({"value": [np.inf]}, "not finite"),
    ):
        with pytest.raises(MetricValuesError, match=told):
            MetricValues.build(**{**good, **wrong})
    with pytest.raises(MetricValuesError, match="'m' is pooled"):
        metric_summaries(MetricValues.build(**good), {})
    with pytest.raises(ComparisonError):
        metric_summaries(MetricValues.build(**good), {"m": "mean"}, level=1)


def test_nothing_gives_no_rows() -> None:
    """Without a value there is no summary."""
    values = _people().select(np.zeros(40, bool))
    assert metric_summaries(values, {}).rows == ()


def _waves(n: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    before = rng.normal(5, 2, n)
    return before + rng.normal(0.5, 1, n), before, np.array([f"p{i}" for i in range(n)])


def test_change_of_the_same_people_is_the_paired_test() -> None:
    """With everybody twice, difference, p and interval are those of the paired t test."""
    later, earlier, people = _waves(30)
    found = mean_change(later, people, earlier, people)
    known = stats.ttest_rel(later, earlier)
    interval = known.confidence_interval(0.95)
    np.testing.assert_allclose(
        [found.df, found.p, found.lower, found.upper],
        [known.df, known.pvalue, interval.low, interval.high],
        rtol=1e-10,
    )
    assert found.n_both == 30


def test_change_of_other_people_is_welch_s_test() -> None:
    """With nobody twice, df, p and interval are those of Welch's test."""
    later, earlier, people = _waves(30)
    others = np.char.add("q", people)
    found = mean_change(later[:20], people[:20], earlier, others)
    known = stats.ttest_ind(later[:20], earlier, equal_var=False)
    interval = known.confidence_interval(0.95)
    np.testing.assert_allclose(
        [found.df, found.p, found.lower, found.upper],
        [known.df, known.pvalue, interval.low, interval.high],
        rtol=1e-10,
    )


def test_change_of_partly_the_same_people_follows_the_formula() -> None:
    """Error and df of the published formula, worked out step by step; between both ends."""
    later, earlier, people = _waves(30)
    found = mean_change(later[:24], people[:24], earlier[6:], people[6:])
    x, y = later[:24], earlier[6:]
    r = np.corrcoef(later[6:24], earlier[6:24])[0, 1]
    vx, vy = x.var(ddof=1) / 24, y.var(ddof=1) / 24
    se = np.sqrt(vx + vy - 2 * r * x.std(ddof=1) * y.std(ddof=1) * 18 / (24 * 24))
    gamma = (vx + vy) ** 2 / (vx**2 / 23 + vy**2 / 23)
    df = 17 + (gamma - 17) * 12 / (12 + 36)
    np.testing.assert_allclose([found.se, found.df], [se, df], rtol=1e-12)
    assert found.n_both == 18


def test_interval_of_change_covers_as_it_claims() -> None:
    """Over 2,000 samples, half the people twice, 95 % intervals hold the truth 93.5–96.5 %."""
    rng, hits = np.random.default_rng(11), 0
    people = np.arange(60).astype(str)
    for _ in range(2000):
        person = rng.normal(0, 1, 60)
        later, earlier = person + rng.normal(0.3, 1, 60), person + rng.normal(0, 1, 60)
        found = mean_change(later[:40], people[:40], earlier[20:], people[20:])
        hits += found.lower <= 0.3 <= found.upper
    assert 0.935 <= hits / 2000 <= 0.965


def test_change_without_spread_has_no_interval() -> None:
    """One person, or the same change for all, gives the difference and a warning."""
    one = mean_change([3.0], ["p"], [1.0, 2.0], ["p", "q"])
    assert (one.difference, one.lower) == (1.5, None)
    assert "one person" in one.warnings[0]
    alike = mean_change([2.0, 3.0, 4.0], list("abc"), [1.0, 2.0, 3.0], list("abc"))
    assert (alike.difference, alike.p) == (1.0, None)
    with pytest.raises(ValueError, match="at least one person"):
        mean_change([], [], [1.0], ["p"])
