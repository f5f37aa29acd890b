"""Polychoric correlations: what results say, and what is refused."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from psychometrics._ordinal import CountTables, OrdinalError, ordinal_moments
from psychometrics.polychoric import polychoric
from tests.psychometrics.ordinal_answers import simulated


@pytest.mark.parametrize("turn", [1, -1])
def test_perfect_order_is_at_the_bound_and_said(turn):
    """The same item twice: ±.999 with a warning, no standard error, and the rest unharmed."""
    answers = simulated(200, (0.8, 0.6), seed=4)
    twice = np.column_stack([answers, turn * answers[:, 0]])
    found = polychoric(pd.DataFrame(twice, columns=["a", "b", "c"]))
    assert found.correlations.loc["a", "c"] == pytest.approx(0.999 * turn, abs=1e-12)
    assert np.isnan(found.se.loc["a", "c"])
    assert found.converged
    assert any("at its bound" in said and "a × c" in said for said in found.warnings)
    alone = polychoric(pd.DataFrame(answers, columns=["a", "b"]))
    assert found.se.loc["a", "b"] == pytest.approx(alone.se.loc["a", "b"], rel=1e-12)
    assert found.acov.isna().to_numpy().sum() == 2 * len(found.acov) - 1


def test_perfect_order_of_coarse_and_fine_answers_is_at_the_bound():
    """An answer that is another one cut coarser has no largest correlation but 1."""
    fine = np.repeat([1.0, 2, 3, 4, 5], 20)
    found = polychoric(np.column_stack([fine, np.where(fine > 3, 2.0, 1.0)]))
    assert found.correlations.iloc[0, 1] == 0.999
    assert any("at its bound" in said for said in found.warnings)


def test_two_categories_in_perfect_order_give_one():
    """Two empty cells in the diagonal of a 2×2 table: ±1, as lavaan has it."""
    yes = np.repeat([0.0, 1.0], [70, 50])
    found = ordinal_moments(np.column_stack([yes, yes, 1 - yes]))
    np.testing.assert_array_equal(found.correlations[0], [1, 1, -1])


def test_an_unlikely_answer_cannot_lift_a_correlation_to_the_bound():
    """One interview against the trend: the solution of the greater likelihood is found."""
    table = np.array([[15, 23, 31, 28, 0], [0, 0, 0, 88, 0], [0, 1, 0, 12, 2]])
    first, second = np.nonzero(table)
    answers = np.repeat(np.column_stack([first, second]), table[first, second], axis=0)
    assert ordinal_moments(answers * 1.0).correlations[0, 1] == pytest.approx(0.8533, abs=1e-4)


def test_matrix_that_is_not_positive_definite_is_said():
    """Pairwise tables that contradict each other are not passed on in silence."""
    trend = simulated(400, (0.95, 0.95), seed=5)
    answers = np.full((1200, 3), np.nan)
    answers[:400, :2], answers[400:800, 1:] = trend, trend
    answers[800:, 0], answers[800:, 2] = trend[:, 0], 5 - trend[:, 1]
    found = polychoric(answers, missing="pairwise")
    assert any("not positive definite" in said for said in found.warnings)


def test_few_interviews_and_thin_tables_are_said():
    """40 interviews in 49 cells: both are named."""
    answers = simulated(40, (0.9, 0.9), seed=6, limits=(-1.5, -1, -0.3, 0.3, 1, 1.5))
    found = ordinal_moments(answers, ("a", "b"))
    assert any("40 interviews" in said for said in found.warnings)
    assert any("given by nobody for: a × b" in said for said in found.warnings)


def test_listwise_and_pairwise_use_the_interviews_they_say():
    """Listwise equals deleting by hand and says how many went; pairwise keeps them."""
    answers = simulated(300, (0.8, 0.7, 0.6), seed=7)
    answers[:40, 1] = np.nan
    answers[0] = np.nan
    listwise, pairwise = polychoric(answers), polychoric(answers, missing="pairwise")
    assert (listwise.n_used, listwise.n_dropped) == (260, 40)
    assert (pairwise.n_used, pairwise.n_dropped) == (299, 1)
    assert "40 of 300 interviews left out" in listwise.warnings[0]
    pd.testing.assert_frame_equal(listwise.acov, polychoric(answers[40:]).acov)
    assert pairwise.se.iloc[0, 2] < listwise.se.iloc[0, 2]


def test_count_tables_are_answers_enough():
    """Everything but acov comes from tables; acov says what it lacks."""
    answers = simulated(300, (0.8, 0.7, 0.6), seed=8)
    from_tables, found = polychoric(CountTables.from_matrix(answers)), polychoric(answers)
    pd.testing.assert_frame_equal(from_tables.se, found.se)
    pd.testing.assert_frame_equal(from_tables.correlations, found.correlations)
    with pytest.raises(OrdinalError, match="give the answers"):
        from_tables.acov  # noqa: B018


def test_results_carry_names():
    """Items, thresholds and estimates are named as in lavaan; absent thresholds are NaN."""
    answers = pd.DataFrame(simulated(300, (0.8, 0.7), seed=10), columns=["x", "y"])
    answers["y"] = np.minimum(answers["y"], 3)
    found = polychoric(answers, items=["y", "x"])
    assert list(found.correlations.index) == ["y", "x"]
    assert list(found.thresholds.columns) == ["t1", "t2", "t3"]
    assert np.isnan(found.thresholds.loc["y", "t3"])
    assert list(found.acov.index) == ["y|t1", "y|t2", "x|t1", "x|t2", "x|t3", "y~~x"]
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["correlations"][0][1] == found.correlations.iloc[0, 1]
    assert [len(values) for values in plain["thresholds"]] == [2, 3]
    assert "2 items, n = 300, converged" in repr(found)
    assert "<table" in found._repr_html_()


def test_known_answers_that_nobody_gave_are_refused():
    """An empty category of a group has no threshold; the message says how to mend it."""
    answers = simulated(200, (0.8, 0.7), seed=11)
    with pytest.raises(OrdinalError, match=r"the answer 5 to item a; join it"):
        ordinal_moments(answers, ("a", "b"), categories=[(1, 2, 3, 4, 5), (1, 2, 3, 4)])


def test_answers_beyond_the_known_ones_are_refused():
    """A stray answer is named with its item."""
    answers = simulated(200, (0.8, 0.7), seed=12)
    for stray in (4.0, 2.5, -99.0, 1e6):
        answers[3, 1] = stray
        with pytest.raises(OrdinalError, match=re.escape(f"Item b holds the answer {stray:g}")):
            ordinal_moments(answers, ("a", "b"), categories=[(1, 2, 3, 4), (1, 2, 3)])


def test_unusable_items_are_refused():
    """Constant, continuous, unanswered and never jointly answered items, each with its name."""
    answers = simulated(200, (0.8, 0.7, 0.6), seed=13)
    items = ("a", "b", "c")
    constant, continuous, empty = answers.copy(), answers.copy(), answers.copy()
    constant[:, 1] = 3
    continuous[:, 2] = np.random.default_rng(1).normal(size=200)
    empty[:, 0] = np.nan
    apart = answers.copy()
    apart[:100, 0], apart[100:, 2] = np.nan, np.nan
    for broken, said in (
        (constant, "same answer to item b"),
        (continuous, "Item c has 200 different answers.*continuous"),
        (empty, "Nobody answered item a"),
        (apart, "Nobody answered both a and c"),
    ):
        with pytest.raises(OrdinalError, match=said):
            ordinal_moments(broken, items)


def test_items_that_do_not_vary_together_are_refused():
    """Interviews with both answers that all gave one of them the same tell no correlation."""
    answers = simulated(200, (0.8, 0.7, 0.6), seed=14)
    answers[answers[:, 0] == 1, 1] = np.nan
    answers[answers[:, 0] == 2, 1] = np.nan
    answers[answers[:, 0] == 3, 1] = np.nan
    with pytest.raises(OrdinalError, match="all gave the same answer to a"):
        ordinal_moments(answers, ("a", "b", "c"))


def test_misuse_is_refused():
    """No complete interview, one item, an unknown way with missing answers, wrong names."""
    answers = simulated(50, (0.8, 0.7), seed=15)
    holes = answers.copy()
    holes[:, 1] = np.nan
    with pytest.raises(OrdinalError, match="item2 is missing most often"):
        polychoric(holes)
    with pytest.raises(OrdinalError, match="two items or more"):
        polychoric(answers[:, :1])
    with pytest.raises(OrdinalError, match="There are no answers"):
        polychoric(answers[:0])
    with pytest.raises(OrdinalError, match="choose one of listwise, pairwise"):
        polychoric(answers, missing="fiml")
    with pytest.raises(OrdinalError, match="3 item names"):
        ordinal_moments(answers, ("a", "b", "c"))
    with pytest.raises(OrdinalError, match="Categories of 1 items for 2 columns"):
        ordinal_moments(answers, categories=[(1, 2)])
    with pytest.raises(OrdinalError, match="items= belongs to answers"):
        polychoric(CountTables.from_matrix(answers), items=["item1", "item2"])
