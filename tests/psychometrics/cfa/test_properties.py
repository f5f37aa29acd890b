"""What must not matter does not, and what must move figures moves them as it must."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.cfa.bootstrap import CountedModel
from psychometrics.cfa.model import cfa, sem
from psychometrics.simulate import ValeMaurelli, simulate

TRUTH = "f =~ .8*x1 + .7*x2 + .6*x3 + .65*x4\nh =~ .8*y1 + .7*y2 + .6*y3\nf ~~ .4*h\nx1 ~~ .2*y1"
MODEL = "f =~ x1 + x2 + x3 + x4\nh =~ y1 + y2 + y3\nx1 ~~ y1"
ITEMS = ("x1", "x2", "x3", "x4", "y1", "y2", "y3")
CONTINUOUS = ("ML", "MLR", "MLM", "MLMV", "GLS", "ULS", "DWLS")
RELATIVE = 2e-6
"""Searches stop some 1e-8 standard errors from the minimum."""

few = settings(max_examples=12, deadline=None, derandomize=True)
estimators = st.sampled_from([*CONTINUOUS, "fiml", "WLSMV", "ULSMV"])


@cache
def answers(kind):
    """240 answers of two groups: skewed, the same with gaps, or in four categories."""
    how = {
        "fiml": {"missing": 0.1, "nonnormal": ValeMaurelli(0.6, 1)},
        "ordinal": {"thresholds": [-0.9, 0.1, 0.9]},
    }.get(kind, {"nonnormal": ValeMaurelli(0.6, 1)})
    return simulate(TRUTH, [110, 130], groups=["old", "new"], standardised=True, **how)


def kind_of(estimator):
    """Which answers an estimator takes."""
    return {"fiml": "fiml", "WLSMV": "ordinal", "ULSMV": "ordinal"}.get(estimator, "plain")


def fitted(estimator, data, model=MODEL, **how):
    """A fit by an estimator's name, "fiml" standing for MLR with gaps."""
    if estimator == "fiml":
        return cfa(model, data, estimator="MLR", missing="fiml", **how)
    if kind_of(estimator) == "ordinal":
        return cfa(model, data, estimator=estimator, ordered=True, **how)
    return cfa(model, data, estimator=estimator, **how)


def estimates(fit, columns=("est", "se", "std_all")):
    """Figures by parameter and group name, covariances in alphabetical order."""
    table = fit.parameters
    turned = (table["op"] == "~~") & (table["lhs"] > table["rhs"])
    lhs = table["lhs"].where(~turned, table["rhs"])
    rhs = table["rhs"].where(~turned, table["lhs"])
    names = [fit.groups[g - 1] if g else "" for g in table["group"]]
    keys = lhs + table["op"] + rhs + "|" + pd.Series(names)
    return table[list(columns)].set_index(pd.Index(keys)).sort_index()


def assert_same(one, two, columns=("est", "se", "std_all")):
    """Two fits tell the same, up to where searches stop."""
    a, b = estimates(one, columns), estimates(two, columns)
    assert list(a.index) == list(b.index)
    np.testing.assert_allclose(a, b, rtol=RELATIVE, atol=RELATIVE)
    assert_same_test(one, two)


def assert_same_test(one, two):
    """The same chi2, plain and scaled, degrees of freedom and fit measures."""
    assert one.df == two.df
    assert one.chi2 == pytest.approx(two.chi2, rel=RELATIVE, abs=1e-6)
    if one.test.scaled is not None:
        assert one.test.scaled == pytest.approx(two.test.scaled, rel=RELATIVE, abs=1e-6)
    for measure in ("cfi", "rmsea", "srmr"):
        assert getattr(one, measure) == pytest.approx(getattr(two, measure), abs=1e-6)


@few
@given(estimator=estimators, order=st.permutations([*ITEMS, "group"]), seed=st.integers(0, 99))
def test_order_of_columns_and_rows(estimator, order, seed):
    """Columns and interviews in another order: the same figures."""
    data = answers(kind_of(estimator))
    shuffled = data.sample(frac=1, random_state=seed)[list(order)]
    assert_same(fitted(estimator, data), fitted(estimator, shuffled))


@few
@given(estimator=estimators, order=st.permutations(MODEL.split("\n")), data=st.data())
def test_order_of_statements_and_of_items_in_them(estimator, order, data):
    """Statements and items behind ``=~`` in another order: the same figures with std_lv."""
    lines = []
    for line in order:
        left, right = line.split(" =~ ") if "=~" in line else (line, "")
        items = data.draw(st.permutations(right.split(" + "))) if right else []
        lines.append(f"{left} =~ {' + '.join(items)}" if items else line)
    sample = answers(kind_of(estimator))
    one = fitted(estimator, sample, std_lv=True)
    two = fitted(estimator, sample, "\n".join(lines), std_lv=True)
    signs = np.sign(estimates(one)["est"] * estimates(two)["est"])
    loading = signs.index.str.contains("=~")
    assert (signs[loading] == 1).all()
    assert_same(one, two)


@few
@given(
    estimator=estimators,
    equal=st.sampled_from([(), ("loadings",), ("loadings", "intercepts")]),
)
def test_order_of_groups(estimator, equal):
    """Groups in order of first appearance; turned round, each has the same figures by name."""
    if kind_of(estimator) == "ordinal" and "intercepts" in equal:
        equal = ("loadings", "thresholds")
    data = answers(kind_of(estimator))
    turned = data.iloc[::-1]
    how = {"group": "group", "group_equal": equal}
    one, two = fitted(estimator, data, **how), fitted(estimator, turned, **how)
    assert (one.groups, two.groups) == (("old", "new"), ("new", "old"))
    if equal:  # units and origins are those of the first group
        assert_same_test(one, two)
    else:
        assert_same(one, two)


@few
@given(
    estimator=st.sampled_from(["ML", "MLR", "MLM", "MLMV", "GLS", "fiml"]),
    units=st.lists(st.floats(-3, 3), min_size=7, max_size=7),
    zero=st.floats(-10, 10),
)
def test_units_of_items(estimator, units, zero):
    """Items in other units and from other origins: chi2, standardised values and z are the same,
    estimates and errors change with the units."""
    data = answers(kind_of(estimator))
    scale = 10 ** np.array(units)
    scaled = data.copy()
    scaled[list(ITEMS)] = data[list(ITEMS)] * scale + zero
    one, two = fitted(estimator, data, std_lv=True), fitted(estimator, scaled, std_lv=True)
    a, b = (
        estimates(one, ("est", "se", "std_all", "z")),
        estimates(two, ("est", "se", "std_all", "z")),
    )
    means = a.index.str.contains("~1")
    np.testing.assert_allclose(a["std_all"][~means], b["std_all"][~means], rtol=RELATIVE, atol=1e-6)
    np.testing.assert_allclose(a["z"][~means], b["z"][~means], rtol=1e-5, atol=1e-4)
    unit = dict(zip(ITEMS, scale, strict=True))
    loadings = [(name, unit[name[3:5]]) for name in a.index if "=~" in name]
    for name, factor in loadings:
        assert b.loc[name, "est"] == pytest.approx(a.loc[name, "est"] * factor, rel=1e-5)
        assert b.loc[name, "se"] == pytest.approx(a.loc[name, "se"] * factor, rel=1e-5)
    assert_same_test(one, two)


@few
@given(estimator=estimators, item=st.sampled_from(["x2", "x3", "x4", "y2", "y3"]))
def test_reflection_of_an_item(estimator, item):
    """An item asked the other way round: its loading and covariances change sign, nothing else."""
    data = answers(kind_of(estimator))
    turned = data.copy()
    turned[item] = 5 - data[item]
    one, two = fitted(estimator, data), fitted(estimator, turned)
    a, b = estimates(one), estimates(two)
    for name in a.index:
        if "~1" in name or "|t" in name:
            continue
        own = name.count(item) == 1
        sign = -1 if own else 1
        assert b.loc[name, "est"] == pytest.approx(sign * a.loc[name, "est"], rel=1e-5, abs=1e-6)
        assert b.loc[name, "se"] == pytest.approx(a.loc[name, "se"], rel=1e-5, abs=1e-6)
    assert_same_test(one, two)


@few
@given(estimator=st.sampled_from(["ML", "MLR", "MLM", "MLMV", "fiml"]), times=st.integers(2, 4))
def test_interviews_twice(estimator, times):
    """Every interview several times: the same estimates, chi2 as many times as large, errors
    smaller by the root."""
    data = answers(kind_of(estimator))
    one = fitted(estimator, data)
    two = fitted(estimator, pd.concat([data] * times))
    a, b = estimates(one, ("est", "se")), estimates(two, ("est", "se"))
    np.testing.assert_allclose(b["est"], a["est"], rtol=RELATIVE, atol=RELATIVE)
    np.testing.assert_allclose(b["se"] * np.sqrt(times), a["se"], rtol=1e-5, atol=1e-7)
    assert two.chi2 == pytest.approx(times * one.chi2, rel=RELATIVE)


@few
@given(seed=st.integers(0, 10_000))
def test_weights_are_interviews(seed):
    """Whole weights give the estimates of interviews repeated as often."""
    sample = answers("plain")
    weights = np.random.default_rng(seed).integers(1, 5, 240)
    repeated = sample.loc[np.repeat(sample.index, weights)]
    one = cfa(MODEL, sample, weights=weights)
    two = cfa(MODEL, repeated, estimator="MLR")
    np.testing.assert_allclose(one.minimum.theta, two.minimum.theta, rtol=RELATIVE, atol=RELATIVE)


@few
@given(estimator=estimators, groups=st.booleans())
def test_unit_of_factors(estimator, groups):
    """A marker item or factors of variance 1: the same chi2 and standardised solution."""
    how = {"group": "group"} if groups else {}
    data = answers(kind_of(estimator))
    one = fitted(estimator, data, **how)
    two = fitted(estimator, data, std_lv=True, **how)
    assert_same_test(one, two)
    np.testing.assert_allclose(
        estimates(one)["std_all"], estimates(two)["std_all"], rtol=RELATIVE, atol=RELATIVE
    )
    errors = estimates(one, ("std_all_se",)), estimates(two, ("std_all_se",))
    np.testing.assert_allclose(*errors, rtol=1e-5, atol=1e-6)


@few
@given(estimator=estimators, start=st.floats(0.2, 2.0))
def test_where_the_search_begins(estimator, start):
    """Other starting values: the same minimum."""
    data = answers(kind_of(estimator))
    text = MODEL.replace("x2", f"start({start})*x2").replace("y3", f"start({start})*y3")
    assert_same(fitted(estimator, data), fitted(estimator, data, text))


@few
@given(estimator=estimators)
def test_equality_by_label_by_constraint_and_by_equal(estimator):
    """Three ways to hold two loadings equal: one result."""
    data = answers(kind_of(estimator))
    by_label = MODEL.replace("x2 + x3", "a*x2 + a*x3")
    by_constraint = MODEL.replace("x2 + x3", "a*x2 + b*x3") + "\na == b"
    by_equal = MODEL.replace("x2 + x3", 'x2 + equal("f=~x2")*x3')
    by_formula = MODEL.replace("x2 + x3", "a*x2 + b*x3") + "\na - b == 0"
    first = fitted(estimator, data, by_label)
    for text in (by_constraint, by_equal, by_formula):
        assert_same(first, fitted(estimator, data, text))


def test_complete_answers_under_fiml():
    """Without gaps FIML is maximum likelihood with means."""
    data = answers("plain")
    one = cfa(MODEL, data, missing="fiml")
    two = cfa(MODEL, data, meanstructure=True)
    a, b = estimates(one, ("est", "std_all")), estimates(two, ("est", "std_all"))
    np.testing.assert_allclose(a, b, rtol=RELATIVE, atol=RELATIVE)
    assert one.chi2 == pytest.approx(two.chi2, abs=1e-6)


def test_every_bootstrap_sample_has_predictors_of_its_own():
    """Estimates from counts equal a fit of the interviews drawn, predictors included."""
    rng = np.random.default_rng(8)
    data = simulate(
        "f =~ .8*x1 + .7*x2 + .6*x3\nf ~ .4*age + .2*sex\nage ~~ .1*sex", 150, standardised=True
    )
    text = "f =~ x1 + x2 + x3\nf ~ age + sex"
    fit = sem(text, data)
    drawn = rng.integers(0, 150, (4, 150))
    counts = np.stack([np.bincount(rows, minlength=150) for rows in drawn]).astype(float)
    found = CountedModel.of(fit).from_counts(counts)
    for theta, rows in zip(found, drawn, strict=True):
        alone = sem(text, data.iloc[rows])
        np.testing.assert_allclose(theta, alone.minimum.theta, rtol=0, atol=2e-6)
