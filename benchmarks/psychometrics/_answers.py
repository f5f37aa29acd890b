"""Answers for the benchmarks: ten items of seven categories, three factors, four groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

MODEL = """
thought =~ q1 + q2 + q3 + q4
feeling =~ q5 + q6 + q7
action =~ q8 + q9 + q10
"""
ITEMS = [f"q{j + 1}" for j in range(10)]
SIZES = (500, 5_000, 100_000)
LOADINGS = np.zeros((10, 3))
LOADINGS[:4, 0], LOADINGS[4:7, 1], LOADINGS[7:, 2] = 0.8, 0.75, 0.7
BETWEEN = np.array([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]])


def answers(n: int, *, missing: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """n interviews, a share of the answers missing, with a column ``brand`` of four brands."""
    rng = np.random.default_rng(seed)
    factors = rng.standard_normal((n, 3)) @ np.linalg.cholesky(BETWEEN).T
    own = np.sqrt(1 - (LOADINGS**2).sum(axis=1))
    latent = factors @ LOADINGS.T + rng.standard_normal((n, 10)) * own
    values = np.clip(np.round(latent * 1.3 + 4), 1, 7)
    values[rng.random(values.shape) < missing] = np.nan
    brand = np.array(list("ABCD"))[rng.integers(0, 4, n)]
    return pd.DataFrame(values, columns=ITEMS).assign(brand=brand)
