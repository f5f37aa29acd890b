"""What adaptive.R wrote, calibrations of its items, and answers with gaps."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psychometrics.dataset import Dataset, ScoringKey
from psychometrics.irt.calibration import CalibratedItem, Calibration, calibrate
from tests.psychometrics.irt.goldens import answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

GOLDEN = Path(__file__).parents[2] / "golden" / "adaptive"
SETS = ("seven", "uneven")


@cache
def adaptive_golden(name: str) -> dict[str, Any]:
    """One file."""
    return json.loads((GOLDEN / f"{name}.json").read_text())


@cache
def golden_calibration(name: str, prefix: str = "i") -> Calibration:
    """Its items as a scale of that name; items are called by `prefix` and number."""
    known = adaptive_golden(name)
    items = [
        CalibratedItem(
            f"{prefix}{number}",
            each["slope"],
            tuple(each["thresholds"]),
            tuple(each["values"]),
            each["reversed"],
        )
        for number, each in enumerate(known["items"], 1)
    ]
    ends = known["minimum"], known["maximum"]
    return Calibration(name, tuple(items), *ends, 1000, "made up", "made up")


def calibration_like(other: Calibration, items: Sequence[CalibratedItem]) -> Calibration:
    """The same scale with other items."""
    return replace(other, items=tuple(items))


@cache
def holes() -> tuple[pd.DataFrame, Calibration]:
    """Answers with gaps, and their calibration."""
    table = answers("holes").rename(columns=str)
    keys = [ScoringKey("s", tuple(table.columns), 1, 7)]
    data = Dataset.build(table.fillna(-32768).to_numpy(), list(table.columns), keys)
    return table, calibrate(data, "s", source="x")
