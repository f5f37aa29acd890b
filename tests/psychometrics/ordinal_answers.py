"""Ordered answers made for tests."""

from __future__ import annotations

import numpy as np

LIMITS = (-1.0, 0.2, 0.9)


def simulated(n: int, loadings, seed: int, limits=LIMITS) -> np.ndarray:
    """Answers 1 … K to items of one factor."""
    rng = np.random.default_rng(seed)
    weights = np.asarray(loadings)
    opinions = rng.normal(size=(n, 1)) * weights
    opinions += rng.normal(size=(n, len(weights))) * np.sqrt(1 - weights**2)
    return np.digitize(opinions, limits) + 1.0
