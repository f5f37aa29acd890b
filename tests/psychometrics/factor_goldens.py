"""Answers and goldens of the factor side, and factors brought into the order of others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
DATA = {"tapwater": 2, "general": 3, "wide": 5, "short": 3, "near": 2, "holes": 3}
"""Data sets by name, with the number of factors their goldens have."""


def answers_of(name: str) -> pd.DataFrame:
    """The answers R analysed."""
    if name != "tapwater":
        return pd.read_csv(GOLDEN / "factors" / f"answers_{name}.csv")
    path = ROOT / "survey_app" / "demo" / "tapwater_involvement.csv"
    raw = pd.read_csv(path, na_values="NA", skiprows=[1])
    kept = raw[raw.term.isna() & raw.suburb.isin([1, 2, 3])]
    answers = kept[[f"p{number:02d}" for number in range(1, 11)]].astype(float)
    turned = ["p01", "p02", "p07", "p08", "p09", "p10"]
    return answers.assign(**{item: 8 - answers[item] for item in turned})


def golden(name: str) -> dict[str, Any]:
    """A golden of the factor side by its name."""
    return json.loads((GOLDEN / "factors" / f"{name}.json").read_text())


def correlation_of(name: str) -> pd.DataFrame:
    """The correlations behind the goldens of structure.R."""
    return pd.read_csv(GOLDEN / "data" / f"correlations_{name}.csv", index_col=0)


def numbers(values: Any) -> np.ndarray:
    """A golden as floats, NaN where R had no value."""
    return np.array(pd.DataFrame(values), dtype=float).reshape(np.shape(values))


def alignment(pattern: np.ndarray, reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order and signs of factors that fit the reference best."""
    from scipy.optimize import linear_sum_assignment

    products = reference.T @ pattern
    _, order = linear_sum_assignment(np.abs(products), maximize=True)
    return order, np.sign(products[np.arange(len(order)), order])


def aligned(pattern: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The pattern with factors in the order and with the signs of the reference."""
    order, signs = alignment(pattern, reference)
    return pattern[:, order] * signs


def simulated(seed: int, n: int = 300) -> np.ndarray:
    """Answers to 9 items with three clear factors, correlated."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 3)) + 0.6 * rng.normal(size=(n, 1))
    strength = np.array([0.9, 0.75, 0.6] * 3) + np.repeat([0.2, 0.1, 0.0], 3)
    return np.repeat(common, 3, axis=1) * strength + rng.normal(size=(n, 9)) * 0.7
