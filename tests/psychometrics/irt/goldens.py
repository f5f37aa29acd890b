"""Answers and what R made of them, and simulated answers."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from psychometrics.irt.grm import GradedModel, grm

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "irt"
SETS = ("lsat7", "tapwater", "mixed", "holes", "small", "long")
PII = [f"p{number:02d}" for number in range(1, 6)]


def golden(name: str) -> dict[str, Any]:
    """What irt.R wrote."""
    return json.loads((GOLDEN / f"{name}.json").read_text())


def answers(name: str) -> pd.DataFrame:
    """The answers of one set, one row per interview."""
    if name == "lsat7":
        table = pd.read_csv(GOLDEN / "patterns_lsat7.csv")
        return table.loc[table.index.repeat(table.pop("count"))].reset_index(drop=True)
    if name == "tapwater":
        return tap_water()
    return pd.read_csv(GOLDEN / f"answers_{name}.csv")


def tap_water() -> pd.DataFrame:
    """The five cognitive items of the interviews that answered all ten."""
    path = ROOT / "survey_app" / "demo" / "tapwater_involvement.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False).iloc[1:]
    table = table[(table["term"] == "NA") & table["suburb"].isin(["1", "2", "3"])]
    both = table[[f"p{number:02d}" for number in range(1, 11)]].replace("NA", np.nan)
    given = both.astype(float).dropna()[PII]
    given[["p01", "p02"]] = 8 - given[["p01", "p02"]]
    return given


@cache
def model(name: str) -> GradedModel:
    """The graded model of one set, found as tightly as it can be."""
    return grm(answers(name), tolerance=1e-8)


def simulated(
    rng: np.random.Generator,
    n: int,
    slopes: np.ndarray,
    locations: np.ndarray,
    mean: float = 0.0,
    deviation: float = 1.0,
) -> np.ndarray:
    """Graded answers 1 … K of n people: slopes (p,), locations (p, K − 1)."""
    theta = rng.normal(mean, deviation, n)
    above = 1 / (1 + np.exp(-slopes[:, None] * (theta[:, None, None] - locations)))
    return (above > rng.random((n, len(slopes), 1))).sum(axis=2) + 1


def spread(p: int, categories: int, rng: np.random.Generator) -> np.ndarray:
    """Locations (p, K − 1): evenly spaced, each item shifted."""
    line = np.linspace(-1.6, 1.6, categories - 1)
    return line + rng.uniform(-0.5, 0.5, (p, 1))
