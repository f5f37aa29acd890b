"""Cut-offs made for a model, against lavaan's fits to the same populations."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import ks_2samp

from psychometrics._many_measures import measures_of_many
from psychometrics._misspecification import levels, standardised_model
from psychometrics._replications import draw_moments
from psychometrics.cfa.many import fit_many
from psychometrics.cfa.model import cfa
from psychometrics.dynamic_cutoffs import dynamic_cutoffs
from psychometrics.power import study_of
from psychometrics.simulate import SimulationError, simulate
from tests.psychometrics.conftest import GOLDEN

THREE = """visual =~ .772*x1 + .424*x2 + .581*x3
textual =~ .852*x4 + .855*x5 + .838*x6
speed =~ .570*x7 + .723*x8 + .665*x9
visual ~~ .459*textual
visual ~~ .471*speed
textual ~~ .283*speed"""
ONE = "f =~ .602*y1 + .805*y2 + .857*y3 + .631*y4 + .345*y5 + .646*y6"


def goldens():
    """A golden of power.R."""
    return json.loads((GOLDEN / "power" / "replicates.json").read_text())


@pytest.mark.parametrize(("model", "n", "name"), [(THREE, 301, "three"), (ONE, 500, "one")])
def test_distributions_are_those_of_lavaan(model, n, name):
    """SRMR, RMSEA and CFI of right and wrong models: the same distributions as 300 fits of lavaan,
    by Kolmogorov and Smirnov at 1 in 100 000 for each of nine."""
    found = dynamic_cutoffs(model, n)
    ours = (
        found.distributions
        if name == "three"
        else (*found.distributions[:2], found.distributions[3])
    )
    for right, theirs in zip(ours, goldens()[name], strict=True):
        for m in range(3):
            assert ks_2samp(right[:, m], np.array(theirs)[:, m]).pvalue > 1e-5


def test_published_example():
    """The package's own example, three factors and 301 people: SRMR .040, RMSEA .044, CFI .984,
    from 500 random samples; ours within .003 from others."""
    first = dynamic_cutoffs(THREE, 301, replicates=2000).levels[0]
    assert first.added == ("textual =~ 0.424*x2",)
    assert first.srmr.value == pytest.approx(0.040, abs=0.003)
    assert first.rmsea.value == pytest.approx(0.044, abs=0.003)
    assert first.cfi.value == pytest.approx(0.984, abs=0.003)


def test_measures_of_many_samples_are_those_of_single_fits():
    """SRMR, RMSEA and CFI of samples fitted together equal those of `cfa`: 1e-8."""
    study = study_of(THREE, None, 120, standardised=True)
    fit, people = study.endless, study.answering.population
    _, covs = draw_moments(people.mean[0], people.cov[0], 120, 6, np.random.default_rng(2))
    found = measures_of_many(fit, fit_many(fit, covs[:, None], None), covs, 120)
    for k, cov in enumerate(covs):
        alone = cfa(study.text, cov=cov * 120 / 119, n=120)
        np.testing.assert_allclose(
            found[k], [alone.srmr, alone.rmsea, alone.cfi], rtol=0, atol=1e-8
        )


def test_levels_of_several_factors():
    """The weakest item of each factor crosses over to the factor with the highest H."""
    found = levels(standardised_model(THREE))
    assert found == [
        ["textual =~ 0.424*x2"],
        ["textual =~ 0.424*x2", "textual =~ 0.57*x7"],
    ]


def test_cross_loadings_leave_room_for_a_residual():
    """A strong item's cross-loading is 95 % of what its variance has room for; a negative one's
    mirrors it; factors of two items come last."""
    model = "f =~ .9*a + .95*b\nh =~ -.9*c + .92*d + .93*e\ng =~ .5*i + .6*j + .7*k\n"
    model += "f ~~ .5*h\nf ~~ .4*g\nh ~~ .3*g"
    first, second = (text.split(" =~ ") for text in levels(standardised_model(model))[1])
    assert first == ["f" if first[0] == "f" else "h", "0.5*i"]
    size, item = second[1].split("*")
    assert item == "c"
    room = 0.95 * (np.sqrt(0.81 * 0.25 + 0.19) - 0.9 * 0.5)
    assert float(size) == pytest.approx(-room, abs=1e-12)


@pytest.mark.parametrize(
    ("items", "pairs"), [(4, [1]), (5, [1, 2]), (6, [1, 2, 3]), (9, [1, 2, 4]), (12, [2, 4, 6])]
)
def test_levels_of_one_factor(items, pairs):
    """A third, two thirds and all pairs of items get residual correlations of .3, weakest first."""
    values = [0.4 + 0.04 * k for k in range(items)]
    model = "f =~ " + " + ".join(f"{v:.2f}*x{k}" for k, v in enumerate(values))
    found = levels(standardised_model(model))
    assert [len(added) for added in found] == pairs
    assert found[-1][0] == "x1 ~~ 0.3*x0"


def test_items_with_correlated_residuals_are_left_alone():
    """An item whose residual correlates already is not taken again."""
    found = levels(standardised_model(ONE + "\ny5 ~~ .2*y1"))
    assert found == [["y6 ~~ 0.3*y4"]]


def test_cutoffs_are_quantiles_that_tell_right_from_wrong():
    """A cut-off is the 5 % point of wrong models, and beyond the 95 % point of right ones."""
    found = dynamic_cutoffs(ONE, 500)
    right, wrong = found.distributions[0], found.distributions[3]
    third = found.levels[2]
    assert third.srmr.sensitivity == 0.95
    assert third.srmr.value == np.quantile(wrong[:, 0], 0.05)
    assert third.srmr.value > np.quantile(right[:, 0], 0.95) == found.keeps_95["srmr"]
    assert third.cfi.value == np.quantile(wrong[:, 2], 0.95)
    assert third.cfi.value < np.quantile(right[:, 2], 0.05)
    values = [(level.srmr.value, level.rmsea.value, -level.cfi.value) for level in found.levels]
    assert values == sorted(values)


def test_no_cutoff_where_samples_are_too_small():
    """With 60 people nothing tells a slight mistake from chance, and none is given."""
    first = dynamic_cutoffs(THREE, 60, replicates=300).levels[0]
    assert first.rmsea.value is None
    assert first.rmsea.sensitivity is None


def test_a_fit_is_judged_by_its_own_cutoffs():
    """From a fit: its standardised solution and n; what it lacks is said level by level."""
    data = simulate(THREE + "\ntextual =~ .45*x2", 1500, standardised=True)
    fit = cfa("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9", data)
    found = dynamic_cutoffs(fit, replicates=300)
    assert found.n_used == 1500
    assert found.observed == {"srmr": fit.srmr, "rmsea": fit.rmsea, "cfi": fit.cfi}
    assert found.worse_than(1) == {"srmr": True, "rmsea": True, "cfi": True}
    assert found.worse_than(2)["srmr"] is False
    assert list(found.table.index) == [1, 2]
    assert "distributions" not in found.to_dict()
    assert found.to_dict()["levels"][0]["srmr"]["value"] == found.levels[0].srmr.value
    assert "textual" in repr(found)
    assert "textual" in found._repr_html_()


def test_progress_and_chance():
    """Each population is told of, and the same generator gives the same cut-offs."""
    told = []
    one = dynamic_cutoffs(
        ONE,
        200,
        replicates=100,
        rng=np.random.default_rng(1),
        on_progress=lambda done, most: told.append((done, most)),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    again = dynamic_cutoffs(ONE, 200, replicates=100, rng=np.random.default_rng(1))
    assert one.levels == again.levels
    assert one.levels != dynamic_cutoffs(ONE, 200, replicates=100).levels


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: dynamic_cutoffs(ONE), "Give n"),
        (lambda: dynamic_cutoffs(ONE, 200, replicates=10), "at least 100"),
        (lambda: dynamic_cutoffs("f =~ .5*a + .5*b + c + .5*d", 200), "f =~ c has no value"),
        (lambda: dynamic_cutoffs("f =~ 1.5*a + .5*b + .5*c + .5*d", 200), "between −1 and 1"),
        (lambda: dynamic_cutoffs("f =~ .5*a + .5*b + .5*c", 200), "four are needed"),
        (
            lambda: dynamic_cutoffs("f =~ .5*a + .5*b\nh =~ .5*c + .5*d\nf ~ .3*h", 200),
            "without second-order factors or regressions",
        ),
        (
            lambda: dynamic_cutoffs(
                "f =~ .5*a + .5*b\nh =~ .5*c + .5*d\nf~~.3*h\na~~.1*b\nc~~.1*d", 200
            ),
            "neither a second loading",
        ),
        (lambda: dynamic_cutoffs("f =~ .5*a + .5*b\nh =~ .5*c + .5*d", 200), "f~~h"),
    ],
)
def test_what_has_no_cutoffs_is_refused(call, said):
    """Values that are missing or not standardised, and models of another kind, are refused."""
    with pytest.raises(SimulationError, match=said):
        call()


def test_groups_are_judged_one_by_one():
    """A fit of several groups is refused with its mend."""
    data = simulate(ONE, [100, 100], standardised=True)
    fit = cfa("f =~ y1 + y2 + y3 + y4 + y5 + y6", data, group="group")
    with pytest.raises(SimulationError, match="each group alone"):
        dynamic_cutoffs(fit)
