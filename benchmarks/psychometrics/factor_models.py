"""Factor models from answers to the full result, against lavaan, as n grows.

Full result on both sides: estimates, standard errors, standardised solution with errors, all fit
measures. Bounds: 20 times as fast as lavaan, 30 times for 200 bootstrap replicates.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from _against_r import our_seconds, r_seconds, report
from _answers import MODEL, SIZES, answers

from psychometrics.cfa.bootstrap import bootstrap_fit
from psychometrics.cfa.model import cfa

if TYPE_CHECKING:
    from psychometrics.cfa.fit import ModelFit

TASKS = {
    "ML": ("", {}),
    "MLR": (', estimator = "MLR"', {"estimator": "MLR"}),
    "WLSMV": (', ordered = paste0("q", 1:10)', {"ordered": True}),
    "FIML, 10 % missing": (', missing = "fiml"', {"missing": "fiml"}),
}
SETUP = """
library(lavaan)
model <- "{model}"
answers <- read.csv("{path}")
full <- function(fit) {{
  parameterEstimates(fit, standardized = TRUE); standardizedSolution(fit); fitMeasures(fit)
}}
"""


def full(fit: ModelFit) -> object:
    """What the R side works out too."""
    return fit.parameters, fit.fit_measures()


def compare(folder: Path, n: int) -> None:
    """Every estimator at one size."""
    complete, gaps = answers(n), answers(n, missing=0.1)
    complete.to_csv(folder / "complete.csv", index=False)
    gaps.to_csv(folder / "gaps.csv", index=False, na_rep="NA")
    repeats = 3 if n <= 5_000 else 1
    for task, (extra, options) in TASKS.items():
        data, name = (gaps, "gaps.csv") if "FIML" in task else (complete, "complete.csv")
        setup = SETUP.format(model=MODEL, path=folder / name)
        theirs = r_seconds(setup, f"full(cfa(model, answers{extra}))", repeats)
        ours = our_seconds(lambda d=data, o=options: full(cfa(MODEL, d, **o)), 3 * repeats + 6)
        report(f"n = {n}, {task}", ours, theirs, 20)
    setup = SETUP.format(model=MODEL, path=folder / "complete.csv")
    drawn = 200 if n <= 5_000 else 20
    theirs = r_seconds(setup, f"bootstrapLavaan(cfa(model, answers), R = {drawn})", 1)
    ours = our_seconds(lambda: bootstrap_fit(cfa(MODEL, complete), 200), 3)
    report(f"n = {n}, bootstrap, 200", ours, theirs * 200 / drawn, 30)


def main() -> None:
    """All sizes, or those named on the command line."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory() as folder:
        for n in sizes:
            compare(Path(folder), n)


if __name__ == "__main__":
    main()
