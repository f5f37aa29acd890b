"""Models compared: chi2 differences as lavTestLRT's, and what may not be compared."""

from __future__ import annotations

import json

import numpy as np
import pytest

from psychometrics.cfa.compare import compare_models
from psychometrics.cfa.difference import difference_test
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from psychometrics.cfa.nested import is_special_case
from tests.psychometrics.cfa.golden_fits import GOLDEN, answers, case_of, close

GOLDENS = json.loads((GOLDEN / "compare.json").read_text(encoding="utf-8"))
TWO = "f =~ i01 + i02 + i03\nh =~ i04 + i05 + i06"
ONE = "f =~ i01 + i02 + i03 + i04 + i05 + i06"


def small(model: str, **options):
    """A fit to the small data set."""
    return cfa(model, answers("small"), **options)


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda g: f"{'-'.join(g['fits'])}-{g['method']}")
def test_like_lavaan(golden):
    """Differences, their df and probabilities equal lavTestLRT's to 1e-6."""
    fits = [case_of(golden["data"], name).fit for name in golden["fits"]]
    found = compare_models(*fits, names=golden["fits"], method=golden["method"]).table
    assert found["df"].tolist() == golden["df"]
    precision = 1e-6 if fits[0].sample.ordinal else 1e-7
    close(found["chi2"], golden["chi2"], rtol=2e-7, what="chi2")
    close(found["chi2_difference"], golden["chi2_difference"], rtol=precision, what="difference")
    close(found["df_difference"], golden["df_difference"], rtol=0, what="df")
    close(found["p"], golden["p"], rtol=1e-5, atol=1e-12, what="p")


def test_default_method_is_that_of_the_estimator():
    """Plain for ML, Satorra and Bentler 2001 for MLR, Satorra 2000 for WLSMV."""
    wanted = {"ML": "standard", "MLR": "satorra.bentler.2001", "WLSMV": "satorra.2000"}
    for estimator, method in wanted.items():
        options = {"estimator": estimator, "ordered": estimator == "WLSMV"}
        comparison = compare_models(small(ONE, **options), small(TWO, **options))
        assert comparison.models[1].difference.method == method


def test_order_of_the_arguments_does_not_matter():
    """The model with fewer degrees of freedom stands first."""
    one, two = small(ONE), small(TWO)
    forth = compare_models(one, two, names=["one", "two"])
    back = compare_models(two, one, names=["two", "one"])
    assert [model.name for model in forth.models] == ["two", "one"]
    assert forth == back


def test_changes_are_differences_of_the_fits():
    """CFI, RMSEA and SRMR change by what the fits themselves say."""
    one, two = small(ONE), small(TWO)
    row = compare_models(two, one).table.iloc[1]
    assert row["cfi_change"] == pytest.approx(one.cfi - two.cfi)
    assert row["rmsea_change"] == pytest.approx(one.rmsea - two.rmsea)
    assert row["srmr_change"] == pytest.approx(one.srmr - two.srmr)
    assert row["aic"] == one.aic
    assert row["bic"] == one.bic


def test_one_variant_of_the_indices_for_all_models():
    """Where equal thresholds leave no robust CFI, that of all models is the scaled one."""
    names = ("ordered", "ordered_scalar")
    fits = [case_of("groups", name).fit for name in names]
    assert [fit.robust.variant for fit in fits] == ["robust", "scaled"]
    comparison = compare_models(*fits)
    assert comparison.variant == "scaled"
    assert comparison.models[0].cfi == fits[0].fit_measures()["cfi.scaled"]


def test_special_cases_are_recognised():
    """A one-factor model is a case of two correlated factors, with whatever unit."""
    two, unit, one = small(TWO), small(TWO, std_lv=True), small(ONE)
    assert is_special_case(one, two) is True
    assert is_special_case(one, unit) is True
    other = small(f"{ONE}\ni01 ~~ i04\ni02 ~~ i05")
    assert is_special_case(two, other) is False


def test_special_cases_of_ordered_and_incomplete_answers():
    """Equal loadings are a case of free ones with thresholds and with gaps too."""
    pairs = [("ordered_metric", "ordered"), ("ordered_scalar", "ordered")]
    for restricted, free in pairs:
        fits = case_of("groups", restricted).fit, case_of("groups", free).fit
        assert is_special_case(*fits) is True
        assert is_special_case(*reversed(fits)) is False
    fits = case_of("holes", "scalar").fit, case_of("holes", "groups_mlr").fit
    assert is_special_case(*fits) is True


def test_warns_where_a_model_is_no_special_case():
    """The warning names both models and the way out."""
    comparison = compare_models(
        small(TWO), small(f"{ONE}\ni01 ~~ i04\ni02 ~~ i05"), names=["two", "other"]
    )
    assert comparison.warnings[0] == (
        "two is not a special case of other, so their chi2 difference means nothing. "
        "Compare them by AIC or BIC."
    )


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (list, "two models or more"),
        (lambda: [small(TWO.replace(" + i06", ""))], "only one of them has i06"),
        (lambda: [small(ONE, estimator="MLR")], "different estimators"),
        (lambda: [small(ONE, meanstructure=True)], "only one of them has means"),
        (lambda: [cfa(ONE, answers("near"))], "different answers"),
        (lambda: [cfa(ONE, answers("small").iloc[:50])], "different answers"),
        (lambda: [small(f"{ONE}\ni01 ~~ i04")], "both have 8 degrees of freedom"),
    ],
)
def test_refuses_what_cannot_be_compared(others, said):
    """Other items, estimators, means, answers, or equal degrees of freedom."""
    with pytest.raises(ModelError, match=said):
        compare_models(small(TWO), *others())


def test_refuses_other_groups():
    """A model of groups and one of all together are of different things."""
    data = answers("groups")
    model = case_of("groups", "ml").golden["call"]["model"]
    with pytest.raises(ModelError, match="groups differ"):
        compare_models(cfa(model, data), cfa(model, data, group="g"))


def test_refuses_names_that_are_not_one_for_each():
    """Names tell the models apart."""
    with pytest.raises(ModelError, match="2 different names"):
        compare_models(small(TWO), small(ONE), names=["a", "a"])


@pytest.mark.parametrize(
    ("estimator", "method"),
    [("ML", "satorra.2000"), ("MLR", "satorra.2000"), ("MLMV", "satorra.bentler.2001")],
)
def test_refuses_a_method_the_estimator_does_not_have(estimator, method):
    """The message lists what there is."""
    fits = small(ONE, estimator=estimator), small(TWO, estimator=estimator)
    with pytest.raises(ModelError, match="use "):
        difference_test(*fits, method)


def test_the_2010_method_takes_models_written_in_any_way():
    """Another unit of the factors changes nothing."""
    one = small(ONE, estimator="MLM")
    found = [
        difference_test(one, small(TWO, estimator="MLM", std_lv=unit), "satorra.bentler.2010")
        for unit in (False, True)
    ]
    assert found[1].chi2 == pytest.approx(found[0].chi2, rel=1e-6)


def test_refuses_the_2010_method_for_what_is_no_special_case():
    """There is no point of the free model to take the correction at."""
    fits = [small(m, estimator="MLM") for m in (TWO, f"{ONE}\ni01 ~~ i04\ni02 ~~ i05")]
    with pytest.raises(ModelError, match="not a special case"):
        difference_test(*fits, "satorra.bentler.2010")


def test_reads_as_text_html_and_plain_types():
    """repr shows the table, to_dict can be written as JSON."""
    comparison = compare_models(small(TWO), small(ONE), names=["two", "one"])
    assert "chi2_difference" in repr(comparison)
    assert "<table" in comparison._repr_html_()
    loaded = json.loads(json.dumps(comparison.to_dict()))
    assert loaded["models"][1]["difference"]["df"] == 1
    assert loaded["models"][0]["cfi_change"] is None
    assert loaded["n_used"] == 60


def test_rejects_true_restrictions_as_often_as_it_says():
    """Equal loadings that hold: p is below .05 in about 5 of 100 samples, however skewed."""
    rng = np.random.default_rng(5)
    free, equal = "f =~ x1 + x2 + x3 + x4", "f =~ x1 + 1*x2 + 1*x3 + 1*x4"
    p = []
    for _ in range(150):
        eta = rng.gamma(2, size=(400, 1))
        data = eta + rng.gamma(1.5, size=(400, 4))
        fits = [cfa(m, _named(data), estimator="MLM") for m in (free, equal)]
        p.append(difference_test(fits[1], fits[0]).p)
    rejected = np.mean(np.array(p) < 0.05)
    assert abs(rejected - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 150)


def _named(matrix: np.ndarray):
    import pandas as pd

    return pd.DataFrame(matrix, columns=[f"x{k + 1}" for k in range(matrix.shape[1])])
