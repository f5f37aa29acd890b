"""The structure side of an analysis on real answers."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from psychometrics import Dataset, ScoringKey, analyse_structure
from psychometrics.dataset import MISSING
from psychometrics.efa import EfaError

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "structure"
ITEMS = tuple(f"p{number:02d}" for number in range(1, 11))
REVERSED = frozenset({"p01", "p02", "p07", "p08", "p09", "p10"})
KEYS = (
    ScoringKey("cognitive", ITEMS[:5], 1, 7, REVERSED & set(ITEMS[:5])),
    ScoringKey("affective", ITEMS[5:], 1, 7, REVERSED & set(ITEMS[5:])),
)


@pytest.fixture(scope="module")
def tapwater() -> Dataset:
    """Everyone who reached the questions of a suburb; those screened out keep their disposition."""
    with (ROOT / "survey_app" / "demo" / "tapwater_involvement.csv").open() as file:
        records = list(csv.DictReader(file))[1:]
    answers = [[MISSING if r[i] == "NA" else int(r[i]) for i in ITEMS] for r in records]
    ended = {"NA": "complete", "attention": "screened_out_attention"}
    return Dataset.build(
        np.array(answers),
        ITEMS,
        KEYS,
        brand=[record["suburb"] for record in records],
        disposition=[ended.get(record["term"], "screened_out_ineligible") for record in records],
    )


@pytest.fixture(scope="module")
def analysis(tapwater):
    """The analysis of the interviews in the three suburbs."""
    rows = tapwater.usable & np.isin(tapwater.brand, ["1", "2", "3"])
    return analyse_structure(tapwater, rows=rows)


def test_real_answers_are_reversed_selected_and_counted(analysis):
    """439 interviews remain, and the figures are those of R on the same answers."""
    golden = json.loads((GOLDEN / "adequacy_tapwater.json").read_text())
    assert analysis.n_used == 439
    assert analysis.adequacy.overall == pytest.approx(golden["kmo"], abs=1e-8)
    assert analysis.sphericity.chi2 == pytest.approx(golden["chi2"], rel=1e-8)
    solution = json.loads((GOLDEN / "efa_minres_oblimin_2_tapwater.json").read_text())
    np.testing.assert_allclose(analysis.solution.pattern, solution["loadings"], atol=1e-5)
    assert analysis.converged


def test_items_stand_where_theory_puts_them(analysis):
    """Two scales, two factors; the one item that also loads elsewhere is named."""
    assert analysis.scales == ("cognitive",) * 5 + ("affective",) * 5
    assert analysis.factor_scales == ("cognitive", "affective")
    assert analysis.misplaced == ()
    assert analysis.cross_loading == ("p08",)
    assert (analysis.congruence > 0.9).all()
    assert analysis.alternative is None
    assert analysis.suggestion.parallel.suggested == 2


def test_an_item_that_loads_elsewhere_is_named(tapwater, analysis):
    """A key that puts an affective item among the cognitive ones is contradicted."""
    wrong = (
        replace(KEYS[0], items=(*ITEMS[:5], "p09"), reversed=REVERSED - {"p07", "p08", "p10"}),
        replace(KEYS[1], items=("p06", "p07", "p08", "p10"), reversed=REVERSED - set(ITEMS[:5])),
    )
    wrong = tuple(replace(key, reversed=key.reversed & set(key.items)) for key in wrong)
    rows = tapwater.usable & np.isin(tapwater.brand, ["1", "2", "3"])
    found = analyse_structure(replace(tapwater, keys=wrong), rows=rows)
    assert found.misplaced == ("p09",)
    placed = next(entry for entry in found.placements if entry.item == "p09")
    assert (placed.scale, placed.factor, placed.expected) == ("cognitive", "F2", "F1")
    assert found.adequacy.overall == pytest.approx(analysis.adequacy.overall, abs=1e-12)


def test_the_suggested_number_is_shown_beside_another_one_asked_for(tapwater):
    """With one factor asked for, the two that parallel analysis suggests come as well."""
    rows = np.flatnonzero(tapwater.usable & np.isin(tapwater.brand, ["1", "2", "3"]))
    found = analyse_structure(tapwater, rows=rows, factors=1)
    assert found.solution.pattern.shape == (10, 1)
    assert found.alternative is not None
    assert found.alternative.pattern.shape == (10, 2)
    assert sorted(map(str, found.factor_scales)) == ["cognitive"]
    assert {entry.expected for entry in found.placements} == {"F1", None}
    assert found.misplaced == ()


def test_usable_interviews_are_the_default_and_gaps_are_counted(tapwater):
    """Screened-out answers stay out without being asked for; incomplete ones are counted."""
    found = analyse_structure(tapwater)
    answers = tapwater.numeric(ITEMS)[tapwater.usable]
    complete = int((~np.isnan(answers).any(axis=1)).sum())
    assert (found.n_used, found.n_dropped) == (complete, int(tapwater.usable.sum()) - complete)
    assert found.n_dropped == 0 or "left out" in found.warnings[0]


def test_outcomes_are_not_factored_and_weights_are_said_to_be_unused(tapwater):
    """Satisfaction beside the dimensions stays out; weights do not enter in silence."""
    keys = (KEYS[0], replace(KEYS[1], outcome=True))
    weighted = replace(tapwater, keys=keys, weight=np.ones(tapwater.n))
    found = analyse_structure(weighted)
    assert found.items == ITEMS[:5]
    assert found.solution.pattern.shape == (5, 1)
    assert found.warnings[0] == "Weights are not used for the structure."


def test_more_scales_than_items_can_identify_are_said(tapwater):
    """Two scales on four items become the one factor they identify, with a warning."""
    parts = (ITEMS[:2], ITEMS[2:4])
    keys = tuple(
        ScoringKey(f"part{i}", part, 1, 7, REVERSED & set(part)) for i, part in enumerate(parts)
    )
    found = analyse_structure(replace(tapwater, keys=keys))
    assert found.solution.pattern.shape == (4, 1)
    assert "4 items identify 1 factor(s), fewer than the 2 scales." in found.warnings


def test_a_scale_of_one_item_is_no_factor(tapwater):
    """No factor is made for a single item, and it is never called misplaced; a warning says so."""
    single = (
        replace(KEYS[0], items=ITEMS[:4], reversed=REVERSED & set(ITEMS[:4])),
        ScoringKey("alone", ITEMS[4:5], 1, 7),
        KEYS[1],
    )
    found = analyse_structure(replace(tapwater, keys=single))
    assert found.solution.pattern.shape == (10, 2)
    assert set(found.factor_scales) == {"cognitive", "affective"}
    placed = next(entry for entry in found.placements if entry.item == "p05")
    assert (placed.scale, placed.expected, placed.elsewhere) == ("alone", None, False)
    assert "Scale alone has a single item here, which is no factor of its own." in found.warnings


def test_an_item_that_belongs_nowhere_is_not_called_misplaced(tapwater):
    """Answers at random load on no factor; which of them is the highest says nothing."""
    answers = tapwater.answers.copy()
    answers[:, 9] = np.random.default_rng(3).integers(1, 8, len(answers))
    found = analyse_structure(replace(tapwater, answers=answers))
    placed = next(entry for entry in found.placements if entry.item == "p10")
    assert placed.nowhere
    assert not placed.elsewhere
    assert found.unplaced == ("p10",)
    assert found.misplaced == ()


def test_few_interviews_are_said(tapwater):
    """Forty interviews on ten items come with a warning; 439 come without."""
    rows = np.flatnonzero(tapwater.usable)[:40]
    few = analyse_structure(tapwater, rows=rows)
    assert any("40 complete interviews are few for 10 items" in said for said in few.warnings)
    assert not any("few for" in said for said in analyse_structure(tapwater).warnings)


def test_result_is_plain_values_for_json(analysis):
    """to_dict survives JSON with everything a report shows."""
    back = json.loads(json.dumps(analysis.to_dict()))
    assert len(back["solution"]["eigenvalues"]) == 10
    assert back["placements"][7]["cross_loadings"][0][0] == "F1"
    assert back["suggestion"]["verdicts"]["parallel analysis, components"] == 2


def test_what_cannot_be_analysed_is_refused(tapwater):
    """A mask of another length, no item left, two items only."""
    with pytest.raises(EfaError, match="rows has 3 values for 690 interviews"):
        analyse_structure(tapwater, rows=np.array([True, False, True]))
    with pytest.raises(EfaError, match=r"0 item\(s\) given"):
        analyse_structure(replace(tapwater, keys=tuple(replace(k, outcome=True) for k in KEYS)))
    pair = ScoringKey("pair", ITEMS[:2], 1, 7, REVERSED & set(ITEMS[:2]))
    with pytest.raises(EfaError, match="at least three are needed"):
        analyse_structure(replace(tapwater, keys=(pair,)))


def test_the_same_answers_give_the_same_analysis(tapwater, analysis):
    """Nothing depends on hidden chance."""
    rows = tapwater.usable & np.isin(tapwater.brand, ["1", "2", "3"])
    assert analyse_structure(tapwater, rows=rows).to_dict() == analysis.to_dict()


def test_everything_can_be_shown_at_once(analysis):
    """Adequacy, rules for the number of factors and solutions, one after the other as HTML."""
    shown = analysis._repr_html_()
    places = [shown.index(name) for name in ("Adequacy", "Sphericity", "Suggestion", "Solution")]
    assert places == sorted(places)
