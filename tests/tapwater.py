"""The real answers that many tests read: involvement with tap water, 690 interviews."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from psychometrics.dataset import MISSING, Dataset, ScoringKey

ROOT = Path(__file__).resolve().parents[1]
PII = tuple(f"p{i:02d}" for i in range(1, 11))
DISPOSITIONS = {
    "NA": "complete",
    "attention": "screened_out_attention",
    "otherCity": "screened_out_ineligible",
    "noTapWater": "screened_out_ineligible",
    "consent": "refused",
}


@cache
def tap_water() -> Dataset:
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


def _number(text: str) -> float:
    return float("nan") if text.strip() == "NA" else float(text)
