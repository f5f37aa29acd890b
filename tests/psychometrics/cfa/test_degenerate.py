"""Answers and models from which no sound figure can come: an error or a warning says so.

Whatever happens, no estimate, error or chi2 is NaN without a warning, and nothing but the room's
own errors is raised; warnings of NumPy count as failures.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.cfa.errors import ConvergenceError, ModelError
from psychometrics.cfa.model import cfa
from psychometrics.dataset import DatasetError
from psychometrics.simulate import simulate

TRUTH = "f =~ .7*x1 + .6*x2 + .5*x3\nh =~ .8*y1 + .7*y2 + .6*y3\nf ~~ .4*h"
MODEL = "f =~ x1 + x2 + x3\nh =~ y1 + y2 + y3"
CONTINUOUS = ("ML", "MLR", "MLM", "MLMV", "GLS", "ULS", "DWLS")
ORDINAL = ("WLSMV", "ULSMV", "DWLS")


@pytest.fixture(scope="module")
def answers():
    """300 normal answers to six items."""
    return simulate(TRUTH, 300, standardised=True)


@pytest.fixture(scope="module")
def ordinal():
    """300 answers in four categories."""
    return simulate(TRUTH, 300, standardised=True, thresholds=[-0.8, 0, 0.9])


def sound(fit):
    """Every figure of a fit is a number."""
    table = fit.parameters
    return (
        np.isfinite(table[["est", "se"]].to_numpy()).all()
        and np.isfinite(fit.chi2)
        and fit.converged
    )


@pytest.mark.parametrize("estimator", CONTINUOUS)
@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"x3": lambda d: 3.7}, "same answer to x3"),
        ({"x3": lambda d: d["x2"]}, "not positive definite"),
        ({"x3": lambda d: -2 * d["x2"] + 1}, "not positive definite"),
        ({"x3": lambda d: d["x1"] + d["y1"]}, "not positive definite"),
        ({"x3": lambda d: np.nan}, "0 usable interviews are too few"),
    ],
)
def test_items_that_tell_nothing_of_their_own(answers, estimator, spoilt, said):
    """A constant item, one that repeats or adds up others, and one that nobody answered."""
    with pytest.raises(ModelError, match=said):
        cfa(MODEL, answers.assign(**spoilt), estimator=estimator)


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (lambda d: d.assign(x3=3.7), "same answer to x3"),
        (lambda d: d.assign(x3=d["x2"]), "one of x2, x3 repeats"),
        (lambda d: d.assign(x3=d["x2"]).mask(d > 1.5), "not positive definite"),
        (lambda d: d.assign(x2=np.nan), "answered x2"),
        (lambda d: d.assign(x2=d["x2"].where(d.index == 5)), "answered x2"),
    ],
)
def test_items_that_tell_nothing_under_fiml(answers, spoilt, said):
    """The same with gaps allowed: from the answers that there are."""
    with pytest.raises(ModelError, match=said):
        cfa(MODEL, spoilt(answers), missing="fiml")


def test_items_never_answered_together(answers):
    """Two items that nobody answered both of: estimates, but no test of the model."""
    first = np.arange(300) < 150
    apart = answers.assign(x2=answers["x2"].where(first), x3=answers["x3"].where(~first))
    with pytest.raises(ModelError, match="Nobody answered both x2 and x3"):
        _ = cfa(MODEL, apart, missing="fiml").chi2


@pytest.mark.parametrize("estimator", ORDINAL)
def test_ordered_items_that_tell_nothing(ordinal, estimator):
    """A constant ordered item, and a perfect copy whose correlation has no error."""
    with pytest.raises(ModelError, match="same answer to item x3"):
        cfa(MODEL, ordinal.assign(x3=2.0), ordered=True, estimator=estimator)
    with pytest.raises(ModelError, match="at its bound"):
        _ = cfa(MODEL, ordinal.assign(x3=ordinal["x2"]), ordered=True, estimator=estimator).test


def test_a_perfect_copy_with_plain_least_squares_is_warned_of(ordinal):
    """ULS needs no errors of correlations: it gives an answer, and a warning beside it."""
    fit = cfa(MODEL, ordinal.assign(x3=ordinal["x2"]), ordered=True, estimator="ULS")
    assert sound(fit)
    assert any("at its bound" in text for text in fit.warnings)


def test_a_category_that_one_group_never_uses(ordinal):
    """Group and category are named, and how to mend it."""
    group = np.where(np.arange(300) < 150, "a", "b")
    spoilt = ordinal.assign(g=group)
    spoilt.loc[(spoilt["g"] == "b") & (spoilt["x1"] == 4), "x1"] = 3
    with pytest.raises(ModelError, match="answer 4 to item x1; join it"):
        cfa(MODEL, spoilt, ordered=True, group="g")


def test_a_category_that_nobody_uses_is_none(ordinal):
    """Answers 1, 3 and 4 are three categories, the same as 1, 2 and 3."""
    gap = ordinal.replace({2.0: 3.0})
    found = cfa(MODEL, gap, ordered=True)
    closed = cfa(MODEL, gap.replace({3.0: 2.0, 4.0: 3.0}), ordered=True)
    assert sound(found)
    np.testing.assert_array_equal(found.minimum.theta, closed.minimum.theta)


@pytest.mark.parametrize("how", [{}, {"missing": "fiml"}, {"estimator": "ULS"}])
@pytest.mark.parametrize("n", [0, 1, 6])
def test_too_few_interviews(answers, how, n):
    """No more interviews than items: the message says how many are needed."""
    with pytest.raises(ModelError, match="too few for 6 items"):
        cfa(MODEL, answers.iloc[:n], **how)


@pytest.mark.parametrize("how", [{}, {"missing": "fiml"}])
def test_a_group_too_small(answers, how):
    """The group is named."""
    group = ["large"] * 296 + ["small"] * 4
    with pytest.raises(ModelError, match="Group small: 4 usable interviews are too few"):
        cfa(MODEL, answers, group=group, **how)


@pytest.mark.parametrize("n", [7, 8, 10, 15])
def test_hardly_enough_interviews_are_warned_of(answers, n):
    """With a few more interviews than items figures may come, but never without a warning."""
    try:
        fit = cfa(MODEL, answers.iloc[:n])
    except ModelError:
        return
    assert any("interviews for 13 parameters" in text for text in fit.warnings)


@pytest.mark.parametrize(
    "model",
    [
        "f =~ x1 + x2",
        "f =~ NA*x1 + x2 + x3 + y1",
        "f =~ x1 + x2 + x3\nx1 ~~ x2\nx1 ~~ x3\nx2 ~~ x3",
        "f =~ x1 + x2 + x3\nh =~ x1 + x2 + x3",
        "f =~ x1 + x2 + x3 + y1 + y2 + y3\nh =~ x1 + x2 + x3 + y1 + y2 + y3",
        "f =~ x1 + x2 + x3\nh =~ y1 + y2 + y3\ng =~ f + h",
    ],
)
@pytest.mark.parametrize("how", [{}, {"estimator": "ULS"}, {"missing": "fiml"}])
def test_models_that_no_answers_can_identify(answers, model, how):
    """Two items of a factor, no unit, more parameters than moments: the undetermined are named."""
    with pytest.raises(ModelError, match=r"not identified: the answers leave .+ undetermined"):
        cfa(model, answers, **how)


@pytest.mark.parametrize("model", ["f =~ x1 + x2", "f =~ NA*x1 + x2 + x3 + y1"])
def test_ordered_models_that_no_answers_can_identify(ordinal, model):
    """The same with ordered items."""
    with pytest.raises(ModelError, match="not identified"):
        cfa(model, ordinal, ordered=True)


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS"])
def test_a_heywood_case_is_estimated_and_warned_of(estimator):
    """Correlations .8, .7 and .4 make a residual variance of −.4: given, with a warning."""
    R = pd.DataFrame([[1, 0.8, 0.7], [0.8, 1, 0.4], [0.7, 0.4, 1]], columns=["a", "b", "c"])
    fit = cfa("f =~ a + b + c", cov=R * 100 / 99, n=100, estimator=estimator)
    own = fit.parameters.query("lhs == 'a' and rhs == 'a'")["est"].item()
    assert own == pytest.approx((1 - 0.8 * 0.7 / 0.4) * (1 if estimator == "ML" else 100 / 99))
    assert fit.chi2 == pytest.approx(0, abs=1e-9)
    assert any("residual variance of a is negative" in text for text in fit.warnings)


def test_matrices_that_are_no_covariances():
    """Not positive definite, a negative variance, a missing value, not symmetric, wrong size."""
    good = np.eye(6) * 0.5 + 0.5
    cases = []
    for (i, j), value, said in (
        ((0, 1), 5.0, "not symmetric"),
        ((2, 2), -1.0, "variance of x3 is not positive"),
        ((0, 0), np.nan, "missing or infinite"),
    ):
        bad = good.copy()
        bad[i, j] = value
        cases.append((bad, said))
    both = good.copy()
    both[0, 1] = both[1, 0] = 0.999999999999
    cases += [(both, "not positive definite"), (good[:4, :4], "shape")]
    for bad, said in cases:
        with pytest.raises(ModelError, match=said):
            cfa(MODEL, cov=bad, n=200)


def test_searches_that_do_not_end(answers):
    """Answers that share nothing: no minimum, which is an error or the first of the warnings."""
    rng = np.random.default_rng(0)
    unrelated = pd.DataFrame(rng.standard_normal((200, 6)), columns=answers.columns)
    fit = cfa(MODEL, unrelated)
    assert not fit.converged
    assert fit.warnings[0].startswith("The search for the best estimates did not end")
    with pytest.raises(ConvergenceError, match="starting values"):
        cfa("f =~ start(1e3)*x1 + start(-1e3)*x2 + x3\nx1 ~~ start(-5)*x1", answers, std_lv=True)


@pytest.mark.parametrize(
    ("constraints", "said"),
    [
        ("a == 2\na == 3", "a == 2; a == 3"),
        ("a + b == 1\na + b == 2", "contradict"),
        ("a > 5\na < 1", "contradict"),
        ("a^2 == -1", "cannot|contradict"),
        ("a == 2*b\n2*b == a", "says again"),
    ],
)
def test_constraints_that_cannot_hold_or_say_nothing_new(answers, constraints, said):
    """Contradictory constraints are named; a repeated one is, too."""
    with pytest.raises(ModelError, match=said):
        cfa(f"f =~ a*x1 + b*x2 + x3\n{constraints}", answers, std_lv=True)


@pytest.mark.parametrize("estimator", ["ML", "ULS"])
def test_inequalities_bind_only_where_they_must(answers, estimator):
    """An inequality that holds anyway changes nothing, one that does not holds with equality, and
    one that has become needless is let go."""
    text = "f =~ a*x1 + b*x2 + c*x3 + d*y1"
    how = {"std_lv": True, "estimator": estimator}
    free = cfa(text, answers, **how)
    a, b, c = free.minimum.theta[:3]
    loose = cfa(f"{text}\na > {a - 0.1}\nb < {b + 0.1}", answers, **how)
    np.testing.assert_allclose(loose.minimum.theta, free.minimum.theta, atol=1e-9)
    bound = cfa(f"{text}\na > {a + 0.1}", answers, **how)
    equal = cfa(f"{text}\na == {a + 0.1}", answers, **how)
    np.testing.assert_allclose(bound.minimum.theta, equal.minimum.theta, atol=1e-8)
    # What lifts c lifts a + c beyond its own bound, which was crossed first and is let go.
    both = cfa(f"{text}\n10*a + 10*c > {10 * (a + c) + 1}\nc > {c + 0.3}", answers, **how)
    alone = cfa(f"{text}\nc == {c + 0.3}", answers, **how)
    assert alone.minimum.theta[0] + alone.minimum.theta[2] > a + c + 0.1
    np.testing.assert_allclose(both.minimum.theta, alone.minimum.theta, atol=1e-7)


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan, np.inf])
def test_weights_that_are_none(answers, weight):
    """Zero, negative, missing and infinite weights are refused."""
    weights = np.ones(300)
    weights[7] = weight
    with pytest.raises(ModelError, match="positive numbers"):
        cfa(MODEL, answers, weights=weights)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_clusters_that_give_no_errors(answers, missing):
    """One cluster for all, and clusters that are not known, are refused."""
    with pytest.raises(ModelError, match="only one cluster"):
        _ = cfa(MODEL, answers, cluster=np.zeros(300), missing=missing).parameters
    unknown = np.where(np.arange(300) < 3, np.nan, np.arange(300))
    with pytest.raises(ModelError, match="cluster of 3 interviews is not known"):
        cfa(MODEL, answers, cluster=unknown, missing=missing)


def test_answers_that_are_no_numbers(answers):
    """Infinite answers and text are refused with the item's name or the text."""
    with pytest.raises(DatasetError, match="x1 holds an infinite value"):
        cfa(MODEL, answers.assign(x1=np.inf))
    with pytest.raises(DatasetError, match="not a number"):
        cfa(MODEL, answers.assign(x1="often"))


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(9, 60),
    missing=st.floats(0, 0.4),
    kind=st.sampled_from(["ML", "MLR", "GLS", "ULS", "fiml", "ordinal"]),
)
def test_small_samples_never_end_in_nonsense(seed, n, missing, kind):
    """Whatever few answers with gaps hold: sound figures, a warning or the room's error."""
    rng = np.random.default_rng(seed)
    cuts = [0.0] if kind == "ordinal" else None
    data = simulate(TRUTH, n, standardised=True, thresholds=cuts, missing=missing, rng=rng)
    how = {"fiml": {"missing": "fiml"}, "ordinal": {"ordered": True}}.get(kind, {"estimator": kind})
    try:
        fit = cfa(MODEL, data, **how)
        good = sound(fit)
        warnings = fit.warnings
    except ModelError:
        return
    assert good or warnings
