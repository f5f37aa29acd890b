"""The R script of an analysis: it says what was done, and nothing from outside can end a string."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from instruments.load import load_instrument
from psychometrics.dataset import MISSING, Dataset, ScoringKey
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.services.analyse import Analysed, AnalysisCache, NothingToAnalyseError
from survey_app.services.r_script import measurement_script

CORE = load_instrument("core_engagement")


@pytest.fixture(scope="module")
def answers() -> Dataset:
    """300 simulated interviews about two brands."""
    cells = [Cell("north", "1", 150, 0.2), Cell("south", "1", 150, 0.0)]
    return simulate(scoring_keys([CORE]), cells, np.random.default_rng(4))


def _script(dataset: Dataset) -> str:
    return measurement_script(Analysed(dataset, (CORE,), 30, AnalysisCache())).decode()


def _code(script: str) -> str:
    """The script without its strings and comments, as R sees its structure."""
    return re.sub(r"#.*", "", re.sub(r'"(?:\\.|[^"\\])*"', '""', script))


def test_script_holds_models_reversal_and_ladder(answers: Dataset) -> None:
    """Every model that was fitted, the reversed items and every level are in it, balanced."""
    script = _script(answers)
    assert "cognitive =~ cog1 + cog2 + cog3" in script
    for name in ("one_factor", "correlated", "second_order", "bifactor"):
        assert f"{name} <- cfa(model_{name}, answers," in script or f"# {name}: " in script
    for key in answers.keys:
        for item in key.reversed if not key.outcome else ():
            assert f'"{item}"' in script
    assert 'group = "brand"' in script
    assert 'group.equal = c("loadings", "intercepts")' in script
    assert answers.fingerprint in script
    code = _code(script)
    assert code.count("(") == code.count(")")
    assert code.count("{") == code.count("}")


def test_names_from_outside_stay_inside_their_strings(answers: Dataset) -> None:
    """Quotes, backslashes and line breaks in the name of a brand are escaped."""
    evil = 'x")); system("touch gone") #\\\n'
    brand = np.where(answers.brand == "north", evil, answers.brand)
    script = _script(replace(answers, brand=brand))
    assert "system" in script
    assert "system" not in _code(script)


def test_gaps_are_fitted_by_full_information(answers: Dataset) -> None:
    """With missing answers the script asks lavaan for FIML."""
    complete = answers.select((answers.answers != MISSING).all(axis=1))
    assert complete.n < answers.n
    assert 'missing = "fiml"' in _script(answers)
    assert 'missing = "fiml"' not in _script(complete)


def test_codes_are_read_as_they_stand(answers: Dataset) -> None:
    """A brand called 01 stays text, and the apostrophe that guards spreadsheets is taken off."""
    assert 'brand = "character"' in _script(answers)
    assert "apostrophe" not in _script(answers)
    brand = np.where(answers.brand == "north", "=1+1", "01")
    script = _script(replace(answers, brand=brand))
    assert 'answers$brand %in% c("01", "=1+1")' in script
    assert "from codes that look like formulas by an apostrophe" in script


def test_only_guards_are_taken_off(answers: Dataset) -> None:
    """A code that begins with an apostrophe of its own keeps it, beside one that was given one."""
    brand = np.where(answers.brand == "north", "-1", "'=1+1")
    script = _script(replace(answers, brand=brand))
    assert """guarded <- c("'-1")""" in script
    assert """answers$brand %in% c("'=1+1", "-1")""" in script


def test_what_was_let_go_is_let_go_in_r() -> None:
    """A level that holds in part is fitted with and without the equalities that were let go."""
    cells = [Cell("north", "1", 400, 0.2), Cell("south", "1", 400, 0.0)]
    dataset = simulate(scoring_keys([CORE]), cells, np.random.default_rng(4))
    turned = dataset.answers.copy()
    column = dataset.item_ids.index("emo2")
    here = (dataset.brand == "south") & (turned[:, column] != MISSING)
    turned[here, column] = np.minimum(turned[here, column] + 2, 7)
    script = _script(replace(dataset, answers=turned))
    assert "brand_scalar <- cfa(" in script
    partial = script[script.index("brand_partial_scalar <- cfa(") :]
    assert "emo2~1" in partial[: partial.index("\n\n")]
    assert "lavTestLRT(brand_metric, brand_partial_scalar)" in script


def test_groups_too_small_leave_a_comment(answers: Dataset) -> None:
    """What could not be tested is said in a comment, not left out in silence."""
    few = np.concatenate([np.arange(120), np.flatnonzero(answers.brand == "south")[:40]])
    assert "# not tested: Fewer than two groups" in _script(answers.select(few))


def test_nothing_to_test_is_said() -> None:
    """A data set without a scale of two items has no script."""
    rng = np.random.default_rng(1)
    dataset = Dataset.build(
        rng.integers(1, 8, (80, 1)), ["a"], [ScoringKey("single", ("a",), 1, 7)]
    )
    with pytest.raises(NothingToAnalyseError, match="two items"):
        measurement_script(Analysed(dataset, (), 30, AnalysisCache()))


def test_people_who_rated_several_brands_are_clusters_in_r_too(answers: Dataset) -> None:
    """Models name the column of clusters; those of brands do not, for of one brand every row is
    another person's, which lavaan refuses to call clusters."""
    person = np.char.add("person-", (np.arange(300) % 150).astype(str))
    script = _script(replace(answers, cluster=person))
    calls = re.findall(r"<- cfa\([^,]*, (\w+),\n(.*?)\)\n", script, re.DOTALL)
    assert {data for data, _ in calls} == {"answers", "some"}
    for _, options in calls:
        assert ('cluster = "cluster"' in options) is ('group = "brand"' not in options)
    assert "cluster =" not in _script(answers)
