"""SPSS files arrive with labels, and without what they declare missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyreadstat
import pytest

from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["a.sav", "a.zsav"])
def test_labels_codes_and_missing(tmp_path: Path, name: str) -> None:
    """Whole numbers have no point, declared missing values and system-missing are nothing."""
    frame = pd.DataFrame(
        {"id": ["a", "б", ""], "p01": [1.0, -99.0, float("nan")], "x": [0.5, 2, 3]}
    )
    pyreadstat.write_sav(
        frame,
        str(tmp_path / name),
        compress=name.endswith(".zsav"),
        column_labels={"p01": "Важность"},
        variable_value_labels={"p01": {1.0: "one", -99.0: "none"}},
        missing_ranges={"p01": [-99]},
    )
    table = read_table(tmp_path / name)
    assert table.column("p01").cells == ("1", "", "")
    assert table.column("p01").label == "Важность"
    assert table.column("p01").value_labels == {"1": "one", "-99": "none"}
    assert table.column("id").cells == ("a", "б", "")
    assert table.column("x").cells == ("0.5", "2", "3")
    assert table.place(1, "p01") == "case 2, column p01"


def test_a_file_without_cases_is_refused(tmp_path: Path) -> None:
    """Variables alone are no answers."""
    pyreadstat.write_sav(pd.DataFrame({"p01": pd.Series([], dtype=float)}), str(tmp_path / "a.sav"))
    with pytest.raises(ExchangeError, match="no cases"):
        read_table(tmp_path / "a.sav")


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    """The first half of a good file is damaged, not half an answer."""
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"p01": [float(i) for i in range(500)]}), str(path))
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(ExchangeError, match="damaged"):
        read_table(path)
