"""Measurement invariance across waves of the same people."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from psychometrics._invariance_run import checked_levels
from psychometrics._model_sample import model_sample
from psychometrics._threads import one_thread
from psychometrics._wave_ladder import WaveLadder, WaveSyntax
from psychometrics.cfa.syntax import parse_model
from psychometrics.dataset import Dataset, ScoringKey
from psychometrics.invariance import InvarianceError, equality_score_tests
from psychometrics.longitudinal_invariance import longitudinal_invariance

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "invariance"
WAVES = json.loads((GOLDEN / "waves.json").read_text())
MODEL = "f =~ u1 + u2 + u3\nh =~ u4 + u5 + u6"
ITEMS = [f"u{j}" for j in range(1, 7)]
COLUMNS = {f"wave {w}": {item: f"{item}_w{w}" for item in ITEMS} for w in (1, 2, 3)}


@cache
def _answers(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"answers_{name}.csv")


@pytest.mark.parametrize("name", WAVES)
@one_thread()
def test_levels_equal_lavaan(name) -> None:
    """chi2, its correction, indices and latent means of every level equal lavaan's with the same
    model written out; with gaps chi2 to 1e-6."""
    golden = WAVES[name]
    data = _answers("gaps" if name == "fiml" else "waves")
    syntax = WaveSyntax(parse_model(MODEL), tuple(COLUMNS), autocorrelated=True)
    freed = [f"u{text[1:]}~1" for text in golden["partial"]]
    ladder = WaveLadder(
        model_sample(
            syntax.text("configural", ()),
            data,
            estimator=golden["estimator"],
            missing=golden["missing"],
            std_lv=False,
        ),
        syntax,
    )
    fit = ladder.base
    for level in checked_levels(("configural", "metric", "scalar", "strict")):
        fit = fit if level == "configural" else ladder.fit(level, freed, fit)
        measures = golden["levels"][level]["measures"]
        assert fit.df == measures["df"]
        assert fit.chi2 == pytest.approx(measures["chisq"], rel=1e-7)
        assert fit.srmr == pytest.approx(measures["srmr"], abs=1e-6)
        if golden["estimator"] == "MLR":
            assert fit.test.scaled == pytest.approx(measures["chisq.scaled"], rel=1e-6)
            assert fit.robust.cfi == pytest.approx(measures["cfi.robust"], abs=1e-6)
        rows = fit.parameters
        for entry in golden["levels"][level]["means"]:
            mine = rows[(rows["lhs"] == entry["lhs"]) & (rows["op"] == "~1")].iloc[0]
            assert mine["est"] == pytest.approx(entry["est"], abs=1e-5)
            assert mine["se"] == pytest.approx(entry["se"], abs=1e-5)


def test_difference_tests_equal_lavaan() -> None:
    """The plain and the scaled difference equal lavTestLRT, to 1e-5."""
    for name in ("ml", "mlr"):
        estimator = WAVES[name]["estimator"]
        found = longitudinal_invariance(
            MODEL, _answers("waves"), COLUMNS, partial=None, estimator=estimator
        )
        for step in found.steps[1:]:
            golden = WAVES[name]["levels"][step.level]["difference"]
            assert step.change.chi2 == pytest.approx(golden["chi2"], rel=1e-5)
            assert step.change.df == golden["df"]


def test_a_drifting_item_is_let_go() -> None:
    """The intercept that rises at the third wave is found; means of the factors rise as made."""
    result = longitudinal_invariance(MODEL, _answers("waves"), COLUMNS)
    assert result.partial["parameter"].tolist() == ["u2~1"]
    assert result.freed[0].group == "wave 3"
    assert result.freed[0].expected_change > 0.2
    assert result.verdict.highest == "metric"
    assert result.verdict.means_comparable == "partial"
    means = result.latent_means.table.set_index(["factor", "group"])
    assert (means["difference"].to_numpy() / means["se"].to_numpy() > 0).all()
    assert means.loc[("f", "wave 3"), "difference"] == pytest.approx(0.3, abs=0.2)
    assert result.verdict.cutoffs.reason == "350 people at every wave: large and equal enough"
    assert result.labels == tuple(COLUMNS)


def test_waves_apart_are_matched_by_person() -> None:
    """Answers by wave, in any order of people, give what answers side by side give."""
    wide = _answers("gaps")
    rng = np.random.default_rng(1)
    apart = {}
    for wave, columns in COLUMNS.items():
        part = wide[list(columns.values())].set_axis(ITEMS, axis=1).dropna(how="all")
        apart[wave] = part.sample(frac=1, random_state=rng).assign(who=lambda d: d.index)
    one = longitudinal_invariance(MODEL, wide, COLUMNS, missing="fiml", partial=None)
    two = longitudinal_invariance(MODEL, apart, missing="fiml", partial=None)
    three = longitudinal_invariance(
        MODEL,
        {wave: part.reset_index(drop=True) for wave, part in apart.items()},
        person="who",
        missing="fiml",
        partial=None,
    )
    for other in (two, three):
        np.testing.assert_allclose(other.table["chi2"], one.table["chi2"], rtol=1e-8)


def test_datasets_of_waves_are_matched_by_respondent() -> None:
    """Datasets need no more than the same identifiers."""
    wide = _answers("waves")
    keys = [ScoringKey("all", tuple(ITEMS), 1, 7)]
    apart = {}
    for w in (1, 2):
        raw = np.clip(np.round(1.5 * wide[[f"{i}_w{w}" for i in ITEMS]].to_numpy() + 4), 1, 7)
        apart[w] = Dataset.build(raw.astype(int), ITEMS, keys)
    shuffled = apart[2].select(np.random.default_rng(0).permutation(len(wide)))
    one = longitudinal_invariance(MODEL, apart, partial=None)
    two = longitudinal_invariance(MODEL, {"1": apart[1], "2": shuffled}, partial=None)
    np.testing.assert_allclose(two.table["chi2"], one.table["chi2"], rtol=1e-8)
    assert one.labels == ("1", "2")
    assert one.verdict.highest == "strict"


def test_autocorrelation_is_needed_where_items_are_particular() -> None:
    """Without correlated residuals of the same item the waves seem to lack a common structure."""
    data = _answers("waves")
    with_them = longitudinal_invariance(MODEL, data, COLUMNS, partial=None)
    without = longitudinal_invariance(MODEL, data, COLUMNS, partial=None, autocorrelated=False)
    assert without.steps[0].indices.df == with_them.steps[0].indices.df + 18
    assert without.steps[0].indices.chi2 > with_them.steps[0].indices.chi2 + 200


def test_residual_covariances_are_repeated_at_every_wave() -> None:
    """What is written for one wave holds for all; score tests name the parameters of a wave."""
    result = longitudinal_invariance(
        MODEL + "\nu1 ~~ u2", _answers("waves"), COLUMNS, levels=("configural", "metric")
    )
    fit = result.fits["metric"]
    names = [row.name for row in fit.table.rows]
    assert [f"u1_w{w}~~u2_w{w}" in names for w in (1, 2, 3)] == [True] * 3
    assert len(equality_score_tests(fit).by_parameter) == 6
    assert "Means can be compared from scalar on" in result.latent_means.reason


@pytest.mark.parametrize(
    ("model", "columns", "message"),
    [
        (MODEL, {"a": COLUMNS["wave 1"]}, "There are 1 waves"),
        (
            MODEL,
            {"a": COLUMNS["wave 1"], "b": {"u1": "u1_w2"}},
            "Wave b: columns names none for u2",
        ),
        (MODEL, {"a": COLUMNS["wave 1"], "b": COLUMNS["wave 1"]}, "columns names u1_w1 twice"),
        (MODEL, None, "Give columns"),
        (MODEL.replace("u1", "1*u1"), COLUMNS, "fixes or labels a parameter"),
        (MODEL + "\nf ~ h", COLUMNS, "take regressions"),
        (MODEL + "\nt =~ f + h", COLUMNS, "take regressions"),
    ],
)
def test_what_waves_cannot_carry_is_refused(model, columns, message) -> None:
    """The message names the wave, item or line."""
    with pytest.raises(InvarianceError, match=message):
        longitudinal_invariance(model, _answers("waves"), columns)


def test_people_must_be_the_same_and_answer_once() -> None:
    """Other people at each wave, or one twice, are refused with the mend."""
    first = _answers("waves")[[f"u{j}_w1" for j in range(1, 7)]].set_axis(ITEMS, axis=1)
    other = first.set_axis(range(1000, 1000 + len(first)))
    with pytest.raises(InvarianceError, match='group="wave"'):
        longitudinal_invariance(MODEL, {"1": first, "2": other})
    twice = first.set_axis([0, *range(len(first) - 1)])
    with pytest.raises(InvarianceError, match="Wave 2: 0 answered twice"):
        longitudinal_invariance(MODEL, {"1": first, "2": twice})
