"""Answers of every accepted kind become the same matrix."""

import numpy as np
import pandas as pd
import pytest

from psychometrics._matrix import as_matrix, listwise
from psychometrics.dataset import MISSING, Dataset, DatasetError, ScoringKey


def _dataset() -> Dataset:
    return Dataset.build(
        np.array([[1, 2, 7], [MISSING, 4, 6]]),
        ["a", "b", "c"],
        [
            ScoringKey("one", ("a", "b"), 1, 7, frozenset({"b"})),
            ScoringKey("two", ("b", "a"), 1, 7, frozenset({"b"})),
            ScoringKey("result", ("c",), 1, 7, outcome=True),
        ],
    )


def test_dataset_gives_reversed_answers_of_its_dimensions_once() -> None:
    """Outcomes stay out, an item that serves two scales comes once, reversal is applied."""
    matrix, names = as_matrix(_dataset())
    assert names == ("a", "b")
    np.testing.assert_array_equal(matrix, [[1, 6], [np.nan, 4]])


def test_named_items_may_be_outcomes_and_keep_their_order() -> None:
    """Items named by the caller are taken in the caller's order, outcomes too."""
    matrix, names = as_matrix(_dataset(), items=["c", "a"])
    assert names == ("c", "a")
    np.testing.assert_array_equal(matrix, [[7, 1], [6, np.nan]])


def test_dataset_without_dimensions_gives_no_columns() -> None:
    """Only outcomes: a matrix without columns, not an error."""
    data = Dataset.build(np.ones((3, 1)), ["x"], [ScoringKey("r", ("x",), 1, 5, outcome=True)])
    matrix, names = as_matrix(data)
    assert matrix.shape == (3, 0)
    assert names == ()


def test_frame_array_and_list_agree() -> None:
    """A DataFrame, its array and its rows as a list hold the same answers."""
    frame = pd.DataFrame({"a": [1.0, np.nan], "b": [3, 4]})
    for data, names in ((frame, ("a", "b")), (frame.to_numpy(), ("item1", "item2"))):
        matrix, found = as_matrix(data)
        np.testing.assert_array_equal(matrix, [[1, 3], [np.nan, 4]])
        assert found == names
    nullable = pd.DataFrame({"a": pd.array([1, None], dtype="Int64")})
    np.testing.assert_array_equal(as_matrix(nullable)[0], [[1], [np.nan]])
    np.testing.assert_array_equal(as_matrix(frame, items=["b"])[0], [[3], [4]])


def test_missing_code_of_integer_arrays_becomes_nan() -> None:
    """The missing code means missing in an array of integers."""
    matrix, _ = as_matrix(np.array([[1, MISSING]], np.int16))
    np.testing.assert_array_equal(matrix, [[1, np.nan]])


def test_listwise_keeps_complete_rows() -> None:
    """Only rows without a missing value stay."""
    np.testing.assert_array_equal(listwise(np.array([[1, np.nan], [2, 3.0]])), [[2, 3]])


@pytest.mark.parametrize(
    ("data", "items", "message"),
    [
        (np.ones(3), None, "rows of interviews × items"),
        (np.ones((2, 2)), ["a"], "1 item names are given for 2 columns"),
        (np.array([["x"]]), None, "not a number"),
        (pd.DataFrame({"a": ["x"]}), None, "leave columns of text out"),
        (pd.DataFrame({"a": [1]}), ["b"], "Items not in the data: b"),
        (np.array([[1.0, np.inf]]), None, "item2 holds an infinite value"),
    ],
)
def test_what_is_not_a_matrix_of_answers_is_refused(data, items, message) -> None:
    """Each refusal says what is wrong and where."""
    with pytest.raises(DatasetError, match=message):
        as_matrix(data, items=items)
