"""The engine finds what is there: bias, coverage and Type I error over simulated samples.

Tolerances are 4.5 Monte Carlo standard errors of the figure, so that a sound engine fails once in
some 150 000 comparisons; random numbers are fixed. To them comes what theory itself leaves open at
a finite n, where it is stated beside the test.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from psychometrics.power import power, study_of
from psychometrics.simulate import HeavyTails, ValeMaurelli

TRUTH = "f =~ .8*x1 + .7*x2 + .6*x3\nh =~ .8*y1 + .7*y2 + .6*y3\nf ~~ .4*h"
MODEL = "f =~ x1 + x2 + x3\nh =~ y1 + y2 + y3"
CUTS = [-1.3, -0.5, 0.3, 1.1]
ERRORS = 4.5
LEVEL = 0.05
SMALL = 0.02
"""How far coverage of 95 % intervals may be from its limit at n = 300 to 500, beside chance."""

WAYS = {
    "ML": (400, {"replicates": 2000}),
    "MLR, skewed": (500, {"estimator": "MLR", "nonnormal": ValeMaurelli(1, 2), "replicates": 250}),
    "FIML, 15 % missing": (400, {"fiml": True, "missing": 0.15, "replicates": 200}),
    "WLSMV, five answers": (500, {"ordered": True, "thresholds": CUTS, "replicates": 250}),
}


@cache
def found(name):
    """The power analysis of one way."""
    n, how = WAYS[name]
    return power(TRUTH, MODEL, n, standardised=True, rng=np.random.default_rng(60), **how)


@pytest.mark.parametrize("name", WAYS)
def test_estimates_are_unbiased(name):
    """Mean estimates are the truth within chance and 1/n of it, in every way of estimation."""
    result = found(name)
    chance = ERRORS * result.sd / np.sqrt(result.replicates)
    assert (np.abs(result.bias) < chance + 3 / result.n_used).all()


@pytest.mark.parametrize("name", WAYS)
def test_standard_errors_are_the_spread_of_estimates(name):
    """Mean standard errors are the estimates' standard deviation within chance and 4 %."""
    result = found(name)
    chance = ERRORS * np.sqrt(1 / (2 * result.replicates)) * 1.2
    assert (np.abs(result.se_bias) < chance + 0.04).all()


@pytest.mark.parametrize("name", WAYS)
def test_intervals_cover_the_truth(name):
    """95 % intervals hold the truth in 95 % of samples, within chance."""
    result = found(name)
    chance = ERRORS * np.sqrt(0.95 * 0.05 / result.replicates)
    assert (np.abs(result.coverage - 0.95) < chance + SMALL).all()


@pytest.mark.parametrize("name", WAYS)
def test_every_sample_converges(name):
    """Good items and several hundred people: every sample has a proper fit."""
    assert found(name).converged == 1.0
    assert found(name).improper == 0.0


@pytest.mark.parametrize("name", WAYS)
def test_the_models_test_keeps_its_level(name):
    """A right model is rejected in 5 % of samples: by plain chi2 under normality, by the robust
    statistics under skewness and with ordinal answers."""
    result = found(name)
    chance = ERRORS * np.sqrt(LEVEL * (1 - LEVEL) / result.replicates)
    assert abs(result.fit_rejected - LEVEL) < chance + SMALL


@cache
def heavy(estimator):
    """Share of samples with heavy tails in which an estimator's test rejects the right model."""
    return power(
        TRUTH,
        MODEL,
        600,
        standardised=True,
        estimator=estimator,
        nonnormal=HeavyTails(7),
        replicates=250,
        rng=np.random.default_rng(61),
    )


@pytest.mark.parametrize("estimator", ["MLM", "MLMV", "MLR"])
def test_robust_statistics_keep_their_level_under_heavy_tails(estimator):
    """Satorra and Bentler's, the scaled and shifted and Yuan and Bentler's: 5 %, within chance."""
    chance = ERRORS * np.sqrt(LEVEL * (1 - LEVEL) / 250)
    assert abs(heavy(estimator).fit_rejected - LEVEL) < chance + SMALL


def test_plain_chi2_rejects_too_often_under_heavy_tails():
    """With excess kurtosis 2 chi2 of maximum likelihood rejects a right model far too often, and
    its intervals are too short: what the robust ones are for."""
    plain = heavy("ML")
    chance = ERRORS * np.sqrt(LEVEL * (1 - LEVEL) / 250)
    assert plain.fit_rejected > LEVEL + chance + 0.05
    loadings = slice(0, 6)
    assert plain.coverage[loadings].mean() < 0.92
    robust = heavy("MLR").coverage[loadings].mean()
    assert abs(robust - 0.95) < ERRORS * np.sqrt(0.95 * 0.05 / (250 * 6)) + SMALL


def test_chi2_follows_its_distribution():
    """p values of a right model under ML are uniform (Kolmogorov and Smirnov)."""
    from scipy.stats import kstest

    study = study_of(TRUTH, MODEL, 1000, standardised=True)
    p = study.replications(2000, np.random.default_rng(62)).p
    assert kstest(p, "uniform").pvalue > 1e-5


def test_groups_and_means_are_recovered():
    """Two groups with equal loadings and intercepts: the second's mean and variance are found."""
    truth = "f =~ .8*x1 + .7*x2 + .6*x3 + .7*x4\nf ~ c(0, .5)*1\nf ~~ c(1, 1.5)*f\n" + "\n".join(
        f"x{k} ~~ .5*x{k}" for k in range(1, 5)
    )
    result = power(
        truth,
        "f =~ x1 + x2 + x3 + x4",
        [300, 200],
        group_equal=["loadings", "intercepts"],
        meanstructure=True,
        replicates=600,
    )
    at = {name: k for k, name in enumerate(result.names)}
    mean, variance = at["f~1 in group 2"], at["f~~f in group 2"]
    np.testing.assert_allclose(result.truth[[mean, variance]], [0.5, 1.5], atol=1e-7)
    chance = ERRORS * result.sd / np.sqrt(600)
    assert (np.abs(result.bias) < chance + 3 / 200).all()
    assert (np.abs(result.coverage - 0.95) < ERRORS * np.sqrt(0.0475 / 600) + SMALL).all()
