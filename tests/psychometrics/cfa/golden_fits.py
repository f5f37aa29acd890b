"""The cases that tests/golden/cfa.R worked out with lavaan, and the same fits here."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from psychometrics.cfa.model import cfa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics.cfa.fit import ModelFit

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden" / "cfa"
TURNED = ("p01", "p02", "p07", "p08", "p09", "p10")


@dataclass(frozen=True, eq=False)
class Case:
    """One model on one data set: lavaan's figures and ours."""

    data: str
    name: str
    golden: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.data}-{self.name}"

    @cached_property
    def fit(self) -> ModelFit:
        """The fit with the same arguments, once for all tests."""
        return cfa(data=answers(self.data), **self.golden["call"])


@cache
def answers(name: str) -> pd.DataFrame:
    """The answers of a data set; of the tap water data, those given in a known suburb."""
    if name != "tapwater":
        return pd.read_csv(GOLDEN / f"answers_{name}.csv")
    path = ROOT / "survey_app" / "demo" / "tapwater_involvement.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[1:]
    used = [row for row in rows if row["term"] == "NA" and row["suburb"] in {"1", "2", "3"}]
    items = [f"p{k:02d}" for k in range(1, 11)]
    frame = pd.DataFrame({item: [row[item] for row in used] for item in items})
    frame = frame.replace("NA", "nan").astype(float)
    frame[list(TURNED)] = 8 - frame[list(TURNED)]
    frame["brand"] = [row["suburb"] for row in used]
    return frame


def _cases() -> list[Case]:
    found = []
    for path in sorted(GOLDEN.glob("fits_*.json")):
        data = path.stem.removeprefix("fits_")
        fits = json.loads(path.read_text(encoding="utf-8"))
        found += [Case(data, name, golden) for name, golden in fits.items()]
    return found


CASES = _cases()


def case_of(data: str, name: str) -> Case:
    """One case by its names."""
    return next(case for case in CASES if (case.data, case.name) == (data, name))


def parameter_columns(golden: dict[str, Any], found: pd.DataFrame) -> dict[str, np.ndarray]:
    """lavaan's columns in order of our rows."""
    theirs = golden["parameters"]
    place = {}
    for k, (lhs, op, rhs) in enumerate(
        zip(theirs["lhs"], theirs["op"], theirs["rhs"], strict=True)
    ):
        group = int(theirs["group"][k])
        place[_key(lhs, op, rhs, group)] = place[_key(rhs, op, lhs, group)] = k
    order = [
        place[_key(*row)]
        for row in zip(found["lhs"], found["op"], found["rhs"], found["group"], strict=True)
    ]
    assert sorted(order) == list(range(len(theirs["lhs"])))
    numbers = [name for name in theirs if name not in ("lhs", "op", "rhs", "group")]
    return {
        name: np.array([np.nan if v is None else v for v in theirs[name]], float)[order]
        for name in numbers
    }


def _key(lhs: str, op: str, rhs: str, group: int) -> tuple[str, str, str, int]:
    if op == ":=":
        return lhs, op, "", 0
    return lhs, op, "" if op in ("~*~", "~1") else rhs, int(group)


def close(
    found: Sequence[float],
    golden: Sequence[float | None],
    *,
    rtol: float,
    atol: float = 0.0,
    what: str = "",
) -> None:
    """Asserts that figures agree, NaN where lavaan has none."""
    wanted = np.array([np.nan if value is None else value for value in golden], float)
    np.testing.assert_allclose(np.asarray(found, float), wanted, rtol, atol, err_msg=what)
