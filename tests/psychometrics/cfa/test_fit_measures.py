"""What the fit measures of factor models must be, whatever the data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import chndtr

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.incremental import Pair, cfi, ifi, nfi, pnfi, rfi, rni, tli
from psychometrics.cfa.model import cfa
from psychometrics.cfa.rmsea import Misfit, noncentrality, rmsea
from tests.psychometrics.cfa.golden_fits import answers, case_of

TWO = "f =~ i01 + i02 + i03\nh =~ i04 + i05 + i06"
LINES = {"f": ["i01", "i02", "i03"], "h": ["i04", "i05", "i06"]}
INVARIANT = ("chisq", "baseline.chisq", "cfi", "tli", "rmsea", "rmsea.ci.upper", "srmr", "gfi")


def test_properties_are_the_plain_measures():
    """cfi, tli, rmsea and the others by name are those of the table, also where a scaled one is."""
    for name in ("ml", "mlr", "ordered_wlsmv"):
        fit = case_of("tapwater", name).fit
        measures = fit.fit_measures()
        assert fit.cfi == measures["cfi"]
        assert fit.tli == measures["tli"]
        assert fit.rmsea == measures["rmsea"]
        assert fit.rmsea_interval == (measures["rmsea.ci.lower"], measures["rmsea.ci.upper"])
        assert fit.rmsea_close_p == measures["rmsea.pvalue"]
        assert fit.srmr == measures["srmr"]
        np.testing.assert_equal(fit.loglik, measures.get("logl", np.nan))
        np.testing.assert_equal(fit.aic, measures.get("aic", np.nan))
        np.testing.assert_equal(fit.bic, measures.get("bic", np.nan))


def test_robust_measures_are_those_to_report():
    """Scaled chi2 with robust indices; the plain ones where nothing is corrected."""
    fit = case_of("tapwater", "mlr").fit
    measures = fit.fit_measures()
    assert fit.robust.variant == "robust"
    assert fit.robust.chi2 == measures["chisq.scaled"]
    assert fit.robust.p == measures["pvalue.scaled"]
    assert fit.robust.cfi == measures["cfi.robust"]
    assert fit.robust.rmsea_interval[0] == measures["rmsea.ci.lower.robust"]
    plain = case_of("tapwater", "ml").fit
    assert plain.robust.variant == "plain"
    assert (plain.robust.cfi, plain.robust.rmsea) == (plain.cfi, plain.rmsea)


def test_moments_give_the_measures_of_the_answers():
    """A published covariance matrix is as good as the answers where the likelihood is normal."""
    data = answers("tapwater").drop(columns="brand").dropna()
    model = case_of("tapwater", "ml").golden["call"]["model"]
    fits = cfa(model, data), cfa(model, cov=data.cov(), n=len(data))
    first, second = (fit.fit_measures() for fit in fits)
    assert first == pytest.approx(second, rel=1e-9)


def test_a_model_without_degrees_of_freedom_fits_perfectly():
    """Three items of one factor: chi2 0, CFI and TLI 1, RMSEA 0, no probability."""
    fit = cfa("f =~ i01 + i02 + i03", answers("small"))
    assert fit.df == 0
    assert fit.chi2 == pytest.approx(0, abs=1e-9)
    assert (fit.cfi, fit.tli, fit.rmsea, fit.rmsea_interval) == (1, 1, 0, (0, 0))
    assert fit.srmr == pytest.approx(0, abs=1e-7)
    assert np.isnan(fit.p)
    assert np.isnan(fit.rmsea_close_p)
    assert fit.corrected is None


def test_gaps_that_are_none_change_nothing():
    """FIML of complete answers: the same likelihood and indices, robust ones included."""
    data = answers("small")
    plain = cfa(TWO, data, meanstructure=True).fit_measures()
    full = cfa(TWO, data, missing="fiml").fit_measures()
    assert {name: full[name] for name in plain} == pytest.approx(plain, rel=1e-7, abs=1e-9)
    assert full["cfi.robust"] == pytest.approx(plain["cfi"], abs=1e-8)
    assert full["rmsea.robust"] == pytest.approx(plain["rmsea"], abs=1e-7)


def test_a_group_twice_has_the_rmsea_of_one():
    """With g groups RMSEA is multiplied by √g, so that two equal groups fit as one does."""
    data = answers("near")
    twice = pd.concat([data.assign(g="a"), data.assign(g="b")])
    alone, both = cfa(TWO, data, meanstructure=True), cfa(TWO, twice, group="g")
    assert both.rmsea == pytest.approx(alone.rmsea, rel=1e-8)
    assert both.srmr == pytest.approx(alone.srmr, rel=1e-8)
    assert both.chi2 == pytest.approx(2 * alone.chi2, rel=1e-8)


@settings(max_examples=25, deadline=None)
@given(
    order=st.permutations(range(6)),
    scale=st.lists(st.floats(0.05, 20), min_size=6, max_size=6),
    turned=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_order_unit_and_direction_of_items_do_not_matter(order, scale, turned):
    """Maximum likelihood fits as well whatever the items' order, units and direction."""
    data = answers("near")
    names = list(data.columns)
    signs = np.where(turned, -1.0, 1.0)
    changed = (data * signs * np.array(scale))[[names[k] for k in order]]
    model = "\n".join(
        f"{factor} =~ " + " + ".join(name for name in changed.columns if name in items)
        for factor, items in LINES.items()
    )
    first = cfa(TWO, data).fit_measures()
    second = cfa(model, changed).fit_measures()
    for name in INVARIANT:
        assert second[name] == pytest.approx(first[name], rel=1e-6, abs=1e-8)


@settings(max_examples=200, deadline=None)
@given(
    x=st.floats(0.01, 5000),
    df=st.integers(1, 800),
    share=st.sampled_from([0.05, 0.95]),
)
def test_noncentrality_puts_the_share_below(x, df, share):
    """λ solves P(χ²(df, λ) < x) = share, and is 0 where even the central share is smaller."""
    found = noncentrality(x, df, share)
    if found:
        assert chndtr(x, df, found) == pytest.approx(share, rel=1e-8)
    else:
        assert chndtr(x, df, 0) <= share + 1e-12


@settings(max_examples=100, deadline=None)
@given(chi2=st.floats(0.01, 3000), df=st.integers(1, 400), n=st.integers(30, 10_000))
def test_rmsea_lies_in_its_interval(chi2, df, n):
    """Where chi2 exceeds its median, so that the interval's middle is above 0."""
    found = rmsea(Misfit(chi2, df, n, 1))
    assert 0 <= found.lower <= found.upper
    if found.lower > 0:
        assert found.lower < found.value < found.upper
    assert 0 <= found.close_p <= 1


def test_indices_without_a_baseline_to_beat():
    """No relation in the data, or a baseline with fewer restrictions: 1 or NaN, never an error."""
    empty = Pair(0.0, 5, 0.0, 6)
    assert cfi(empty) == 1
    assert np.isnan([nfi(empty), pnfi(empty)]).all()
    even = Pair(3.0, 5, 6.0, 6)
    assert tli(even) == 1
    assert np.isnan(rni(even))
    wider = Pair(3.0, 8, 9.0, 6)
    assert np.isnan([nfi(wider), rfi(wider)]).all()
    assert ifi(Pair(3.0, 8, 6.0, 6)) == 1
    assert rfi(Pair(60.0, 2, 9.0, 6)) == 1


def test_items_that_nobody_answered_both_of_leave_no_chi2():
    """Estimates stay; chi2 says which items, and a warning says it before."""
    rng = np.random.default_rng(3)
    data = _named(0.8 * rng.standard_normal((200, 1)) + 0.6 * rng.standard_normal((200, 5)))
    data.loc[:99, "i01"] = np.nan
    data.loc[100:, "i02"] = np.nan
    fit = cfa("f =~ i03 + i04 + i05 + i01 + i02", data, missing="fiml")
    assert np.isfinite(fit.parameters["se"]).all()
    assert fit.warnings[0].startswith("Nobody answered both i01 and i02")
    with pytest.raises(ModelError, match="i01 and i02"):
        fit.fit_measures()


@pytest.mark.parametrize("options", [{"estimator": "GLS"}, {"missing": "fiml"}])
def test_wishart_is_for_maximum_likelihood_of_complete_answers(options):
    """Elsewhere it has no meaning, and is refused."""
    with pytest.raises(ModelError, match="leave it out"):
        cfa(TWO, answers("small"), likelihood="wishart", **options)


def test_chi2_of_a_true_model_is_chi2_distributed():
    """Normal answers: its mean is df, and p is below .05 in about 5 of 100 samples."""
    rng = np.random.default_rng(11)
    fits = [cfa(TWO, _sample(rng)) for _ in range(200)]
    _holds([fit.chi2 for fit in fits], [fit.p for fit in fits], df=8)


@pytest.mark.parametrize("estimator", ["MLM", "MLR", "MLMV"])
def test_scaled_chi2_of_a_true_model_is_nearly_chi2_distributed(estimator):
    """Heavy tails (t with 8 df): the plain chi2 is too large, the scaled one is not."""
    rng = np.random.default_rng(12)
    fits = []
    for _ in range(120):
        tails = np.sqrt(8 / rng.chisquare(8, (1000, 1)))
        fits.append(cfa(TWO, _sample(rng, 1000) * tails, estimator=estimator))
    _holds([fit.test.scaled for fit in fits], [fit.test.scaled_p for fit in fits], df=8)
    assert np.mean([fit.p < 0.05 for fit in fits]) > 0.15


def test_intervals_cover_the_truth():
    """Of 95 % intervals of loadings, 95 in 100 hold it, from answers with gaps too."""
    rng = np.random.default_rng(13)
    for missing in ("listwise", "fiml"):
        held = []
        for _ in range(300):
            data = _sample(rng, 300)
            if missing == "fiml":
                data = data.mask(rng.random(data.shape) < 0.1)
            rows = cfa(TWO, data, missing=missing).parameters.iloc[[1, 2, 4, 5]]
            held += ((rows["ci_lower"] < 1) & (rows["ci_upper"] > 1)).tolist()
        assert abs(np.mean(held) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / len(held))


def _sample(rng: np.random.Generator, n: int = 400) -> pd.DataFrame:
    """Six normal items of two factors, all loadings 1."""
    f = rng.standard_normal((n, 2)) @ np.array([[1, 0.4], [0, 0.9]])
    return _named(f[:, [0, 0, 0, 1, 1, 1]] + rng.standard_normal((n, 6)))


def _named(matrix: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(matrix, columns=[f"i0{k + 1}" for k in range(matrix.shape[1])])


def _holds(chi2: list[float], p: list[float], df: int) -> None:
    n = len(chi2)
    assert abs(np.mean(chi2) - df) < 3 * np.std(chi2) / np.sqrt(n)
    assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 3 * np.sqrt(0.05 * 0.95 / n)
