"""Simulated answers have the moments, shape, gaps and categories that were asked for."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.hermite_e import hermegauss

from psychometrics._cut_moments import cut_moments
from psychometrics._nonnormal import fleishman
from psychometrics._population import population_of
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from psychometrics.cfa.syntax import ModelSyntaxError
from psychometrics.simulate import (
    HeavyTails,
    SimulationError,
    ValeMaurelli,
    answering_of,
    simulate,
)
from tests.psychometrics.conftest import GOLDEN

TWO = "f =~ .7*x1 + .6*x2 + .5*x3\nh =~ .8*y1 + .7*y2 + .6*y3\nf ~~ .4*h"
ERRORS = 4.5
"""Monte Carlo standard errors that a simulated figure may lie off."""


def goldens(name):
    """A golden of power.R."""
    return json.loads((GOLDEN / "power" / f"{name}.json").read_text())


@pytest.mark.parametrize("name", ["raw", "crossed"])
def test_populations_are_those_of_lavaan(name):
    """Means and covariances that a model implies, in its own and in standardised units: 1e-12."""
    theirs = goldens("populations")[name]
    found = population_of(theirs["model"], standardised=name == "crossed")
    at = [found.items.index(item) for item in theirs["names"]]
    np.testing.assert_allclose(found.cov[0][np.ix_(at, at)], theirs["cov"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.mean[0][at], theirs["mean"], rtol=0, atol=1e-12)


def test_moments_of_cut_answers_are_exact():
    """Means and covariances of answers cut at thresholds equal sums of pbivnorm: 1e-12."""
    theirs = goldens("populations")["cut"]
    R = theirs["correlations"]
    model = "\n".join(
        [f"a ~~ {R[0][1]}*b", f"a ~~ {R[0][2]}*c", f"b ~~ {R[1][2]}*c"]
        + [f"{x} ~~ 1*{x}" for x in "abc"]
    )
    cuts = dict(zip("abc", [np.atleast_1d(c) for c in theirs["cuts"]], strict=True))
    people = population_of(model)
    mean, cov = cut_moments(answering_of(people, cuts, 0.0, None))
    at = [people.items.index(item) for item in "abc"]
    np.testing.assert_allclose(mean[0][at], theirs["mean"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(cov[0][np.ix_(at, at)], theirs["cov"], rtol=0, atol=1e-12)


def test_factors_that_others_explain_are_standardised_too():
    """With second-order factors and regressions every correlation is the product of its paths."""
    model = (
        "a =~ .8*x1 + .7*x2\nb =~ .75*x3 + .65*x4\nc =~ .6*x5 + .5*x6\n"
        "g =~ .9*a + .6*b\nc ~ .5*g\nz ~ .4*c"
    )
    found = population_of(model, standardised=True)
    cov = {
        (i, j): found.cov[0][m, n]
        for m, i in enumerate(found.items)
        for n, j in enumerate(found.items)
    }
    np.testing.assert_allclose(np.diag(found.cov[0]), 1, atol=1e-14)
    assert cov["x1", "x2"] == pytest.approx(0.8 * 0.7, abs=1e-14)
    assert cov["x1", "x3"] == pytest.approx(0.8 * 0.9 * 0.6 * 0.75, abs=1e-14)
    assert cov["x3", "x6"] == pytest.approx(0.75 * 0.6 * 0.5 * 0.5, abs=1e-14)
    assert cov["x1", "z"] == pytest.approx(0.8 * 0.9 * 0.5 * 0.4, abs=1e-14)


def test_moments_of_answers_of_which_some_are_cut():
    """Where one of two items is cut, their covariance is what a large sample shows."""
    answering = answering_of(
        population_of(TWO, standardised=True), {"x1": [-0.5, 0.8], "y2": [0.3]}, 0.0, None
    )
    mean, cov = cut_moments(answering)
    drawn = answering.drawn(0, 200_000, np.random.default_rng(1))
    np.testing.assert_allclose(drawn.mean(axis=0), mean[0], atol=ERRORS / np.sqrt(200_000))
    np.testing.assert_allclose(np.cov(drawn.T), cov[0], atol=ERRORS * 1.5 / np.sqrt(200_000))


@pytest.mark.parametrize("nonnormal", [None, HeavyTails(8), ValeMaurelli(1.2, 3.0)])
def test_covariances_are_those_of_the_model(nonnormal):
    """Whatever the shape of the answers, their covariances are the model's, within chance."""
    people = population_of(TWO, standardised=True)
    drawn = simulate(TWO, 100_000, standardised=True, nonnormal=nonnormal).to_numpy()
    centred = drawn - drawn.mean(axis=0)
    products = centred[:, :, None] * centred[:, None, :]
    error = products.std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(products.mean(axis=0) - people.cov[0]) < ERRORS * error).all()


@pytest.mark.parametrize(
    ("skewness", "kurtosis"), [(0.0, 0.0), (0.5, 0.3), (-1.5, 4.0), (2.0, 7.0), (0.0, 6.0)]
)
def test_cubic_has_the_moments_asked_for(skewness, kurtosis):
    """Mean, variance, skewness and excess kurtosis of the cubic, by exact quadrature: 1e-9."""
    points, weights = hermegauss(40)
    weights = weights / weights.sum()
    a, b, c, d = fleishman(skewness, kurtosis)
    x = a + points * (b + points * (c + points * d))
    found = [weights @ x, weights @ x**2, weights @ x**3, weights @ x**4 - 3]
    np.testing.assert_allclose(found, [0, 1, skewness, kurtosis], rtol=0, atol=1e-9)


def test_vale_maurelli_brings_correlations_to_those_of_the_model():
    """The correlation of two cubics of correlated normals, by exact quadrature, is the model's."""
    points, weights = hermegauss(20)
    weights = weights / weights.sum()
    wanted = np.array([[1, 0.56, -0.3], [0.56, 1, 0.1], [-0.3, 0.1, 1]])
    shape = ValeMaurelli([1.5, 0.5, -1.0], {"a": 4.0, "b": 1.0, "c": 2.0})
    powers, between = shape.intermediate(wanted, ["a", "b", "c"])
    for i, j in ((0, 1), (0, 2), (1, 2)):
        rho = between[i, j]
        other = rho * points[:, None] + np.sqrt(1 - rho**2) * points
        first = np.polynomial.polynomial.polyval(points, powers[i])[:, None]
        second = np.polynomial.polynomial.polyval(other, powers[j])
        found = weights @ (first * second) @ weights
        assert found == pytest.approx(wanted[i, j], abs=1e-12)


def test_heavy_tails_have_their_kurtosis():
    """Excess kurtosis of a multivariate t with 12 degrees of freedom is 6 / 8, and no skewness."""
    drawn = simulate(TWO, 200_000, standardised=True, nonnormal=HeavyTails(12)).to_numpy()
    z = (drawn - drawn.mean(axis=0)) / drawn.std(axis=0)
    np.testing.assert_allclose((z**4).mean(axis=0) - 3, 0.75, atol=0.15)
    np.testing.assert_allclose((z**3).mean(axis=0), 0, atol=0.08)


def test_categories_come_in_the_shares_of_their_thresholds():
    """Thresholds in the model and thresholds given beside it cut alike."""
    cuts = [-1.0, 0.2, 0.9]
    lines = [f"{x} | -1*t1 + .2*t2 + .9*t3" for x in ("x1", "x2", "x3")]
    inside = simulate("f =~ .7*x1 + .6*x2 + .5*x3\n" + "\n".join(lines), 50_000)
    beside = simulate(
        "f =~ .7*x1 + .6*x2 + .5*x3",
        50_000,
        standardised=True,
        thresholds=dict.fromkeys(("x1", "x2", "x3"), cuts),
    )
    assert inside.equals(beside)
    shares = np.bincount(inside["x1"].astype(int), minlength=5)[1:] / 50_000
    np.testing.assert_allclose(shares, [0.1587, 0.4206, 0.2366, 0.1841], atol=0.01)


def test_missing_answers_come_at_their_rates():
    """Shares of missing answers by item, within chance, and independent of the answers."""
    data = simulate(TWO, 20_000, standardised=True, missing={"x1": 0.3, "y2": 0.05})
    shares = data.isna().mean()
    assert shares["x1"] == pytest.approx(0.3, abs=ERRORS * np.sqrt(0.21 / 20_000))
    assert shares["y2"] == pytest.approx(0.05, abs=ERRORS * np.sqrt(0.0475 / 20_000))
    assert shares[["x2", "x3", "y1", "y3"]].eq(0).all()
    apart = data["x2"][data["x1"].isna()].mean() - data["x2"][data["x1"].notna()].mean()
    assert abs(apart) < ERRORS / np.sqrt(20_000 * 0.21)


def test_groups_have_their_own_values_and_sizes():
    """Values by group, c(…), and a size for each group; the group is the last column."""
    model = "f =~ c(.8, .4)*x1 + .6*x2 + .5*x3\nx1 ~ c(0, 1)*1\nx1 ~~ 1*x1\nx2 ~~ 1*x2\nx3 ~~ 1*x3"
    data = simulate(model, [30_000, 20_000], groups=["old", "new"])
    assert list(data.columns) == ["x1", "x2", "x3", "group"]
    assert data["group"].value_counts().to_dict() == {"old": 30_000, "new": 20_000}
    by = data.groupby("group")
    assert by["x1"].mean()["new"] == pytest.approx(1, abs=0.04)
    assert data[data["group"] == "old"][["x1", "x2"]].cov().iloc[0, 1] == pytest.approx(
        0.48, abs=0.04
    )
    assert data[data["group"] == "new"][["x1", "x2"]].cov().iloc[0, 1] == pytest.approx(
        0.24, abs=0.04
    )


def test_a_fit_is_a_population():
    """Answers drawn from a fit, continuous or ordinal, have its moments and thresholds."""
    data = simulate(TWO, 400, standardised=True)
    fit = cfa("f =~ x1 + x2 + x3\nh =~ y1 + y2 + y3", data)
    again = population_of(fit)
    np.testing.assert_array_equal(again.cov, fit.implied.cov)
    np.testing.assert_allclose(again.mean[0], data.mean(), atol=1e-12)
    cut = simulate(TWO, 400, standardised=True, thresholds=[-0.5, 0.7])
    ordinal = cfa("f =~ x1 + x2 + x3\nh =~ y1 + y2 + y3", cut, ordered=True)
    drawn = simulate(ordinal, 20_000)
    assert set(np.unique(drawn)) == {1.0, 2.0, 3.0}
    np.testing.assert_allclose((drawn == 1).mean(), (cut == 1).mean(), atol=0.02)


def test_chance_is_reproducible():
    """The same generator gives the same answers, another gives others."""
    one = simulate(TWO, 50, standardised=True, rng=np.random.default_rng(3))
    assert one.equals(simulate(TWO, 50, standardised=True, rng=np.random.default_rng(3)))
    assert not one.equals(simulate(TWO, 50, standardised=True, rng=np.random.default_rng(4)))
    assert simulate(TWO, 50, standardised=True).equals(simulate(TWO, 50, standardised=True))


@settings(max_examples=25, deadline=None)
@given(
    loadings=st.lists(st.floats(-0.95, 0.95), min_size=3, max_size=6),
    phi=st.floats(-0.9, 0.9),
    residual=st.floats(-0.5, 0.5),
)
def test_standardised_populations_have_variance_one(loadings, phi, residual):
    """In standardised units every item has variance 1, and residual correlations are as given."""
    k = len(loadings)
    first = " + ".join(f"{v!r}*x{j}" for j, v in enumerate(loadings))
    second = " + ".join(f"{v!r}*y{j}" for j, v in enumerate(loadings))
    model = f"f =~ {first}\nh =~ {second}\nf ~~ {phi!r}*h\nx0 ~~ {residual!r}*x1"
    cov = population_of(model, standardised=True).cov[0]
    np.testing.assert_allclose(np.diag(cov), 1, atol=1e-12)
    rest = np.sqrt((1 - loadings[0] ** 2) * (1 - loadings[1] ** 2))
    assert cov[0, 1] == pytest.approx(loadings[0] * loadings[1] + residual * rest, abs=1e-12)
    assert cov[0, k] == pytest.approx(loadings[0] * phi * loadings[0], abs=1e-12)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: simulate("f =~ .7*x1 + x2", 50, standardised=True), "no value for f=~x2"),
        (lambda: simulate("f =~ .7*x1 + .6*x2", 50), "x1~~x1, x2~~x2"),
        (lambda: simulate("f =~ 1.1*x1 + .6*x2", 50, standardised=True), "More than all of x1"),
        (
            lambda: simulate("f =~ .7*x1 + .6*x2\nx1 ~~ .5*x1", 50, standardised=True),
            "x1~~x1 is given",
        ),
        (
            lambda: simulate("f =~ .7*x1 + .6*x2\nx1 ~~ -1*x1\nx2 ~~ 1*x2", 50),
            "not positive definite",
        ),
        (lambda: simulate(TWO, 0, standardised=True), "whole numbers of interviews"),
        (lambda: simulate(TWO, [5, 5, 5], groups=["a", "b"], standardised=True), "n gives 3"),
        (lambda: simulate(TWO, 9, standardised=True, missing=1.0), "from 0 to below 1"),
        (lambda: simulate(TWO, 9, standardised=True, missing={"q": 0.1}), "missing names q"),
        (lambda: simulate(TWO, 9, standardised=True, thresholds={"q": [0.1]}), "thresholds name q"),
        (lambda: simulate(TWO, 9, standardised=True, thresholds=[1, 0]), "ascend"),
        (lambda: simulate(TWO, 9, standardised=True, nonnormal="t"), "nonnormal is 't'"),
        (lambda: simulate(TWO, 9, standardised=True, nonnormal=HeavyTails(3)), "more than 4"),
        (
            lambda: simulate(TWO, 9, standardised=True, nonnormal=ValeMaurelli(3, 1)),
            "kurtosis must be above",
        ),
        (
            lambda: simulate(TWO, 9, standardised=True, nonnormal=ValeMaurelli([1, 2], 7)),
            "2 moments are given for 6 items",
        ),
        (
            lambda: simulate(TWO, 9, standardised=True, nonnormal=ValeMaurelli({"q": 1}, 7)),
            "no item q",
        ),
        (
            lambda: simulate(
                "f =~ .98*x1 + .98*x2",
                9,
                standardised=True,
                nonnormal=ValeMaurelli([2, -2], 7.0),
            ),
            "cannot correlate as strongly",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, said):
    """A population that is incomplete or impossible ends in SimulationError that says why."""
    with pytest.raises(SimulationError, match=said):
        call()


def test_mistakes_in_the_model_are_named_as_elsewhere():
    """Mistakes in the model's text and structure keep their own errors."""
    with pytest.raises(ModelSyntaxError):
        simulate("f =~ .7*x1 +", 50)
    with pytest.raises(ModelError):
        simulate("f =~ c(.7, .6)*x1 + c(.7, .6, .5)*x2", [50, 50], standardised=True)
