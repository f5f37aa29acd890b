"""Parallel analysis of 100 replicates against psych::fa.parallel, from answers to result.

Bound: 100 times as fast, for n = 500, 5 000 and 100 000 interviews and 10 items, and for 25 items.
psych draws and correlates n × p answers for every replicate; here the work after the correlations
does not depend on n.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from _against_r import our_seconds, r_seconds, report

from psychometrics import efa, parallel_analysis
from psychometrics.hierarchical_omega import omega_hierarchical
from psychometrics.retention import suggest_factors

SETUP = """
library(psych); library(GPArotation)
x <- read.csv("{path}")
"""
PARALLEL = """
set.seed(1)
fa.parallel(x, fa = "both", n.iter = 100, SMC = TRUE, quant = .95, plot = FALSE)
"""


def answers_of(n: int, items: int) -> pd.DataFrame:
    """Seven categories, three factors."""
    rng = np.random.default_rng(4)
    factor = np.arange(items) % 3
    common = rng.normal(size=(n, 3))[:, factor] + 0.5 * rng.normal(size=(n, 1))
    responses = 0.8 * common + rng.normal(size=(n, items))
    limits = [-1.8, -1.2, -0.6, 0.0, 0.6, 1.2]
    return pd.DataFrame(np.digitize(responses, limits) + 1, columns=[f"x{k}" for k in range(items)])


def against_psych(n: int, items: int, repeats: int, folder: Path) -> None:
    """Parallel analysis on one size of data."""
    answers, path = answers_of(n, items), folder / "answers.csv"
    answers.to_csv(path, index=False)
    theirs = r_seconds(SETUP.format(path=path), PARALLEL, repeats)
    ours = our_seconds(lambda: parallel_analysis(answers, replicates=100), 9)
    report(f"parallel analysis, 100 replicates, n = {n}, {items} items", ours, theirs, 100)


def other_factor_work(folder: Path) -> None:
    """A solution with ten random starts, hierarchical omega; no bound is set for these."""
    answers, path = answers_of(5_000, 10), folder / "answers.csv"
    answers.to_csv(path, index=False)
    setup = SETUP.format(path=path)
    solution = "fa(x, 3, n.rotations = 11)"
    theirs = r_seconds(setup, solution, 5)
    report("minres and oblimin, 11 starts", our_seconds(lambda: efa(answers, 3), 9), theirs, 1)
    theirs = r_seconds(setup, "omega(x, 3, plot = FALSE)", 5)
    ours = our_seconds(lambda: omega_hierarchical(answers, 3), 9)
    report("hierarchical omega", ours, theirs, 1)
    alone = our_seconds(lambda: suggest_factors(answers), 5)
    print(f"every rule for the number of factors, 1000 replicates: {alone * 1000:.1f} ms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        against_psych(500, 10, 3, Path(name))
        against_psych(5_000, 10, 3, Path(name))
        against_psych(100_000, 10, 1, Path(name))
        against_psych(2_000, 25, 1, Path(name))
        other_factor_work(Path(name))
