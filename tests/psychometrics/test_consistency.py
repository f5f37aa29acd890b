"""Consistency of interviews, and what it tells about carelessness."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics._consistency_result import area_under_roc
from psychometrics.consistency import INDICES, consistency
from psychometrics.dataset import MISSING, Dataset, DatasetError, ScoringKey
from psychometrics.screening import screen

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "consistency"
MANY = tuple(f"q{j:02d}" for j in range(1, 17))
MANY_KEYS = [
    ScoringKey(f"s{i}", MANY[4 * i : 4 * i + 4], 1, 5, frozenset({MANY[4 * i + 3]}))
    for i in range(4)
]


def _columns(name: str) -> dict[str, np.ndarray]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        column: np.array(
            [float("nan") if row[column] == "NA" else float(row[column]) for row in rows]
        )
        for column in rows[0]
    }


@pytest.fixture(scope="module")
def many() -> Dataset:
    """160 simulated interviews of four scales with gaps; the last 20 answered at random."""
    answers = np.column_stack(list(_columns("answers_many").values()))
    disposition = ["complete"] * 140 + ["screened_out_attention"] * 20
    raw = np.where(np.isnan(answers), MISSING, answers)
    return Dataset.build(raw, MANY, MANY_KEYS, disposition=disposition)


@pytest.mark.parametrize("name", ["many", "tapwater"])
def test_indices_equal_r(name, request) -> None:
    """Even-odd, synonyms, antonyms and Guttman errors by counting in R, to 1e-10."""
    result = consistency(request.getfixturevalue(name))
    expected = _columns(f"indices_{name}")
    cuts = json.loads((GOLDEN / f"cuts_{name}.json").read_text())
    for index in INDICES:
        found = result.indices[index]
        np.testing.assert_allclose(found.values, expected[index], atol=1e-10)
        if cuts["auc"][index] is None:
            assert found.auc is None
            assert found.warnings
        else:
            assert found.auc == pytest.approx(cuts["auc"][index], abs=1e-12)
    assert result.indices["guttman"].cut == pytest.approx(cuts["guttman_cut"], rel=1e-12)
    assert sorted(" ".join(pair) for pair in result.synonyms) == cuts["synonyms"]
    assert sorted(" ".join(pair) for pair in result.antonyms) == cuts["antonyms"]


def test_figures_of_the_tap_water_answers(tapwater) -> None:
    """What the documentation says about the demo's answers is what comes out."""
    indices = consistency(tapwater).indices
    synonyms, guttman = indices["synonyms"], indices["guttman"]
    assert (round(synonyms.auc, 3), round(synonyms.auc_se, 3)) == (0.598, 0.040)
    assert (synonyms.careless_flagged, synonyms.careless_judged) == (8, 63)
    assert (synonyms.usable_flagged, synonyms.usable_judged) == (23, 430)
    assert (round(guttman.auc, 3), round(guttman.auc_se, 3)) == (0.506, 0.036)
    assert (guttman.careless_flagged, guttman.careless_judged) == (5, 75)
    assert (guttman.usable_flagged, guttman.usable_judged) == (32, 410)
    assert not indices["even_odd"].flagged.any()
    assert not indices["antonyms"].flagged.any()


def test_random_answers_are_found_among_several_scales(many) -> None:
    """With four scales every index tells random from careful answers, and flags few careful."""
    result = consistency(many)
    for index in result.indices.values():
        assert index.auc > 0.85
        assert index.careless_flagged > 0.4 * index.careless_judged
        assert index.usable_flagged < 0.2 * index.usable_judged
    straight = 138
    assert np.isnan(result.indices["synonyms"].values[straight])
    assert not result.indices["synonyms"].flagged[straight]


def test_rules_for_missing_answers(many) -> None:
    """A scale counts when answered whole, a pair when both are; three of either are needed."""
    answers = many.answers.copy()
    answers[0] = MISSING
    answers[0, [0, 1, 2]] = [1, 2, 4]
    answers[1, 4:] = MISSING
    answers[10, :12] = [1, 2, 1, 4, 3, 3, 4, 3, 5, 4, 5, 2]
    answers[10, 12:] = MISSING
    gaps = Dataset.build(answers, MANY, MANY_KEYS)
    values = {name: index.values for name, index in consistency(gaps).indices.items()}
    assert np.isnan(values["even_odd"][:2]).all()
    halves = np.corrcoef([1, 3.5, 5], [2, 3, 4])[0, 1]
    assert values["even_odd"][10] == pytest.approx(2 * halves / (1 + halves))
    pair_values = np.corrcoef([1, 1, 2], [2, 4, 4])[0, 1]
    assert values["synonyms"][0] == pytest.approx(pair_values)
    assert np.isnan(values["guttman"][0])
    assert not np.isnan(values["guttman"][1])


def test_screening_stays_as_it_is_unless_asked(tapwater) -> None:
    """By default four flags keep 427; indices count only where they are named."""
    plain = screen(tapwater)
    assert list(plain.flags) == ["instructed", "speed", "long_string", "mahalanobis"]
    assert plain.n_used == 427
    assert int(plain.excluded.sum()) == 12
    more = screen(tapwater, indices=("synonyms", "guttman"))
    assert list(more.flags)[4:] == ["synonyms", "guttman"]
    assert more.method == "at least 2 of 6 flags exclude an interview"
    assert more.n_used < 427
    assert (plain.kept | ~more.kept).all()
    found = consistency(tapwater)
    np.testing.assert_array_equal(more.flags["guttman"], found.indices["guttman"].flagged)
    assert more.rates[4].careless_flagged == 8
    unjudged = screen(tapwater, indices=("even_odd",))
    assert "even_odd" not in unjudged.available
    assert "Even-odd consistency was not judged" in " ".join(unjudged.warnings)
    assert unjudged.n_used == 427
    with pytest.raises(DatasetError, match="No index l_z; the indices are even_odd"):
        screen(tapwater, indices=("l_z",))


class _Model:
    """Parameters of a graded model, as published ones would be given."""

    def __init__(self, items: tuple[str, ...], slope: float = 1.5) -> None:
        self.items = items
        self.categories = ((1, 2, 3, 4, 5),) * len(items)
        self.slopes = np.full(len(items), slope)
        self.intercepts = np.tile([3.0, 1.0, -1.0, -3.0], (len(items), 1))


def test_models_add_an_index(many) -> None:
    """With a graded model for each scale, l_z adds up over scales and finds random answers."""
    models = {key.scale: _Model(key.items) for key in MANY_KEYS}
    index = consistency(many, models=models).indices["l_z"]
    assert index.cut == -1.645
    assert index.auc > 0.75
    with pytest.raises(DatasetError, match="not in that scale: q05"):
        consistency(many, models={"s0": _Model(MANY[:5])})


def test_result_can_be_read_and_stored(many) -> None:
    """Tables by interview and by index, plain values and both representations."""
    result = consistency(many)
    assert list(result.table.columns[:4]) == [
        "even_odd",
        "even_odd_flagged",
        "synonyms",
        "synonyms_flagged",
    ]
    assert len(result.table) == 160
    assert result.summary.loc["antonyms", "cut"] == -0.03
    assert "Johnson 2005" in result.summary.loc["antonyms", "source"]
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["n_used"] == 140
    assert "140 usable" in repr(result)
    assert "<table" in result._repr_html_()


def test_nothing_to_judge_by_is_said() -> None:
    """One item, nobody usable: every index says why it was not judged, and none flags."""
    single = Dataset.build(np.array([[1], [2]]), ["i"], [ScoringKey("s", ("i",), 1, 7)])
    result = consistency(single)
    assert len(result.warnings) == 4
    assert not any(index.flagged.any() for index in result.indices.values())
    nobody = Dataset.build(np.array([[1, 2]]), ["a", "b"], [], disposition=["refused"])
    assert len(consistency(nobody).warnings) == 4
    with pytest.raises(DatasetError, match="1 interviews"):
        consistency(nobody, usable=np.ones(3, bool))


def test_scales_that_share_items_count_once(many) -> None:
    """A total beside its subscales changes neither even-odd nor Guttman errors."""
    total = ScoringKey("all", MANY, 1, 5, frozenset(MANY[3::4]))
    more = Dataset.build(many.answers, MANY, [*MANY_KEYS, total])
    same = Dataset.build(many.answers, MANY, MANY_KEYS)
    for name in ("even_odd", "guttman"):
        np.testing.assert_array_equal(
            consistency(more).indices[name].values, consistency(same).indices[name].values
        )


def test_area_under_roc_of_known_cases() -> None:
    """Perfect order 1, chance .5 with ties, nothing to compare None."""
    assert area_under_roc(np.array([3.0, 4]), np.array([1.0, 2]))[0] == 1
    assert area_under_roc(np.array([1.0, 1]), np.array([1.0]))[0] == 0.5
    assert area_under_roc(np.array([]), np.array([1.0])) == (None, None)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 200), order=st.permutations(range(40)), flip=st.booleans())
def test_indices_do_not_depend_on_order_or_direction(seed, order, flip) -> None:
    """Each interview keeps its indices in any place, and when the format is turned around."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(40, 3)).repeat(4, axis=1) + 0.6 * rng.normal(size=(40, 12))
    answers = np.clip(np.round(4 + 1.5 * latent), 1, 7).astype(int)
    names = [f"i{j}" for j in range(12)]
    keys = [ScoringKey(f"s{i}", tuple(names[4 * i : 4 * i + 4]), 1, 7) for i in range(3)]
    plain = consistency(Dataset.build(answers, names, keys)).indices
    turned = 8 - answers if flip else answers
    moved = consistency(Dataset.build(turned[order], names, keys)).indices
    for name in ("even_odd", "synonyms", "guttman"):
        np.testing.assert_allclose(moved[name].values, plain[name].values[order], atol=1e-9)
