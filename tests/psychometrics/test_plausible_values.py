"""Plausible values recover what factor scores distort."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from psychometrics._drawn_factors import FactorDraws
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa, sem
from psychometrics.cfa.posterior_mode import response_model
from psychometrics.plausible_values import Pooled, plausible_values

TWO = "f =~ a + b + c\ng =~ h + i + j"
ITEMS = list("abchij")
CUTS = [-1.2, -0.4, 0.3, 1.1]


def simulated(n: int, seed: int) -> pd.DataFrame:
    """Six items of two factors with r = .5; the second half of interviews is .5 lower in f."""
    rng = np.random.default_rng(seed)
    f = rng.standard_normal((n, 2)) @ np.linalg.cholesky([[1, 0.5], [0.5, 1]]).T
    f[n // 2 :, 0] -= 0.5
    loadings = np.array([0.8, 0.7, 0.6] * 2)
    noise = np.sqrt(1 - loadings**2) * rng.standard_normal((n, 6))
    frame = pd.DataFrame(np.repeat(f, 3, axis=1) * loadings + noise, columns=ITEMS)
    return frame.assign(town=["s"] * (n // 2) + ["t"] * (n - n // 2))


def difference(table: pd.DataFrame) -> tuple[float, float]:
    """Difference of the towns in f, with its error."""
    one, two = (table.loc[table["town"] == town, "f"] for town in "st")
    error = np.sqrt(one.var() / len(one) + two.var() / len(two))
    return two.mean() - one.mean(), error


def named(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its groups called as in the data."""
    return table.rename(columns={"group": "town"})


def test_moments_of_groups_are_those_of_the_model() -> None:
    """Means, deviations and correlations equal the model's, which scores shrink."""
    fit = cfa(
        TWO, simulated(1500, 3), group="town", group_equal=("loadings", "intercepts"), std_lv=True
    )
    found = plausible_values(fit).moments.set_index(["group", "factor"])
    frame = fit.parameters.query("lhs == 'f'")
    model = {(row.op, row.rhs, row.group): row for row in frame.itertuples()}
    assert found.loc[("s", "f"), "sd"] == pytest.approx(1, abs=0.03)
    spread = np.sqrt(model["~~", "f", 2].est)
    assert found.loc[("t", "f"), "sd"] == pytest.approx(spread, abs=0.04)
    assert found.loc[("t", "f"), "mean"] == pytest.approx(model["~1", "", 2].est, abs=0.04)
    for town, group in (("s", 1), ("t", 2)):
        assert found.loc[(town, "f"), "g"] == pytest.approx(
            model["~~", "g", group].std_all, abs=0.04
        )
    assert fit.scores().query("group == 's'")["f"].std() < 0.95


def test_pooled_error_is_that_of_the_model() -> None:
    """A pooled difference of groups has the error that the model gives it, within 10 %."""
    fit = cfa(
        TWO, simulated(1500, 3), group="town", group_equal=("loadings", "intercepts"), std_lv=True
    )
    pooled = plausible_values(fit, 60).pooled(lambda table: difference(named(table)))
    row = fit.parameters.query("lhs == 'f' and op == '~1' and group == 2").iloc[0]
    assert pooled.estimate == pytest.approx(row["est"], abs=0.03)
    assert pooled.se == pytest.approx(row["se"], rel=0.1)
    assert 0.1 < pooled.missing < 0.6


@pytest.mark.parametrize("how", ["complete", "fiml", "ordered"])
def test_true_moments_are_recovered(how: str) -> None:
    """Correlation and variance of the factors come back, also from gaps and ordered answers."""
    frame = simulated(1600, 5)[ITEMS].iloc[:800]
    options: dict = {"std_lv": True}
    if how == "fiml":
        frame = frame.mask(np.random.default_rng(1).random(frame.shape) < 0.15)
        options["missing"] = "fiml"
    if how == "ordered":
        frame = pd.DataFrame(np.digitize(frame, CUTS), columns=ITEMS)
        options["ordered"] = True
    fit = cfa(TWO, frame, **options)
    found = plausible_values(fit, 30)
    assert found.values.shape == (30, len(frame), 2)
    moments = found.moments.set_index("factor")
    assert moments.loc["f", "g"] == pytest.approx(0.5, abs=0.1)
    np.testing.assert_allclose(moments["sd"], 1, atol=0.04)
    own = fit.parameters.query("lhs == 'f' and rhs == 'g'")["est"].iloc[0]
    assert moments.loc["f", "g"] == pytest.approx(own, abs=0.03)


def test_draws_of_ordered_items_have_the_moments_of_the_posterior() -> None:
    """At fixed parameters their mean and deviation equal those found by dense quadrature."""
    frame = pd.DataFrame(np.digitize(simulated(600, 6)[ITEMS], CUTS), columns=ITEMS)
    fit = cfa("f =~ a + b + c", frame, ordered=True)
    model = response_model(fit, 0)
    patterns = np.array([[0, 0, 0], [4, 4, 4], [0, 4, 2], [2, 2, 1]])
    copies = np.repeat(patterns, 4000, axis=0).astype(float)
    group = np.zeros(len(copies), np.intp)
    drawn = FactorDraws.of(fit, copies, group).draw(fit, np.random.default_rng(7))
    assert drawn is not None
    drawn = drawn.reshape(4, 4000)
    u = np.linspace(-7, 7, 2001)[:, None]
    for k, pattern in enumerate(patterns):
        limits = (np.repeat(part, len(u), axis=0) for part in model.limits(pattern[None]))
        weight = np.exp(model.log_posterior(u, *limits))
        weight /= weight.sum()
        eta = (u @ model.root.T)[:, 0]
        mean = weight @ eta
        deviation = np.sqrt(weight @ (eta - mean) ** 2)
        assert drawn[k].mean() == pytest.approx(mean, abs=4 * deviation / np.sqrt(4000))
        assert drawn[k].std() == pytest.approx(deviation, rel=0.05)


def test_parameters_are_drawn_too() -> None:
    """Few interviews leave the mean of a group's factor less certain than its members do."""
    small = cfa(
        TWO, simulated(120, 8), group="town", group_equal=("loadings", "intercepts"), std_lv=True
    )
    found = plausible_values(small, 100)
    between = found.values[:, found.group == 1, 0].mean(axis=1).std()
    error = small.parameters.query("lhs == 'f' and op == '~1' and group == 2")["se"].iloc[0]
    assert between > 0.5 * error


def test_rubins_rules() -> None:
    """Two known draws are combined as the formula says."""
    fit = cfa(TWO, simulated(200, 9))
    found = plausible_values(fit, 2, rng=np.random.default_rng(1))
    given = iter([(1.0, 0.5), (3.0, 0.7)])
    pooled = found.pooled(lambda _: next(given))
    within, spread = (0.25 + 0.49) / 2, 1.5 * 2.0
    expected = Pooled(
        2.0,
        np.sqrt(within + spread),
        ((within + spread) / spread) ** 2,
        spread / (within + spread),
    )
    for name in ("estimate", "se", "df", "missing"):
        assert getattr(pooled, name) == pytest.approx(getattr(expected, name))


def test_results_can_be_repeated_and_stored() -> None:
    """The same source of chance gives the same draws; rows keep their places; JSON takes all."""
    frame = simulated(200, 10)
    frame.loc[3, "a"] = np.nan
    fit = cfa(TWO, frame)
    one, two = plausible_values(fit, 3), plausible_values(fit, 3)
    other = plausible_values(fit, 3, rng=np.random.default_rng(5))
    np.testing.assert_array_equal(one.values, two.values)
    assert not np.array_equal(one.values, other.values)
    assert 3 not in one.table(0).index
    assert list(one.table(0)) == ["f", "g"]
    assert len(list(one.tables())) == one.draws == 3
    assert json.loads(json.dumps(one.to_dict(), allow_nan=False))["n_used"] == 199
    assert "3 draws, n = 199" in repr(one)
    assert "<table" in one._repr_html_()


def test_what_cannot_be_drawn_is_refused() -> None:
    """One draw, no factor, moments alone."""
    frame = simulated(200, 11)
    with pytest.raises(ModelError, match="at least 2"):
        plausible_values(cfa(TWO, frame), 1)
    with pytest.raises(ModelError, match="no factor"):
        plausible_values(sem("a ~ b", frame))
    with pytest.raises(ModelError, match="give data"):
        plausible_values(cfa(TWO, cov=frame[ITEMS].cov(), n=200))


def test_heywood_cases_are_refused() -> None:
    """With a variance far below zero hardly any draw makes sense, and that is said."""
    rng = np.random.default_rng(3)
    cov = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    x = rng.standard_normal((500, 3)) @ np.linalg.cholesky(cov).T
    fit = cfa("f =~ a + b + c", pd.DataFrame(x, columns=list("abc")))
    with pytest.raises(ModelError, match="Hardly any draw"):
        plausible_values(fit, 2)


def test_thresholds_that_would_cross_are_not_drawn() -> None:
    """Errors of plain DWLS let thresholds of a small sample cross; such parameters are refused."""
    rng = np.random.default_rng(12)
    x = rng.standard_normal((60, 1)) * 0.7 + 0.7 * rng.standard_normal((60, 4))
    frame = pd.DataFrame(np.digitize(x, [-0.2, 0.0, 0.2]), columns=list("abcd"))
    fit = cfa("f =~ a + b + c + d", frame, estimator="DWLS", ordered=True)
    found = plausible_values(fit, 10)
    assert np.isfinite(found.values).all()
    assert np.abs(found.values).max() < 8
