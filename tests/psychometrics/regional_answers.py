"""Answers of three regions to nine items of two factors, some of them out of line."""

import numpy as np
import pandas as pd

TWO = "f =~ x1 + x2 + x3 + x4 + x5\nh =~ x6 + x7 + x8 + x9"
ITEMS = [f"x{j}" for j in range(1, 10)]
OF = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])
LOADINGS = np.array([0.8, 0.7, 0.9, 0.75, 0.8, 0.7, 0.85, 0.8, 0.75])
NAMES = ["north", "south", "west"]


def regional(seed=1, n=400, means=(0.0, 0.3, -0.2), loading=(), intercept=()) -> pd.DataFrame:
    """Three groups; `loading`, `intercept`: (group, item, shift) of what is out of line."""
    rng = np.random.default_rng(seed)
    related = np.linalg.cholesky([[1, 0.4], [0.4, 1]])
    parts = []
    for g, name in enumerate(NAMES):
        own, cut = LOADINGS.copy(), np.zeros(9)
        for group, item, shift in loading:
            own[item] += shift * (group == g)
        for group, item, shift in intercept:
            cut[item] += shift * (group == g)
        factors = means[g] + (1, 1.1, 0.9)[g] * rng.normal(size=(n, 2)) @ related.T
        part = cut + own * factors[:, OF] + 0.6 * rng.normal(size=(n, 9))
        parts.append(pd.DataFrame(part, columns=ITEMS).assign(region=name))
    return pd.concat(parts, ignore_index=True)


def ordered(data: pd.DataFrame) -> pd.DataFrame:
    """The same answers in five categories."""
    cut = np.digitize(data[ITEMS], [-1.2, -0.4, 0.4, 1.2]) + 1
    return pd.DataFrame(cut, columns=ITEMS).assign(region=data["region"])
