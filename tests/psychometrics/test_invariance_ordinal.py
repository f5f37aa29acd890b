"""Measurement invariance of ordered answers."""

import numpy as np
import pandas as pd

from psychometrics._model_sample import model_sample
from psychometrics._ordinal_ladder import OrdinalLadder
from psychometrics.invariance import invariance
from tests.psychometrics.regional_answers import ITEMS, TWO, ordered, regional


def test_shifted_thresholds_of_an_ordered_item_are_let_go() -> None:
    """An item cut elsewhere in one group loses all its equalities, at all levels."""
    data = regional(n=1200)
    answers = ordered(data)
    odd = data["region"] == "west"
    answers.loc[odd, "x3"] = np.digitize(data.loc[odd, "x3"], [-1.2, 0.3, 0.5, 0.9]) + 1
    answers.loc[odd, "x8"] = np.digitize(data.loc[odd, "x8"], [-1.5, -1.3, 0.4, 0.6]) + 1
    result = invariance(TWO, answers, "region", ordered=True, max_freed=0.3)
    assert set(result.partial["parameter"]) == {"x3|thresholds", "x8|thresholds"}
    assert set(result.partial["level"]) == {"thresholds"}
    assert result.verdict.highest == "configural"
    assert result.verdict.highest_partial in ("scalar", "strict")
    scalar = result.fits["scalar"].parameters
    own = scalar[(scalar["rhs"] == "x3") & (scalar["op"] == "=~")]
    assert own["free"].nunique() == 3
    means = result.latent_means.table
    assert (np.abs(means["difference"] - [0.3, -0.2, 0.3, -0.2]) < 4 * means["se"]).all()


def test_two_categories_are_tested_at_scalar() -> None:
    """Between configural and scalar nothing can be tested, and the result says so."""
    data = regional(n=1000, intercept=[(1, 3, 1.0)])
    cuts = [-0.9, 0.6, -0.3, 0.2, 0.9, -0.7, 0.8, 0.1, -0.4]
    answers = (data[ITEMS] > cuts).astype(float).assign(region=data["region"])
    result = invariance(TWO, answers, "region", ordered=True)
    assert result.table["level"].tolist()[:2] == ["configural", "scalar"]
    assert result.partial["parameter"].tolist() == ["x4~1"]
    assert any("Two categories" in text for text in result.warnings)


def test_three_categories_leave_nothing_to_test_in_thresholds() -> None:
    """Two thresholds are an origin and a unit: the level holds, and a note says why."""
    data = regional(n=500)
    answers = pd.DataFrame(np.digitize(data[ITEMS], [-0.5, 0.5]), columns=ITEMS)
    result = invariance(TWO, answers.assign(region=data["region"]), "region", ordered=True)
    assert result.steps[1].change.df == 0
    assert any("thresholds: it takes nothing away from configural" in w for w in result.warnings)


def test_strict_of_ordered_items_names_what_it_cannot_do() -> None:
    """Labels and factors of factors are refused at strict; all lower levels stay."""
    answers = ordered(regional(n=500))
    labelled = TWO.replace("x2", "a*x2", 1)
    result = invariance(labelled, answers, "region", ordered=True)
    assert result.verdict.stopped_at == "strict"
    assert "labels of their own" in result.verdict.reason
    assert result.verdict.highest == "scalar"
    assert not result.converged
    prepared = model_sample(TWO, answers, group="region", ordered=True)
    assert "==" in OrdinalLadder(prepared).syntax.text("strict", ())


def test_labels_of_the_model_are_left_alone() -> None:
    """A loading that the model itself holds equal is no candidate for being let go."""
    data = regional(n=800, loading=[(2, 1, -0.6)])
    for answers, options in ((data, {}), (ordered(data), {"ordered": True})):
        result = invariance(
            TWO.replace("x2", "c(a, a, a)*x2", 1),
            answers,
            "region",
            levels=("configural", "metric"),
            max_freed=1,
            **options,
        )
        assert "f=~x2" not in result.partial["parameter"].tolist()
        labels = result.fits["metric"].parameters.query("lhs == 'f' and rhs == 'x2'")["label"]
        assert set(labels) == {"a"}
