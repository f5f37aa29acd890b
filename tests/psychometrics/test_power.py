"""Power, bias, coverage and the interviews a model needs, against R and against theory."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.special import chndtr, ndtr, ndtri

from psychometrics._replications import draw_moments
from psychometrics._shown import as_html
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from psychometrics.minimum_n import Targets, minimum_n
from psychometrics.power import power
from psychometrics.rmsea_power import rmsea_minimum_n, rmsea_power
from psychometrics.simulate import HeavyTails, SimulationError, simulate
from tests.psychometrics.conftest import GOLDEN

TWO = "f =~ .7*x1 + .6*x2 + .5*x3 + .8*x4\nh =~ .7*y1 + .6*y2 + .5*y3\nf ~~ .3*h"
FITTED = "f =~ x1 + x2 + x3 + x4\nh =~ y1 + y2 + y3"
ERRORS = 4.5
"""Monte Carlo standard errors that a simulated figure may lie off."""


def goldens(name):
    """A golden of power.R."""
    return json.loads((GOLDEN / "power" / f"{name}.json").read_text())


def test_rmsea_power_is_that_of_semtools():
    """findRMSEApower over 288 cases: 1e-10."""
    for row in goldens("rmsea")["power"]:
        numbers = [row[name] for name in ("rmsea0", "rmsea", "df", "n")]
        found = rmsea_power(*numbers, alpha=row["alpha"], groups=row["group"])
        assert found == pytest.approx(row["power"], abs=1e-10), row


def test_rmsea_sample_sizes_are_those_of_semtools():
    """findRMSEAsamplesize, to the interview; its figure is for each group.

    It never tries 501 to 504, 1001 to 1004, …: there its answer is the next number that it tries.
    """
    for row in goldens("rmsea")["sizes"]:
        found = rmsea_minimum_n(
            row["rmsea0"], row["rmsea"], row["df"], power=row["power"], groups=row["group"]
        )
        tried = found + 5 - found % 500 if found > 500 and 1 <= found % 500 <= 4 else found
        theirs = 5 if "<=" in row["n"] else round(float(row["n"]) * row["group"])
        assert tried == theirs, row


def test_published_table_of_rmsea_sizes():
    """Interviews for close fit, .05 against .08, at power .80, as MacCallum and others print them
    from an approximate search (Table 4): within .3 %."""
    found = [rmsea_minimum_n(0.05, 0.08, df) for df in (2, 10, 20, 50, 100)]
    np.testing.assert_allclose(found, [3488, 782, 435, 214, 132], rtol=0.003)


def test_figures_agree_with_lavaan_on_samples_of_its_own():
    """Mean, error, spread and power of a factor correlation over 400 fits of lavaan, by chance."""
    est, se, p = np.array(goldens("replicates")["correlation"]).T
    ours = power(TWO, n=150, standardised=True, replicates=2000, parameters=["f~~h"])
    error = est.std() / np.sqrt(400)
    assert ours.mean[0] == pytest.approx(est.mean(), abs=ERRORS * error)
    assert ours.sd[0] == pytest.approx(est.std(), abs=ERRORS * error / np.sqrt(2))
    assert ours.mean_se[0] == pytest.approx(se.mean(), abs=ERRORS * se.std() / 20)
    share = (p < 0.05).mean()
    assert ours.power[0] == pytest.approx(share, abs=ERRORS * np.sqrt(share * (1 - share) / 400))


def test_drawn_moments_are_those_of_drawn_answers():
    """Means and covariances drawn directly have the expectation and spread of a sample's."""
    mean, cov = np.array([1.0, -2.0]), np.array([[2.0, 0.6], [0.6, 1.0]])
    means, covs = draw_moments(mean, cov, 30, 40_000, np.random.default_rng(1))
    np.testing.assert_allclose(means.mean(axis=0), mean, atol=0.005)
    np.testing.assert_allclose(np.cov(means.T), cov / 30, atol=0.004)
    np.testing.assert_allclose(covs.mean(axis=0), cov * 29 / 30, atol=0.02)
    assert covs[:, 0, 1].var() == pytest.approx((2 + 0.36) * 29 / 900, rel=0.05)


def test_fits_from_moments_equal_fits_one_by_one():
    """Estimates, errors and chi2 of samples fitted together are those of `cfa`, up to rounding."""
    from psychometrics.power import study_of

    study = study_of(TWO, FITTED + "\nf ~~ r*h\nsquare := r^2", 200, standardised=True)
    rng = np.random.default_rng(5)
    found = study.replications(5, rng)
    people = study.answering.population
    at = [people.items.index(name) for name in study.items]
    again = np.random.default_rng(5)
    _, covs = draw_moments(people.mean[0][at], people.cov[0][np.ix_(at, at)], 200, 5, again)
    for k, cov in enumerate(covs):
        alone = cfa(study.text, cov=cov * 200 / 199, n=200, std_lv=True)
        table = alone.parameters[lambda t: (t["free"] > 0) | (t["op"] == ":=")]
        np.testing.assert_allclose(found.estimate[k], table["est"], rtol=0, atol=2e-6)
        np.testing.assert_allclose(found.se[k], table["se"], rtol=1e-5)
        assert found.p[k] == pytest.approx(alone.p, abs=1e-9)


@pytest.mark.parametrize(
    "how",
    [
        {"estimator": "MLR"},
        {"estimator": "MLR", "fiml": True, "missing": 0.1},
        {"ordered": True, "thresholds": [-0.8, 0.3, 1.0]},
        {"estimator": "MLM", "nonnormal": HeavyTails(9)},
        {"estimator": "ULS"},
    ],
)
def test_every_way_of_analysis_recovers_the_population(how):
    """With other estimators, gaps and categories the truth is the population's, and is found."""
    found = power(TWO, FITTED, n=300, standardised=True, replicates=40, **how)
    loadings = np.array([0.7, 0.6, 0.5, 0.8, 0.7, 0.6, 0.5])
    np.testing.assert_allclose(found.truth[:7], loadings, atol=1e-6)
    assert (np.abs(found.bias) < ERRORS * found.sd / np.sqrt(40)).all()
    assert found.converged == 1.0
    assert found.df == 13


def test_truth_of_answers_taken_as_numbers_is_that_of_a_large_sample():
    """Cut answers analysed as numbers: the estimates of endless interviews, exactly."""
    cut = [-0.4, 0.6]
    found = power(
        TWO, FITTED, n=100, standardised=True, thresholds=cut, estimator="MLR", replicates=20
    )
    large = cfa(FITTED, simulate(TWO, 200_000, standardised=True, thresholds=cut), std_lv=True)
    np.testing.assert_allclose(found.truth, large.minimum.theta, atol=0.012)


def test_groups_and_equalities():
    """Two groups of other sizes with equal loadings: named by group, held equal, df as fitted."""
    found = power(
        TWO, FITTED, n=[150, 250], standardised=True, group_equal=["loadings"], replicates=40
    )
    assert found.n == (150, 250)
    assert "f=~x1 in group 1" in found.names
    assert "f=~x1 in group 2" not in found.names
    assert "f~~f in group 2" in found.names
    assert found.df == 2 * 13 + 7 - 2


def test_power_to_find_misfit():
    """A cross-loading left out: RMSEA of the population, and chi2 rejects as theory says."""
    found = power(TWO + "\nf =~ .2*y1", FITTED, n=400, standardised=True, replicates=1500)
    assert found.rmsea > 0.02
    error = np.sqrt(found.fit_rejected * (1 - found.fit_rejected) / 1500)
    theory = 1 - chndtr(22.362, 13, 400 * 13 * found.rmsea**2)
    assert found.fit_rejected == pytest.approx(theory, abs=ERRORS * error + 0.02)
    assert found.exact_fit == pytest.approx(theory, abs=0.005)
    assert found.close_fit < 0.05 < found.not_close_fit
    assert any("does not hold in the population" in text for text in found.warnings)


def test_a_right_model_has_the_tests_level():
    """Where the model holds its RMSEA is 0, exact fit is rejected at alpha and truth is exact."""
    found = power(TWO, n=500, standardised=True, replicates=2000, alpha=0.10)
    assert found.rmsea == 0.0
    assert found.exact_fit == pytest.approx(0.10, abs=1e-12)
    assert found.fit_rejected == pytest.approx(0.10, abs=ERRORS * np.sqrt(0.09 / 2000))
    assert (np.abs(found.coverage - 0.90) < ERRORS * np.sqrt(0.09 / 2000) + 0.01).all()


def test_mediation_has_power_for_what_is_defined():
    """Regressions with observed predictors and a defined indirect effect."""
    truth = "m ~ .4*x\ny ~ .3*m + .1*x"
    found = power(
        truth,
        "m ~ a*x\ny ~ b*m + c*x\nindirect := a*b",
        n=120,
        standardised=True,
        replicates=400,
        parameters=["indirect", "b"],
    )
    assert found.names == ("indirect := a*b", "y~m")
    np.testing.assert_allclose(found.truth, [0.12, 0.3], atol=1e-8)
    z = 0.3 / found.sd[1]
    assert found.power[1] == pytest.approx(ndtr(z - 1.96), abs=0.08)


def test_parameters_are_named_in_any_way():
    """A covariance may be turned round and blanks left out; an unknown name is refused."""
    found = power(TWO, n=100, standardised=True, replicates=20, parameters=["h ~~ f", "f=~x2"])
    assert found.names == ("f~~h", "f=~x2")
    with pytest.raises(SimulationError, match="f=~q is no free parameter"):
        power(TWO, n=100, standardised=True, replicates=20, parameters=["f=~q"])


def test_results_can_be_read_and_kept():
    """Table, text, notebook and plain values carry the same figures."""
    told = []
    found = power(
        TWO,
        n=150,
        standardised=True,
        replicates=300,
        on_progress=lambda done, all_: told.append((done, all_)),
    )
    assert told == [(250, 300), (300, 300)]
    assert found.table.loc["f~~h", "power"] == found.power[found.names.index("f~~h")]
    assert found.table["relative_bias"].equals(found.table["bias"] / found.table["truth"].abs())
    assert found.to_dict()["replicates"] == 300
    assert "f~~h" in repr(found)
    assert "f~~h" in found._repr_html_()
    assert as_html(found._head, [], ()) in found._repr_html_()


def test_minimum_n_reaches_its_power_and_no_less_does():
    """The n found reaches .80, an n below the search's step does not, and theory agrees."""
    found = minimum_n(TWO, standardised=True, replicates=400, parameters=["f~~h"])
    at = found.table
    assert at.loc[found.n, "power"] >= 0.8
    assert at[at.index < found.n]["power"].max() < 0.8
    assert found.lower < found.n < found.upper
    assert found.binding == "f~~h"
    assert found.total == found.n == found.n_used
    assert found.converged
    sd = found.at_n.sd[0] * np.sqrt(found.n)
    theory = (sd * (ndtri(0.8) + 1.959964) / 0.3) ** 2
    assert found.n == pytest.approx(theory, rel=0.12)


def test_minimum_n_counts_structural_parameters_and_other_targets():
    """By default loadings and factor correlations count; bias and coverage hold too."""
    told = []
    found = minimum_n(
        TWO,
        standardised=True,
        replicates=200,
        targets=Targets(power=0.5),
        on_progress=lambda done, most: told.append((done, most)),
    )
    assert all("~~" not in name or name == "f~~h" for name in found.at_n.names)
    assert len(told) == len(found.tried)
    assert told[-1][0] <= told[-1][1]
    assert "f~~h" in repr(found)
    assert "not_reached" in found._repr_html_()
    assert found.to_dict()["n"] == found.n


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: rmsea_power(0.05, 0.05, 10, 100), "two different values"),
        (lambda: rmsea_power(0.05, 0.08, 0, 100), "df is 0"),
        (lambda: rmsea_power(0.05, 0.08, 10, 1), "at least 2 interviews"),
        (lambda: rmsea_power(0.05, 0.08, 10, 100, alpha=1.5), "alpha is 1.5"),
        (lambda: rmsea_minimum_n(0.05, 0.08, 10, power=1.0), "power is 1"),
        (lambda: rmsea_minimum_n(0.05, 0.05001, 2), "More than 10000000"),
        (lambda: power(TWO, n=100, standardised=True, replicates=5), "at least 20"),
        (lambda: power(TWO, n=100, standardised=True, alpha=0), "alpha is 0"),
        (lambda: power(TWO, n=6, standardised=True), "too few for 7 items"),
        (lambda: power(TWO, "f =~ x1 + q", n=99, standardised=True), "q, the population has not"),
        (lambda: power(TWO, n=99, standardised=True, ordered=True), "give thresholds"),
        (
            lambda: minimum_n(
                TWO.replace(".3*h", ".001*h"), standardised=True, replicates=20, most=200
            ),
            "target of power",
        ),
        (lambda: minimum_n(TWO, standardised=True, targets=Targets(power=1.0)), "between 0 and 1"),
        (lambda: minimum_n(TWO, standardised=True, precision=0.0), "precision is 0"),
        (
            lambda: minimum_n("a ~~ .3*b\na ~~ 1*a\nb ~~ 1*b", "a ~~ b", replicates=20),
            "differs from 0",
        ),
    ],
)
def test_what_cannot_be_planned_is_refused(call, said):
    """Numbers out of range, items that do not exist and targets out of reach say so."""
    with pytest.raises((SimulationError, ModelError), match=said):
        call()
