"""Polychoric correlations of 25 items against psych and lavaan, and of 10 items as n grows.

Bounds: 30 times as fast as ``psych::polychoric``, 20 times as fast as ``lavCor``; and, as the
work after the pass over the answers does not depend on n, little more than that pass.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from _against_r import our_seconds, r_seconds, report

from psychometrics._count_tables import CountTables
from psychometrics._ordinal import ordinal_moments
from psychometrics.polychoric import Polychoric, polychoric

REPEATS = 5
BIG_FIVE = """
library(psych); library(lavaan)
x <- bfi[complete.cases(bfi[, 1:25]), 1:25]
write.csv(x, "{path}", row.names = FALSE)
"""
LIMITS = np.array([-1.8, -1.2, -0.6, 0.0, 0.6, 1.2])


def against_r(folder: Path) -> None:
    """The 25 items of bfi, complete cases, from answers to correlations and thresholds."""
    path = folder / "answers.csv"
    setup = BIG_FIVE.format(path=path)
    by_psych = r_seconds(setup, "polychoric(x, correct = 0, progress = FALSE)", REPEATS)
    by_lavaan = r_seconds(setup, 'lavCor(x, ordered = names(x), output = "cor")', REPEATS)
    gamma_by_lavaan = r_seconds(setup, GAMMA, 1)
    answers = pd.read_csv(path)
    ours = our_seconds(lambda: with_errors(polychoric(answers)), 5 * REPEATS)
    report("bfi, 25 items, psych::polychoric", ours, by_psych, 30)
    report("bfi, 25 items, lavCor", ours, by_lavaan, 20)
    with_gamma = our_seconds(lambda: ordinal_moments(answers.to_numpy(float)), REPEATS)
    report("bfi, 25 items, with gamma, cfa without fitting", with_gamma, gamma_by_lavaan, 20)


GAMMA = """
cfa(paste("f =~", paste(names(x), collapse = "+")), x, ordered = names(x), do.fit = FALSE,
    start = "simple")
"""


def with_errors(found: Polychoric) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """All tables a reader asks for first."""
    return found.correlations, found.thresholds, found.se


def as_n_grows() -> None:
    """10 items of 7 categories: counting, correlations, and correlations with gamma."""
    rng = np.random.default_rng(3)
    for n in (500, 5_000, 100_000):
        opinions = 0.8 * rng.normal(size=(n, 1)) + rng.normal(size=(n, 10))
        answers = np.digitize(opinions, LIMITS) + 1.0
        counting = our_seconds(lambda x=answers: CountTables.from_matrix(x), REPEATS)
        found = our_seconds(lambda x=answers: with_errors(polychoric(x)), REPEATS)
        gamma = our_seconds(lambda x=answers: ordinal_moments(x), REPEATS)
        print(
            f"n = {n:,}, 10 items of 7 categories: count tables {counting * 1000:.1f} ms, "
            f"polychoric with errors {found * 1000:.1f} ms, with gamma {gamma * 1000:.1f} ms"
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        against_r(Path(name))
    as_n_grows()
