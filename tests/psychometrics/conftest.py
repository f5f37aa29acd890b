"""Real answers and goldens for the tests of psychometrics."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from psychometrics.dataset import MISSING, Dataset, ScoringKey

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
PII = tuple(f"p{i:02d}" for i in range(1, 11))
DISPOSITIONS = {
    "NA": "complete",
    "attention": "screened_out_attention",
    "otherCity": "screened_out_ineligible",
    "noTapWater": "screened_out_ineligible",
    "consent": "refused",
}


@pytest.fixture(scope="session")
def tapwater() -> Dataset:
    """All 690 interviews about tap water; the brand is the suburb, unknown elsewhere."""
    path = ROOT / "survey_app" / "demo" / "tapwater_involvement.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[1:]
    turned = frozenset({"p01", "p02", "p07", "p08", "p09", "p10"})
    return Dataset.build(
        np.array(
            [[MISSING if row[item] == "NA" else int(row[item]) for item in PII] for row in rows]
        ),
        PII,
        [
            ScoringKey("cognitive", PII[:5], 1, 7, turned & set(PII[:5])),
            ScoringKey("affective", PII[5:], 1, 7, turned & set(PII[5:])),
        ],
        respondent=[row["ResponseId"] for row in rows],
        brand=[row["suburb"] if row["suburb"] in {"1", "2", "3"} else "" for row in rows],
        disposition=[DISPOSITIONS[row["term"]] for row in rows],
        seconds=[_number(row["Q_TotalDuration"]) for row in rows],
        instructed=[_number(row["trap"]) for row in rows],
    )


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
