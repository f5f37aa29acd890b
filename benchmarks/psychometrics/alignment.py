"""Alignment of 50 brands with 200 interviews each, three factors, all figures: under 1 second."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _against_r import our_seconds

from psychometrics.alignment import alignment

MODEL = "a =~ x1 + x2 + x3 + x4\nb =~ x5 + x6 + x7\nc =~ x8 + x9 + x10"
OF = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
BOUND = 1.0


def answers(brands: int, n: int) -> pd.DataFrame:
    """Answers about brands whose factors differ, a tenth of the intercepts out of line."""
    rng = np.random.default_rng(4)
    loadings, parts = rng.uniform(0.7, 1.1, 10), []
    for brand in range(brands):
        factors = rng.normal(0, 0.4, 3) + np.exp(rng.normal(0, 0.1, 3)) * rng.normal(size=(n, 3))
        own = 0.6 * (rng.random(10) < 0.1)
        part = own + loadings * factors[:, OF] + 0.6 * rng.normal(size=(n, 10))
        frame = pd.DataFrame(part, columns=[f"x{j + 1}" for j in range(10)])
        parts.append(frame.assign(brand=f"brand {brand + 1}"))
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """From answers to means with errors and noninvariant parameters."""
    data = answers(50, 200)

    def call() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        found = alignment(MODEL, data, "brand")
        return found.means, found.variances, found.noninvariant

    seconds = our_seconds(call, 5)
    verdict = "reached" if seconds < BOUND else "NOT REACHED"
    print(f"alignment, 50 brands x 200: {seconds:.2f} s (bound {BOUND:g} s: {verdict})")


if __name__ == "__main__":
    main()
