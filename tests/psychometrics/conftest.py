"""Real answers and goldens for the tests of psychometrics."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from psychometrics.dataset import MISSING, Dataset, ScoringKey
from tests.tapwater import tap_water

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture(scope="session")
def tapwater() -> Dataset:
    """All 690 interviews about tap water; the brand is the suburb, unknown elsewhere."""
    return tap_water()


@pytest.fixture(scope="session")
def known(tapwater: Dataset) -> dict[str, Dataset]:
    """The data sets whose figures R worked out, by the name in the file names."""
    usable = tapwater.select(tapwater.usable & (tapwater.brand != ""))
    agree, neuro = (tuple(f"{letter}{i}" for i in range(1, 6)) for letter in "AN")
    attitude = tuple(_columns("answers_attitude"))[1:]
    return {
        "tapwater": usable,
        "bfi": _golden_answers(
            "bfi",
            [
                ScoringKey("agree", agree, 1, 6, frozenset({"A1"})),
                ScoringKey("neuro", neuro, 1, 6),
            ],
        ),
        "attitude": _golden_answers("attitude", [ScoringKey("all", attitude, 0, 100)]),
    }


@pytest.fixture(scope="session")
def golden_json() -> Callable[[str], dict[str, Any]]:
    """Reads a golden of the score side by its name."""
    return lambda name: json.loads((GOLDEN / "scores" / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def golden_csv() -> Callable[[str], dict[str, Any]]:
    """Reads a golden table of the score side as columns: numbers with NaN, or text."""
    return _columns


def _columns(name: str) -> dict[str, Any]:
    with (GOLDEN / "scores" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        column: [row[column] for row in rows]
        if column == "item"
        else np.array([_number(row[column]) for row in rows])
        for column in rows[0]
    }


def _golden_answers(name: str, keys: list[ScoringKey]) -> Dataset:
    columns = _columns(f"answers_{name}")
    group = columns.pop("group")
    answers = np.column_stack(list(columns.values()))
    return Dataset.build(
        np.where(np.isnan(answers), MISSING, answers),
        list(columns),
        keys,
        brand=["" if np.isnan(code) else str(int(code)) for code in group],
    )


def _number(text: str) -> float:
    return float("nan") if text.strip() == "NA" else float(text)
