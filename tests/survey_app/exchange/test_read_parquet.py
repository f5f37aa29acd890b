"""Parquet files part by part."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from psychometrics.summary import summarise
from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read_parquet import parquet_parts


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """100 interviews in row groups of 30, the brand as text."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.integers(1, 4, (100, 2)).astype(np.int8), columns=["q1", "q2"])
    frame["brand"] = np.where(rng.random(100) < 0.5, "Nord", "Süd")
    path = tmp_path / "answers.parquet"
    frame.to_parquet(path, row_group_size=30)
    return path


def test_parts_hold_every_interview_once(file: Path) -> None:
    """The row groups together are the file, and counts of them those of the whole."""
    parts = parquet_parts(file, ["q1", "q2", "brand"])
    assert [len(part()["q1"]) for part in parts] == [30, 30, 30, 10]
    found = summarise(parts, ["q1", "q2"], [[1, 2, 3]] * 2, group="brand")
    frame = pd.read_parquet(file)
    for name, table in found.tables.items():
        own = frame[frame.brand == name]
        expected = pd.crosstab(own.q1, own.q2).to_numpy()
        np.testing.assert_array_equal(table.joint[0, :, 1, :], expected)


def test_a_column_that_is_not_there_is_named(file: Path) -> None:
    """An unknown column is refused before anything is read."""
    with pytest.raises(ExchangeError, match="no column q7"):
        parquet_parts(file, ["q1", "q7"])


def test_what_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    """Text under the name of a Parquet file, and a file that is not there, are told plainly."""
    path = tmp_path / "answers.parquet"
    with pytest.raises(ExchangeError, match="no Parquet file"):
        parquet_parts(path, ["q1"])
    path.write_text("q1,q2\n1,2\n")
    with pytest.raises(ExchangeError, match="no Parquet file"):
        parquet_parts(path, ["q1"])
