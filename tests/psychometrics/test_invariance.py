"""Measurement invariance across groups: verdicts, partial invariance, latent means, errors."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._group_ladder import EQUAL, GroupLadder
from psychometrics._model_sample import model_sample
from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from psychometrics.invariance import InvarianceError, invariance
from tests.psychometrics.regional_answers import ITEMS, NAMES, TWO, ordered, regional

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "invariance"


def test_full_invariance_is_found_and_means_recovered() -> None:
    """All levels hold, nothing is let go, and latent means lie within their errors of the truth."""
    result = invariance(TWO, regional(), "region")
    assert result.verdict.highest == result.verdict.highest_partial == "strict"
    assert result.verdict.means_comparable == "full"
    assert result.verdict.stopped_at is None
    assert result.partial.empty
    assert result.table["level"].tolist() == ["configural", "metric", "scalar", "strict"]
    means = result.latent_means.table
    truth = np.array([0.3, -0.2, 0.3, -0.2])
    assert (np.abs(means["difference"] - truth) / means["se"] < 3).all()
    pooled = np.array([(1 + 1.21) / 2, (1 + 0.81) / 2] * 2) ** 0.5
    assert (np.abs(means["effect"] - truth / pooled) / means["effect_se"] < 3).all()
    assert result.converged
    assert result.n_used == 1200


def test_a_shifted_intercept_is_let_go() -> None:
    """The one intercept out of line is found, with the group, the direction and what it brought."""
    result = invariance(TWO, regional(intercept=[(1, 3, 0.8)]), "region")
    assert result.partial["parameter"].tolist() == ["x4~1"]
    freed = result.freed[0]
    assert (freed.level, freed.order, freed.group) == ("scalar", 1, "south")
    assert freed.expected_change == pytest.approx(0.8, abs=0.3)
    assert freed.p < 1e-6
    assert freed.cfi_after > freed.cfi_before
    assert freed.holds
    assert result.verdict.highest == "metric"
    assert result.verdict.highest_partial == "strict"
    assert result.verdict.means_comparable == "partial"
    assert result.latent_means.level == "strict"
    assert (result.latent_means.table["difference"][[0, 2]] > 0).all()
    assert any("after a look at the answers" in text for text in result.warnings)


def test_a_free_loading_takes_its_intercept_along() -> None:
    """Partial metric invariance is carried up: the item has no equal intercept either."""
    data = regional(loading=[(2, 1, -0.6)], n=800)
    result = invariance(TWO, data, "region", levels=("configural", "metric", "scalar"))
    assert result.partial["parameter"].tolist() == ["f=~x2"]
    rows = result.table.set_index("level")
    assert rows.loc["partial metric", "partial"] == "f=~x2"
    assert rows.loc["scalar", "partial"] == "f=~x2, x2~1"
    assert rows.loc["scalar", "against"] == "partial metric"
    assert result.fits["scalar"].settings.group_partial == ("f=~x2", "x2~1")
    assert result.verdict.highest == "configural"
    assert result.verdict.highest_partial == "scalar"


def test_without_partial_a_failed_level_ends_the_claim() -> None:
    """Higher levels stay in the table, the verdict stops, and means come with a reason instead."""
    data = regional(intercept=[(1, 3, 0.8)])
    result = invariance(TWO, data, "region", partial=None)
    assert result.verdict.highest == "metric"
    assert result.verdict.stopped_at == "scalar"
    assert result.verdict.means_comparable == "no"
    assert len(result.steps) == 4
    assert result.latent_means.rows == ()
    assert "Means cannot be compared. scalar: the equalities do not hold" in (
        result.latent_means.reason
    )


def test_partial_invariance_keeps_two_indicators() -> None:
    """Of a factor with three items of which two differ none is let go."""
    data = regional(intercept=[(1, 5, 0.9), (2, 6, -0.9)])
    model = "f =~ x1 + x2 + x3 + x4 + x5\nh =~ x6 + x7 + x8"
    result = invariance(model, data, "region", max_freed=1)
    assert result.verdict.stopped_at == "scalar"
    assert "of the 3 indicators of h fewer than 2 (1) would stay invariant" in result.verdict.reason
    assert result.partial.empty
    assert result.verdict.means_comparable == "no"


def test_partial_invariance_frees_a_share_at_most() -> None:
    """With a third of the intercepts out of line a fifth is not enough, and none is let go."""
    shifts = [(1, 0, 0.9), (2, 1, -0.9), (2, 6, 0.9)]
    result = invariance(TWO, regional(intercept=shifts), "region")
    assert result.verdict.stopped_at == "scalar"
    assert "more than 20%" in result.verdict.reason
    more = invariance(TWO, regional(intercept=shifts), "region", max_freed=0.5)
    assert set(more.partial["parameter"]) == {"x1~1", "x2~1", "x7~1"}
    assert more.verdict.highest_partial == "strict"


def test_a_structure_that_is_not_theirs_stops_at_configural() -> None:
    """Where one factor is forced on two, no level holds, and nothing is let go."""
    data = regional()
    result = invariance("f =~ " + " + ".join(ITEMS), data, "region")
    assert result.verdict.highest is None
    assert result.verdict.stopped_at == "configural"
    assert result.partial.empty


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(3)), st.permutations(ITEMS[:5]))
def test_order_of_groups_and_items_does_not_matter(order, items) -> None:
    """Indices, verdict, what is let go and effects are the same; only the reference moves."""
    data = regional(intercept=[(1, 3, 0.8)])
    turned = pd.concat([data[data["region"] == NAMES[k]] for k in order], ignore_index=True)
    model = f"f =~ {' + '.join(items)}\nh =~ x6 + x7 + x8 + x9"
    one = invariance(TWO, data, "region")
    two = invariance(model, turned, "region")
    assert two.labels == tuple(NAMES[k] for k in order)
    numbers = one.table.select_dtypes("number").columns
    np.testing.assert_allclose(two.table[numbers], one.table[numbers], rtol=1e-6, atol=1e-7)
    assert two.partial["parameter"].tolist() == one.partial["parameter"].tolist()
    assert two.freed[0].group == one.freed[0].group
    assert two.verdict == one.verdict

    def effects(result) -> dict:
        found = {row.group: row.effect for row in result.latent_means.rows if row.factor == "f"}
        return {result.latent_means.reference: 0.0} | found

    mine, other = effects(one), effects(two)
    for name in NAMES[1:]:
        assert np.sign(other[name] - other["north"]) == np.sign(mine[name])


def test_unit_and_scale_do_not_matter() -> None:
    """A marker item instead of unit variance, and another scale of an item, change no index and no
    effect."""
    data = regional(intercept=[(1, 3, 0.8)])
    one = invariance(TWO, data, "region")
    marker = invariance(TWO, data, "region", std_lv=False)
    scaled = invariance(TWO, data.assign(x2=10 * data["x2"] - 3), "region")
    for other in (marker, scaled):
        columns = ["chi2", "df", "cfi", "rmsea", "srmr", "d_chi2"]
        np.testing.assert_allclose(other.table[columns], one.table[columns], rtol=1e-6, atol=1e-7)
        effects = other.latent_means.table[["effect", "effect_se"]]
        np.testing.assert_allclose(effects, one.latent_means.table[["effect", "effect_se"]], 1e-5)


def test_every_level_equals_a_fit_from_scratch() -> None:
    """Begun where the level below ended, a fit comes to the same minimum as one begun afresh."""
    data = regional(intercept=[(1, 3, 0.8)])
    result = invariance(TWO, data, "region", estimator="MLR")
    for name, fit in result.fits.items():
        options = {
            "group_equal": EQUAL[name.removeprefix("partial ")],
            "group_partial": fit.settings.group_partial,
        }
        fresh = cfa(TWO, data, group="region", estimator="MLR", std_lv=True, **options)
        assert fit.chi2 == pytest.approx(fresh.chi2, rel=1e-9)
        np.testing.assert_allclose(fit.parameters["se"], fresh.parameters["se"], rtol=1e-5)


@one_thread()
def test_partial_levels_equal_lavaan() -> None:
    """With group.partial every level has lavaan's chi2, and its latent means their errors."""
    golden = json.loads((GOLDEN / "ladders.json").read_text())["four_partial"]
    call = golden["call"]
    prepared = model_sample(call["model"], pd.read_csv(GOLDEN / "answers_four.csv"), group="g")
    ladder = GroupLadder(prepared)
    fit = ladder.base
    for level in ("metric", "scalar", "strict"):
        fit = ladder.fit(level, call["partial"], fit)
        expected = golden["levels"][level]
        assert fit.df == expected["measures"]["df"]
        assert fit.chi2 == pytest.approx(expected["measures"]["chisq"], rel=1e-7)
        rows = fit.parameters
        for entry in expected["means"]:
            mine = rows[(rows["lhs"] == entry["lhs"]) & (rows["op"] == "~1")]
            mine = mine[mine["group"] == entry["group"]].iloc[0]
            assert mine["est"] == pytest.approx(entry["est"], abs=1e-5)
            assert mine["se"] == pytest.approx(entry["se"], abs=1e-5)


def test_second_order_models_climb_too() -> None:
    """A factor of factors has equal second loadings at metric, and lower intercepts fixed."""
    rng = np.random.default_rng(4)
    top = rng.normal(size=(900, 1))
    middle = 0.8 * top + 0.6 * rng.normal(size=(900, 3))
    answers = 0.8 * middle[:, [0, 0, 0, 1, 1, 1, 2, 2, 2]] + 0.5 * rng.normal(size=(900, 9))
    data = pd.DataFrame(answers, columns=ITEMS).assign(g=np.arange(900) % 2)
    model = "a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6\nc =~ x7 + x8 + x9\nt =~ a + b + c\n"
    result = invariance(model + "a ~ 0*1\nb ~ 0*1\nc ~ 0*1", data, "g")
    assert result.verdict.highest == "strict"
    assert set(result.latent_means.table["factor"]) == {"a", "b", "c", "t"}
    metric = result.steps[1].change
    assert metric.df == 9 - 3 + 3 - 1


def test_clusters_and_gaps_are_counted() -> None:
    """FIML uses interviews with gaps; clusters of five change errors but not estimates."""
    data = regional()
    holes = data.mask(np.random.default_rng(1).random(data.shape) < 0.1)
    holes["region"] = data["region"]
    listwise = invariance(TWO, holes, "region", levels=("configural", "metric"))
    fiml = invariance(TWO, holes, "region", levels=("configural", "metric"), missing="fiml")
    assert listwise.n_dropped > 500
    assert fiml.n_used > 1190
    who = np.repeat(np.arange(240), 5)
    plain = invariance(TWO, data, "region", estimator="MLR")
    clustered = invariance(TWO, data, "region", cluster=who)
    assert clustered.estimator == "MLR"
    assert not any("same people" in text for text in clustered.warnings)
    across = invariance(TWO, data, "region", cluster=np.tile(np.arange(400), 3))
    assert any("same people are in several groups" in text for text in across.warnings)
    a, b = plain.latent_means.table, clustered.latent_means.table
    np.testing.assert_allclose(a["difference"], b["difference"], atol=1e-6)
    assert (np.abs(a["se"] - b["se"]) > 1e-6).all()


def test_result_can_be_read_and_stored() -> None:
    """Table, plain values and both representations; the rule and its dispute are in the verdict."""
    result = invariance(TWO, regional(n=90, intercept=[(1, 3, 0.9)]), "region")
    stored = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert stored["verdict"]["rule"].startswith("Chen 2007")
    assert "disputed" in stored["verdict"]["disputed"]
    assert "fits" not in stored
    assert "Invariance over 3 (north, south, west), n = 270, ML" in repr(result)
    assert "<table" in result._repr_html_()
    assert "LatentMeans" in repr(result.latent_means)
    assert result.verdict.cutoffs.cfi == -0.005
    assert any("Fewer than 100 interviews: north (90)" in text for text in result.warnings)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"group": None}, "Give group"),
        ({"levels": ("metric", "scalar")}, "begin with configural"),
        ({"levels": ("configural", "weak")}, "There is no level weak"),
        ({"levels": ("configural", "thresholds")}, "There is no level thresholds"),
        ({"partial": "all"}, "give 'auto' or None"),
        ({"max_freed": 2}, "between 0 and 1"),
        ({"ordered": True, "std_lv": False}, "leave std_lv True"),
    ],
)
def test_bad_settings_say_what_to_mend(options, message) -> None:
    """Each message names the setting and its choices."""
    arguments = {"group": "region", **options}
    with pytest.raises(InvarianceError, match=message):
        invariance(TWO, regional(n=30), **arguments)


def test_the_group_at_fault_is_named() -> None:
    """Too few interviews, an item without variance, unrelated items, a category that is lacking."""
    data = regional(n=120)
    south = data["region"] == "south"
    few = data[~south | (data.groupby("region").cumcount() < 8)]
    with pytest.raises(ModelError, match="Group south: 8 usable interviews are too few"):
        invariance(TWO, few, "region")
    with pytest.raises(ModelError, match="the same answer to x2 in group south"):
        invariance(TWO, data.assign(x2=data["x2"].where(~south, 3.0)), "region")
    with pytest.raises(ModelError, match="only one group"):
        invariance(TWO, data[south], "region")
    broken = data.copy()
    q = np.linalg.qr(
        np.column_stack([np.ones(120), np.random.default_rng(2).normal(size=(120, 9))])
    )
    broken.loc[south, ITEMS] = 5 * q[0][:, 1:]
    with pytest.raises(InvarianceError, match=r"in 1 of 3 groups \(south\)"):
        invariance(TWO, broken, "region")
    answers = ordered(data)
    answers["x6"] = answers["x6"].where(~south, answers["x6"].clip(2, 4))
    with pytest.raises(InvarianceError, match="Group south: nobody gave the answer 1, 5 to x6"):
        invariance(TWO, answers, "region", ordered=True)
