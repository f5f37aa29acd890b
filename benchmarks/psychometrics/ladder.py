"""A ladder of four groups, configural to strict, against lavaan.

10 items of 7 categories, 3 factors, maximum likelihood; from answers to the table with chi2, CFI,
RMSEA, SRMR and the difference tests. Bound: 30 times as fast.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from _against_r import our_seconds, r_seconds, report

from psychometrics.invariance import invariance

MODEL = "a =~ x1 + x2 + x3 + x4\nb =~ x5 + x6 + x7\nc =~ x8 + x9 + x10"
SETUP = """
library(lavaan)
d <- read.csv("{path}")
m <- "a =~ x1 + x2 + x3 + x4
      b =~ x5 + x6 + x7
      c =~ x8 + x9 + x10"
"""
LADDER = """
equal <- list("", "loadings", c("loadings", "intercepts"), c("loadings", "intercepts", "residuals"))
fits <- lapply(equal, function(e) cfa(m, d, group = "g", group.equal = e, std.lv = TRUE))
sapply(fits, fitMeasures, c("chisq", "df", "pvalue", "cfi", "rmsea", "srmr"))
lavTestLRT(fits[[1]], fits[[2]], fits[[3]], fits[[4]])
"""
LIMITS = np.array([-1.5, -0.9, -0.3, 0.3, 0.9, 1.5])
OF = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])


def answers(n: int) -> pd.DataFrame:
    """Answers of n people in four groups of equal size."""
    rng = np.random.default_rng(3)
    group = np.arange(n) % 4
    related = np.linalg.cholesky(np.full((3, 3), 0.4) + 0.6 * np.eye(3))
    factors = rng.normal(size=(n, 3)) @ related.T + 0.1 * group[:, None]
    opinions = 0.8 * factors[:, OF] + 0.6 * rng.normal(size=(n, 10))
    data = pd.DataFrame(
        np.digitize(opinions, LIMITS) + 1.0, columns=[f"x{j + 1}" for j in range(10)]
    )
    return data.assign(g=np.array(["a", "b", "c", "d"])[group])


def main() -> None:
    """The three sizes."""
    with tempfile.TemporaryDirectory() as folder:
        for n in (500, 5_000, 100_000):
            data, path = answers(n), Path(folder) / f"{n}.csv"
            data.to_csv(path, index=False)
            theirs = r_seconds(SETUP.format(path=path), LADDER, 3)
            ours = our_seconds(lambda d=data: invariance(MODEL, d, "g", partial=None).table, 15)
            report(f"ladder of four groups, n = {n:,}", ours, theirs, 30)


if __name__ == "__main__":
    main()
